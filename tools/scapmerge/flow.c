/* SPDX-License-Identifier: MIT */
/*
 * From the link layer, a row per type, to the ports. Fragments other than the first have no ports and
 * are left alone.
 */
#include "tools/scapmerge/flow.h"

#include "base/cursor.h"
#include "scap/meta.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_QINQ 0x88a8

#define IP_TCP       6
#define IP_UDP       17
#define FRAGMENT_OFF 0x1fff

struct link {
	uint16_t type;
	uint8_t header; /* bytes in front of the IP header */
	int8_t proto;   /* where in them the ethertype is; NO_TYPE: the IP version tells */
};
#define NO_TYPE (-1)

/* clang-format off */
static const struct link links[] = {
	{0,   4,  NO_TYPE}, /* BSD loopback */
	{1,   14, 12},      /* Ethernet */
	{12,  0,  NO_TYPE}, /* raw IP, as some systems number it */
	{101, 0,  NO_TYPE}, /* raw IP */
	{108, 4,  NO_TYPE}, /* OpenBSD loopback */
	{113, 16, 14},      /* Linux cooked */
	{228, 0,  NO_TYPE}, /* IPv4 */
	{229, 0,  NO_TYPE}, /* IPv6 */
	{276, 20, 0},       /* Linux cooked, version 2 */
};
/* clang-format on */

/* Goes to the IP header. Returns whether there can be one. */
static bool skip_link(struct cursor *c, uint16_t linktype)
{
	uint16_t type = ETHERTYPE_IPV4;
	const uint8_t *header;

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		if (links[i].type != linktype)
			continue;
		header = cursor_take(c, links[i].header);
		if (c->bad)
			return false;
		if (links[i].proto != NO_TYPE)
			type = load_u16(header + links[i].proto, true);
		while (!c->bad && (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ)) {
			cursor_skip(c, 2);
			type = cursor_u16(c);
		}
		return !c->bad && (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6);
	}
	return false;
}

static void take_address(struct cursor *c, uint8_t *to, size_t n)
{
	const uint8_t *p = cursor_take(c, n);

	if (p)
		memcpy(to, p, n);
}

/* What is behind the first byte of an IPv4 header. Returns the protocol, or -1. */
static int take_ipv4(struct cursor *c, struct flow *f, uint8_t first)
{
	size_t n = (size_t)(first & 15) * 4;
	uint16_t fragment;
	uint8_t proto;

	cursor_skip(c, 5);
	fragment = cursor_u16(c) & FRAGMENT_OFF;
	cursor_skip(c, 1);
	proto = cursor_u8(c);
	cursor_skip(c, 2);
	take_address(c, f->src, 4);
	take_address(c, f->dst, 4);
	if (n < 20 || fragment)
		return -1;
	cursor_skip(c, n - 20);
	return proto;
}

static int take_ipv6(struct cursor *c, struct flow *f)
{
	uint8_t next;

	f->v6 = true;
	cursor_skip(c, 5);
	next = cursor_u8(c);
	cursor_skip(c, 1);
	take_address(c, f->src, 16);
	take_address(c, f->dst, 16);
	/* Hop-by-hop, routing and destination options. */
	while (!c->bad && (next == 0 || next == 43 || next == 60)) {
		next = cursor_u8(c);
		cursor_skip(c, (size_t)cursor_u8(c) * 8 + 6);
	}
	return next;
}

/* What is behind the ports. */
static struct span take_payload(struct cursor c, uint8_t l4)
{
	size_t header;

	if (l4 == L4_UDP) {
		cursor_skip(&c, 4);
	} else {
		cursor_skip(&c, 8);
		header = (size_t)(cursor_u8(&c) >> 4) * 4;
		cursor_skip(&c, header < 20 ? SIZE_MAX : header - 13);
	}
	return span_of(c.p, cursor_left(&c));
}

bool flow_of_packet(struct flow *f, struct span *payload, uint16_t linktype, struct span data)
{
	struct cursor c = cursor_of(data, true);
	uint8_t first;
	int proto = -1;

	memset(f, 0, sizeof(*f));
	if (!skip_link(&c, linktype))
		return false;
	first = cursor_u8(&c);
	if (first >> 4 == 4)
		proto = take_ipv4(&c, f, first);
	else if (first >> 4 == 6)
		proto = take_ipv6(&c, f);
	if (proto != IP_TCP && proto != IP_UDP)
		return false;
	f->l4 = proto == IP_TCP ? L4_TCP : L4_UDP;
	f->sport = cursor_u16(&c);
	f->dport = cursor_u16(&c);
	if (payload)
		*payload = take_payload(c, f->l4);
	return !c.bad;
}

static bool is_server(const struct fd *fd)
{
	return fd->m.type == FDT_IPV4_SERV || fd->m.type == FDT_IPV6_SERV;
}

bool flow_of_socket(struct flow *f, const struct fd *fd)
{
	const struct meta_fd *m = &fd->m;
	bool v4 = m->type == FDT_IPV4_SOCK || m->type == FDT_IPV4_SERV;
	bool v6 = m->type == FDT_IPV6_SOCK || m->type == FDT_IPV6_SERV;

	if ((!v4 && !v6) || (m->l4 != L4_TCP && m->l4 != L4_UDP))
		return false;
	memset(f, 0, sizeof(*f));
	f->l4 = m->l4;
	f->v6 = v6;
	f->sport = m->sport;
	memcpy(f->src, m->sip, v6 ? 16 : 4);
	if (is_server(fd))
		return f->sport != 0;
	f->dport = m->dport;
	memcpy(f->dst, m->dip, v6 ? 16 : 4);
	if (fd->role == FD_ROLE_SERVER)
		*f = flow_back(f);
	return f->sport && f->dport;
}

struct flow flow_back(const struct flow *f)
{
	struct flow back = *f;

	memcpy(back.src, f->dst, sizeof(back.src));
	memcpy(back.dst, f->src, sizeof(back.dst));
	back.sport = f->dport;
	back.dport = f->sport;
	return back;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

static uint64_t mix_address(uint64_t h, const uint8_t *ip)
{
	uint64_t half[2];

	memcpy(half, ip, sizeof(half));
	return mix(mix(h, half[0]), half[1]);
}

uint64_t flow_key(const struct flow *f)
{
	uint64_t h = mix((uint64_t)f->l4 << 1 | f->v6, (uint64_t)f->sport << 16 | f->dport);

	return mix_address(mix_address(h, f->src), f->dst) | 1;
}

bool flow_eq(const struct flow *a, const struct flow *b)
{
	return a->l4 == b->l4 && a->v6 == b->v6 && a->sport == b->sport && a->dport == b->dport &&
	       memcmp(a->src, b->src, 16) == 0 && memcmp(a->dst, b->dst, 16) == 0;
}
