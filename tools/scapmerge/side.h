/* SPDX-License-Identifier: MIT */
/*
 * Which blocks belong to the events and which to the packets. Readers of scap stop at any block that
 * is no event once the events have begun, so the two are kept apart.
 */
#ifndef SCAPMERGE_SIDE_H
#define SCAPMERGE_SIDE_H

#include "pcapng/block.h"
#include "pcapng/writer.h"

enum side {
	SIDE_EVENTS,
	SIDE_PACKETS,
	SIDE_NEITHER, /* the mark at the end of packets, which every merge makes anew */
};

/* What was seen of the section so far. Zeros are ready for the first block of an input. */
struct side_state {
	unsigned section;
	bool lists;   /* something of the events' side */
	bool events;  /* an event */
	bool packets; /* something of the packets' side */
};

/* The side of b, the next block of its input. */
enum side side_of(struct side_state *s, const struct block *b);

/*
 * Writes the mark: a hidden event, at which readers of scap that look for events in a section of
 * packets come to rest. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int side_write_mark(struct writer *w, uint64_t ts, struct err *err);

#endif
