/* SPDX-License-Identifier: MIT */
/* Data of the capture as text: what was read and written, and other bytes nobody knows more of. */
#ifndef FILTER_DATA_H
#define FILTER_DATA_H

#include "base/buf.h"

enum data_mode {
	DATA_DOTS,     /* one line, a dot for each byte that is no printable ASCII */
	DATA_TEXT,     /* printable ASCII and line ends alone, from a line of its own on */
	DATA_HEX,      /* lines of sixteen bytes */
	DATA_HEX_TEXT, /* the same, and as dots */
	DATA_BASE64,
};

/*
 * Appends data as sysdig shows it, byte for byte. Dots longer than limit are cut with "..."; 0:
 * never. The other modes show all of it.
 */
void data_put(enum data_mode mode, uint32_t limit, struct span s, struct buf *b);

/* How many of n characters are shown before the dots that say there were more; n if all are. */
size_t data_shown(size_t n, uint32_t limit);
#define DATA_CUT "..."

#endif
