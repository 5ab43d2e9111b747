/* SPDX-License-Identifier: MIT */
/* The word that somebody who wrote another one may have meant. For messages. */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include "base/base.h"
#include "base/span.h"

struct near {
	struct span word; /* what was written */
	size_t least;     /* letters that best differs in */
	const char *best; /* NULL: nothing is near */
};

/* Starts a search. */
struct near near_of(struct span word);

/* Looks at one candidate, which must stay valid as long as n. */
void near_try(struct near *n, const char *candidate);

/* For the end of a message: the arguments of "%s%s%s". */
#define NEAR_TEXT(n) (n).best ? "; do you mean " : "", (n).best ? (n).best : "", (n).best ? "?" : ""

#endif
