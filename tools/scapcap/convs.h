/* SPDX-License-Identifier: MIT */
/*
 * The kernel's numbers and the portable ones of scap files: conversions numbered like the tables of
 * flags.def, from 1, and one more for open flags.
 */
#ifndef SCAPCAP_CONVS_H
#define SCAPCAP_CONVS_H

#include "base/base.h"
#include "tools/scapcap/record.h"

enum conv_number {
	CONV_NONE,
#define FLAG_TABLE(name, rows) CONV_OF_##name,
#include "scap/flags.def"
#undef FLAG_TABLE
	CONV_OF_OPEN, /* file_flags with an access mode */
	CONVS,
};
static_assert(CONVS <= MAX_CONVS, "a conversion for each table");

/*
 * The conversion with this number into conv. Returns whether there is one; tables that have the
 * kernel's own numbers need none.
 */
bool convs_get(uint32_t number, struct conv *conv);

/* The conversion that parameter i of an event type needs, CONV_NONE for most. */
enum conv_number convs_of_param(uint32_t type, uint32_t i);

#endif
