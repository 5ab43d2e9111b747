/* SPDX-License-Identifier: MIT */
/* Generous, so that a filter with a wrong name in it is told of as a filter. */
#include "filter/begins.h"

#include "filter/filter_priv.h"

#define SYMBOLS "=<>!~"

static bool is_operator(const char *word)
{
	return word && (strchr(SYMBOLS, *word) ? *word != '\0' : parse_is_word(span_str(word)));
}

bool filter_begins(const char *word, const char *next, const struct macros *macros)
{
	struct span name = span_of(word, strcspn(word, "["));
	struct span arg;

	if (strpbrk(word, SYMBOLS "()&|\"' \t\n") || is_operator(next))
		return true;
	return field_split(name, &arg) || function_named(name) || parse_is_word(name) ||
	       macros_find(macros, name).n;
}
