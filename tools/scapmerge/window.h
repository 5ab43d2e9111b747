/* SPDX-License-Identifier: MIT */
/* Blocks that wait for earlier ones: puts an input in order whose own order is broken. */
#ifndef SCAPMERGE_WINDOW_H
#define SCAPMERGE_WINDOW_H

#include "base/buf.h"

/* How far out of order blocks may be. Zeros: not at all. */
struct window_limit {
	uint64_t records; /* places in the file */
	uint64_t ns;      /* time */
};

struct window_item;

/* Zeros are an empty window. */
struct window {
	struct window_item **heap; /* the earliest first */
	size_t n, cap;
	struct window_item *spare; /* for the next ones */
	uint64_t arrivals;
	uint64_t newest;           /* latest time that was put in */
	size_t bytes;
};

/* Frees everything, blocks that wait included. */
void window_release(struct window *w);

/* Copies a block of this time into w. Returns whether there was memory. */
MUST_CHECK bool window_put(struct window *w, uint64_t ts, struct span block);

/*
 * Whether the first block can go: no earlier one may come within the limit, or w has all the memory
 * it may have.
 */
bool window_full(const struct window *w, const struct window_limit *limit);

/* The earliest block (of equal ones the one that came first), of a window with n > 0. */
uint64_t window_ts(const struct window *w);
struct span window_block(const struct window *w);
void window_pop(struct window *w);

#endif
