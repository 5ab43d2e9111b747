/* SPDX-License-Identifier: MIT */
/*
 * Words of filters. What a word is depends on where it stands ("<" is an operator, and a value
 * behind one), so that there is no list of tokens: the parser asks for what it needs next.
 */
#include "filter/lex.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_MOST 60

int lex_fail(struct lexer *lx, size_t at, const char *fmt, ...)
{
	char text[sizeof(lx->err->text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set_at(lx->err, ERR_USAGE, at, "%s", text);
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\b' && c <= '\r');
}

static bool is_letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool in_name(uint8_t c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

/* The byte n places ahead; 0 behind the end. */
static uint8_t ahead(const struct lexer *lx, size_t n)
{
	return n < lx->text.n - lx->pos ? lx->text.p[lx->pos + n] : 0;
}

size_t lex_place(struct lexer *lx)
{
	while (lx->pos < lx->text.n && is_blank(lx->text.p[lx->pos]))
		lx->pos++;
	return lx->pos;
}

bool lex_at_end(struct lexer *lx)
{
	return lex_place(lx) == lx->text.n;
}

bool lex_sees(struct lexer *lx, const char *symbol)
{
	size_t at = lex_place(lx);

	return span_starts(span_of(lx->text.p + at, lx->text.n - at), symbol);
}

bool lex_takes(struct lexer *lx, const char *symbol)
{
	if (!lex_sees(lx, symbol))
		return false;
	lx->pos += strlen(symbol);
	return true;
}

bool lex_sees_word(struct lexer *lx, const char *word)
{
	uint8_t behind;

	if (!lex_sees(lx, word))
		return false;
	behind = ahead(lx, strlen(word));
	return !in_name(behind) && behind != '.';
}

bool lex_takes_word(struct lexer *lx, const char *word)
{
	if (!lex_sees_word(lx, word))
		return false;
	lx->pos += strlen(word);
	return true;
}

struct span lex_name(struct lexer *lx)
{
	size_t at = lex_place(lx);
	size_t n = 0;

	if (!is_letter(ahead(lx, 0)))
		return span_of(NULL, 0);
	while (in_name(ahead(lx, n)) || (ahead(lx, n) == '.' && in_name(ahead(lx, n + 1))))
		n++;
	lx->pos += n;
	return span_of(lx->text.p + at, n);
}

struct span lex_word_at(const struct lexer *lx, size_t at)
{
	size_t n = 0;

	while (n < SHOWN_MOST && at + n < lx->text.n && !is_blank(lx->text.p[at + n]))
		n++;
	return span_of(lx->text.p + at, n);
}

/* --- quoted --------------------------------------------------------------------------------- */

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* n hex digits behind the two characters of an escape. */
static bool hex_ahead(const struct lexer *lx, size_t n, uint32_t *v)
{
	*v = 0;
	for (size_t i = 0; i < n; i++) {
		int d = hex_digit(ahead(lx, 2 + i));

		if (d < 0)
			return false;
		*v = *v << 4 | (uint32_t)d;
	}
	return true;
}

static size_t put_utf8(uint8_t *to, uint32_t v)
{
	if (v < 0x80) {
		to[0] = (uint8_t)v;
		return 1;
	}
	if (v < 0x800) {
		to[0] = (uint8_t)(0xc0 | v >> 6);
		to[1] = (uint8_t)(0x80 | (v & 0x3f));
		return 2;
	}
	to[0] = (uint8_t)(0xe0 | v >> 12);
	to[1] = (uint8_t)(0x80 | (v >> 6 & 0x3f));
	to[2] = (uint8_t)(0x80 | (v & 0x3f));
	return 3;
}

static bool octal_ahead(const struct lexer *lx, uint32_t *v)
{
	*v = 0;
	for (size_t i = 1; i <= 3; i++) {
		uint8_t c = ahead(lx, i);

		if (c < '0' || c > (i == 1 ? '3' : '7'))
			return false;
		*v = *v << 3 | (uint32_t)(c - '0');
	}
	return true;
}

/*
 * What a backslash at the place means, into to, which has room for as many bytes as are read. Returns
 * how many were made. What means nothing stays as it is, for patterns.
 */
static size_t take_escape(struct lexer *lx, uint8_t *to)
{
	static const char pairs[] = "a\ab\be\033f\fn\nr\rt\tv\v\\\\//\"\"''";
	uint8_t c = ahead(lx, 1);
	uint32_t v;

	for (const char *p = pairs; *p; p += 2) {
		if ((uint8_t)*p == c) {
			to[0] = (uint8_t)p[1];
			lx->pos += 2;
			return 1;
		}
	}
	if (c == 'x' && hex_ahead(lx, 2, &v)) {
		to[0] = (uint8_t)v;
		lx->pos += 4;
		return 1;
	}
	if (c == 'u' && hex_ahead(lx, 4, &v)) {
		lx->pos += 6;
		return put_utf8(to, v);
	}
	if (octal_ahead(lx, &v)) {
		to[0] = (uint8_t)v;
		lx->pos += 4;
		return 1;
	}
	to[0] = '\\';
	lx->pos++;
	return 1;
}

/* Where the quote ends that stands behind the opening one at the place; the text's end if nowhere. */
static size_t find_quote(const struct lexer *lx, uint8_t quote, bool raw)
{
	size_t at = lx->pos;

	while (at < lx->text.n && lx->text.p[at] != quote)
		at += lx->text.p[at] == '\\' && !raw ? 2 : 1;
	return MIN(at, lx->text.n);
}

static int take_quoted(struct lexer *lx, bool raw, struct word *w)
{
	uint8_t quote = lx->text.p[lx->pos++];
	size_t end = find_quote(lx, quote, raw);
	uint8_t *to;
	size_t n = 0;

	if (end == lx->text.n)
		return lex_fail(lx, w->at, "the quote that begins here has no end");
	to = arena_zeros(lx->arena, end - lx->pos + 1);
	if (!to)
		return err_memory(lx->err);
	while (lx->pos < end) {
		if (lx->text.p[lx->pos] == '\\' && !raw)
			n += take_escape(lx, to + n);
		else
			to[n++] = lx->text.p[lx->pos++];
	}
	lx->pos = end + 1;
	w->text = span_of(to, n);
	w->quote = quote == '"' ? QUOTE_DOUBLE : QUOTE_SINGLE;
	return 0;
}

/* --- values --------------------------------------------------------------------------------- */

static bool ends_value(const struct lexer *lx, const char *more_stops)
{
	uint8_t c = ahead(lx, 0);

	if (!c || is_blank(c) || strchr("(),\"'", c) || strchr(more_stops, c))
		return true;
	return (c == '&' || c == '|') && ahead(lx, 1) == c;
}

int lex_value(struct lexer *lx, const char *more_stops, struct word *w)
{
	bool raw;

	*w = (struct word){.at = lex_place(lx)};
	raw = ahead(lx, 0) == 'r' && ahead(lx, 1) == '"';
	lx->pos += raw;
	if (ahead(lx, 0) == '"' || ahead(lx, 0) == '\'')
		return take_quoted(lx, raw, w);
	while (lx->pos < lx->text.n && !ends_value(lx, more_stops))
		lx->pos++;
	w->text = arena_copy(lx->arena, span_of(lx->text.p + w->at, lx->pos - w->at));
	if (lx->arena->failed)
		return err_memory(lx->err);
	return w->text.n ? 0 : lex_fail(lx, w->at, "a value is missing here");
}

int lex_argument(struct lexer *lx, struct word *w)
{
	*w = (struct word){.at = lex_place(lx)};
	if (ahead(lx, 0) == '"' || ahead(lx, 0) == '\'') {
		if (take_quoted(lx, false, w) < 0)
			return -1;
	} else {
		while (ahead(lx, 0) && ahead(lx, 0) != ']' && !is_blank(ahead(lx, 0)))
			lx->pos++;
		w->text = arena_copy(lx->arena, span_of(lx->text.p + w->at, lx->pos - w->at));
	}
	if (!lex_takes(lx, "]"))
		return lex_fail(lx, lex_place(lx), "a ] is missing here");
	return w->text.n ? 0 : lex_fail(lx, w->at, "there is nothing in the brackets");
}
