/* SPDX-License-Identifier: MIT */
/* From the command line to what the modules that do the work are told. */
#ifndef SCAPCAP_PLAN_H
#define SCAPCAP_PLAN_H

#include <signal.h>

#include "tools/scapcap/capture.h"
#include "tools/scapcap/outlet.h"
#include "tools/scapcap/screen.h"
#include "tools/scapcap/session.h"

/* What is captured. command is borrowed. */
struct capture_opts plan_capture(const struct options *o, char **command);

/*
 * How it goes on and ends, but for stop, ask and answer, which are the program's. o, sieve and command
 * are borrowed.
 */
struct session_opts plan_session(const struct options *o, struct sieve *sieve, char **command);

/*
 * Where the options want the capture. *asked becomes non-zero when a file of what is in memory is
 * wanted; enough is that of parts.h. asked and screen are borrowed. Returns NULL on failure (err).
 */
MUST_CHECK struct outlet *plan_outlet(const struct options *o, struct screen *screen,
	volatile sig_atomic_t *asked, bool (*enough)(unsigned interruptions), struct err *err);

#endif
