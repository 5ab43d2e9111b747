/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdlib.h>

#include "scap/addr.h"

#define TEXT(lit) span_of(lit, sizeof(lit) - 1)

/* The text of an address, given as 16 bytes, against the C library's. */
static void same_as_inet_ntop(const uint8_t ip[16])
{
	char want[INET6_ADDRSTRLEN];
	struct buf got = {0};

	cr_assert_not_null(inet_ntop(AF_INET6, ip, want, sizeof(want)));
	addr_put_ipv6(&got, ip);
	cr_expect(span_eq(buf_view(&got), span_str(want)), "want %s, got %.*s", want, (int)got.n,
		(const char *)got.p);
	buf_release(&got);
}

Test(addr, ipv6_text_is_canonical)
{
	static const char *const cases[] = {"::", "::1", "1::", "2001:db8::1",
		"2001:db8:0:1:1:1:1:1", "2001:0:0:1::1", "1:0:0:2:0:0:0:3", "1:2:3:4:5:6:7:8",
		"fe80::1:0:0:1", "::ffff:1.2.3.4", "::1.2.3.4",
		"0:1::", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "::ffff:0:1.2.3.4"};
	uint8_t ip[16];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cr_assert_eq(inet_pton(AF_INET6, cases[i], ip), 1, "%s", cases[i]);
		same_as_inet_ntop(ip);
	}
}

Test(addr, ipv6_text_of_random_addresses)
{
	uint8_t ip[16];

	srandom(1);
	for (int round = 0; round < 20000; round++) {
		/* Many zero bytes, so that runs of zero words of all lengths occur. */
		for (int i = 0; i < 16; i++)
			ip[i] = random() % 4 ? 0 : (uint8_t)random();
		same_as_inet_ntop(ip);
	}
}

static void expect_tuple(struct span param, bool big, const char *want)
{
	struct addr_tuple t;
	struct buf got = {0};

	cr_assert_eq(addr_read_socktuple(&t, param, big), 1);
	addr_put_socktuple(&got, &t);
	cr_expect(span_eq(buf_view(&got), span_str(want)), "want %s, got %.*s", want, (int)got.n,
		(const char *)got.p);
	buf_release(&got);
}

Test(addr, tuple_text)
{
	expect_tuple(TEXT("\x02\x0a\0\0\x01\x50\0\x0a\0\0\x02\0\x50"), false,
		"10.0.0.1:80->10.0.0.2:20480");
	expect_tuple(TEXT("\x02\x0a\0\0\x01\x50\0\x0a\0\0\x02\0\x50"), true,
		"10.0.0.1:20480->10.0.0.2:80");
	expect_tuple(TEXT("\x0a\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x03\x50\0"
			  "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x04\x51\0"),
		false, "2001:db8::3:80->2001:db8::4:81");
	expect_tuple(TEXT("\x01\0\0\0\0\0\0\0\0\0\x68\xa0\xfd\xdc\x8e\xff\xff/run/s\0rest"), false,
		"0->ffff8edcfda06800 /run/s");
	expect_tuple(TEXT("\x10whatever"), false, "family 16");
}

Test(addr, mapped_ends_are_shown_as_ipv4_only_together)
{
	expect_tuple(TEXT("\x0a\0\0\0\0\0\0\0\0\0\0\xff\xff\x01\x02\x03\x04\x50\0"
			  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x51\0"),
		false, "1.2.3.4:80->0.0.0.0:81");
	expect_tuple(TEXT("\x0a\0\0\0\0\0\0\0\0\0\0\xff\xff\x01\x02\x03\x04\x50\0"
			  "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x51\0"),
		false, "::ffff:1.2.3.4:80->::1:81");
}

static void expect_sockaddr(struct span param, const char *want)
{
	struct addr_tuple t;
	struct buf got = {0};

	cr_assert_eq(addr_read_sockaddr(&t, param, false), 1);
	addr_put_sockaddr(&got, &t);
	cr_expect(span_eq(buf_view(&got), span_str(want)), "want %s, got %.*s", want, (int)got.n,
		(const char *)got.p);
	buf_release(&got);
}

Test(addr, sockaddr_text)
{
	expect_sockaddr(TEXT("\x02\x01\x02\x03\x04\x50\0"), "1.2.3.4:80");
	expect_sockaddr(TEXT("\x0a\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x50\0"), "::1:80");
	expect_sockaddr(TEXT("\x01/dev/log\0"), "/dev/log");
	expect_sockaddr(TEXT("\x01"), "");
	expect_sockaddr(TEXT("\x01\0abstract"), "");
	expect_sockaddr(TEXT("\x26"), "family 38");
}

Test(addr, wrong_lengths)
{
	static const struct span tuples[] = {{(const uint8_t *)"\x02"
							       "123456789012",
						     12},
		{(const uint8_t *)"\x02"
				  "1234567890123",
			14},
		{(const uint8_t *)"\x01"
				  "123456789012345",
			16},
		{(const uint8_t *)"\x0a", 1}};
	struct addr_tuple t;

	for (size_t i = 0; i < sizeof(tuples) / sizeof(tuples[0]); i++)
		cr_expect_eq(addr_read_socktuple(&t, tuples[i], false), -1, "%zu", i);
	cr_expect_eq(t.family, ADDR_INET6);
	cr_expect_eq(addr_read_sockaddr(&t,
			     TEXT("\x02"
				  "12345"),
			     false),
		-1);
	cr_expect_eq(addr_read_sockaddr(&t, span_of(NULL, 0), false), 0);
	cr_expect_eq(addr_read_socktuple(&t, span_of(NULL, 0), false), 0);
}

Test(addr, mapped_becomes_ipv4)
{
	uint8_t ip[16] = {[10] = 0xff, [11] = 0xff, [12] = 9, [13] = 8, [14] = 7, [15] = 6};
	static const uint8_t want[16] = {9, 8, 7, 6};

	cr_expect(addr_is_v4(ip));
	addr_to_v4(ip);
	cr_expect_eq(memcmp(ip, want, 16), 0);
}
