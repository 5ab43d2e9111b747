/* SPDX-License-Identifier: MIT */
/*
 * Splits a capture into parts of which each can be read by itself: every event of a part reads as
 * it did in the whole, but for its number.
 */
#ifndef SCAPEDIT_SPLIT_H
#define SCAPEDIT_SPLIT_H

#include "tools/scapedit/parts.h"

struct split;

/* Records and lists that could not be decoded. */
struct split_damage {
	uint64_t count;
	struct err first;
};

/* One pass over a capture. parts stay the caller's. Returns NULL on failure (err). */
MUST_CHECK struct split *split_new(struct split_parts *parts, struct err *err);

/* Accepts NULL. Parts that are open stay so. */
void split_free(struct split *s);

/* Where the capture goes in, as whole blocks. Valid until split_free. */
struct sink *split_sink(struct split *s);

/* Call after the last block: ends all parts. Returns 0, or -1 on failure (err). */
MUST_CHECK int split_end(struct split *s, struct err *err);

/* Valid until split_free. */
const struct split_damage *split_damage(const struct split *s);

#endif
