/* SPDX-License-Identifier: MIT */
/*
 * What is recorded of each system call, and how, for a schema: the rows that the BPF programs walk,
 * worked out from calls.def, sources.def, native.def and the table of events.
 */
#ifndef SCAPCAP_CALLS_H
#define SCAPCAP_CALLS_H

#include "scap/event_table.h"
#include "tools/scapcap/record.h"

/*
 * The row of native number nr, of what has no row when there is none: generic records. Types that
 * the schema lacks become older ones or generic; no record has more parameters than it knows.
 */
void calls_row(uint32_t nr, const struct schema *schema, struct call *call);

/* A row of syscalls_<architecture>.def. */
struct native_call {
	const char *name;
	uint16_t nr;
	uint16_t exit; /* event type */
};

/* Row i of this machine's architecture; NULL after the last. Static. */
const struct native_call *calls_native(size_t i);

#endif
