/* SPDX-License-Identifier: MIT */
/* Blocks of pcapng in the other byte order, and where in them their options are. */
#ifndef PCAPNG_RECODE_H
#define PCAPNG_RECODE_H

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

/*
 * Moves at to the options of b. Returns false when it is of a type that has none, or that we do not
 * know, or is damaged. Blocks of scap: struct event has their options.
 */
bool recode_find_options(const struct block *b, struct cursor *at);

#endif
