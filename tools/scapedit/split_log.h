/* SPDX-License-Identifier: MIT */
/*
 * What all parts of a capture have in common: the state, and how a part gets to know it, from any
 * record on.
 */
#ifndef SCAPEDIT_SPLIT_LOG_H
#define SCAPEDIT_SPLIT_LOG_H

#include "state/births.h"
#include "state/open_calls.h"
#include "state/state.h"
#include "tools/scapedit/parts.h"

struct split_log {
	struct state *state;
	struct calls calls; /* none counts as written */
	struct births births;
	uint64_t now; /* time of the last event */
	/* The section being read: */
	unsigned section; /* its number */
	bool begun;       /* events have come */
	struct buf header;
	struct buf ifs;     /* its interfaces, for parts that need another section */
	struct buf common;  /* blocks that are not ours, for all parts; the interfaces, too */
	struct buf base;    /* lists as they were, or a state */
	struct buf records; /* hidden, since the base */
};

/* Returns 0, or -1 on failure (err). Release l in any case. */
MUST_CHECK int split_log_init(struct split_log *l, struct err *err);
void split_log_release(struct split_log *l);

/*
 * Take in blocks: a section header, a list, one that is not ours and that all parts are to have.
 * Return 0, or -1: no memory, or the list is damaged (err).
 */
MUST_CHECK int split_log_section(struct split_log *l, const struct block *b, struct err *err);
MUST_CHECK int split_log_list(struct split_log *l, const struct block *b, struct err *err);
MUST_CHECK int split_log_common(struct split_log *l, const struct block *b, struct err *err);

/* Appends an event, hidden, behind its enter record, which may be empty. */
void split_log_event(struct split_log *l, struct span enter, const struct block *b);

/* An event was applied to the state. Returns 0, or -1 without memory (err). */
MUST_CHECK int split_log_note(
	struct split_log *l, const struct event *ev, const struct block *b, struct err *err);

/* Between two events: makes the log short when it is long. Returns 0, or -1 on failure (err). */
MUST_CHECK int split_log_shorten(struct split_log *l, struct split_parts *parts, struct err *err);

/* No part is open: the state becomes the base, if that is possible. Returns 0, or -1 (err). */
MUST_CHECK int split_log_restart(struct split_log *l, struct err *err);

/*
 * Write to a part what belongs in front of its next record: the header of its section and what is
 * common; for an event, the state as of now, too. Return 0, or -1 on failure (err).
 */
MUST_CHECK int split_log_open(struct split_log *l, struct split_part *p, struct err *err);
MUST_CHECK int split_log_catch_up(struct split_log *l, struct split_part *p, struct err *err);

/*
 * A part ends, or its section does. Readers of scap want an event in every section they come to:
 * with scap, one of packets alone gets a hidden one. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int split_log_leave(
	struct split_log *l, struct split_part *p, bool scap, struct err *err);

#endif
