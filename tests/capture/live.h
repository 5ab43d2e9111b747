/* SPDX-License-Identifier: MIT */
/* Live captures for tests, into memory. */
#ifndef CAPTURE_LIVE_H
#define CAPTURE_LIVE_H

#include <sys/types.h>

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

/*
 * Captures everything but this process, while command runs; four minutes at most, which only a test
 * that hangs needs. What others on a busy machine do may not all find room in the rings: who looks
 * for certain records chooses threads.
 */
struct setup setup_of(bool pairs, char **command);

/* Chooses the command and its descendants. */
void setup_follow(struct setup *setup);

/*
 * Whether the host has taken processors away since the last capture began, for longer than records may
 * be late: then they may be out of order.
 */
bool live_was_halted(void);

/*
 * Captures into to. Fails the test when that fails, skips it where it cannot be. lost, by
 * reason, may be NULL.
 */
void capture_into(struct buf *to, const struct setup *setup, uint64_t lost[DROP_REASONS]);

/* A process at work. */
struct live {
	pid_t pid;
	char more[64]; /* a line of shell that ends when it has done LIVE_STEPS steps more */
	int done;      /* where that line reads from */
};

#define LIVE_STEPS 100

/*
 * Starts a process that does step again and again until live_end or this process ends. Returns once
 * prepare (NULL: nothing) is done in it; with 0 for its id if that failed, and it is gone.
 */
struct live live_start(bool (*prepare)(const char *), const char *arg, void (*step)(void));
void live_end(struct live *live);

/*
 * In prepare: forks a process that sleeps once child is done in it, and waits for that, or for another
 * program to run in it. Returns whether that worked.
 */
bool live_fork(void (*child)(void));

/* A prepare: forks a process whose first thread ends, and which has /etc/passwd open as LIVE_FD. */
bool live_without_first_thread(const char *unused);

#define LIVE_FD 300 /* which nothing else gets */

/* A step that does nothing. */
void live_sleep(void);

/* In a step: whether it is one of those that were asked for. */
bool live_asked(void);

/* What no other process has: cat's name, as /tmp/cat-PID, to be removed; a user; 64 digits. */
void live_own_cat(char path[32]);
uid_t live_own_user(void);
void live_own_container(char id[65]);

/* A step that does little. */
void live_nap(void);

/*
 * Appends what a capture begins with, section header and lists, as it is now: told by the kernel's
 * lists as far as they can (NULL: by /proc).
 */
void live_scan(struct buf *to, struct iters *its, bool old_reader);

/* Whether a call was interrupted, which chance decides: it begins anew, or goes on as restart_syscall. */
bool live_interrupted(const struct event *ev);

/* Takes an event with the state as of it. */
typedef void (*live_fn)(void *arg, const struct event *ev, const struct moment *m);

/* Goes through the events of a file in memory, hidden ones too. Returns how many are shown. */
size_t live_each(const struct buf *file, live_fn fn, void *arg);

/* The same with a state of the caller's. */
size_t live_each_of(struct state *st, const struct buf *file, live_fn fn, void *arg);

#endif
