/* SPDX-License-Identifier: MIT */
/*
 * Reads a capture block by block and says of each record whether it is kept. Where that depends on
 * what comes later, blocks wait: so many as the time asked for holds.
 */
#ifndef SCAPEDIT_CHOOSE_H
#define SCAPEDIT_CHOOSE_H

#include "scap/event.h"
#include "tools/scapedit/comments.h"
#include "tools/scapedit/repair.h"
#include "tools/scapedit/select.h"

struct choose;

/* A block, and what was found out. */
struct pick {
	struct block block;
	bool keep;              /* of events and packets */
	bool rest;              /* everything from here on is kept, and no longer decoded */
	const struct event *ev; /* of an event, decoded; NULL when it is damaged, and at rest */
};

/* What each block goes through first; NULL: not that. Both stay the caller's. */
struct before {
	struct repair *repair;
	struct comments *comments;
};

/* what and r stay the caller's. Returns NULL on failure (err). */
MUST_CHECK struct choose *choose_new(const struct select *what, struct reader *r,
	const struct before *before, struct err *err);

/* Accepts NULL. */
void choose_free(struct choose *c);

/*
 * The next block. Returns 1, 0 at the end of what can be read (end says why, when it is damage), -1
 * on failure (err). *p is valid until the next call.
 */
MUST_CHECK int choose_next(struct choose *c, struct pick *p, struct err *end, struct err *err);

/* From now on each record is decoded, also those at rest. Call before the first choose_next. */
void choose_decode_all(struct choose *c);

/* How far the selection came. Valid until choose_free. */
const struct selection *choose_selection(const struct choose *c);

/* The reader, which says what interfaces there are and takes warnings. */
struct reader *choose_reader(const struct choose *c);

#endif
