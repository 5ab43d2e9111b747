/* SPDX-License-Identifier: MIT */
/*
 * Decodes everything in blocks, whatever they are, and touches every byte that comes out: by itself,
 * or with the state behind it and events rendered with every field.
 */
#ifndef SUPPORT_DECODE_H
#define SUPPORT_DECODE_H

#include "filter/filter.h"
#include "format/joined.h"
#include "format/json_record.h"
#include "format/strace.h"
#include "format/text.h"
#include "format/tree.h"
#include "pcapng/reader.h"
#include "state/state.h"

/* Appends a template of every field that can be printed, those with an argument with one. */
void put_every_field(struct buf *b);

/* b came from r; r may be NULL for blocks that are not packets. Returns a sum of what there was. */
uint64_t decode_block(const struct block *b, const struct reader *r);

struct decoder {
	struct state *state;
	struct text *text;
	struct text *bare;
	struct joined *joined, *strace;
	struct json_record *json;
	struct tree *tree;
	struct buf line; /* of the last record */
	uint64_t events;
};

/* A capture begins: forgets the one before. A decoder of zeros is ready for it. False: no memory. */
bool decoder_start(struct decoder *d);

void decoder_release(struct decoder *d);

/* Decodes the block, then takes it into the state, and renders events and packets. */
void decoder_take(struct decoder *d, const struct block *b, const struct reader *r);

/* Runs a filter over all records of a capture. */
void filter_file(struct filter *f, const char *path);

#endif
