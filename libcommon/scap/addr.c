/* SPDX-License-Identifier: MIT */
/*
 * Socket addresses and their text. Parameters begin with a byte of family:
 *
 *   SOCKADDR   2  ip 4, port 2            10  ip 16, port 2              1  path, NUL
 *   SOCKTUPLE  2  ip 4, port 2, twice     10  ip 16, port 2, twice       1  source 8, peer 8, path,
 * NUL
 *
 * Addresses are in network order, ports in the section's.
 */
#include "scap/addr.h"

#include "base/cursor.h"

#define IPV4_BYTES 4
#define IPV6_BYTES 16
#define IPV6_WORDS 8

static void read_end(struct cursor *c, size_t ip_bytes, uint8_t ip[16], uint16_t *port)
{
	const uint8_t *p = cursor_take(c, ip_bytes);

	if (p)
		memcpy(ip, p, ip_bytes);
	*port = cursor_u16(c);
}

/* The end of a decoder: everything was there, and IP addresses have nothing behind them. */
static int read_done(const struct cursor *c, const struct addr_tuple *t)
{
	return c->bad || (t->family != ADDR_UNIX && cursor_left(c)) ? -1 : 1;
}

static bool family_known(uint8_t family)
{
	return family == ADDR_UNIX || family == ADDR_INET || family == ADDR_INET6;
}

/* The family, or 0 when there is nothing. Unknown families have no layout we could check. */
static int read_start(struct addr_tuple *t, struct cursor *c)
{
	*t = (struct addr_tuple){0};
	if (!cursor_left(c))
		return 0;
	t->family = cursor_u8(c);
	return 1;
}

int addr_read_sockaddr(struct addr_tuple *t, struct span param, bool big)
{
	struct cursor c = cursor_of(param, big);

	if (!read_start(t, &c))
		return 0;
	if (!family_known(t->family))
		return 1;
	if (t->family == ADDR_UNIX)
		t->path = span_cstr(cursor_span(&c, cursor_left(&c)));
	else
		read_end(&c, t->family == ADDR_INET6 ? IPV6_BYTES : IPV4_BYTES, t->sip, &t->sport);
	return read_done(&c, t);
}

int addr_read_socktuple(struct addr_tuple *t, struct span param, bool big)
{
	struct cursor c = cursor_of(param, big);
	size_t ip_bytes;

	if (!read_start(t, &c))
		return 0;
	if (!family_known(t->family))
		return 1;
	if (t->family == ADDR_UNIX) {
		t->source = cursor_u64(&c);
		t->peer = cursor_u64(&c);
		t->path = span_cstr(cursor_span(&c, cursor_left(&c)));
		return read_done(&c, t);
	}
	ip_bytes = t->family == ADDR_INET6 ? IPV6_BYTES : IPV4_BYTES;
	read_end(&c, ip_bytes, t->sip, &t->sport);
	read_end(&c, ip_bytes, t->dip, &t->dport);
	return read_done(&c, t);
}

static void put_family(struct buf *b, uint8_t family)
{
	buf_text(b, "family ");
	buf_dec(b, family);
}

void addr_put_sockaddr(struct buf *b, const struct addr_tuple *t)
{
	if (!family_known(t->family))
		put_family(b, t->family);
	else if (t->family == ADDR_UNIX)
		buf_span(b, t->path);
	else
		addr_put_end(b, t->family == ADDR_INET6, t->sip, t->sport);
}

void addr_put_socktuple(struct buf *b, const struct addr_tuple *t)
{
	if (!family_known(t->family))
		put_family(b, t->family);
	else if (t->family == ADDR_UNIX)
		addr_put_unix(b, t->source, t->peer, t->path);
	else
		addr_put_pair(b, t->family == ADDR_INET6, t->sip, t->sport, t->dip, t->dport);
}

void addr_put_ipv4(struct buf *b, const uint8_t *ip)
{
	for (int i = 0; i < IPV4_BYTES; i++) {
		if (i)
			buf_char(b, '.');
		buf_dec(b, ip[i]);
	}
}

/* Where the longest run of two or more zero words is, the first of equals. */
static void longest_zeros(const uint16_t w[IPV6_WORDS], int *start, int *end)
{
	*start = *end = -1;
	for (int i = 0; i < IPV6_WORDS; i++) {
		int from = i;

		while (i < IPV6_WORDS && !w[i])
			i++;
		if (i - from >= 2 && i - from > *end - *start) {
			*start = from;
			*end = i;
		}
	}
}

void addr_put_ipv6(struct buf *b, const uint8_t *ip)
{
	uint16_t w[IPV6_WORDS];
	int zeros, zeros_end;
	int words = IPV6_WORDS;

	for (int i = 0; i < IPV6_WORDS; i++)
		w[i] = load_u16(ip + 2 * i, true);
	longest_zeros(w, &zeros, &zeros_end);
	/* ::ffff:1.2.3.4, and ::1.2.3.4 of old: the last two words in dotted form. */
	if (zeros == 0 && (zeros_end == 6 || (zeros_end == 5 && w[5] == 0xffff)))
		words = 6;
	for (int i = 0; i < words; i++) {
		if (i == zeros) {
			buf_text(b, "::");
			i = zeros_end - 1;
			continue;
		}
		if (i && i != zeros_end)
			buf_char(b, ':');
		buf_hex(b, w[i]);
	}
	if (words < IPV6_WORDS) {
		if (zeros_end < words)
			buf_char(b, ':');
		addr_put_ipv4(b, ip + IPV6_BYTES - IPV4_BYTES);
	}
}

void addr_put_end(struct buf *b, bool v6, const uint8_t *ip, uint16_t port)
{
	if (v6)
		addr_put_ipv6(b, ip);
	else
		addr_put_ipv4(b, ip);
	buf_char(b, ':');
	buf_dec(b, port);
}

void addr_put_pair(struct buf *b, bool v6, const uint8_t *sip, uint16_t sport, const uint8_t *dip,
	uint16_t dport)
{
	/* The last four bytes of an address that is all zero are as good as any. */
	if (v6 && addr_is_v4(sip) && addr_is_v4(dip)) {
		v6 = false;
		sip += IPV6_BYTES - IPV4_BYTES;
		dip += IPV6_BYTES - IPV4_BYTES;
	}
	addr_put_end(b, v6, sip, sport);
	buf_text(b, "->");
	addr_put_end(b, v6, dip, dport);
}

void addr_put_unix(struct buf *b, uint64_t source, uint64_t peer, struct span path)
{
	buf_hex(b, source);
	buf_text(b, "->");
	buf_hex(b, peer);
	buf_char(b, ' ');
	buf_span(b, path);
}

bool addr_is_v4(const uint8_t ip[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t zero[IPV6_BYTES];

	return memcmp(ip, mapped, sizeof(mapped)) == 0 || memcmp(ip, zero, sizeof(zero)) == 0;
}

void addr_to_v4(uint8_t ip[16])
{
	memmove(ip, ip + IPV6_BYTES - IPV4_BYTES, IPV4_BYTES);
	memset(ip + IPV4_BYTES, 0, IPV6_BYTES - IPV4_BYTES);
}
