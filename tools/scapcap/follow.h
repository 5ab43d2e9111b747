/* SPDX-License-Identifier: MIT */
/* Who descends from what was chosen, of the threads that are there already. */
#ifndef SCAPCAP_FOLLOW_H
#define SCAPCAP_FOLLOW_H

#include "base/err.h"
#include "tools/scapcap/choose.h"

/* Takes a thread. Returns 0, or -1 on failure (err). */
typedef int (*follow_fn)(void *arg, uint32_t tid, struct err *err);

/*
 * Hands on the threads of all processes in the folder proc that were chosen by process, thread, name
 * or user, and of their descendants. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int follow_scan(const char *proc, const struct choice_opts *c, follow_fn fn, void *arg,
	struct err *err);

#endif
