/* SPDX-License-Identifier: MIT */
/* What is told on standard error of a capture: at its end, and whenever SIGUSR1 asks. */
#ifndef SCAPCAP_TELL_H
#define SCAPCAP_TELL_H

#include "tools/scapcap/session.h"

/* How many events there were, and what was lost, by processor and reason. */
void tell_counts(const struct session_report *r);

#endif
