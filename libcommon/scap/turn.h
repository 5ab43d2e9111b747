/* SPDX-License-Identifier: MIT */
/* Whole captures in the other byte order, block by block: everything that we know the layout of. */
#ifndef SCAP_TURN_H
#define SCAP_TURN_H

#include "base/err.h"
#include "pcapng/block.h"
#include "pcapng/writer.h"

/* Memory for the work on one block after the other. One of zeros is ready. */
struct turn {
	struct buf values;  /* of parameters */
	struct buf options; /* of events */
};

/* Frees the memory. */
void turn_release(struct turn *t);

/*
 * Writes b in the byte order of w, the block as it is when that is its own. Every number is turned,
 * except in what others put into custom blocks and options. Returns 0, or -1 on failure (err):
 * ERR_UNSUPPORTED when it has something that cannot be turned without knowing what it is, or is
 * damaged; what was written is of no use then.
 */
MUST_CHECK int turn_block(struct turn *t, struct writer *w, const struct block *b, struct err *err);

#endif
