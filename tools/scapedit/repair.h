/* SPDX-License-Identifier: MIT */
/* Makes blocks that were read from damaged data into what every reader takes. */
#ifndef SCAPEDIT_REPAIR_H
#define SCAPEDIT_REPAIR_H

#include "base/buf.h"
#include "base/map.h"
#include "pcapng/reader.h"

struct repair {
	struct buf made;    /* the mended block */
	struct map threads; /* listed in this section */
	uint64_t mended;  /* blocks whose lengths were put right */
	uint64_t dropped; /* bytes of blocks, or of their ends, that say nothing whole */
};

/* Nothing is mended so far. */
void repair_init(struct repair *rep);

/* Frees what repair_block has made. */
void repair_release(struct repair *rep);

/*
 * Puts right what is wrong with b, a block of r: wrong lengths; a list is cut behind its last whole
 * entry; descriptors of a thread that is not listed, at which readers stop, are left out. A changed
 * block is valid until the next call. Returns 1; 0 when nothing of it can be used; -1 without memory
 * (err).
 */
MUST_CHECK int repair_block(struct repair *rep, struct block *b, struct reader *r, struct err *err);

#endif
