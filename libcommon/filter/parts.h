/* SPDX-License-Identifier: MIT */
/* Parts of what fields and parameters say: single values, and words of lists. */
#ifndef FILTER_PARTS_H
#define FILTER_PARTS_H

#include "filter/fields.h"

/* Appends one value of the field, as field_each gives it, as text. */
void field_put_value(
	const struct view *v, const struct field_ref *r, const struct value *value, struct buf *b);

/* Texts that end with NUL each: takes the first off *words. Returns whether there was one. */
bool words_take(struct span *words, struct span *word);

/* Appends all of them with blanks between. */
void words_put(const struct view *v, struct span words, struct buf *b);

#endif
