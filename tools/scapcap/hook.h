/* SPDX-License-Identifier: MIT */
/* The command that runs for each complete file, beside the capture. */
#ifndef SCAPCAP_HOOK_H
#define SCAPCAP_HOOK_H

#include <sys/types.h>

#include "base/err.h"

#define HOOKS_MAX 64 /* at the same time */

struct hook_run {
	pid_t pid;
	char *file; /* NULL without memory */
	bool doomed; /* the file is deleted when the command has ended */
};

struct hook {
	const char *command; /* for the shell; NULL: none */
	struct hook_run running[HOOKS_MAX];
	size_t n;
	uint64_t failed; /* ended with another status than 0, or could not be started */
	/* Whether not to wait any more, whatever signals come; NULL: never. */
	bool (*enough)(unsigned interruptions);
};

/*
 * Runs the command with the file's name behind it: with nothing to read, its standard output at standard
 * error, and beyond the reach of signals that the terminal sends. Waits for an earlier one if too many
 * run.
 */
void hook_run(struct hook *h, const char *file);

/*
 * Deletes a file, at once or, if a command is at work on it, when that has ended. That the file is
 * not there is fine.
 */
void hook_delete(struct hook *h, const char *file);

/* Counts those that have ended meanwhile. */
void hook_collect(struct hook *h);

/* Waits for all of them; those that run when there is enough waiting are left to themselves. */
void hook_end(struct hook *h);

#endif
