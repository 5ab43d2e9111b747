/* SPDX-License-Identifier: MIT */
/*
 * What of a machine's state some of its events can show: collected in one pass over a capture, asked
 * in the next one, which writes nothing else. Sections are not told apart: what is reached in one
 * counts in all.
 */
#ifndef STATE_REACH_H
#define STATE_REACH_H

#include "state/state.h"

/* How much of a thread can be shown. */
enum reach_level {
	REACH_NOTHING,
	REACH_NAME,     /* who it is: it leads a session or group, or is named by a call */
	REACH_ANCESTOR, /* its command line and environment, too */
	REACH_WHOLE,    /* also its directory and descriptors */
};

struct reach;

/* Nothing is reached so far. Returns NULL on failure (err). */
MUST_CHECK struct reach *reach_new(struct err *err);

/* Accepts NULL. */
void reach_free(struct reach *r);

/* Lists were loaded, or a section begins. */
void reach_lists(struct reach *r);

/* Call before st takes in ev. */
void reach_before(struct reach *r, const struct state *st, const struct event *ev);

/* Call after st has taken in m's event; kept: fields of this event will be shown. */
void reach_note(struct reach *r, const struct state *st, const struct moment *m, bool kept);

/* Call after the last event. Returns 0, or -1 when something is missing for want of memory (err). */
MUST_CHECK int reach_close(struct reach *r, struct err *err);

/* After reach_close. A user counts by its number, in all containers that are reached. */
enum reach_level reach_thread(const struct reach *r, int64_t tid);
bool reach_user(const struct reach *r, const struct meta_user *u);
bool reach_container(const struct reach *r, struct span id);

/*
 * Whether a record that is not shown can change what is reached. One of a thread whose name alone is
 * can say more than that (args, env): who writes it blanks these parameters.
 */
bool reach_event(const struct reach *r, const struct event *ev);

#endif
