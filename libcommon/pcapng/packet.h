/* SPDX-License-Identifier: MIT */
/* A packet as a view over its block: EPB, PB or SPB. */
#ifndef PCAPNG_PACKET_H
#define PCAPNG_PACKET_H

#include "base/cursor.h"
#include "pcapng/reader.h"

struct packet {
	uint32_t interface;  /* of its section */
	const struct reader_if *via; /* the same; valid until the next reader_next */
	bool has_ts;         /* simple packets have no time */
	uint64_t ts;         /* nanoseconds since 1970, when has_ts */
	uint32_t length;     /* on the wire; data.n is what was captured */
	struct span data;
	struct cursor options; /* at the first option; empty for SPB */
};

/*
 * Views the packet in b, which came from r. Returns 0, or -1 when the block is damaged or names an
 * interface the section does not have (err). Valid as long as b.
 */
MUST_CHECK int packet_decode(struct packet *p, const struct block *b, const struct reader *r,
	struct err *err);

#endif
