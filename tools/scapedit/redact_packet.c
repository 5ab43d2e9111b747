/* SPDX-License-Identifier: MIT */
/*
 * All that is known is at most one header of each layer: how far these go is found out first, then
 * the rest is cleared, and what is left is changed from the outside in. A payload of zeros adds
 * nothing to a checksum, so that these follow from the headers alone.
 */
#include "tools/scapedit/redact_packet.h"

#include "filter/layers.h"

#define ETH_ADDR    6
#define ETH_HEADER  14
#define VLAN_HEADER 4
#define ARP_IPV4    28 /* of Ethernet and IPv4 */
#define IP_HEADER   20
#define IPV6_HEADER 40

#define LINK_SLL  113
#define LINK_SLL2 276

struct packet_parts {
	struct redact_texts *texts;
	struct layers l;
	uint8_t *base;
	const uint8_t *end; /* of the headers that stay */
};

static uint8_t *at(const struct packet_parts *x, enum layer layer)
{
	return x->base + (x->l.at[layer].p - x->base);
}

static bool has(const struct packet_parts *x, enum layer layer)
{
	return x->l.at[layer].n > 0;
}

static void keep_to(struct packet_parts *x, enum layer layer, size_t n)
{
	if (has(x, layer) && x->l.at[layer].p + n > x->end)
		x->end = x->l.at[layer].p + n;
}

/* Of echoes the number, too. */
static size_t icmp_header(struct span s, uint8_t request, uint8_t reply)
{
	return s.n >= 8 && (s.p[0] == request || s.p[0] == reply) ? 8 : 4;
}

static void find_end(struct packet_parts *x)
{
	const struct layers *l = &x->l;
	bool extended = has(x, LAYER_IPV6);

	keep_to(x, LAYER_ETH, ETH_HEADER);
	keep_to(x, LAYER_VLAN, VLAN_HEADER);
	if (has(x, LAYER_ARP) && l->at[LAYER_ARP].n >= ARP_IPV4)
		keep_to(x, LAYER_ARP, ARP_IPV4);
	keep_to(x, LAYER_IP, IP_HEADER);
	keep_to(x, LAYER_IPV6, IPV6_HEADER);
	/* Extension headers can hold addresses: the packet ends in front of them. */
	for (int i = LAYER_ICMP; i <= LAYER_UDP; i++)
		extended &= !has(x, i) || l->at[i].p != l->at[LAYER_IPV6].p + IPV6_HEADER;
	if (extended)
		return;
	if (has(x, LAYER_ICMP))
		keep_to(x, LAYER_ICMP, icmp_header(l->at[LAYER_ICMP], 8, 0));
	if (has(x, LAYER_ICMPV6))
		keep_to(x, LAYER_ICMPV6, icmp_header(l->at[LAYER_ICMPV6], 128, 129));
	if (has(x, LAYER_TCP) || has(x, LAYER_UDP))
		x->end = l->payload.p;
}

/* --- addresses --------------------------------------------------------------------------------- */

/* Of stations, not of groups; it says itself that nobody assigned it. */
static void redact_mac(struct redact_texts *t, uint8_t *p)
{
	uint8_t in[ETH_ADDR + 1] = {0};

	memcpy(in, p, ETH_ADDR);
	if (!t->rules->addresses || p[0] & 1 || memcmp(in, (uint8_t[ETH_ADDR]){0}, ETH_ADDR) == 0)
		return;
	for (unsigned i = 0; i < 8 * ETH_ADDR; i++) {
		in[ETH_ADDR] = (uint8_t)i;
		p[i / 8] ^= (uint8_t)(redact_key_bit(t->key, in, sizeof(in)) << (i % 8));
	}
	p[0] = (uint8_t)((p[0] & ~1u) | 2);
	t->counts[REDACT_ADDRESS]++;
}

static void redact_arp(struct redact_texts *t, uint8_t *p)
{
	redact_mac(t, p + 8);
	redact_ip4(t, p + 14);
	redact_mac(t, p + 18);
	redact_ip4(t, p + 24);
}

