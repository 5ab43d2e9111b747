/* SPDX-License-Identifier: MIT */
/*
 * A thread as the state knows it. All texts are interned by the state and borrowed by everybody
 * else.
 */
#ifndef STATE_THREADS_H
#define STATE_THREADS_H

#include "base/buf.h"
#include "base/map.h"
#include "scap/event.h"
#include "scap/meta.h"

/* The system call a thread is in: its last enter record, until the exit record comes. */
struct thread_call {
	bool open;         /* an enter record is waiting for its exit */
	uint16_t type;     /* of the enter record */
	int64_t fd;        /* the descriptor it names, or -1 */
	uint64_t ts;       /* of the enter record */
	struct buf params; /* calls.c: its parameters, where its exit record needs them; else n 0 */
};

/* Its place in a list of threads; threads.c keeps them. */
struct thread_link {
	struct thread *next, *prev;
	bool linked;
};

enum thread_kin {
	KIN_SIBLINGS, /* the threads with the same ptid */
	KIN_GROUP,    /* the threads with the same pid */
	KIN_LISTS,
};

struct thread {
	struct meta_proc p;   /* texts are interned; cwd ends with '/' */
	struct span container; /* id; empty on the host */
	bool placeholder;     /* known only by its tid: everything else is a default */
	bool dead;            /* has exited; kept while its group needs it */
	bool subreaper;       /* orphans below it become its children; main threads */
	uint64_t clone_ts;    /* ns since 1970, 0 when it was there before the capture */
	uint64_t exec_ts;
	struct map fds;       /* struct fd by number; main threads and those without one */
	struct thread_call call;
	struct thread_link kin[KIN_LISTS];
};

#endif
