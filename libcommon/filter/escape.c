/* SPDX-License-Identifier: MIT */
/* Nearly all texts are clean, so this is a scan and a copy; only what has to be is taken apart. */
#include "filter/escape.h"

/* The lead byte of U+0080 to U+00BF, of which the first half are controls. */
#define C1_LEAD 0xC2

static bool suspicious(uint8_t c)
{
	return c < 0x20 || c == 0x7f || c == C1_LEAD;
}

static bool clean(struct span s)
{
	bool bad = false;

	for (size_t i = 0; i < s.n; i++)
		bad |= suspicious(s.p[i]);
	return !bad;
}

/* Whether the byte at i is a control, or the first of the two of one. */
static bool is_control(struct span s, size_t i)
{
	if (s.p[i] == C1_LEAD)
		return i + 1 < s.n && s.p[i + 1] >= 0x80 && s.p[i + 1] < 0xA0;
	return suspicious(s.p[i]);
}

static void put_byte(struct buf *b, uint8_t c)
{
	static const char hex[] = "0123456789abcdef";
	static const char names[] = "\nn\rr\tt";

	buf_char(b, '\\');
	for (size_t i = 0; i + 1 < sizeof(names) - 1; i += 2) {
		if (names[i] == (char)c) {
			buf_char(b, names[i + 1]);
			return;
		}
	}
	buf_char(b, 'x');
	buf_char(b, hex[c >> 4]);
	buf_char(b, hex[c & 15]);
}

void escape_put(struct buf *b, struct span s)
{
	if (clean(s)) {
		buf_span(b, s);
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		bool two = is_control(s, i) && s.p[i] == C1_LEAD;

		if (!is_control(s, i)) {
			buf_u8(b, s.p[i]);
			continue;
		}
		put_byte(b, s.p[i]);
		if (two)
			put_byte(b, s.p[++i]);
	}
}
