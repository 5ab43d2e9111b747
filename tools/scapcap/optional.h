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
	OPTIONAL_ALL = 7,
};

/* Loads what must be loaded, and these parts. Returns whether that worked. */
typedef bool optional_fn(void *user, unsigned parts);

/*
 * Loads as many of the wanted parts as can be had: load is called until it has worked for the parts
 * that are returned, most simply once. Returns -1 when not even none of them can be loaded.
 */
int optional_load(unsigned wanted, optional_fn *load, void *user);

/* What is asked for with a part: "--signals". Static. */
const char *optional_name(enum optional part);

#endif
