/* SPDX-License-Identifier: MIT */
/* Regular expressions: PCRE2, with bounds on what a match may cost. */
#ifndef FILTER_REGEX_H
#define FILTER_REGEX_H

#include "base/err.h"
#include "base/span.h"

struct regex;

/* How an expression is applied. */
struct regex_opts {
	bool whole; /* it has to match all of the text, else some part */
	bool fold;  /* letters match in either case */
};

/* Returns NULL on failure: err says what is wrong with it, the place in the expression in *at. */
MUST_CHECK struct regex *regex_new(struct span pattern, const struct regex_opts *opts, size_t *at,
	struct err *err);

/* Accepts NULL. */
void regex_free(struct regex *re);

/* Whether the text matches; false, too, for a text on which the search would take too long. */
bool regex_match(struct regex *re, struct span text);

/*
 * The first match in text at or behind from: all of it in groups[0], and up to n - 1 of its groups
 * behind, empty where they took no part. Returns false as regex_match does. Borrowed from text.
 */
bool regex_find(struct regex *re, struct span text, size_t from, struct span *groups, size_t n);

#endif
