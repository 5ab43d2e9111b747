/* SPDX-License-Identifier: MIT */
/* The command that runs for each complete file, beside the capture. */
#ifndef SCAPCAP_HOOK_H
#define SCAPCAP_HOOK_H

#include <sys/types.h>

#include "base/err.h"

#define HOOKS_MAX 64 /* at the same time */

struct hook {
	const char *command; /* for the shell; NULL: none */
	pid_t running[HOOKS_MAX];
	size_t n;
	uint64_t failed; /* ended with another status than 0, or could not be started */
};

/* Runs the command with the file's name behind it. Waits for an earlier one if too many run. */
void hook_run(struct hook *h, const char *file);

/* Counts those that have ended meanwhile; with all, waits for all of them. */
void hook_collect(struct hook *h, bool all);

#endif
