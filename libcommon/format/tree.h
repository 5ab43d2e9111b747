/* SPDX-License-Identifier: MIT */
/*
 * A record with everything that is known of it: all fields that have a value, by what they are
 * about, and all parameters. A line per field, "    proc.name: curl", below lines that say what the
 * next ones are about.
 */
#ifndef FORMAT_TREE_H
#define FORMAT_TREE_H

#include "filter/view.h"

struct tree;

/* Returns NULL without memory (err). */
MUST_CHECK struct tree *tree_new(struct err *err);

/* Accepts NULL. */
void tree_free(struct tree *t);

/* A file begins: forgets what fields remember of the one before. */
void tree_restart(struct tree *t);

/* Appends the lines of the record that v looks at. Data is not cut. */
void tree_put(struct tree *t, const struct view *v, struct buf *out);

#endif
