/* SPDX-License-Identifier: MIT */
/*
 * Blocks on their way out, held back so that one that comes later can be put where its time
 * belongs. So many are held; what belongs in front of them comes first among them.
 */
#ifndef SCAPEDIT_REORDER_H
#define SCAPEDIT_REORDER_H

#include "io/sink.h"

/* So many blocks are held back, or blocks of so many bytes. */
#define REORDER_BLOCKS 8192
#define REORDER_BYTES  (16u << 20)

struct reorder_item {
	uint64_t ts;
	int64_t tid;
	size_t at;
	uint32_t n; /* bytes */
};

/* A struct reorder of zeros is ready. */
struct reorder {
	struct reorder_item *items; /* of twice as many as are held */
	size_t n;
	struct buf bytes, spare;
};

/* Frees the memory; what is held is lost. */
void reorder_release(struct reorder *r);

/* Takes a copy of a block, behind all others. Returns 0, or -1 on failure (err). */
MUST_CHECK int reorder_put(struct reorder *r, struct span block, uint64_t ts, int64_t tid,
	struct sink *to, struct err *err);

/*
 * The same, but in front of those with a later time, as far as none of them is of the same thread.
 */
MUST_CHECK int reorder_insert(struct reorder *r, struct span block, uint64_t ts, int64_t tid,
	struct sink *to, struct err *err);

/* Writes all that is held. Returns 0, or -1 on failure (err). */
MUST_CHECK int reorder_flush(struct reorder *r, struct sink *to, struct err *err);

#endif
