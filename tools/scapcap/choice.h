/* SPDX-License-Identifier: MIT */
/*
 * What scapcap and its BPF programs share about choosing: by what, which values, and what is known
 * of a thread.
 */
#ifndef SCAPCAP_CHOICE_H
#define SCAPCAP_CHOICE_H

#include <linux/types.h>

/* What a call changes for later ones, so that it is recorded, hidden, even when it is left out. */
enum keep {
	KEEP_NOT,
	KEEP_THREAD, /* threads and what they are: of all threads */
	KEEP_FILES,  /* descriptors: of the threads that share or inherit those of chosen ones */
};

/* By what threads are chosen: all of these must hold. Without any, all threads are. */
enum choice {
	BY_PID = 1,
	BY_TID = 2,
	BY_UID = 4,
	BY_COMM = 8,
	BY_CGROUP = 16, /* by path or as that of a container */
	BY_DESCENT = 32, /* from the command or a chosen one: regardless of all others */
	/* As records tell it, which filters look at: */
	BY_EUID = 64, /* the effective id; all threads in user namespaces of their own, too */
	BY_NAME = 128, /* of now, or when it was last started or executed */
};

/* What a thread may turn into after it has opened descriptors. */
#define BY_CHANGING (BY_UID | BY_COMM | BY_CGROUP | BY_EUID | BY_NAME)

/* A value that is chosen: a number in the first bytes, or a name; the rest zeros. */
#define CHOSEN_BYTES 16u
struct chosen {
	__u32 by; /* enum choice; 0: a process that shares its descriptors with a chosen thread */
	__u32 unused;
	union {
		__u64 number;
		char text[CHOSEN_BYTES];
	};
};

#define MAX_CONTAINERS 8u
#define CONTAINER_ID   64u /* hexadecimal digits */

/* The start of a container's id. */
struct container_prefix {
	__u32 len; /* 0 ends the list */
	char text[CONTAINER_ID];
};

enum call_state {
	CALL_NONE,
	CALL_ACTIVE,
	CALL_TOLD, /* its return has been recorded already */
};

enum verdict {
	LEFT_OUT,
	HIDDEN, /* recorded for the state that it changes */
	SHOWN,
};

/* A thread and the system call that it is in, by its id. An entry stays until its thread ends. */
struct traced {
	__u64 ts;
	__u64 arg0;
	__u32 nr;
	__u8 state;    /* enum call_state */
	__u8 verdict;  /* enum verdict, of the call */
	__u8 followed; /* chosen for good, with its descendants */
	__u8 named;    /* had a chosen name, BY_NAME, before it gave itself another one */
};

#endif
