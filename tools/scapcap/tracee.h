/* SPDX-License-Identifier: MIT */
/* A traced thread, and what ptrace and /proc say of it while it is stopped. */
#ifndef SCAPCAP_TRACEE_H
#define SCAPCAP_TRACEE_H

#include "base/base.h"

/* How far a new thread and what its parent tells of it have come together. */
enum birth {
	NOT_SEEN,
	WAITS,     /* it has stopped; its parent is to tell of it */
	ANNOUNCED, /* the reverse */
	BORN,
};

/* Zeros are a thread of which nothing is known. */
struct tracee {
	int64_t tgid;
	uint32_t nr;     /* of the call that it is in, or was in last; marked as compat.h says */
	uint8_t state;   /* enum call_state */
	uint8_t verdict; /* enum verdict, of the call */
	uint8_t birth;   /* enum birth */
	bool ending;
	bool creates;   /* what the call opens was not there before */
	uint64_t began; /* ns since 1970 */
	uint64_t args[6];
	char *name; /* what an execve was asked to run; the owner's to free */
};

/* Where a call begins or returns. */
struct syscall_stop {
	bool enters;
	uint32_t arch; /* AUDIT_ARCH_ */
	uint64_t nr, args[6];
	int64_t ret;
};

/* Why a thread stopped at a call. Returns false when it is gone, or it is no such stop. */
bool tracee_stop_get(int64_t tid, struct syscall_stop *s);

/*
 * What the call returned that a thread was in when something ended it. Returns false if it is gone, or
 * of a 32-bit program.
 */
bool tracee_result(int64_t tid, int64_t *ret);

/*
 * What of the call is other than in a 64-bit program: c has the marked number, and the arguments as
 * they are, which are put in order.
 */
void tracee_compat(struct tracee *c, int64_t tid);

/* What an event is about: a new thread, the id before an exec, an exit code. */
int64_t tracee_message(int64_t tid);

/* Goes on until the next stop, with a signal or 0. */
void tracee_resume(int64_t tid, int sig);

/* Keeps the string at argument n of the call, which the call may do away with; -1: forgets it. */
void tracee_keep_name(struct tracee *c, int64_t tid, int n);

/* The process that a thread is in; 0 when it is gone. */
int64_t tracee_group(int64_t tid);

/* Whether a signal goes to a handler, or ends or stops the process. */
bool tracee_takes(int64_t tid, int sig);

/* Who sent the signal that is being delivered: none when it was the kernel. */
int64_t tracee_sender(int64_t tid, int sig);

#endif
