/* SPDX-License-Identifier: MIT */
/* Bytes whose end touches a page that cannot be read: who reads on is stopped by a signal. */
#ifndef SUPPORT_GUARD_H
#define SUPPORT_GUARD_H

#include "base/base.h"
#include "base/span.h"

struct guard {
	uint8_t *map;
	size_t room; /* bytes in front of the page */
};

/* Makes room for up to n bytes. Returns whether that worked. */
bool guard_init(struct guard *g, size_t n);

void guard_release(struct guard *g);

/* Copies bytes, at most n, to the end of the room. Valid until the next call. */
struct span guard_put(struct guard *g, struct span bytes);

#endif
