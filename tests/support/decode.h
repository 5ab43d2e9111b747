/* SPDX-License-Identifier: MIT */
/* Decodes everything in a block, whatever it is, and touches every byte that comes out. */
#ifndef SUPPORT_DECODE_H
#define SUPPORT_DECODE_H

#include "pcapng/reader.h"

/* b came from r; r may be NULL for blocks that are not packets. Returns a sum of what there was. */
uint64_t decode_block(const struct block *b, const struct reader *r);

#endif
