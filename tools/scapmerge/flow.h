/* SPDX-License-Identifier: MIT */
/* Who talks to whom: the ends of a packet, or of a socket. */
#ifndef SCAPMERGE_FLOW_H
#define SCAPMERGE_FLOW_H

#include "base/base.h"
#include "base/span.h"

struct flow {
	uint8_t l4;               /* L4_TCP or L4_UDP of enum l4_proto */
	bool v6;
	uint8_t src[16], dst[16]; /* IPv4 in the first four bytes, the rest zero */
	uint16_t sport, dport;
};

/* The ends of a packet of this link type. Returns whether it is one of TCP or UDP with its ports. */
bool flow_of_packet(struct flow *f, uint16_t linktype, struct span data);

/* The same seen from the other end. */
struct flow flow_back(const struct flow *f);

/* For tables. Never 0. */
uint64_t flow_key(const struct flow *f);

/* Whether both are the same ends in the same order. */
bool flow_eq(const struct flow *a, const struct flow *b);

#endif
