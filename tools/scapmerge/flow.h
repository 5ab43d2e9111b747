/* SPDX-License-Identifier: MIT */
/* Who talks to whom: the ends of a packet, or of a socket. */
#ifndef SCAPMERGE_FLOW_H
#define SCAPMERGE_FLOW_H

#include "base/base.h"
#include "base/span.h"
#include "state/fds.h"

struct flow {
	uint8_t l4;               /* L4_TCP or L4_UDP of enum l4_proto */
	bool v6;
	uint8_t src[16], dst[16]; /* IPv4 in the first four bytes, the rest zero */
	uint16_t sport, dport;
};

/*
 * The ends of a packet of this link type, and what it carries (payload may be NULL; borrowed from
 * data). Returns whether it is one of TCP or UDP with its ports.
 */
bool flow_of_packet(struct flow *f, struct span *payload, uint16_t linktype, struct span data);

/*
 * The ends of a socket, its own first (of a server's only that one, the other is zero). Returns
 * whether it is a socket with what a packet can be compared to.
 */
bool flow_of_socket(struct flow *f, const struct fd *fd);

/* The same seen from the other end. */
struct flow flow_back(const struct flow *f);

/* For tables. Never 0. */
uint64_t flow_key(const struct flow *f);

/* Whether both are the same ends in the same order. */
bool flow_eq(const struct flow *a, const struct flow *b);

#endif
