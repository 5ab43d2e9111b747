/* SPDX-License-Identifier: MIT */
/* Offsets count: comments become blanks in place, so that failures can be told with their line. */
#include "base/defs.h"

static bool is_blank(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Where the quote ends that begins at i: at its like, or where the line does. */
static size_t quote_end(const uint8_t *text, size_t n, size_t i)
{
	bool raw = i && text[i - 1] == 'r' && text[i] == '"';
	uint8_t quote = text[i++];

	while (i < n && text[i] != quote && text[i] != '\n')
		i += text[i] == '\\' && !raw && i + 1 < n && text[i + 1] != '\n' ? 2 : 1;
	return i;
}

void defs_blank_comments(uint8_t *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"' || text[i] == '\'') {
			i = quote_end(text, n, i);
			continue;
		}
		if (text[i] != '#' || (i && !is_blank(text[i - 1])))
			continue;
		while (i < n && text[i] != '\n')
			text[i++] = ' ';
	}
}

static struct span trim(struct span s)
{
	while (s.n && is_blank(s.p[0]))
		s = span_of(s.p + 1, s.n - 1);
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Behind the line that begins at a place. */
static size_t line_end(struct span text, size_t at)
{
	const uint8_t *end = memchr(text.p + at, '\n', text.n - at);

	return end ? (size_t)(end + 1 - text.p) : text.n;
}

int defs_next(struct span text, size_t *pos, struct def *d, struct err *err)
{
	const uint8_t *equals;
	size_t end;

	while (*pos < text.n && is_blank(text.p[*pos]))
		++*pos;
	if (*pos == text.n)
		return 0;
	d->at = *pos;
	end = line_end(text, *pos);
	while (end < text.n && (text.p[end] == ' ' || text.p[end] == '\t'))
		end = line_end(text, end);
	*pos = end;
	equals = memchr(text.p + d->at, '=', end - d->at);
	if (!equals)
		return err_set_at(err, ERR_USAGE, d->at, "a definition is NAME = EXPRESSION");
	d->name = trim(span_of(text.p + d->at, (size_t)(equals - text.p) - d->at));
	d->value = trim(span_of(equals + 1, (size_t)(text.p + end - equals) - 1));
	d->value_at = (size_t)((d->value.n ? d->value.p : equals) - text.p);
	return 1;
}

size_t defs_line(struct span text, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < text.n && i < offset; i++)
		line += text.p[i] == '\n';
	return line;
}
