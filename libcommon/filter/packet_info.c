/* SPDX-License-Identifier: MIT */
/*
 * The innermost header that we know says what the line looks like: a row per layer. Lengths are
 * those on the wire, as headers tell them; what was captured may be less.
 */
#include "filter/packet_info.h"

#include "base/endian.h"
#include "scap/addr.h"

/* Link types with a direction in their header. */
#define LINK_SLL  113
#define LINK_SLL2 276

struct info {
	const struct packet *packet;
	uint16_t linktype;
	const struct layers *l;
	struct buf *b;
};

static uint16_t be16(struct span s, size_t at)
{
	return s.n >= at + 2 ? load_u16(s.p + at, true) : 0;
}

static uint32_t be32(struct span s, size_t at)
{
	return s.n >= at + 4 ? load_u32(s.p + at, true) : 0;
}

static void put_number(struct buf *b, const char *name, uint64_t v)
{
	buf_char(b, ' ');
	buf_text(b, name);
	buf_char(b, ' ');
	buf_dec(b, v);
}

/* A name, or "kind NUMBER". */
struct named {
	uint16_t number;
	const char *name;
};

static void put_named(struct buf *b, const struct named *rows, const char *kind, uint16_t number)
{
	for (; rows->name; rows++) {
		if (rows->number == number) {
			buf_char(b, ' ');
			buf_text(b, rows->name);
			return;
		}
	}
	put_number(b, kind, number);
}

/* --- lengths and addresses ------------------------------------------------------------------ */

/* How long what is skip bytes behind p is on the wire; padding behind an IP packet does not count. */
static uint64_t length_behind(const struct info *i, const uint8_t *p, size_t skip)
{
	struct span ip = i->l->at[LAYER_IP], ip6 = i->l->at[LAYER_IPV6];
	const uint8_t *start = i->packet->data.p;
	uint64_t total = i->packet->length;

	if (ip6.n) {
		start = ip6.p;
		total = 40 + (uint64_t)be16(ip6, 4);
	} else if (ip.n && be16(ip, 2)) {
		start = ip.p;
		total = be16(ip, 2);
	}
	skip += (size_t)(p - start);
	return total > skip ? total - skip : 0;
}

static void put_length(const struct info *i, const uint8_t *p, size_t skip)
{
	put_number(i->b, "length", length_behind(i, p, skip));
}

static void put_mac(struct buf *b, const uint8_t *mac)
{
	static const char digits[] = "0123456789abcdef";

	for (unsigned k = 0; k < 6; k++) {
		if (k)
			buf_char(b, ':');
		buf_char(b, digits[mac[k] >> 4]);
		buf_char(b, digits[mac[k] & 15]);
	}
}

/* The addresses of the innermost IP header, with ports unless there are none. */
static void put_ends(const struct info *i, const uint8_t *ports)
{
	struct span ip6 = i->l->at[LAYER_IPV6], ip = i->l->at[LAYER_IP];
	bool v6 = ip6.n > 0;
	const uint8_t *source = v6 ? ip6.p + 8 : ip.p + 12;
	size_t n = v6 ? 16 : 4;

	for (size_t end = 0; end < 2; end++) {
		if (end)
			buf_text(i->b, " > ");
		if (v6)
			addr_put_ipv6(i->b, source + end * n);
		else
			addr_put_ipv4(i->b, source + end * n);
		if (!ports)
			continue;
		buf_char(i->b, ':');
		buf_dec(i->b, load_u16(ports + 2 * end, true));
	}
}

/* --- a function per layer ------------------------------------------------------------------- */

static void put_tcp_flags(struct buf *b, uint16_t flags)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE"};
	size_t start;

	buf_text(b, " [");
	start = b->n;
	for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
		if (!(flags >> k & 1))
			continue;
		if (b->n > start)
			buf_char(b, ' ');
		buf_text(b, names[k]);
	}
	buf_char(b, ']');
}

static void put_tcp(const struct info *i, struct span tcp)
{
	uint16_t flags = be16(tcp, 12) & 0x1ff;

	put_ends(i, tcp.p);
	buf_text(i->b, " TCP");
	put_tcp_flags(i->b, flags);
	put_number(i->b, "seq", be32(tcp, 4));
	if (flags & 0x10)
		put_number(i->b, "ack", be32(tcp, 8));
	put_number(i->b, "win", be16(tcp, 14));
	put_length(i, tcp.p, MAX((size_t)(tcp.p[12] >> 4) * 4, (size_t)20));
}

static void put_udp(const struct info *i, struct span udp)
{
	put_ends(i, udp.p);
	buf_text(i->b, " UDP");
	put_length(i, udp.p, 8);
}

/* Both ICMPs: type, code; echoes have a number and count. */
static void put_icmp_message(const struct info *i, struct span icmp, const char *name,
	const struct named *types, const uint8_t echoes[2])
{
	uint8_t type = icmp.p[0];

	put_ends(i, NULL);
	buf_char(i->b, ' ');
	buf_text(i->b, name);
	put_named(i->b, types, "type", type);
	if (type == echoes[0] || type == echoes[1]) {
		put_number(i->b, "id", be16(icmp, 4));
		put_number(i->b, "seq", be16(icmp, 6));
	} else if (icmp.p[1]) {
		put_number(i->b, "code", icmp.p[1]);
	}
	put_length(i, icmp.p, 0);
}

