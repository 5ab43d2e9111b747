/* SPDX-License-Identifier: MIT */
/* Hidden copies of event records: readers take them for the state and show nothing. */
#ifndef SCAP_HIDE_H
#define SCAP_HIDE_H

#include "base/buf.h"
#include "pcapng/block.h"

/*
 * Appends a copy of b, an event block, with the hidden flag: of the same layout but with flags, the
 * record byte for byte, options included. to->big is set to the byte order of b.
 */
void hide_event(struct buf *to, const struct block *b);

#endif
