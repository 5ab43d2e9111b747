/* SPDX-License-Identifier: MIT */
/*
 * One step per header: it looks at its bytes, notes its layer and says which header follows. A
 * header that is not there as a whole ends the walk.
 */
#include "filter/layers.h"

#include "base/endian.h"

/* Link types. */
#define LINK_NULL     0
#define LINK_ETHERNET 1
#define LINK_RAW_BSD  12
#define LINK_RAW      101
#define LINK_LOOP     108
#define LINK_SLL      113
#define LINK_IPV4     228
#define LINK_IPV6     229
#define LINK_SLL2     276

#define TYPE_IP    0x0800
#define TYPE_ARP   0x0806
#define TYPE_VLAN  0x8100
#define TYPE_QINQ  0x88a8
#define TYPE_IPV6  0x86dd

#define PROTO_ICMP     1
#define PROTO_TCP      6
#define PROTO_UDP      17
#define PROTO_ICMPV6   58
#define PROTO_HOP      0
#define PROTO_ROUTING  43
#define PROTO_FRAGMENT 44
#define PROTO_AUTH     51
#define PROTO_OPTIONS  60

static bool skip(struct span *s, size_t n)
{
	if (s->n < n)
		return false;
	*s = span_of(s->p + n, s->n - n);
	return true;
}

static void find_transport(struct layers *l, uint8_t protocol, struct span s)
{
	static const struct {
		uint8_t protocol;
		uint8_t layer;
		uint8_t header;
	} rows[] = {
		{PROTO_ICMP, LAYER_ICMP, 4},
		{PROTO_TCP, LAYER_TCP, 20},
		{PROTO_UDP, LAYER_UDP, 8},
		{PROTO_ICMPV6, LAYER_ICMPV6, 4},
	};

	l->protocol = protocol;
	l->payload = s;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t header = rows[i].header;

		if (rows[i].protocol != protocol || s.n < header)
			continue;
		l->at[rows[i].layer] = s;
		if (protocol == PROTO_TCP)
			header = MAX(header, (size_t)(s.p[12] >> 4) * 4);
		l->payload = span_of(s.p + MIN(header, s.n), s.n - MIN(header, s.n));
	}
}

/* Only first fragments have a transport header. */
static void find_ip(struct layers *l, struct span s)
{
	size_t header, total;

	if (s.n < 20 || s.p[0] >> 4 != 4)
		return;
	header = (size_t)(s.p[0] & 15) * 4;
	total = load_u16(s.p + 2, true);
	l->at[LAYER_IP] = s;
	/* What follows the packet is padding; a length of 0 is one that was left to the network card. */
	if (total >= header && total < s.n)
		s.n = total;
	if (header < 20 || (load_u16(s.p + 6, true) & 0x1fff) != 0 || !skip(&s, header))
		return;
	find_transport(l, l->at[LAYER_IP].p[9], s);
}

/* Walks over extension headers. */
static void find_ipv6(struct layers *l, struct span s)
{
	uint8_t next;

	if (s.n < 40 || s.p[0] >> 4 != 6)
		return;
	l->at[LAYER_IPV6] = s;
	next = s.p[6];
	skip(&s, 40);
	while (next == PROTO_HOP || next == PROTO_ROUTING || next == PROTO_FRAGMENT ||
		next == PROTO_AUTH || next == PROTO_OPTIONS) {
		size_t n;

		if (s.n < 8)
			return;
		n = next == PROTO_FRAGMENT ? 8 : next == PROTO_AUTH ? (s.p[1] + 2u) * 4 : (s.p[1] + 1u) * 8;
		if (next == PROTO_FRAGMENT && load_u16(s.p + 2, true) & 0xfff8)
			return;
		next = s.p[0];
		if (!skip(&s, n))
			return;
	}
	find_transport(l, next, s);
}

static void find_network(struct layers *l, uint16_t type, struct span s)
{
	while ((type == TYPE_VLAN || type == TYPE_QINQ) && s.n >= 4) {
		l->at[LAYER_VLAN] = s;
		type = load_u16(s.p + 2, true);
		skip(&s, 4);
	}
	if (type == TYPE_IP)
		find_ip(l, s);
	else if (type == TYPE_IPV6)
		find_ipv6(l, s);
	else if (type == TYPE_ARP && s.n >= 8)
		l->at[LAYER_ARP] = s;
}

/* IPv4 or IPv6, as the first byte says. */
static void find_either(struct layers *l, struct span s)
{
	find_ip(l, s);
	find_ipv6(l, s);
}

void layers_find(struct layers *l, uint16_t linktype, struct span s)
{
	struct span whole = s;

	*l = (struct layers){.payload = s};
	switch (linktype) {
	case LINK_ETHERNET:
		if (!skip(&s, 14))
			return;
		l->at[LAYER_ETH] = whole;
		find_network(l, load_u16(whole.p + 12, true), s);
		break;
	case LINK_SLL:
		if (skip(&s, 16))
			find_network(l, load_u16(whole.p + 14, true), s);
		break;
	case LINK_SLL2:
		if (skip(&s, 20))
			find_network(l, load_u16(whole.p, true), s);
		break;
	case LINK_NULL:
	case LINK_LOOP:
		if (skip(&s, 4))
			find_either(l, s);
		break;
	case LINK_RAW_BSD:
	case LINK_RAW:
	case LINK_IPV4:
	case LINK_IPV6:
		find_either(l, s);
		break;
	default:
		break;
	}
}
