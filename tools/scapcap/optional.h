/* SPDX-License-Identifier: MIT */
/* Parts of a capture that a kernel may refuse without the others being lost. */
#ifndef SCAPCAP_OPTIONAL_H
#define SCAPCAP_OPTIONAL_H

#include "base/base.h"

/* Bits of sets of parts. */
enum optional {
#define OPTIONAL(symbol, bit, name, programs) OPTIONAL_##symbol = bit,
#include "tools/scapcap/optional.def"
#undef OPTIONAL
#define OPTIONAL(symbol, bit, name, programs) | OPTIONAL_##symbol
	OPTIONAL_ALL = 0
#include "tools/scapcap/optional.def"
#undef OPTIONAL
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
