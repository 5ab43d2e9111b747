/* SPDX-License-Identifier: MIT */
/* Pseudonyms of addresses: what they share, what stays, how they are written. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/endian.h"
#include "tools/scapedit/redact_addr.h"

static struct redact_key key;

static void make_key(void)
{
	struct err err = {0};

	cr_assert_eq(redact_key_random(&key, &err), 0);
}

TestSuite(redact_addr, .init = make_key);

static unsigned shared(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned n = 0;

	while (n < bits && !((a[n / 8] ^ b[n / 8]) >> (7 - n % 8) & 1))
		n++;
	return n;
}

/* Pairs that share any number of bits, 32 times each. */
Test(redact_addr, prefixes_are_preserved_exactly)
{
	for (unsigned i = 0; i < 32 * 32; i++) {
		uint8_t a[4], b[4], x[4], y[4];

		store_u32(a, (uint32_t)random() << 1 ^ (uint32_t)random(), true);
		store_u32(b, load_u32(a, true) ^ (0x80000000u >> (i % 32)), true);
		memcpy(x, a, 4);
		memcpy(y, b, 4);
		redact_addr4(&key, x);
		redact_addr4(&key, y);
		cr_expect_eq(shared(a, b, 32), shared(x, y, 32));
	}
	for (unsigned i = 0; i < 4 * 128; i++) {
		uint8_t a[16] = {0x20, 0x01, 0x0d, 0xb8}, b[16], x[16], y[16];

		for (int k = 4; k < 16; k++)
			a[k] = (uint8_t)random();
		memcpy(b, a, 16);
		b[i % 128 / 8] ^= (uint8_t)(0x80 >> (i % 8));
		memcpy(x, a, 16);
		memcpy(y, b, 16);
		redact_addr6(&key, x);
		redact_addr6(&key, y);
		cr_expect_eq(shared(a, b, 128), shared(x, y, 128));
	}
}

static bool stays(const char *text, unsigned bits)
{
	uint8_t was[16], ip[16];
	bool v6 = strchr(text, ':');

	cr_assert_eq(inet_pton(v6 ? AF_INET6 : AF_INET, text, was), 1);
	memcpy(ip, was, 16);
	if (v6)
		redact_addr6(&key, ip);
	else
		redact_addr4(&key, ip);
	return shared(was, ip, bits) == bits;
}

Test(redact_addr, special_ones_stay)
{
	static const char *const whole4[] = {"0.0.0.0", "127.0.0.53", "224.0.0.251",
		"255.255.255.255", "239.255.255.250"};

	for (size_t i = 0; i < ARRAY_SIZE(whole4); i++)
		cr_expect(stays(whole4[i], 32), "%s", whole4[i]);
	cr_expect(stays("::", 128));
	cr_expect(stays("::1", 128));
	cr_expect(stays("ff02::fb", 128));
	cr_expect(stays("10.1.2.3", 8));
	cr_expect(stays("172.17.0.2", 12));
	cr_expect(stays("192.168.7.9", 16));
	cr_expect(stays("fe80::1234:5678", 10));
}

Test(redact_addr, ipv4_in_ipv6_is_the_same_address)
{
	uint8_t v4[4] = {93, 184, 216, 34};
	uint8_t v6[16] = {[10] = 0xff, [11] = 0xff, [12] = 93, [13] = 184, [14] = 216, [15] = 34};

	redact_addr4(&key, v4);
	redact_addr6(&key, v6);
	cr_expect_eq(memcmp(v4, v6 + 12, 4), 0);
	cr_expect_eq(v6[10], 0xff);
}

Test(redact_addr, another_key_another_pseudonym)
{
	uint8_t a[16] = {0x20, 0x01, 0x0d, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, b[16];

	memcpy(b, a, 16);
	redact_addr6(&key, a);
	make_key();
	redact_addr6(&key, b);
	cr_expect_neq(memcmp(a, b, 16), 0);
}

static size_t found_at(const char *text, size_t at)
{
	struct redact_addr_text found;

	return redact_addr_find(span_str(text), at, &found) ? found.n : 0;
}

Test(redact_addr, found_in_texts)
{
	cr_expect_eq(found_at("10.1.2.3:80", 0), 8);
	cr_expect_eq(found_at("to 10.1.2.3.", 3), 8);
	cr_expect_eq(found_at("10.1.2.3->10.1.2.4", 10), 8);
	cr_expect_eq(found_at("http://8.8.8.8/x", 7), 7);
	cr_expect_eq(found_at("[fe80::1]:22", 1), 7);
	cr_expect_eq(found_at("addr:10.1.2.3", 5), 8);
	cr_expect_eq(found_at("::ffff:10.1.2.3", 0), 15);
	/* None of these is one. */
	cr_expect_eq(found_at("libx.so.1.2.3.4", 8), 0);
	cr_expect_eq(found_at("1.2.3.4.5", 0), 0);
	cr_expect_eq(found_at("1.2.3", 0), 0);
	cr_expect_eq(found_at("300.1.2.3", 0), 0);
	cr_expect_eq(found_at("12:34:56", 0), 0);
	cr_expect_eq(found_at("aa:bb:cc:dd:ee:ff", 0), 0);
	cr_expect_eq(found_at("std::x", 2), 0);
}

/* The text stands for the same address wherever it has room for it, and never grows. */
Test(redact_addr, written_in_its_place)
{
	for (int i = 0; i < 500; i++) {
		uint8_t ip[4] = {(uint8_t)(1 + i % 9), (uint8_t)random(), (uint8_t)random(),
			(uint8_t)random()};
		char text[24], was[24];
		struct redact_addr_text found;
		unsigned v[4];
		size_t n = (size_t)snprintf(text, sizeof(text), "%u.%u.%u.%u", ip[0], ip[1], ip[2],
			ip[3]);

		strcpy(was, text);
		cr_assert(redact_addr_find(span_of(text, n), 0, &found));
		cr_expect(redact_addr_put(&key, &found, (uint8_t *)text));
		cr_expect_eq(strlen(text), n);
		cr_expect_str_neq(text, was);
		redact_addr4(&key, ip);
		if (sscanf(text, "%3u.%3u.%3u.%3u", &v[0], &v[1], &v[2], &v[3]) == 4 && !strpbrk(text, "abcdefghijklmnopqrstuvwxyz"))
			cr_expect(v[0] == ip[0] && v[1] == ip[1] && v[2] == ip[2] && v[3] == ip[3],
				"%s is not %u.%u.%u.%u", text, ip[0], ip[1], ip[2], ip[3]);
		else if (strspn(text, "0123456789") == n)
			cr_expect_eq(strtoul(text, NULL, 10), load_u32(ip, true));
		else
			cr_expect_lt(n, 10, "%s for %s", text, was);
	}
}

Test(redact_addr, ipv6_in_full_is_an_address_again)
{
	char text[] = "2001:0db8:1111:2222:3333:4444:5555:6666";
	struct redact_addr_text found;
	uint8_t ip[16], got[16];

	inet_pton(AF_INET6, text, ip);
	cr_assert(redact_addr_find(span_str(text), 0, &found));
	cr_assert(redact_addr_put(&key, &found, (uint8_t *)text));
	redact_addr6(&key, ip);
	cr_assert_eq(inet_pton(AF_INET6, text, got), 1, "%s", text);
	cr_expect_eq(memcmp(ip, got, 16), 0);
}
