/* SPDX-License-Identifier: MIT */
/*
 * Clones that only the parent has told of yet. The child's own record says the same again, and
 * readers ignore it when they have seen the parent's less than two seconds before. A list of
 * processes cannot tell them: they would make the child anew of what its parent has become. So a
 * fresh state must not be put between the two records.
 */
#ifndef STATE_BIRTHS_H
#define STATE_BIRTHS_H

#include "base/map.h"
#include "scap/event.h"
#include "state/state.h"

struct births {
	struct map waiting; /* uint64_t, time of the parent's record, by the child's tid */
	bool failed;        /* no memory: one is missing */
};

/* No births. */
void births_init(struct births *b);

/* Frees what is in b and leaves it empty, ready to be used again. */
void births_release(struct births *b);

/* Takes in an event that st has applied. */
void births_note(struct births *b, const struct state *st, const struct event *ev);

/* Whether there are any as of this time, in ns since 1970. */
bool births_waiting(struct births *b, uint64_t now);

#endif
