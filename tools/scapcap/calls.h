/* SPDX-License-Identifier: MIT */
/*
 * What is recorded of each system call, and how, for a schema: the rows that the BPF programs walk,
 * worked out from calls.def, sources.def, native.def and the table of events.
 */
#ifndef SCAPCAP_CALLS_H
#define SCAPCAP_CALLS_H

#include "scap/event_table.h"
#include "tools/scapcap/record.h"

/* What readers of a file are taken to know. */
struct shape {
	const struct schema *schema;
	uint32_t codes; /* PPM_SC codes below this: 0.29.3 crashes at others */
};

/* One record per call for schema 0.23, or pairs for sysdig 0.29.3. */
struct shape calls_shape(bool pairs);

/*
 * Row nr, which is that of native number nr or of a call by 32-bit programs (row_number of compat.h);
 * that of what has no row when there is none: generic records. Types that
 * the shape lacks become older ones or generic; no record has more parameters than it knows.
 */
void calls_row(uint32_t nr, const struct shape *shape, struct call *call);

/* What records of this exit type change for later ones, so that they stay, hidden, when left out. */
enum keep calls_keep(uint16_t exit);

/* The native number of a call, by 64-bit programs; MAX_CALLS when it has none. */
uint32_t calls_number(const char *name);

/* A row of syscalls_<architecture>.def, of 64-bit programs or 32-bit ones. */
struct native_call {
	const char *name;
	uint16_t nr;   /* as calls_row has it: NATIVE_CALLS and more are 32-bit programs' */
	uint16_t exit; /* event type */
};

/* Row i of this machine's architecture, those of 64-bit programs first; NULL after the last. Static. */
const struct native_call *calls_native(size_t i);

#endif
