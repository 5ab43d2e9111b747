/* SPDX-License-Identifier: MIT */
/* Parts of a capture that a kernel may refuse without the others being lost. */
#ifndef SCAPCAP_OPTIONAL_H
#define SCAPCAP_OPTIONAL_H

#include "base/base.h"

/* Bits of sets of parts. */
enum optional {
	OPTIONAL_SWITCHES = 1,
	OPTIONAL_SIGNALS = 2,
	OPTIONAL_FAULTS = 4,
	OPTIONAL_URING = 8, /* what io_uring is asked to do */
	OPTIONAL_ALL = 15,
};

/* Loads what must be loaded, and these parts. Returns whether that worked. */
typedef bool optional_fn(void *user, unsigned parts);

/*
 * Loads as many of the wanted parts as can be had: load is called until it has worked for the parts
 * that are returned, most simply once. Returns -1 when not even none of them can be loaded.
 */
int optional_load(unsigned wanted, optional_fn *load, void *user);

/* What a part is called: the option that asks for it, "--signals", if one does. Static. */
const char *optional_name(enum optional part);

#endif
