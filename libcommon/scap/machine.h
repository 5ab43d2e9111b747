/* SPDX-License-Identifier: MIT */
/* Machine info block (0x201): 180 bytes in every version; tolerates shorter and longer ones. */
#ifndef SCAP_MACHINE_H
#define SCAP_MACHINE_H

#include "base/buf.h"
#include "base/cursor.h"
#include "scap/meta.h"

/* Reads what is there; what is missing is zero. m->host borrows from the block. */
void machine_read(struct cursor *c, struct meta_machine *m);

/* Appends the body of the block, without padding. */
void machine_put(struct buf *b, const struct meta_machine *m);

/*
 * Appends m, which was read from the body at was and then changed, as a body as long as that one;
 * what is reserved, or behind what we know, is kept as it is.
 */
void machine_put_again(struct buf *b, struct cursor was, const struct meta_machine *m);

#endif
