/* SPDX-License-Identifier: MIT */
/*
 * The state as of an event in the middle of a capture, written so that a file can begin there and
 * what follows decodes as in one long file: lists, then the calls that threads are in.
 */
#ifndef SCAPCAP_RESUME_H
#define SCAPCAP_RESUME_H

#include "state/births.h"
#include "state/open_calls.h"
#include "state/state.h"

struct resume {
	struct state *st;
	struct calls calls;
	struct births births;
	struct buf hidden; /* records of those calls */
	bool live;         /* what no event tells is looked at again: users, groups, interfaces */
	bool damaged;      /* an event could not be decoded; it is passed over */
};

/* Takes the first blocks of a file, section header and lists, into a state. Returns 0, or -1 (err). */
MUST_CHECK int resume_load(struct state *st, struct span head, struct err *err);

/* A block of the machine's byte order, as a reader would give it. */
struct block resume_block(struct span raw);

/*
 * No state yet. live: it is of this machine as it is meanwhile. Returns 0, or -1 without memory (err).
 * Release f in any case.
 */
MUST_CHECK int resume_init(struct resume *f, bool live, struct err *err);
void resume_release(struct resume *f);

/* Takes in the first blocks of a file: section header and lists. Returns 0, or -1 (err). */
MUST_CHECK int resume_head(struct resume *f, struct span head, struct err *err);

/* Takes in an event block of the machine's byte order. Returns 0, or -1 without memory (err). */
MUST_CHECK int resume_event(struct resume *f, struct span raw, struct err *err);

/*
 * Whether a file may begin at this time, in ns since 1970: not between the two records of a clone
 * where the parent's came first, which a state cannot tell. That is so only when the capture began in
 * the middle of the call or lost the child's; two seconds are the most it takes.
 */
bool resume_ready(struct resume *f, uint64_t now);

/* Writes what belongs behind a section header for the events that come next. Returns 0 or -1 (err). */
MUST_CHECK int resume_write(struct resume *f, struct writer *w, struct err *err);

#endif
