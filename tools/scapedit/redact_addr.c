/* SPDX-License-Identifier: MIT */
/*
 * A bit is inverted or not depending on the bits in front of it, under the key, as Crypto-PAn does
 * it. It never is where that would lead into or out of a special prefix, so that these map to
 * themselves and the whole stays one-to-one and prefix-preserving.
 */
#include "tools/scapedit/redact_addr.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>

#include "base/endian.h"
#include "base/buf.h"
#include "scap/addr.h"

struct special {
	uint8_t prefix[16];
	uint8_t bits;
	bool keep; /* what follows the prefix too */
};

/* clang-format off */
static const struct special special4[] = {
	{{0},          8, true},  /* unspecified, "this network" */
	{{127},        8, true},  /* loopback */
	{{224},        3, true},  /* multicast, reserved, broadcast */
	{{10},         8, false}, /* private */
	{{172, 16},   12, false},
	{{192, 168},  16, false},
	{{100, 64},   10, false}, /* shared by providers */
	{{169, 254},  16, false}, /* link-local */
};

static const struct special special6[] = {
	{{0},                        8, true},  /* unspecified, loopback */
	{{0x00, 0x64, 0xff, 0x9b},  96, true},  /* embedded IPv4: its four bytes are done apart */
	{{0xff},                     8, true},  /* multicast */
	{{0xfe, 0x80},              10, false}, /* link-local */
	{{0xfc},                     7, false}, /* unique local */
	{{0x20},                     3, false}, /* global */
};
/* clang-format on */

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned n)
{
	unsigned whole = n / 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return n % 8 == 0 || ((a[whole] ^ b[whole]) >> (8 - n % 8)) == 0;
}

/* Whether bit number i of ip has to stay. */
static bool fixed(const struct special *s, size_t n, const uint8_t *ip, unsigned i)
{
	for (size_t k = 0; k < n; k++) {
		if (i < s[k].bits ? same_bits(ip, s[k].prefix, i)
				  : s[k].keep && same_bits(ip, s[k].prefix, s[k].bits))
			return true;
	}
	return false;
}

/* What decides on bit number i: how many bits there are in front of it, and these. */
static bool inverted(const struct redact_key *k, const uint8_t *ip, size_t size, unsigned i)
{
	uint8_t in[18] = {(uint8_t)size, (uint8_t)i};

	memcpy(in + 2, ip, (i + 7) / 8);
	if (i % 8)
		in[2 + i / 8] &= (uint8_t)(0xff00 >> (i % 8));
	return redact_key_bit(k, in, sizeof(in));
}

static void permute(const struct redact_key *k, const struct special *s, size_t n, uint8_t *ip,
	size_t size)
{
	uint8_t out[16];

	memcpy(out, ip, size);
	for (unsigned i = 0; i < 8 * size; i++) {
		if (!fixed(s, n, ip, i) && inverted(k, ip, size, i))
			out[i / 8] ^= (uint8_t)(0x80 >> (i % 8));
	}
	memcpy(ip, out, size);
}

void redact_addr4(const struct redact_key *k, uint8_t ip[4])
{
	permute(k, special4, ARRAY_SIZE(special4), ip, 4);
}

/* ::ffff:1.2.3.4, ::1.2.3.4 but for :: and ::1, 64:ff9b::1.2.3.4. */
static bool embeds_v4(const uint8_t ip[16])
{
	static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t zero[15];

	if (memcmp(ip, zero, 12) == 0)
		return memcmp(ip, zero, 15) != 0;
	return memcmp(ip, nat64, 12) == 0 || memcmp(ip, mapped, 12) == 0;
}

void redact_addr6(const struct redact_key *k, uint8_t ip[16])
{
	if (embeds_v4(ip))
		redact_addr4(k, ip + 12);
	else
		permute(k, special6, ARRAY_SIZE(special6), ip, 16);
}

/* Four numbers with dots between them. Returns the bytes they take, 0 when they are not there. */
static size_t read_v4(struct span s, uint8_t ip[4])
{
	size_t at = 0;

	for (int i = 0; i < 4; i++) {
		unsigned v = 0, digits = 0;

		if (i && (at == s.n || s.p[at++] != '.'))
			return 0;
		for (; at < s.n && isdigit(s.p[at]) && digits < 4; digits++)
			v = 10 * v + (unsigned)(s.p[at++] - '0');
		if (!digits || digits > 3 || v > 255)
			return 0;
		ip[i] = (uint8_t)v;
	}
	return at;
}

