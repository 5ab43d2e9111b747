/* SPDX-License-Identifier: MIT */
/* Blocks of packet files in the other byte order. */
#ifndef SCAPMERGE_RECODE_H
#define SCAPMERGE_RECODE_H

#include "base/buf.h"
#include "base/cursor.h"
#include "pcapng/block.h"

/*
 * Appends the body of b to to, in to's byte order: numbers of the block and of its options turned,
 * everything else as it is. Returns whether all of it was understood: damaged options, and bodies of
 * types we do not know, are left out.
 */
MUST_CHECK bool recode(const struct block *b, struct buf *to);

/* Appends options, a cursor at the first one, of a block of this type; as recode does. */
MUST_CHECK bool recode_options(struct cursor options, uint32_t type, struct buf *to);

#endif
