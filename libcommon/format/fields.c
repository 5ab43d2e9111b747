/* SPDX-License-Identifier: MIT */
/* Finding fields by name. Done while a template is compiled, so that nothing here is in a hurry. */
#include "format/fields.h"

const struct field *field_at(size_t i)
{
	static const struct field *const tables[] = {fields_evt, fields_proc};

	for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
		for (const struct field *f = tables[t]; f->name; f++)
			if (!i--)
				return f;
	return NULL;
}

static bool is_word(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Whether a field's name may end after n bytes: not inside a word or in front of a further part. */
static bool ends_at(struct span text, size_t n, const struct field *f)
{
	if (n == text.n)
		return true;
	if (text.p[n] == '.')
		return f->takes_arg || n + 1 == text.n || !is_word(text.p[n + 1]);
	return !is_word(text.p[n]);
}

const struct field *field_find(struct span text)
{
	const struct field *best = NULL;
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)); i++) {
		if (span_starts(text, f->name) && ends_at(text, strlen(f->name), f) &&
			(!best || strlen(f->name) > strlen(best->name)))
			best = f;
	}
	return best;
}

#define NEAR_LONGEST 32
#define NEAR_ENOUGH  3

/* How many letters have to be put in, left out or changed to make one word of the other. */
static size_t distance(struct span a, struct span b)
{
	size_t row[NEAR_LONGEST + 1];

	if (a.n > NEAR_LONGEST || b.n > NEAR_LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t change = corner + (a.p[i - 1] != b.p[j - 1]);

			corner = row[j];
			row[j] = MIN(change, 1 + MIN(row[j], row[j - 1]));
		}
	}
	return row[b.n];
}

const struct field *field_nearest(struct span word)
{
	const struct field *best = NULL;
	const struct field *f;
	size_t least = NEAR_ENOUGH + 1;

	for (size_t i = 0; (f = field_at(i)); i++) {
		size_t d = distance(word, span_str(f->name));

		if (d < least) {
			least = d;
			best = f;
		}
	}
	return best;
}
