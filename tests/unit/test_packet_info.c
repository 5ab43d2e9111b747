/* SPDX-License-Identifier: MIT */
/* Packets on every kind of link, header by header, and what their line says. */
#include <criterion/criterion.h>

#include "filter/packet_info.h"

#define ETHERNET 1
#define RAW      101
#define SLL      113
#define SLL2     276

static struct buf b; /* the packet being built */

static void begin(void)
{
	b = (struct buf){.big = true};
}

/* Addresses 02:00:00:00:00:01 and 02. */
static void eth(uint16_t type)
{
	buf_put(&b, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12);
	buf_u16(&b, type);
}

/* 10.0.0.1 to 10.0.0.2, with n bytes behind its header. */
static void ip4(uint8_t protocol, uint16_t n, uint16_t fragment)
{
	buf_u16(&b, 0x4500);
	buf_u16(&b, (uint16_t)(20 + n));
	buf_u16(&b, 7);
	buf_u16(&b, fragment);
	buf_u8(&b, 64);
	buf_u8(&b, protocol);
	buf_u16(&b, 0);
	buf_u32(&b, 0x0a000001);
	buf_u32(&b, 0x0a000002);
}

/* 2001:db8::1 to 2001:db8::2. */
static void ip6(uint8_t next, uint16_t n)
{
	buf_u32(&b, 0x60000000);
	buf_u16(&b, n);
	buf_u8(&b, next);
	buf_u8(&b, 64);
	for (uint8_t end = 1; end <= 2; end++) {
		buf_u32(&b, 0x20010db8);
		buf_zeros(&b, 11);
		buf_u8(&b, end);
	}
}

static void tcp(uint16_t flags, size_t data)
{
	buf_u16(&b, 1234);
	buf_u16(&b, 80);
	buf_u32(&b, 1000);
	buf_u32(&b, 2000);
	buf_u16(&b, (uint16_t)(0x5000 | flags));
	buf_u16(&b, 512);
	buf_u32(&b, 0);
	buf_zeros(&b, data);
}

static void udp(uint16_t n)
{
	buf_u16(&b, 53);
	buf_u16(&b, 4000);
	buf_u16(&b, (uint16_t)(8 + n));
	buf_u16(&b, 0);
	buf_zeros(&b, n);
}

static void icmp(uint8_t type, uint8_t code, uint16_t id, uint16_t seq)
{
	buf_u8(&b, type);
	buf_u8(&b, code);
	buf_u16(&b, 0);
	buf_u16(&b, id);
	buf_u16(&b, seq);
}

/* Of which length bytes were on the wire; 0: all there are. */
static void expect_cut(uint16_t linktype, uint32_t length, const char *want)
{
	struct packet p = {.length = length ? length : (uint32_t)b.n, .data = buf_view(&b)};
	struct layers l;
	struct buf got = {0};

	layers_find(&l, linktype, p.data);
	packet_info_put(&p, linktype, &l, &got);
	cr_expect(span_eq(buf_view(&got), span_str(want)), "want %s\ngot  %.*s", want, (int)got.n,
		(const char *)got.p);
	buf_release(&got);
	buf_release(&b);
}

static void expect(uint16_t linktype, const char *want)
{
	expect_cut(linktype, 0, want);
}

Test(packet_info, tcp_with_flags_and_lengths)
{
	begin();
	eth(0x0800);
	ip4(6, 20 + 5, 0);
	tcp(0x18, 5);
	buf_zeros(&b, 11); /* what fills up a short frame */
	expect(ETHERNET, "10.0.0.1:1234 > 10.0.0.2:80 TCP [PSH ACK] seq 1000 ack 2000 win 512 length 5");
	begin();
	ip6(6, 20);
	tcp(0x02, 0);
	expect(RAW, "2001:db8::1:1234 > 2001:db8::2:80 TCP [SYN] seq 1000 win 512 length 0");
	begin();
	ip4(6, 20, 0);
	tcp(0x1ff, 0);
	expect(RAW, "10.0.0.1:1234 > 10.0.0.2:80 TCP [FIN SYN RST PSH ACK URG ECE CWR AE] seq 1000 "
		    "ack 2000 win 512 length 0");
}

Test(packet_info, lengths_are_those_on_the_wire)
{
	begin();
	eth(0x0800);
	ip4(17, 8 + 1000, 0);
	udp(20);
	expect_cut(ETHERNET, 14 + 20 + 8 + 1000, "10.0.0.1:53 > 10.0.0.2:4000 UDP length 1000");
	/* A length of 0 in the header: the network card was to fill it in. */
	begin();
	eth(0x0800);
	ip4(6, (uint16_t)-20, 0);
	tcp(0x10, 7);
	expect(ETHERNET, "10.0.0.1:1234 > 10.0.0.2:80 TCP [ACK] seq 1000 ack 2000 win 512 length 7");
	/* One that cannot be. */
	begin();
	ip4(17, 3, 0);
	udp(2);
	expect(RAW, "10.0.0.1 > 10.0.0.2 UDP length 3");
}

