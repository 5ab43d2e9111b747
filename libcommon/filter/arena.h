/* SPDX-License-Identifier: MIT */
/* Memory that is freed all at once: what a filter is made of. A struct arena of zeros is ready. */
#ifndef FILTER_ARENA_H
#define FILTER_ARENA_H

#include "base/base.h"
#include "base/span.h"

struct arena {
	struct arena_chunk *chunks;
	uint8_t *p;  /* where the next bytes come from */
	size_t left;
	bool failed; /* memory ran out: something is missing */
};

/* n bytes of zeros, aligned for anything; NULL without memory. Valid until arena_release. */
void *arena_zeros(struct arena *a, size_t n);

/* A copy of s with a NUL behind it; empty without memory. */
struct span arena_copy(struct arena *a, struct span s);

/* Frees everything and makes a an empty arena again. */
void arena_release(struct arena *a);

#endif
