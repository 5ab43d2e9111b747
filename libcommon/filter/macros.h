/* SPDX-License-Identifier: MIT */
/* Names for parts of filters and for lists: "name = expression", "name = (value, value)". */
#ifndef FILTER_MACROS_H
#define FILTER_MACROS_H

#include "base/err.h"
#include "base/span.h"
#include "base/near.h"

struct macros;

/* Returns NULL without memory. */
MUST_CHECK struct macros *macros_new(void);

/* Accepts NULL. */
void macros_free(struct macros *m);

/*
 * Adds one definition, "NAME=EXPRESSION"; a name that is there already gets the new one. What the
 * expression says is looked at where the name is used. Returns 0, or -1 (err, with its place).
 */
MUST_CHECK int macros_add(struct macros *m, struct span definition, struct err *err);

/*
 * Adds the definitions of a text (base/defs.h). file, if not NULL, is where it is from, for messages.
 * Returns 0, or -1 (err, with its place in the text).
 */
MUST_CHECK int macros_read(struct macros *m, struct span text, const char *file, struct err *err);

/* What a name stands for; empty when there is none of that name. Valid until the next change. */
struct span macros_find(const struct macros *m, struct span name);

/* Where such a name was defined, "file:line"; empty when that was no file. */
struct span macros_origin(const struct macros *m, struct span name);

/* Looks at all names for the one that may have been meant. m may be NULL. */
void macros_near(const struct macros *m, struct near *n);

/* Definition i, in the order of adding; returns its name, or an empty span after the last. */
struct span macros_at(const struct macros *m, size_t i, struct span *expression);

#endif
