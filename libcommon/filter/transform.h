/* SPDX-License-Identifier: MIT */
/* Functions of fields in templates, "toupper(proc.name)": those of filters, shown as text. */
#ifndef FILTER_TRANSFORM_H
#define FILTER_TRANSFORM_H

#include "base/err.h"
#include "filter/fields.h"

struct transform;

/* Whether text starts with a name and a bracket behind it. */
bool transform_starts(struct span text);

/*
 * Compiles the function that text starts with; *used is how many bytes of text it has. Returns NULL
 * on failure (err, without a place).
 */
MUST_CHECK struct transform *transform_new(struct span text, size_t *used, struct err *err);

/* Accepts NULL. */
void transform_free(struct transform *t);

/* A file begins: what fields remember of the one before is forgotten. */
void transform_restart(struct transform *t);

/* Whether records of a kind can have a value; and whether the state is needed for it. */
enum presence transform_presence(const struct transform *t, unsigned kind);
bool transform_needs_state(const struct transform *t);

/*
 * Appends the value, or several with commas between. Returns whether there was one; else nothing is
 * appended.
 */
bool transform_text(const struct view *v, struct transform *t, struct buf *b);

#endif
