/* SPDX-License-Identifier: MIT */
/* What the files with the functions of the fields share. */
#ifndef FORMAT_FIELDS_PRIV_H
#define FORMAT_FIELDS_PRIV_H

#include "format/escape.h"
#include "format/fields.h"

/* Starts the definition of a field's put function; not all of them look at all arguments. */
#define PUT(what)                                                                                  \
	static bool put_##what(const struct line *l UNUSED, const struct field *f UNUSED,          \
		const char *arg UNUSED, struct buf *b UNUSED)

static inline const struct event *event_of(const struct line *l)
{
	return l->params.m->ev;
}

static inline const struct thread *thread_of(const struct line *l)
{
	return l->params.m->thread;
}

/* Appends a text of the capture; empty ones count as missing. */
static inline bool put_text(struct span s, struct buf *b)
{
	escape_put(b, s);
	return s.n > 0;
}

/* Appends a name of ours, if there is one. */
static inline bool put_name(const char *name, struct buf *b)
{
	if (name)
		buf_text(b, name);
	return name != NULL;
}

#endif
