/* SPDX-License-Identifier: MIT */
/*
 * An outlet like a flight recorder: the newest events stay in memory, and become a file, with the
 * state as of the oldest of them, when somebody asks or the command fails.
 */
#ifndef SCAPCAP_RECORDER_H
#define SCAPCAP_RECORDER_H

#include <signal.h>

#include "tools/scapcap/outlet.h"
#include "tools/scapcap/parts.h"

/* Between files because of events, in ns: what passes meanwhile is in the next one. */
#define RECORDER_REST 10000000000ull

#define DUMP_ON_SIGNAL 1u
#define DUMP_ON_EXIT   2u /* of the command, with another status than 0 */
#define DUMP_ON_FILTER 4u /* an event passed */

struct recorder_opts {
	struct parts_opts parts;
	bool live;                    /* it is this machine's capture; see resume.h */
	const char *application;      /* for the section header; NULL: none */
	uint64_t size;                /* bytes of events that are kept */
	unsigned dump_on;             /* DUMP_ON_ bits */
	volatile sig_atomic_t *asked; /* non-zero: write a file now; set to zero then */
	bool *hit;      /* the event that comes next passed; set to false when it came. NULL: none does */
	uint64_t files; /* so many are enough; 0: no limit */
};

/* Keeps nothing yet. opts is copied. Returns NULL on failure (err); else end it. */
MUST_CHECK struct outlet *recorder_new(const struct recorder_opts *opts, struct err *err);

#endif