static void put_icmp(const struct info *i, struct span icmp)
{
	static const struct named types[] = {{0, "echo reply"}, {3, "unreachable"}, {5, "redirect"},
		{8, "echo request"}, {11, "time exceeded"}, {0, NULL}};

	put_icmp_message(i, icmp, "ICMP", types, (const uint8_t[]){0, 8});
}

static void put_icmpv6(const struct info *i, struct span icmp)
{
	static const struct named types[] = {{1, "unreachable"}, {2, "packet too big"},
		{3, "time exceeded"}, {128, "echo request"}, {129, "echo reply"},
		{133, "router solicitation"}, {134, "router advertisement"},
		{135, "neighbor solicitation"}, {136, "neighbor advertisement"},
		{143, "listener report"}, {0, NULL}};

	put_icmp_message(i, icmp, "ICMPv6", types, (const uint8_t[]){128, 129});
}

/* ARP for IPv4 over Ethernet, which is all there is; of anything else the operation. */
static void put_arp(const struct info *i, struct span arp)
{
	uint16_t operation = be16(arp, 6);

	buf_text(i->b, "ARP");
	if (arp.n < 28 || be16(arp, 2) != 0x0800 || arp.p[4] != 6 || arp.p[5] != 4 ||
		operation < 1 || operation > 2) {
		put_number(i->b, "operation", operation);
	} else if (operation == 1) {
		buf_text(i->b, " who has ");
		addr_put_ipv4(i->b, arp.p + 24);
		buf_text(i->b, ", tell ");
		addr_put_ipv4(i->b, arp.p + 14);
	} else {
		buf_char(i->b, ' ');
		addr_put_ipv4(i->b, arp.p + 14);
		buf_text(i->b, " is at ");
		put_mac(i->b, arp.p + 8);
	}
	put_length(i, arp.p, 0);
}

static const struct named protocols[] = {{1, "ICMP"}, {2, "IGMP"}, {6, "TCP"}, {17, "UDP"},
	{47, "GRE"}, {50, "ESP"}, {51, "AH"}, {58, "ICMPv6"}, {89, "OSPF"}, {132, "SCTP"}, {0, NULL}};

static void put_ip(const struct info *i, struct span ip)
{
	uint16_t offset = be16(ip, 6) & 0x1fff;

	put_ends(i, NULL);
	put_named(i->b, protocols, "protocol", ip.p[9]);
	if (offset)
		put_number(i->b, "fragment at", offset * 8u);
	put_length(i, ip.p, (size_t)(ip.p[0] & 15) * 4);
}

static void put_ipv6(const struct info *i, struct span ip)
{
	put_ends(i, NULL);
	put_named(i->b, protocols, "protocol", i->l->protocol ? i->l->protocol : ip.p[6]);
	put_length(i, ip.p, i->l->protocol ? (size_t)(i->l->payload.p - ip.p) : 40);
}

static void put_eth(const struct info *i, struct span eth)
{
	struct span vlan = i->l->at[LAYER_VLAN];

	put_mac(i->b, eth.p + 6);
	buf_text(i->b, " > ");
	put_mac(i->b, eth.p);
	buf_text(i->b, " type ");
	buf_hex(i->b, vlan.n ? be16(vlan, 2) : be16(eth, 12));
	put_length(i, eth.p, 0);
}

static void put_vlan(const struct info *i)
{
	struct span vlan = i->l->at[LAYER_VLAN];

	if (!vlan.n)
		return;
	buf_text(i->b, "VLAN ");
	buf_dec(i->b, be16(vlan, 0) & 0xfff);
	buf_char(i->b, ' ');
}

/* Which way a packet went that was captured on any interface. */
static void put_direction(const struct info *i)
{
	static const char *const ways[] = {"to us", "broadcast", "multicast", "to others", "from us"};
	struct span s = i->packet->data;
	unsigned way = ARRAY_SIZE(ways);

	if (i->linktype == LINK_SLL && s.n >= 2)
		way = be16(s, 0);
	else if (i->linktype == LINK_SLL2 && s.n >= 20)
		way = s.p[10];
	if (way >= ARRAY_SIZE(ways))
		return;
	buf_text(i->b, ways[way]);
	buf_text(i->b, ", ");
}

void packet_info_put(
	const struct packet *p, uint16_t linktype, const struct layers *l, struct buf *b)
{
	static const struct {
		enum layer layer;
		void (*put)(const struct info *i, struct span s);
	} rows[] = {
		{LAYER_TCP, put_tcp},
		{LAYER_UDP, put_udp},
		{LAYER_ICMP, put_icmp},
		{LAYER_ICMPV6, put_icmpv6},
		{LAYER_ARP, put_arp},
		{LAYER_IPV6, put_ipv6},
		{LAYER_IP, put_ip},
		{LAYER_ETH, put_eth},
	};
	struct info i = {p, linktype, l, b};

	put_direction(&i);
	put_vlan(&i);
	for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
		if (l->at[rows[k].layer].n) {
			rows[k].put(&i, l->at[rows[k].layer]);
			return;
		}
	}
	buf_text(b, "link type");
	buf_char(b, ' ');
	buf_dec(b, linktype);
	put_number(b, "length", p->length);
}
