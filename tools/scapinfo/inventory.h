/* SPDX-License-Identifier: MIT */
/* What was on the machine: the entries of list blocks, and the containers. */
#ifndef SCAPINFO_INVENTORY_H
#define SCAPINFO_INVENTORY_H

#include "base/map.h"
#include "state/state.h"
#include "tools/scapinfo/info.h"

/* What is needed only while reading. */
struct inventory {
	struct info *in;        /* borrowed; where it is counted */
	struct state *st;       /* sees nothing but container records */
	struct map pids;        /* of the process lists of this section */
	struct map containers;  /* id, by its address in the pool, to index + 1 */
	bool container_records; /* some that were not taken over yet */
};

/* Returns 0, or -1 on failure (err). Release it in either case. */
MUST_CHECK int inventory_init(struct inventory *inv, struct info *in, struct err *err);

/* Accepts one of zeros. */
void inventory_release(struct inventory *inv);

/*
 * Counts a list block or the machine's; other blocks are none of its business. A damaged one sets
 * bad. Returns 0, or -1 without memory (err).
 */
MUST_CHECK int inventory_block(struct inventory *inv, const struct block *b, struct err *bad,
	struct err *err);

/* Looks for containers in an event whose type is known. Returns 0, or -1 without memory (err). */
MUST_CHECK int inventory_event(struct inventory *inv, const struct event *ev, struct err *err);

/* Ends a section; header is that of the next one, or NULL. Returns 0, or -1 on failure (err). */
MUST_CHECK int inventory_section(struct inventory *inv, const struct block *header,
	struct err *err);

#endif
