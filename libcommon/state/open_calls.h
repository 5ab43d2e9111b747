/* SPDX-License-Identifier: MIT */
/*
 * The system calls that threads are in: for each thread its last enter record, ready to be written
 * as a hidden one. An exit record shows what its enter record said, so whoever keeps the exit needs
 * the enter.
 */
#ifndef STATE_OPEN_CALLS_H
#define STATE_OPEN_CALLS_H

#include "base/buf.h"
#include "base/map.h"
#include "scap/event.h"
#include "state/state.h"

struct calls {
	struct map by_tid;
	uint64_t seen; /* enter records so far: their order */
	bool failed;   /* no memory: a record is missing */
};

/* No calls. */
void calls_init(struct calls *c);

/* Frees what is in c and leaves it empty, ready to be used again. */
void calls_release(struct calls *c);

/*
 * Takes in the event ev of block b. written says whether it is in the output, hidden or not; when
 * an exit record is, its enter record counts as written with it.
 */
void calls_note(struct calls *c, const struct event *ev, const struct block *b, bool written);

/* Appends the enter record that the exit record ev ends, unless it is in the output already. */
void calls_put_enter(struct calls *c, const struct event *ev, struct buf *to);

/* Appends the enter record of the call that a thread is in, if it is in one, likewise. */
void calls_put_thread(struct calls *c, int64_t tid, struct buf *to);

/* Whether ev ends a call whose enter record is in the output. */
bool calls_ends_written(const struct calls *c, const struct event *ev);

/*
 * Whether an event that is left out of the output can matter to what comes later, so that it has to be
 * there hidden. Types newer than our table may, to readers that know them.
 */
bool calls_matter(const struct calls *c, const struct event *ev);

/* Appends all enter records of calls that live threads of st are in, oldest first, likewise. */
void calls_put_all(struct calls *c, const struct state *st, struct buf *to);

/* From now on nothing is in the output: a new section begins. */
void calls_forget_written(struct calls *c);

#endif
