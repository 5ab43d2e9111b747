/* SPDX-License-Identifier: MIT */
/* The command that a capture is made around: started stopped, let go, waited for. */
#ifndef SCAPCAP_COMMAND_H
#define SCAPCAP_COMMAND_H

#include <sys/types.h>

#include "base/err.h"

struct command {
	pid_t pid;  /* 0 without a command, or once it has ended */
	int go;     /* closing it lets the command run; -1 when it does */
	int status; /* exit status once it has ended: its own, or 128 + its signal */
};

/*
 * Starts argv, but holds it back before it runs. With quiet_stdout its standard output goes to
 * standard error. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int command_start(struct command *c, char **argv, bool quiet_stdout, struct err *err);

/* Lets it run. */
void command_go(struct command *c);

/* Whether it has ended meanwhile. False without a command. */
bool command_ended(struct command *c);

/* Ends it if it never ran; a running one is left alone. */
void command_release(struct command *c);

#endif
