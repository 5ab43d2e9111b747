/* SPDX-License-Identifier: MIT */
/* The processes that a capture leaves out, because they run only on its account. */
#ifndef SCAPCAP_PEERS_H
#define SCAPCAP_PEERS_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/scapcap/record.h"

/*
 * Fills pids with ourselves and, with stdout_too, who has the other end of the pipe at standard
 * output, with parent_too our parent, which reads what that one writes; zeros fill the rest.
 */
void peers_find(bool stdout_too, bool parent_too, uint32_t pids[MAX_HIDDEN]);

#endif
