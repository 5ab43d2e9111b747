/* SPDX-License-Identifier: MIT */
/* Options: { u16 code, u16 length, value, padding to 4 }, ended by code 0 or by the block's end. */
#ifndef PCAPNG_OPTION_H
#define PCAPNG_OPTION_H

#include "base/buf.h"
#include "base/cursor.h"

struct option_view {
	uint16_t code;
	struct span value; /* without padding; borrowed from the block */
};

/* The next option at c. Returns 1, 0 at the end, -1 when the list is damaged (c->bad). */
MUST_CHECK int option_next(struct cursor *c, struct option_view *opt);

/* Finds the first option with this code from c on; c itself does not move. Returns whether there. */
bool option_find(struct cursor c, uint16_t code, struct option_view *opt);

/* Appends one option with its padding. Values longer than 65535 bytes are cut. */
void option_put(struct buf *b, uint16_t code, struct span value);

/* Appends the end of options. */
void option_put_end(struct buf *b);

#endif
