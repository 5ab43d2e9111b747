/* SPDX-License-Identifier: MIT */
/* Colours of lines: the first rule whose filter a record passes gives its colour. */
#ifndef SCAPCAT_PAINT_H
#define SCAPCAT_PAINT_H

#include "filter/filter.h"
#include "tools/scapcat/lines.h"

struct paint_rule {
	const char *colour; /* "red", "bold red" */
	const char *filter;
};

struct paint;

/* Whether these words are a colour; else says in err what is wrong with them. */
bool paint_known(const char *colour, struct err *err);

/* The rules are needed no longer afterwards. Returns NULL on failure (err). */
MUST_CHECK struct paint *paint_new(
	const struct paint_rule *rules, size_t n, const struct filter_opts *opts, struct err *err);

/* Accepts NULL. */
void paint_free(struct paint *p);

/* A file begins. */
void paint_restart(struct paint *p);

/*
 * Say before the lines of a record are made which colour they will have. The arguments are those of
 * lines_pass and lines_pass_packet.
 */
void paint_event(struct paint *p, struct lines *l, const struct state *st, const struct moment *m,
	uint64_t num);
void paint_packet(struct paint *p, struct lines *l, const struct packet *packet, uint64_t frame);

/* Gives everything in out from a place on, whole lines, that colour. */
void paint_lines(struct paint *p, struct buf *out, size_t from);

#endif
