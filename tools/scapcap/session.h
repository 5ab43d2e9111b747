/* SPDX-License-Identifier: MIT */
/* A capture from beginning to end: into an outlet, for as long as was asked. */
#ifndef SCAPCAP_SESSION_H
#define SCAPCAP_SESSION_H

#include <signal.h>

#include "base/err.h"
#include "tools/scapcap/capture.h"
#include "tools/scapcap/lookup.h"
#include "tools/scapcap/outlet.h"

struct session_report;

struct session_opts {
	bool pairs; /* as the capture was made */
	uint64_t duration; /* ns; UINT64_MAX: no limit */
	uint64_t limit;    /* events; UINT64_MAX: no limit */
	char **command;    /* NULL: none */
	bool follow;       /* the command counts as chosen */
	bool to_stdout;    /* the outlet is standard output */
	const char *application; /* for the section header; NULL: none */
	/* Becomes 1 to end the capture, more than that to let go what has not been written by then. */
	const volatile sig_atomic_t *stop;
	/* Becomes non-zero when answer is to be called, and is set to zero then; or both NULL. */
	volatile sig_atomic_t *ask;
	void (*answer)(const struct session_report *so_far);
	struct sieve *sieve; /* what is left out of the file; NULL: nothing */
	const struct lookup_opts *containers; /* whom to ask for their names; NULL: nobody */
};

struct session_report {
	uint64_t events; /* written */
	uint64_t hidden; /* written for the state that they change */
	uint64_t unwritten; /* recorded, and not taken by the outlet, as far as that is known */
	const struct counters *dropped; /* of each processor; as long as the capture lives */
	uint32_t cpus;
	uint64_t late; /* out of order */
	int status;    /* of the command; 0 without one, or while it still runs */
};

/*
 * Captures with cap, which has just been attached, to an outlet, and detaches cap; both stay the
 * caller's. Returns 0, or -1 on failure (err); the report is filled in either case.
 */
MUST_CHECK int session_run(const struct session_opts *opts, struct capture *cap, struct outlet *to,
	struct session_report *report, struct err *err);

#endif
