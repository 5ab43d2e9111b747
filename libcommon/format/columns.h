/* SPDX-License-Identifier: MIT */
/* Fields that somebody chose, in order: the columns of a table, or the members of an object. */
#ifndef FORMAT_COLUMNS_H
#define FORMAT_COLUMNS_H

#include "base/err.h"
#include "filter/fields.h"

struct column {
	struct field_ref ref;
	const char *name;           /* as it was asked for; borrowed */
	bool of_events, of_packets; /* some of these can have it */
};

struct columns {
	struct column *at;
	size_t n;
	bool of_events, of_packets; /* some column says something of them */
	struct arena arena;
};

/*
 * Columns of the fields with these names, "proc.name", "evt.arg.fd" or "proc.aname[2]", which are
 * borrowed. Returns 0, or -1 (err). Release them in any case.
 */
MUST_CHECK int columns_init(struct columns *c, const char *const *names, size_t n, struct err *err);

/* The same of all fields of a class (fields.h) that have one short value. */
MUST_CHECK int columns_init_class(struct columns *c, const char *class, struct err *err);

/* Frees what the columns have made. */
void columns_release(struct columns *c);

/* A file begins: what fields remember of the one before is forgotten. */
void columns_restart(struct columns *c);

/* Whether records such as the one that v looks at can have the column. */
static inline bool column_fits(const struct column *c, const struct view *v)
{
	return v->packet ? c->of_packets : c->of_events;
}

/* Whether a field is a list without a text of its own: field_each gives what is to be shown. */
static inline bool column_is_list(const struct column *c)
{
	return !c->ref.field->get && !c->ref.field->put;
}

/* Appends the column as text. Returns whether there was a value; else something may be appended. */
bool column_text(struct column *c, const struct view *v, struct buf *b);

#endif
