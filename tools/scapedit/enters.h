/* SPDX-License-Identifier: MIT */
/*
 * The calls that threads are in: for each thread what its last enter record said, until the exit
 * record comes. Memory follows the threads.
 */
#ifndef SCAPEDIT_ENTERS_H
#define SCAPEDIT_ENTERS_H

#include "base/map.h"
#include "scap/event.h"
#include "tools/scapedit/losses.h"

struct enters {
	struct map by_tid;
	struct losses *losses;
};

/* No calls. losses, which stays the caller's, counts those shown without an exit record. */
void enters_init(struct enters *e, struct losses *losses);

/* Counts what is still open and forgets everything. */
void enters_release(struct enters *e);

/*
 * Keeps ev, an enter record. taken: it is in no file; only its exit record will tell of it. Returns
 * 0, or -1 without memory (err).
 */
MUST_CHECK int enters_put(struct enters *e, const struct event *ev, bool taken, struct err *err);

/*
 * The call that this exit record of its thread ends: fills in *enter, borrowed until the next call,
 * and *taken as it was put. Returns false when there is none. It is over then in any case.
 */
bool enters_take(struct enters *e, const struct event *exit, struct event *enter, bool *taken);

/* The thread is gone. */
void enters_drop(struct enters *e, int64_t tid);

#endif