static bool ends_v4(struct span s, size_t at)
{
	if (at == s.n)
		return true;
	if (s.p[at] == '.')
		return at + 1 == s.n || !isdigit(s.p[at + 1]);
	return !isalnum(s.p[at]);
}

/* The longest text of an IPv6 address at the start of s. */
static size_t read_v6(struct span s, uint8_t ip[16])
{
	char text[INET6_ADDRSTRLEN];
	size_t n = 0;
	int colons = 0;

	while (n < s.n && n < sizeof(text) - 1 &&
		(isxdigit(s.p[n]) || s.p[n] == ':' || s.p[n] == '.'))
		colons += s.p[n++] == ':';
	if (colons < 2 || (n < s.n && isalnum(s.p[n])))
		return 0;
	memcpy(text, s.p, n);
	text[n] = '\0';
	while (n && (text[n - 1] == '.' || text[n - 1] == ':') && inet_pton(AF_INET6, text, ip) != 1)
		text[--n] = '\0';
	return n && inet_pton(AF_INET6, text, ip) == 1 ? n : 0;
}

bool redact_addr_find(struct span text, size_t at, struct redact_addr_text *found)
{
	struct span rest = span_of(text.p + at, text.n - at);
	uint8_t before = at ? text.p[at - 1] : ' ';

	if (!isxdigit(rest.p[0]) && rest.p[0] != ':')
		return false;
	if (isalnum(before) || before == '_' || before == '.' || before == ':') {
		/* Part of something longer, but "port:1.2.3.4" and the like are not. */
		if (before != ':' || !isdigit(rest.p[0]))
			return false;
	}
	found->v6 = false;
	found->n = isdigit(rest.p[0]) ? read_v4(rest, found->ip) : 0;
	if (found->n && ends_v4(rest, found->n))
		return true;
	found->v6 = true;
	found->n = before == ':' ? 0 : read_v6(rest, found->ip);
	return found->n > 0;
}

/* text with zeros in front of its numbers, as many as fill n bytes. False: they do not fit. */
static bool put_filled(struct span text, size_t longest, uint8_t *to, size_t n)
{
	struct span s = text;
	size_t fill = n - MIN(text.n, n);
	size_t out = 0;

	if (text.n > n)
		return false;
	for (size_t i = 0; i < s.n;) {
		size_t run = 0, zeros;

		while (i + run < s.n && isxdigit(s.p[i + run]))
			run++;
		zeros = run && run < longest ? MIN(fill, longest - run) : 0;
		fill -= zeros;
		memset(to + out, '0', zeros);
		memcpy(to + out + zeros, s.p + i, MAX(run, 1u));
		out += zeros + MAX(run, 1u);
		i += MAX(run, 1u);
	}
	return fill == 0;
}

static bool put_number(const uint8_t ip[4], uint8_t *to, size_t n)
{
	char text[24];
	size_t length = (size_t)snprintf(text, sizeof(text), "%lu",
		(unsigned long)load_u32(ip, true));

	if (length > n)
		return false;
	memset(to, '0', n - length);
	memcpy(to + n - length, text, length);
	return true;
}

/* The pseudonym of the text, but for its punctuation. */
static void put_word(const struct redact_key *k, uint8_t *to, size_t n)
{
	uint8_t word[INET6_ADDRSTRLEN];

	redact_key_word(k, span_of(to, n), word);
	for (size_t i = 0; i < n; i++)
		if (isxdigit(to[i]))
			to[i] = word[i];
}

bool redact_addr_put(const struct redact_key *k, const struct redact_addr_text *found, uint8_t *to)
{
	uint8_t ip[16], room[80], out[INET6_ADDRSTRLEN];
	struct buf text = {.p = room, .cap = sizeof(room)}; /* never more than fits */
	bool done;

	memcpy(ip, found->ip, sizeof(ip));
	if (found->v6) {
		redact_addr6(k, ip);
		addr_put_ipv6(&text, ip);
	} else {
		redact_addr4(k, ip);
		addr_put_ipv4(&text, ip);
	}
	if (memcmp(ip, found->ip, found->v6 ? 16 : 4) == 0)
		return false;
	done = put_filled(buf_view(&text), found->v6 ? 4 : 3, out, found->n) ||
	       (!found->v6 && put_number(ip, out, found->n));
	if (done)
		memcpy(to, out, found->n);
	else
		put_word(k, to, found->n);
	return true;
}
