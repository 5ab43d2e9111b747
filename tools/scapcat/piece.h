/* SPDX-License-Identifier: MIT */
/* What a call read or wrote: its data as far as it was captured, and how much there really was. */
#ifndef SCAPCAT_PIECE_H
#define SCAPCAT_PIECE_H

#include "state/state.h"

enum piece_side {
	PIECE_IN,  /* read */
	PIECE_OUT, /* written */
	PIECE_SIDES,
};

struct piece {
	enum piece_side side;
	struct span data;  /* what was captured of it; borrowed from the event */
	uint64_t missing;  /* bytes behind it that were not captured */
	uint64_t position; /* in the file, of calls that say it */
	bool has_position;
};

/* The piece that m's event moved through m's descriptor. Returns whether it moved any bytes. */
bool piece_of(const struct moment *m, struct piece *p);

/* How many bytes the call moved. */
static inline uint64_t piece_length(const struct piece *p)
{
	return p->data.n + p->missing;
}

#endif
