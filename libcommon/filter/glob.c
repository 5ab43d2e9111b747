/* SPDX-License-Identifier: MIT */
/*
 * A star is tried with nothing first; when what follows fails, it takes one character more. Only the
 * last star needs to be gone back to, so that the work is bounded by the product of both lengths.
 */
#include "filter/glob.h"

static uint8_t folded(uint8_t c, bool fold)
{
	return fold && c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool is_between(uint8_t c, uint8_t low, uint8_t high, bool fold)
{
	uint8_t other = c ^ 0x20;
	bool letter = fold && ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');

	return (c >= low && c <= high) || (letter && other >= low && other <= high);
}

/* The classes of POSIX, in ASCII. */
static bool in_class(struct span name, uint8_t c)
{
	static const struct {
		const char *name;
		const char *ranges; /* pairs of characters */
	} classes[] = {
		{"alpha", "azAZ"}, {"digit", "09"}, {"alnum", "azAZ09"}, {"upper", "AZ"},
		{"lower", "az"}, {"space", "\t\r  "}, {"blank", "\t\t  "}, {"xdigit", "09afAF"},
		{"punct", "!/:@[`{~"}, {"print", " ~"}, {"graph", "!~"}, {"cntrl", "\001\037\177\177"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		const char *r = classes[i].ranges;

		if (!span_eq(name, span_str(classes[i].name)))
			continue;
		for (; *r; r += 2)
			if (c >= (uint8_t)r[0] && c <= (uint8_t)r[1])
				return true;
	}
	return false;
}

/* "[:digit:]" at p[i]: how long it is, or 0; *has says whether c is one. */
static size_t class_at(struct span p, size_t i, uint8_t c, bool *has)
{
	size_t end;

	if (i + 1 >= p.n || p.p[i] != '[' || p.p[i + 1] != ':')
		return 0;
	for (end = i + 2; end + 1 < p.n; end++) {
		if (p.p[end] == ':' && p.p[end + 1] == ']') {
			*has |= in_class(span_of(p.p + i + 2, end - i - 2), c);
			return end + 2 - i;
		}
	}
	return 0;
}

/*
 * The set whose '[' is at p[*i] against c; *i moves behind its ']'. A '[' that nothing closes is
 * itself: then *i moves by one.
 */
static bool match_set(struct span p, size_t *i, uint8_t c, bool fold)
{
	size_t at = *i + 1, n;
	bool not = at < p.n && (p.p[at] == '!' || p.p[at] == '^');
	bool has = false, first = true;

	for (at += not; at < p.n && (first || p.p[at] != ']'); first = false) {
		uint8_t low, high;

		n = class_at(p, at, c, &has);
		at += n;
		if (n)
			continue;
		if (p.p[at] == '\\' && at + 1 < p.n)
			at++;
		low = high = p.p[at++];
		if (at + 1 < p.n && p.p[at] == '-' && p.p[at + 1] != ']') {
			high = p.p[at + 1];
			at += 2;
		}
		has |= is_between(c, low, high, fold);
	}
	if (at >= p.n) {
		++*i;
		return c == '[';
	}
	*i = at + 1;
	return has != not;
}

/* One character of text against what is at p[*i], which moves on. */
static bool match_one(struct span p, size_t *i, uint8_t c, bool fold)
{
	if (p.p[*i] == '[')
		return match_set(p, i, c, fold);
	if (p.p[*i] == '?') {
		++*i;
		return true;
	}
	if (p.p[*i] == '\\' && *i + 1 < p.n)
		++*i;
	return folded(p.p[(*i)++], fold) == folded(c, fold);
}

bool glob_match(struct span p, struct span t, bool fold)
{
	size_t i = 0, j = 0;
	size_t star = SIZE_MAX, star_text = 0;

	while (j < t.n) {
		if (i < p.n && p.p[i] == '*') {
			star = ++i;
			star_text = j;
			continue;
		}
		if (i < p.n && match_one(p, &i, t.p[j], fold)) {
			j++;
			continue;
		}
		if (star == SIZE_MAX)
			return false;
		i = star;
		j = ++star_text;
	}
	while (i < p.n && p.p[i] == '*')
		i++;
	return i == p.n;
}

/* The next component, without its '/'; moves *s behind it. Empty ones are stepped over. */
static bool next_component(struct span *s, struct span *component)
{
	size_t n = 0;

	while (s->n && s->p[0] == '/')
		*s = span_of(s->p + 1, s->n - 1);
	while (n < s->n && s->p[n] != '/')
		n++;
	*component = span_of(s->p, n);
	*s = span_of(s->p + n, s->n - n);
	return n > 0;
}

bool glob_match_path(struct span pattern, struct span path)
{
	struct span want, have;

	if ((pattern.n && pattern.p[0] == '/') != (path.n && path.p[0] == '/'))
		return false;
	while (next_component(&pattern, &want))
		if (!next_component(&path, &have) || !glob_match(want, have, false))
			return false;
	return true;
}
