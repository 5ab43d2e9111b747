/* SPDX-License-Identifier: MIT */
/* Texts are copied in runs of characters that stand for themselves, which is most of any text. */
#include "format/json_put.h"

#include "filter/data.h"

#define REPLACEMENT "\xef\xbf\xbd"

static bool is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

static void put_code(struct buf *b, uint8_t c)
{
	static const char digits[] = "0123456789abcdef";

	buf_text(b, "\\u00");
	buf_char(b, digits[c >> 4]);
	buf_char(b, digits[c & 15]);
}

static void put_escaped(struct buf *b, uint8_t c)
{
	static const char letters[128] = {['"'] = '"',
		['\\'] = '\\',
		['\b'] = 'b',
		['\f'] = 'f',
		['\n'] = 'n',
		['\r'] = 'r',
		['\t'] = 't'};

	if (!letters[c]) {
		put_code(b, c);
		return;
	}
	buf_char(b, '\\');
	buf_char(b, letters[c]);
}

/* What the second byte of a character may be, by the first; the others are 80 to BF. */
struct lead {
	uint8_t first, last; /* of the first byte */
	uint8_t low, high;   /* of the second */
	uint8_t n;
};

static const struct lead *lead_of(uint8_t c)
{
	static const struct lead leads[] = {
		{0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3},
		{0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	for (size_t i = 0; i < ARRAY_SIZE(leads); i++)
		if (c >= leads[i].first && c <= leads[i].last)
			return &leads[i];
	return NULL;
}

/* How many bytes from p on are a character or the beginning of one; *whole says which. */
static size_t character(struct span s, bool *whole)
{
	const struct lead *lead = lead_of(s.p[0]);
	size_t n = 1;

	*whole = false;
	if (!lead)
		return 1;
	while (n < lead->n && n < s.n) {
		uint8_t low = n == 1 ? lead->low : 0x80, high = n == 1 ? lead->high : 0xbf;

		if (s.p[n] < low || s.p[n] > high)
			return n;
		n++;
	}
	*whole = n == lead->n;
	return n;
}

/* Appends what is not plain ASCII at the beginning of s. Returns how many bytes that was. */
static size_t put_special(struct buf *b, struct span s)
{
	bool whole;
	size_t n;

	if (s.p[0] < 0x80) {
		put_escaped(b, s.p[0]);
		return 1;
	}
	n = character(s, &whole);
	if (!whole)
		buf_text(b, REPLACEMENT);
	else if (s.p[0] == 0xc2 && s.p[1] < 0xa0)
		put_code(b, s.p[1]);
	else
		buf_put(b, s.p, n);
	return n;
}

void json_put_text(struct buf *b, struct span s)
{
	size_t i = 0;

	json_comma(b);
	buf_char(b, '"');
	while (i < s.n) {
		size_t start = i;

		while (i < s.n && is_plain(s.p[i]))
			i++;
		if (i > start)
			buf_put(b, s.p + start, i - start);
		if (i < s.n)
			i += put_special(b, span_of(s.p + i, s.n - i));
	}
	buf_char(b, '"');
}

void json_put_key(struct buf *b, const char *name)
{
	json_comma(b);
	buf_char(b, '"');
	buf_text(b, name);
	buf_text(b, "\":");
}

void json_put_flat_key(struct buf *b, const char *name)
{
	size_t at;

	json_put_key(b, name);
	if (b->failed)
		return;
	at = b->n - 2 - strlen(name);
	for (size_t i = at; i < b->n; i++)
		if (b->p[i] == '.')
			b->p[i] = '_';
}

void json_put_number(struct buf *b, const struct value *v)
{
	bool quoted = v->kind == VALUE_UINT && v->u > INT64_MAX;

	json_comma(b);
	if (quoted)
		buf_char(b, '"');
	value_put(v, VF_DEC, b);
	if (quoted)
		buf_char(b, '"');
}

void json_put_base64(struct buf *b, struct span s)
{
	json_comma(b);
	buf_char(b, '"');
	data_put(DATA_BASE64, 0, s, b);
	buf_char(b, '"');
}
