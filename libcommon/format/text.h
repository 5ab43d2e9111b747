/* SPDX-License-Identifier: MIT */
/*
 * Events as lines of text. The default line is sysdig's:
 * %evt.num %evt.outputtime %evt.cpu %proc.name (%proc.pid.%thread.tid) %evt.dir %evt.type %evt.info
 */
#ifndef FORMAT_TEXT_H
#define FORMAT_TEXT_H

#include "filter/param.h"

struct text;

struct text_opts {
	const char *template; /* NULL for the default line */
	enum text_time time;
	bool utc;            /* times in UTC instead of the local zone */
	uint32_t data_limit; /* dots longer than this are cut with "..."; 0: never */
	enum data_mode data_mode;
};

/* Compiles the template. Returns NULL on failure (err says which field is unknown). */
MUST_CHECK struct text *text_new(const struct text_opts *opts, struct err *err);

/* Accepts NULL. */
void text_free(struct text *t);

/* A file begins: forgets the times of the one before. */
void text_restart(struct text *t);

/*
 * Tells t of an event, shown or not: relative times count from the first event of a file that is no
 * record of the capture about itself. Called for every event, before text_event.
 */
void text_note(struct text *t, const struct event *ev);

/* Appends the line of event number num, with its line feed, to out. */
void text_event(struct text *t, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out);

/* The same without a line feed. */
void text_put(struct text *t, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out);

/* How t shows parameters of an event. Valid until the next call for t. */
const struct param_ctx *text_params(struct text *t, const struct state *st, const struct moment *m);

#endif
