/* SPDX-License-Identifier: MIT */
/*
 * Events as lines of text. The default line is sysdig's:
 * %evt.num %evt.outputtime %evt.cpu %proc.name (%proc.pid.%thread.tid) %evt.dir %evt.type %evt.info
 */
#ifndef FORMAT_TEXT_H
#define FORMAT_TEXT_H

#include "base/buf.h"
#include "state/state.h"

struct text;

struct text_opts {
	const char *template; /* NULL for the default line */
	bool utc;             /* times in UTC instead of the local zone */
	uint32_t data_limit;  /* rendered data longer than this is cut with "..."; 0: never */
};

/* Compiles the template. Returns NULL on failure (err says which field is unknown). */
MUST_CHECK struct text *text_new(const struct text_opts *opts, struct err *err);

/* Accepts NULL. */
void text_free(struct text *t);

/* Appends the line of event number num, with its line feed, to out. */
void text_event(struct text *t, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out);

#endif
