/* SPDX-License-Identifier: MIT */
/* Live captures for tests, into memory. */
#ifndef CAPTURE_LIVE_H
#define CAPTURE_LIVE_H

#include "base/buf.h"
#include "scap/event.h"
#include "state/fds.h"
#include "state/state.h"
#include "state/threads.h"
#include "tools/scapcap/session.h"

struct setup {
	struct capture_opts capture;
	struct session_opts session;
	uint32_t hidden[MAX_HIDDEN]; /* processes; 0 ends */
};

/* Captures everything but this process, while command runs, 20 seconds at most. */
struct setup setup_of(bool pairs, char **command);

/*
 * Captures into to. Fails the test when that fails, skips it where it cannot be. lost, by
 * reason, may be NULL.
 */
void capture_into(struct buf *to, const struct setup *setup, uint64_t lost[DROP_REASONS]);

/*
 * Starts a process that does step again and again until live_end or this process ends. Returns once
 * prepare (NULL: nothing) is done in it, with its id; with 0 if that failed, and it is gone.
 */
pid_t live_start(bool (*prepare)(const char *), const char *arg, void (*step)(void));
void live_end(pid_t pid);

/* A step that does little. */
void live_nap(void);

/* Takes an event with the state as of it. */
typedef void (*live_fn)(void *arg, const struct event *ev, const struct moment *m);

/* Goes through the events of a file in memory, hidden ones too. Returns how many are shown. */
size_t live_each(const struct buf *file, live_fn fn, void *arg);

/* The same with a state of the caller's. */
size_t live_each_of(struct state *st, const struct buf *file, live_fn fn, void *arg);

#endif
