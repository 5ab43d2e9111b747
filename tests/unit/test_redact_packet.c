/* SPDX-License-Identifier: MIT */
/* Headers that stay: what is left of packets, and whether their checksums are right. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/endian.h"
#include "tools/scapedit/redact_packet.h"

static struct redact_rules rules;
static struct redact_key key;
static struct redact_texts texts;

static void begin(void)
{
	struct err err = {0};

	cr_assert_eq(redact_rules_add(&rules, "packets=headers", &err), 0);
	cr_assert_eq(redact_key_random(&key, &err), 0);
	cr_assert_eq(redact_texts_init(&texts, &rules, &key, &err), 0);
}

static void end(void)
{
	redact_texts_release(&texts);
	redact_rules_release(&rules);
}

TestSuite(redact_packet, .init = begin, .fini = end);

/* The ones' complement sum of 16-bit words: 0xffff over something with a right checksum. */
static uint16_t sum(const uint8_t *p, size_t n, uint32_t more)
{
	uint64_t s = more;

	for (size_t i = 0; i + 1 < n; i += 2)
		s += load_u16(p + i, true);
	if (n % 2)
		s += (uint32_t)p[n - 1] << 8;
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)s;
}

/* Ethernet, IPv4 with four bytes of options, TCP with a payload of five bytes. */
static const uint8_t tcp[] = {
	0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0x08, 0x00,
	0x46, 0, 0, 49, 0, 1, 0, 0, 64, 6, 0, 0, 93, 184, 216, 34, 10, 0, 0, 9, 0x83, 3, 4, 0,
	0x1f, 0x90, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x18, 1, 0, 0, 0, 0, 0,
	'a', 'l', 'i', 'c', 'e'};

Test(redact_packet, tcp_keeps_its_headers)
{
	uint8_t p[sizeof(tcp)], src[4] = {93, 184, 216, 34};
	uint32_t pseudo;

	memcpy(p, tcp, sizeof(p));
	cr_assert(redact_packet(&texts, 1, p, sizeof(p)));
	redact_ip4(&texts, src);
	cr_expect_eq(memcmp(p + 26, src, 4), 0, "the pseudonym it has elsewhere");
	cr_expect_eq(p[30], 10);
	cr_expect_neq(memcmp(p, tcp, 6), 0);
	cr_expect_eq(p[0] & 3, 2, "a local address of one station");
	cr_expect_eq(load_u32(p + 34, true), 0, "options of IP");
	cr_expect_eq(memcmp(p + 38, tcp + 38, 16), 0, "ports, numbers, flags");
	for (size_t i = sizeof(p) - 5; i < sizeof(p); i++)
		cr_expect_eq(p[i], 0);
	cr_expect_eq(sum(p + 14, 24, 0), 0xffff);
	cr_expect_eq(texts.counts[REDACT_PAYLOAD], 1);
	pseudo = sum(p + 26, 8, 0) + 6 + 25;
	cr_expect_eq(sum(p + 38, 25, pseudo), 0xffff);
}

/* Raw IPv6 with UDP, and the same with a header in between, which ends it. */
Test(redact_packet, udp_over_ipv6)
{
	uint8_t p[60] = {0x60, [5] = 12, [6] = 17, [7] = 64, [8] = 0x20, 0x01, 0x0d, 0xb8,
		[23] = 1, [24] = 0xfe, 0x80, [39] = 2, [40] = 0, 53, 0, 54, 0, 12, 0x12, 0x34, 'a', 'b',
		'c', 'd'};
	uint8_t q[60];

	memcpy(q, p, sizeof(q));
	cr_assert(redact_packet(&texts, 101, p, 52));
	cr_expect_eq(sum(p + 40, 12, sum(p + 8, 32, 0) + 17 + 12), 0xffff);
	cr_expect_eq(load_u16(p + 40, true), 53);
	cr_expect_eq(load_u32(p + 48, true), 0);
	q[6] = 0;
	q[40] = 17;
	q[41] = 0;
	q[5] = 20;
	cr_assert(redact_packet(&texts, 101, q, 60));
	cr_expect_eq(sum(q + 40, 20, 0), 0);
}

Test(redact_packet, arp)
{
	uint8_t p[42] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 1, 2, 3, 4, 5, 0x08, 0x06, 0, 1, 8, 0, 6,
		4, 0, 1, 0, 1, 2, 3, 4, 5, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2};
	uint8_t ip[4] = {10, 0, 0, 1};

	cr_assert(redact_packet(&texts, 1, p, sizeof(p)));
	redact_ip4(&texts, ip);
	cr_expect_eq(p[0] & p[1] & p[5], 0xff, "broadcast stays");
	cr_expect_eq(memcmp(p + 6, p + 22, 6), 0, "the same station");
	cr_expect_eq(memcmp(p + 28, ip, 4), 0);
	cr_expect_eq(load_u32(p + 32, true), 0, "nobody stays nobody");
}

Test(redact_packet, the_unknown_is_cleared_or_refused)
{
	uint8_t p[40] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0x88, 0x99, 's', 'e', 'c', 'r', 'e', 't'};

	cr_assert(redact_packet(&texts, 1, p, sizeof(p)));
	cr_expect_eq(load_u16(p + 12, true), 0x8899);
	cr_expect_eq(sum(p + 14, 26, 0), 0);
	cr_expect(!redact_packet(&texts, 1, p, 13));
	cr_expect(!redact_packet(&texts, 147, p, 40));
}

/* Any beginning of a packet, in memory of just that size (for the sanitizers). */
Test(redact_packet, cut_anywhere)
{
	static const uint16_t links[] = {0, 1, 101, 113, 276};

	for (size_t k = 0; k < ARRAY_SIZE(links); k++) {
		for (size_t n = 0; n <= sizeof(tcp); n++) {
			uint8_t *p = malloc(n);

			if (n)
				memcpy(p, tcp, n);
			if (redact_packet(&texts, links[k], p, n))
				cr_expect_eq(memmem(p, n, "alice", 5), NULL, "%u, %zu", links[k], n);
			free(p);
		}
	}
}