static void redact_addresses(struct packet_parts *x, uint16_t linktype)
{
	struct redact_texts *t = x->texts;

	if (has(x, LAYER_ETH)) {
		redact_mac(t, x->base);
		redact_mac(t, x->base + ETH_ADDR);
	}
	if (linktype == LINK_SLL)
		memset(x->base + 6, 0, 8);
	else if (linktype == LINK_SLL2)
		memset(x->base + 12, 0, 8);
	if (has(x, LAYER_ARP) && x->l.at[LAYER_ARP].n >= ARP_IPV4)
		redact_arp(t, at(x, LAYER_ARP));
	if (has(x, LAYER_IP)) {
		redact_ip4(t, at(x, LAYER_IP) + 12);
		redact_ip4(t, at(x, LAYER_IP) + 16);
	} else if (has(x, LAYER_IPV6)) {
		redact_ip6(t, at(x, LAYER_IPV6) + 8);
		redact_ip6(t, at(x, LAYER_IPV6) + 24);
	}
}

/* --- checksums --------------------------------------------------------------------------------- */

static uint32_t add(uint32_t sum, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
	return sum;
}

static uint16_t folded(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Puts the checksum of what is from p on at p[where]; sum is that of what else counts. */
static void set_checksum(struct packet_parts *x, enum layer layer, size_t where, uint32_t sum)
{
	uint8_t *p = at(x, layer);
	uint16_t v;

	if (x->end < p + where + 2)
		return;
	/* UDP: nobody computed one. */
	if (layer == LAYER_UDP && p[where] == 0 && p[where + 1] == 0)
		return;
	store_u16(p + where, 0, true);
	v = folded(add(sum, p, (size_t)(x->end - p)));
	store_u16(p + where, layer == LAYER_UDP && v == 0 ? 0xffff : v, true);
}

/* What the transport's checksum covers of the IP header: addresses, protocol, length. */
static uint32_t pseudo_header(const struct packet_parts *x)
{
	const uint8_t *p;
	uint32_t header, length;

	if (has(x, LAYER_IPV6)) {
		p = x->l.at[LAYER_IPV6].p;
		return add(x->l.protocol, p + 8, 32) + load_u16(p + 4, true);
	}
	p = x->l.at[LAYER_IP].p;
	header = (p[0] & 15u) * 4;
	length = load_u16(p + 2, true);
	if (length < header)
		length = (uint32_t)x->l.at[LAYER_IP].n;
	return add(x->l.protocol, p + 12, 8) + length - header;
}

static void set_checksums(struct packet_parts *x)
{
	uint32_t pseudo = 0;

	if (has(x, LAYER_IP)) {
		uint8_t *p = at(x, LAYER_IP);
		size_t n = MIN((p[0] & 15u) * 4, x->l.at[LAYER_IP].n);

		store_u16(p + 10, 0, true);
		store_u16(p + 10, folded(add(0, p, n)), true);
	}
	if (has(x, LAYER_IP) || has(x, LAYER_IPV6))
		pseudo = pseudo_header(x);
	if (has(x, LAYER_TCP))
		set_checksum(x, LAYER_TCP, 16, pseudo);
	if (has(x, LAYER_UDP))
		set_checksum(x, LAYER_UDP, 6, pseudo);
	if (has(x, LAYER_ICMP))
		set_checksum(x, LAYER_ICMP, 2, 0);
	if (has(x, LAYER_ICMPV6))
		set_checksum(x, LAYER_ICMPV6, 2, pseudo);
}

/* Options of IP can hold addresses, like a route: they end where they begin. */
static void clear_options(struct packet_parts *x)
{
	struct span ip = x->l.at[LAYER_IP];
	size_t header = ip.n ? MIN((ip.p[0] & 15u) * 4, ip.n) : 0;

	if (header > IP_HEADER)
		memset(at(x, LAYER_IP) + IP_HEADER, 0, header - IP_HEADER);
}

bool redact_packet(struct redact_texts *t, uint16_t linktype, uint8_t *p, size_t n)
{
	struct packet_parts x = {.texts = t, .base = p, .end = p};

	layers_find(&x.l, linktype, span_of(p, n));
	find_end(&x);
	if (x.end == p)
		return false;
	t->counts[REDACT_PAYLOAD] += x.end < p + n;
	memset(p + (x.end - p), 0, n - (size_t)(x.end - p));
	redact_addresses(&x, linktype);
	clear_options(&x);
	set_checksums(&x);
	return true;
}
