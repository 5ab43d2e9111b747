/* SPDX-License-Identifier: MIT */
/* The command that a capture is made around. */
#ifndef SCAPCAP_COMMAND_H
#define SCAPCAP_COMMAND_H

#include <sys/types.h>

#include "base/err.h"

struct command {
	pid_t pid;  /* 0 without a command, or once it has ended */
	int status; /* once it has ended: its exit status, or 128 + the signal that ended it */
};

/*
 * Runs argv; with quiet_stdout its standard output goes to standard error. before, if it is not
 * NULL, is called with arg in the new process, before the command takes it over. Returns 0, or -1 on
 * failure (err). That it cannot be run shows later, as exit status 126 or 127, as with shells.
 */
MUST_CHECK int command_start(struct command *c, char **argv, bool quiet_stdout,
	void (*before)(void *arg), void *arg, struct err *err);

/* Whether it has ended meanwhile. False without a command. */
bool command_ended(struct command *c);

/*
 * In a process that is to become another program: signals that we ignore or catch do what they do by
 * default. A SIGHUP that is ignored stays so, as nohup(1) wants it.
 */
void command_reset_signals(void);

#endif
