/* SPDX-License-Identifier: MIT */
/* Blocks with other times: for files of machines whose clock was wrong. */
#ifndef SCAP_SHIFT_H
#define SCAP_SHIFT_H

#include "base/buf.h"
#include "pcapng/reader.h"

/*
 * Moves the times in b, a block from r, by ns: those of events (but 0, which is none), packets and
 * statistics, and when a machine was started. A changed block is made in copy, and b views it then.
 * Returns whether there was memory.
 */
MUST_CHECK bool shift_block(struct block *b, const struct reader *r, int64_t ns, struct buf *copy);

#endif
