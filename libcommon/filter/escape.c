/* SPDX-License-Identifier: MIT */
/* Nearly all texts are clean, so this is a scan and a copy; only what has to be is taken apart. */
#include "filter/escape.h"

/* The lead byte of U+0080 to U+00BF, of which the first half are controls. */
#define C1_LEAD 0xC2

#define ROW(c) (c) < 0x20 || (c) == 0x7f || (c) == C1_LEAD
#define ROWS_4(c)  ROW(c), ROW((c) + 1), ROW((c) + 2), ROW((c) + 3)
#define ROWS_16(c) ROWS_4(c), ROWS_4((c) + 4), ROWS_4((c) + 8), ROWS_4((c) + 12)
#define ROWS_64(c) ROWS_16(c), ROWS_16((c) + 16), ROWS_16((c) + 32), ROWS_16((c) + 48)

/* For each byte, whether it has to be looked at. */
static const uint8_t suspicious[256] = {ROWS_64(0), ROWS_64(64), ROWS_64(128), ROWS_64(192)};

static bool clean(struct span s)
{
	uint8_t bad = 0;

	for (size_t i = 0; i < s.n; i++)
		bad |= suspicious[s.p[i]];
	return !bad;
}

/* Whether the byte at i is a control, or the first of the two of one. */
static bool is_control(struct span s, size_t i)
{
	if (s.p[i] == C1_LEAD)
		return i + 1 < s.n && s.p[i + 1] >= 0x80 && s.p[i + 1] < 0xA0;
	return suspicious[s.p[i]];
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
