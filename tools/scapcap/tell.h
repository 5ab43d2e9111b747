/* SPDX-License-Identifier: MIT */
/* What is told on standard error of a capture: at its end, and whenever SIGUSR1 asks. */
#ifndef SCAPCAP_TELL_H
#define SCAPCAP_TELL_H

#include "tools/scapcap/session.h"

/* How many events there were, and what was lost, by processor and reason. */
void tell_counts(const struct session_report *r);

/* How many events were lost, on all processors and for all reasons. */
uint64_t tell_lost(const struct session_report *r);

#endif
