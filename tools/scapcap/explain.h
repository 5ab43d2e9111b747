/* SPDX-License-Identifier: MIT */
/* What becomes of a filter, in words: --explain. */
#ifndef SCAPCAP_EXPLAIN_H
#define SCAPCAP_EXPLAIN_H

#include "tools/scapcap/screen.h"

/* Prints which parts of -Y are decided where, and which events are recorded at all. */
void explain_print(const struct screen *s, const struct options *o);

#endif