Test(packet_info, links)
{
	begin();
	eth(0x8100);
	buf_u16(&b, 0x2005);
	buf_u16(&b, 0x0800);
	ip4(17, 8, 0);
	udp(0);
	expect(ETHERNET, "VLAN 5 10.0.0.1:53 > 10.0.0.2:4000 UDP length 0");
	begin();
	buf_u16(&b, 4); /* sent by us */
	buf_u16(&b, 1);
	buf_u16(&b, 6);
	buf_zeros(&b, 8);
	buf_u16(&b, 0x0800);
	ip4(17, 8, 0);
	udp(0);
	expect(SLL, "from us, 10.0.0.1:53 > 10.0.0.2:4000 UDP length 0");
	begin();
	buf_u16(&b, 0x86dd);
	buf_u16(&b, 0);
	buf_u32(&b, 3); /* interface */
	buf_u16(&b, 1);
	buf_u8(&b, 0); /* to us */
	buf_u8(&b, 6);
	buf_zeros(&b, 8);
	ip6(17, 8);
	udp(0);
	expect(SLL2, "to us, 2001:db8::1:53 > 2001:db8::2:4000 UDP length 0");
	begin();
	eth(0x88cc);
	buf_zeros(&b, 46);
	expect(ETHERNET, "02:00:00:00:00:01 > 02:00:00:00:00:02 type 88cc length 60");
	begin();
	buf_zeros(&b, 9);
	expect(147, "link type 147 length 9");
	begin();
	buf_zeros(&b, 9);
	expect(ETHERNET, "link type 1 length 9");
}

Test(packet_info, icmp)
{
	begin();
	ip4(1, 8, 0);
	icmp(8, 0, 77, 3);
	expect(RAW, "10.0.0.1 > 10.0.0.2 ICMP echo request id 77 seq 3 length 8");
	begin();
	ip4(1, 8, 0);
	icmp(3, 1, 0, 0);
	expect(RAW, "10.0.0.1 > 10.0.0.2 ICMP unreachable code 1 length 8");
	begin();
	ip4(1, 8, 0);
	icmp(42, 0, 0, 0);
	expect(RAW, "10.0.0.1 > 10.0.0.2 ICMP type 42 length 8");
	begin();
	ip6(58, 8);
	icmp(129, 0, 77, 3);
	expect(RAW, "2001:db8::1 > 2001:db8::2 ICMPv6 echo reply id 77 seq 3 length 8");
	begin();
	ip6(58, 8);
	icmp(135, 0, 0, 0);
	expect(RAW, "2001:db8::1 > 2001:db8::2 ICMPv6 neighbor solicitation length 8");
}

static void arp(uint16_t operation)
{
	eth(0x0806);
	buf_u16(&b, 1);
	buf_u16(&b, 0x0800);
	buf_u8(&b, 6);
	buf_u8(&b, 4);
	buf_u16(&b, operation);
	buf_put(&b, "\x02\0\0\0\0\x01\x0a\0\0\x01", 10);
	buf_put(&b, "\x02\0\0\0\0\x02\x0a\0\0\x02", 10);
}

Test(packet_info, arp)
{
	begin();
	arp(1);
	expect(ETHERNET, "ARP who has 10.0.0.2, tell 10.0.0.1 length 28");
	begin();
	arp(2);
	expect(ETHERNET, "ARP 10.0.0.1 is at 02:00:00:00:00:01 length 28");
	begin();
	arp(3);
	expect(ETHERNET, "ARP operation 3 length 28");
	begin();
	arp(1);
	b.n = 14 + 8; /* cut */
	expect(ETHERNET, "ARP operation 1 length 8");
}

Test(packet_info, other_protocols_and_pieces)
{
	begin();
	ip4(47, 4, 0);
	buf_zeros(&b, 4);
	expect(RAW, "10.0.0.1 > 10.0.0.2 GRE length 4");
	begin();
	ip4(200, 4, 0);
	buf_zeros(&b, 4);
	expect(RAW, "10.0.0.1 > 10.0.0.2 protocol 200 length 4");
	begin();
	ip4(17, 8, 0x2000 | 185);
	buf_zeros(&b, 8);
	expect(RAW, "10.0.0.1 > 10.0.0.2 UDP fragment at 1480 length 8");
	begin();
	ip6(0, 16); /* a hop-by-hop header, then no known protocol */
	buf_put(&b, "\xfd\0\0\0\0\0\0\0", 8);
	buf_zeros(&b, 8);
	expect(RAW, "2001:db8::1 > 2001:db8::2 protocol 253 length 8");
}

/* Every prefix of a packet, from a copy of just that size: nothing is read behind it. */
Test(packet_info, cut_anywhere)
{
	struct packet p = {0};
	struct layers l;
	struct buf got = {0};

	begin();
	eth(0x8100);
	buf_u16(&b, 1);
	buf_u16(&b, 0x86dd);
	ip6(0, 8 + 20 + 4);
	buf_put(&b, "\x06\0\0\0\0\0\0\0", 8);
	tcp(0x18, 4);
	for (size_t n = 0; n <= b.n; n++) {
		struct buf copy = {0};

		buf_put(&copy, b.p, n);
		p = (struct packet){.length = (uint32_t)b.n, .data = buf_view(&copy)};
		layers_find(&l, ETHERNET, p.data);
		buf_clear(&got);
		packet_info_put(&p, ETHERNET, &l, &got);
		cr_expect_gt(got.n, 0u);
		buf_release(&copy);
	}
	buf_release(&got);
	buf_release(&b);
}
