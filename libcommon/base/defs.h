/* SPDX-License-Identifier: MIT */
/*
 * Texts that people write: "NAME = VALUE" by the line, where a line that starts with a blank belongs
 * to the one before, and comments, from a '#' at the start of a line or behind a blank, outside of
 * quotes, to the end of the line.
 */
#ifndef BASE_DEFS_H
#define BASE_DEFS_H

#include "base/err.h"
#include "base/span.h"

/* Makes comments blanks, so that everything else stays where it is. */
void defs_blank_comments(uint8_t *text, size_t n);

struct def {
	size_t at; /* where in the text it begins */
	size_t value_at;
	struct span name, value; /* in the text, without blanks around; possibly empty */
};

/*
 * The next definition of a text without comments, from *pos, 0 at first. Returns 1, 0 after the last,
 * -1 (err, with the place) when there is no '='.
 */
MUST_CHECK int defs_next(struct span text, size_t *pos, struct def *d, struct err *err);

/* The number of the line, from 1, that an offset is in. */
size_t defs_line(struct span text, size_t offset);

#endif
