/* SPDX-License-Identifier: MIT */
/*
 * A few thousand blocks read ahead of those that are shown, so that of calls that have but an exit
 * record it is known in time when they began.
 */
#ifndef SCAPCAT_AHEAD_H
#define SCAPCAT_AHEAD_H

#include "base/err.h"
#include "pcapng/block.h"

struct ahead;

/* Where a block stands in its file. */
struct ordinal {
	uint64_t event; /* of events: among them, from 1 */
	uint64_t frame; /* of events and packets: among both */
};

/* Returns NULL without memory (err). */
MUST_CHECK struct ahead *ahead_new(struct err *err);

/* Accepts NULL. */
void ahead_free(struct ahead *a);

/* Whether something has to be taken out before more is put in. */
bool ahead_full(const struct ahead *a);

/* Puts in a copy of b. Returns 0, or -1 without memory (err). */
MUST_CHECK int ahead_put(
	struct ahead *a, const struct block *b, const struct ordinal *at, struct err *err);

struct ahead_block {
	struct block block; /* spans of a copy */
	struct ordinal at;
	bool begins; /* it is the exit record of a call that begins now, and will come again */
};

/* What comes next in time; NULL when it is empty. Valid until the next call on a. */
const struct ahead_block *ahead_next(struct ahead *a);

#endif
