/* SPDX-License-Identifier: MIT */
/* Records that were there already: a window over the last ones, by what they are. */
#ifndef SCAPMERGE_SEEN_H
#define SCAPMERGE_SEEN_H

#include "base/map.h"
#include "base/span.h"

struct seen {
	struct map keys;   /* of the records in the window */
	uint64_t *window;  /* their keys, a ring */
	size_t next;
};

/* Ready for use; takes no memory yet. */
void seen_init(struct seen *s);

/* Frees the window. */
void seen_release(struct seen *s);

/* What tells a record from others. */
uint64_t seen_key(struct span record);

/*
 * Puts in a record; nth: how many equal ones its file has right before it. Returns 1 when it is new,
 * 0 when it was there, -1 without memory.
 */
int seen_put(struct seen *s, uint64_t key, uint32_t nth);

#endif
