/* SPDX-License-Identifier: MIT */
/* What a template can show: a row per field, with the function that appends its text. */
#ifndef FORMAT_FIELDS_H
#define FORMAT_FIELDS_H

#include "format/param.h"
#include "format/text.h"

/* What fields look at; filled in anew for each event. */
struct line {
	struct param_ctx params; /* the state, the event and what belongs to it */
	uint64_t num;
	struct times *local; /* times of the zone asked for */
	struct times *utc;
	enum text_time time;
	uint64_t first_ts; /* of the first event of the file */
	uint64_t shown_ts; /* of the event shown before; 0: there was none */
};

struct field {
	const char *name;
	/* Appends the text. Returns false when there is nothing to show, whatever was appended. */
	bool (*put)(const struct line *l, const struct field *f, const char *arg, struct buf *b);
	size_t at;      /* of thread fields: where in struct meta_proc */
	bool takes_arg; /* evt.arg.NAME */
};

/*
 * The field whose name text starts with: the longest one that ends there as a word. NULL when there
 * is none.
 */
const struct field *field_find(struct span text);

/* The field with the name nearest to word; NULL when none is near. For error messages. */
const struct field *field_nearest(struct span word);

/* Row i of all tables together; NULL after the last. */
const struct field *field_at(size_t i);

/* The tables, by what their fields are about; they end with a row without name. */
extern const struct field fields_evt[];
extern const struct field fields_proc[];

#endif
