/* SPDX-License-Identifier: MIT */
/*
 * A command and all that it starts, traced with ptrace: by whoever may run it, without the rights
 * that BPF programs take. A thread of its own stops them at each call and puts its record into a
 * ring.
 */
#ifndef SCAPCAP_TRACER_H
#define SCAPCAP_TRACER_H

#include "base/err.h"
#include "tools/scapcap/choose.h"
#include "tools/scapcap/emit.h"
#include "tools/scapcap/ring.h"

struct tracer;

struct tracer_opts {
	struct emit_opts emit;
	const struct choice_opts *choice; /* which calls; borrowed */
	char **command;                   /* borrowed */
	bool quiet_stdout;                /* its standard output goes to standard error */
	bool signals;                     /* records of signals, too */
	uint64_t ring_size;               /* bytes */
	uint64_t boot_ts; /* ns since 1970 at boot: added to the boot clock for the records */
};

/* Adds its ring to rings, which must be freed before it. Returns NULL on failure (err). */
MUST_CHECK struct tracer *tracer_new(
	const struct tracer_opts *opts, struct rings *rings, struct err *err);

/* Stops, frees. Accepts NULL. */
void tracer_free(struct tracer *t);

/* Starts the command's process, which waits. Returns 0, or -1 on failure (err). */
MUST_CHECK int tracer_start(struct tracer *t, struct err *err);

/* The command begins. */
void tracer_go(struct tracer *t);

/* Whether the command has ended; then status is its exit status, or 128 + the signal's number. */
bool tracer_ended(struct tracer *t, int *status);

/* Traces no more; what still runs goes on. What is in the ring stays. */
void tracer_stop(struct tracer *t);

#endif
