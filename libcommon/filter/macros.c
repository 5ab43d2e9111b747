/* SPDX-License-Identifier: MIT */
/*
 * A list of names with texts, newest first, so that a later definition hides an earlier one. There
 * are some tens of them, looked up while a filter is compiled.
 */
#include "filter/macros.h"

#include <stdlib.h>
#include <string.h>

#include "filter/filter_priv.h"

struct macro {
	struct span name, expression;
	struct macro *next;
};

struct macros {
	struct arena memory;
	struct macro *newest;
	size_t n;
};

struct macros *macros_new(void)
{
	return calloc(1, sizeof(struct macros));
}

void macros_free(struct macros *m)
{
	if (!m)
		return;
	arena_release(&m->memory);
	free(m);
}

static struct span trim(struct span s)
{
	while (s.n && strchr(" \t\r\n", s.p[0]))
		s = span_of(s.p + 1, s.n - 1);
	while (s.n && strchr(" \t\r\n", s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool is_name(struct span s)
{
	bool good = s.n && ((s.p[0] | 0x20) >= 'a' && (s.p[0] | 0x20) <= 'z');

	for (size_t i = 0; i < s.n; i++)
		good &= ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z') || s.p[i] == '_' ||
			(s.p[i] >= '0' && s.p[i] <= '9');
	return good;
}

/* A name that means something already. */
static bool is_taken(struct span name)
{
	const char *word;

	if (field_named(name))
		return true;
	for (size_t i = 0; (word = function_name_at(i)); i++)
		if (span_eq(name, span_str(word)))
			return true;
	return parse_is_word(name);
}

static int add(struct macros *m, struct span definition, size_t at, struct err *err)
{
	const uint8_t *equals = definition.n ? memchr(definition.p, '=', definition.n) : NULL;
	struct macro *macro;
	struct span name, expression;

	if (!equals)
		return err_set_at(err, ERR_USAGE, at, "a definition is NAME = EXPRESSION");
	name = trim(span_of(definition.p, (size_t)(equals - definition.p)));
	expression = trim(
		span_of(equals + 1, definition.n - (size_t)(equals + 1 - definition.p)));
	if (!is_name(name))
		return err_set_at(err, ERR_USAGE, at,
			"'%.*s' is no name: letters, digits and _, a letter in front",
			(int)MIN(name.n, (size_t)60), (const char *)name.p);
	if (is_taken(name))
		return err_set_at(err, ERR_USAGE, at, "%.*s has a meaning of its own",
			(int)MIN(name.n, (size_t)60), (const char *)name.p);
	if (!expression.n)
		return err_set_at(err, ERR_USAGE, at, "%.*s stands for nothing",
			(int)MIN(name.n, (size_t)60), (const char *)name.p);
	macro = arena_zeros(&m->memory, sizeof(*macro));
	if (!macro)
		return err_memory(err);
	macro->name = arena_copy(&m->memory, name);
	macro->expression = arena_copy(&m->memory, expression);
	macro->next = m->newest;
	m->newest = macro;
	m->n++;
	return m->memory.failed ? err_memory(err) : 0;
}

int macros_add(struct macros *m, struct span definition, struct err *err)
{
	return add(m, definition, 0, err);
}

/* The next line, with its line feed. */
static struct span next_line(struct span text)
{
	const uint8_t *end = text.n ? memchr(text.p, '\n', text.n) : NULL;

	return span_of(text.p, end ? (size_t)(end + 1 - text.p) : text.n);
}

static bool is_comment(struct span line)
{
	line = trim(line);
	return !line.n || line.p[0] == '#';
}

/* How many bytes of text are one definition: its line and those behind it that begin with a blank. */
static size_t definition_length(struct span text)
{
	size_t n = next_line(text).n;

	while (n < text.n && (text.p[n] == ' ' || text.p[n] == '\t'))
		n += next_line(span_of(text.p + n, text.n - n)).n;
	return n;
}

int macros_read(struct macros *m, struct span text, struct err *err)
{
	size_t at = 0;

	while (at < text.n) {
		struct span rest = span_of(text.p + at, text.n - at);
		size_t n;

		if (is_comment(next_line(rest))) {
			at += next_line(rest).n;
			continue;
		}
		n = definition_length(rest);
		if (add(m, span_of(rest.p, n), at, err) < 0)
			return -1;
		at += n;
	}
	return 0;
}

struct span macros_find(const struct macros *m, struct span name)
{
	for (const struct macro *i = m ? m->newest : NULL; i; i = i->next)
		if (span_eq(i->name, name))
			return i->expression;
	return span_of(NULL, 0);
}

struct span macros_at(const struct macros *m, size_t i, struct span *expression)
{
	const struct macro *macro = m->newest;

	*expression = span_of(NULL, 0);
	if (i >= m->n)
		return *expression;
	for (size_t back = m->n - 1 - i; back; back--)
		macro = macro->next;
	*expression = macro->expression;
	return macro->name;
}
