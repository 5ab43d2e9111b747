/* SPDX-License-Identifier: MIT */
/* The headers of a packet, from the link up to the transport. */
#ifndef FILTER_LAYERS_H
#define FILTER_LAYERS_H

#include "base/base.h"
#include "base/span.h"

enum layer {
	LAYER_ETH,
	LAYER_VLAN,
	LAYER_ARP,
	LAYER_IP,
	LAYER_IPV6,
	LAYER_ICMP,
	LAYER_ICMPV6,
	LAYER_TCP,
	LAYER_UDP,
	LAYER_COUNT,
};

/*
 * Each layer that a packet has, from its header to the packet's end, borrowed from it; empty for
 * those it has not. Headers are there as a whole.
 */
struct layers {
	struct span at[LAYER_COUNT];
	uint8_t protocol;    /* of the innermost IP header */
	struct span payload; /* behind the innermost header */
};

/* Finds the layers of a packet on a link of this type (as in pcap files). */
void layers_find(struct layers *l, uint16_t linktype, struct span packet);

#endif
