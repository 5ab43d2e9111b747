/* SPDX-License-Identifier: MIT */
/*
 * A function per mode. Each makes room for all it may append at once and then writes bytes: data is
 * most of what is rendered.
 */
#include "filter/data.h"

#define LINE  16 /* bytes in a line of hex */
#define GROUP 2

size_t data_shown(size_t n, uint32_t limit)
{
	if (!limit || n <= limit)
		return n;
	return limit < sizeof(DATA_CUT) - 1 ? 0 : limit - (sizeof(DATA_CUT) - 1);
}

static bool is_printable(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

static void put_dots(struct span s, struct buf *b)
{
	uint8_t *to = buf_reserve(b, s.n);

	if (!to)
		return;
	for (size_t i = 0; i < s.n; i++)
		to[i] = is_printable(s.p[i]) ? s.p[i] : '.';
	b->n += s.n;
}

static void put_cut_dots(uint32_t limit, struct span s, struct buf *b)
{
	size_t n = data_shown(s.n, limit);

	put_dots(span_of(s.p, n), b);
	if (n < s.n)
		buf_text(b, DATA_CUT);
}

/* A line feed for LF, CR and CR LF; one at the very beginning is the one that is there anyway. */
static void put_text(uint32_t limit UNUSED, struct span s, struct buf *b)
{
	uint8_t *to = buf_reserve(b, s.n + 1);
	size_t n = 0;

	if (!to)
		return;
	to[n++] = '\n';
	for (size_t i = 0; i < s.n; i++) {
		if (is_printable(s.p[i]))
			to[n++] = s.p[i];
		else if (s.p[i] == '\r' || (s.p[i] == '\n' && i && s.p[i - 1] != '\r'))
			to[n++] = '\n';
	}
	b->n += n;
}

static const char hex_digits[] = "0123456789abcdef";

/* "\n\t0x0010: 7374 7576"; the first of the line's bytes is number at. */
static void put_hex_line(size_t at, struct span line, struct buf *b)
{
	unsigned bits = 16;

	while (at >> bits)
		bits += 4;
	buf_text(b, "\n\t0x");
	while (bits)
		buf_char(b, hex_digits[at >> (bits -= 4) & 15]);
	buf_char(b, ':');
	for (size_t i = 0; i < line.n; i++) {
		if (i % GROUP == 0)
			buf_char(b, ' ');
		buf_char(b, hex_digits[line.p[i] >> 4]);
		buf_char(b, hex_digits[line.p[i] & 15]);
	}
}

/* Blanks for the groups that a line of n bytes does not have; sysdig forgets those of half a group. */
static void pad_hex_line(size_t n, struct buf *b)
{
	for (size_t groups = (LINE - n) / GROUP; groups; groups--)
		buf_text(b, "     ");
}

static void put_hex_lines(struct span s, bool text, struct buf *b)
{
	for (size_t at = 0; at < s.n; at += LINE) {
		struct span line = span_of(s.p + at, MIN(s.n - at, (size_t)LINE));

		put_hex_line(at, line, b);
		if (!text)
			continue;
		pad_hex_line(line.n, b);
		buf_text(b, "  ");
		put_dots(line, b);
	}
	buf_char(b, '\n');
}

static void put_hex(uint32_t limit UNUSED, struct span s, struct buf *b)
{
	put_hex_lines(s, false, b);
}

static void put_hex_text(uint32_t limit UNUSED, struct span s, struct buf *b)
{
	put_hex_lines(s, true, b);
}

static void put_base64(uint32_t limit UNUSED, struct span s, struct buf *b)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	uint8_t *to = buf_reserve(b, (s.n + 2) / 3 * 4);

	if (!to)
		return;
	for (size_t i = 0; i < s.n; i += 3) {
		size_t n = MIN(s.n - i, (size_t)3);
		uint32_t bits = (uint32_t)s.p[i] << 16;

		bits |= n > 1 ? (uint32_t)s.p[i + 1] << 8 : 0;
		bits |= n > 2 ? s.p[i + 2] : 0;
		*to++ = (uint8_t)digits[bits >> 18];
		*to++ = (uint8_t)digits[bits >> 12 & 63];
		*to++ = (uint8_t)(n > 1 ? digits[bits >> 6 & 63] : '=');
		*to++ = (uint8_t)(n > 2 ? digits[bits & 63] : '=');
	}
	b->n += (s.n + 2) / 3 * 4;
}

void data_put(enum data_mode mode, uint32_t limit, struct span s, struct buf *b)
{
	static void (*const puts[])(uint32_t limit, struct span s, struct buf *b) = {
		[DATA_DOTS] = put_cut_dots,
		[DATA_TEXT] = put_text,
		[DATA_HEX] = put_hex,
		[DATA_HEX_TEXT] = put_hex_text,
		[DATA_BASE64] = put_base64,
	};

	puts[mode](limit, s, b);
}
