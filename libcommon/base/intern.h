/* SPDX-License-Identifier: MIT */
/*
 * A pool of texts: equal texts share one stable copy, counted, so that memory follows what is in
 * use. Spans it returns are compared by pointer for equality within one pool. Freed entries are
 * reused by size, so that a steady coming and going of texts allocates nothing.
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include "base/base.h"
#include "base/span.h"

struct intern;

/* Returns NULL without memory. */
MUST_CHECK struct intern *intern_new(void);

/* Frees all texts, whoever still holds them. Accepts NULL. */
void intern_free(struct intern *in);

/*
 * The pool's copy of s, with one more holder. The empty text is the empty span and has no holders.
 * Without memory it is the empty span too, and intern_failed says so from then on. Valid until as
 * many intern_drop.
 */
struct span intern_take(struct intern *in, struct span s);

/* The same for a text that is in this pool already (or empty): one more holder, no copy. */
struct span intern_share(struct intern *in, struct span s);

/* Gives *s, a text of this pool, back and makes it empty. */
void intern_drop(struct intern *in, struct span *s);

/* Replaces *slot, a text of this pool, by s, which may be part of it. */
void intern_set(struct intern *in, struct span *slot, struct span s);

/* Whether memory ever ran out: a text is missing since. */
bool intern_failed(const struct intern *in);

/* Texts held now, and bytes of memory the pool has taken; for tests and statistics. */
size_t intern_count(const struct intern *in);
size_t intern_memory(const struct intern *in);

#endif
