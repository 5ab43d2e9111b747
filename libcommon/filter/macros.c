/* SPDX-License-Identifier: MIT */
/*
 * A list of names with texts, newest first, so that a later definition hides an earlier one. There
 * are some tens of them, looked up while a filter is compiled.
 */
#include "filter/macros.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/defs.h"
#include "filter/filter_priv.h"

struct macro {
	struct span name, expression, origin;
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

static int check(const struct def *d, struct err *err)
{
	int n = (int)MIN(d->name.n, (size_t)60);
	const char *name = (const char *)d->name.p;

	if (!is_name(d->name))
		return err_set_at(err, ERR_USAGE, d->at,
			"'%.*s' is no name: letters, digits and _, a letter in front", n, name);
	if (is_taken(d->name))
		return err_set_at(err, ERR_USAGE, d->at, "%.*s has a meaning of its own", n, name);
	if (!d->value.n)
		return err_set_at(err, ERR_USAGE, d->at, "%.*s stands for nothing", n, name);
	return 0;
}

static int add(struct macros *m, const struct def *d, struct span origin, struct err *err)
{
	struct macro *macro;

	if (check(d, err) < 0)
		return -1;
	macro = arena_zeros(&m->memory, sizeof(*macro));
	if (!macro)
		return err_memory(err);
	macro->name = arena_copy(&m->memory, d->name);
	macro->expression = arena_copy(&m->memory, d->value);
	macro->origin = arena_copy(&m->memory, origin);
	macro->next = m->newest;
	m->newest = macro;
	m->n++;
	return m->memory.failed ? err_memory(err) : 0;
}

int macros_add(struct macros *m, struct span definition, struct err *err)
{
	struct def d;
	size_t pos = 0;
	int got = defs_next(definition, &pos, &d, err);

	if (!got)
		return err_set_at(err, ERR_USAGE, 0, "a definition is NAME = EXPRESSION");
	if (got > 0 && pos < definition.n) /* line feeds are blanks here */
		d.value = span_of(
			d.value.p, (size_t)(definition.p + definition.n - d.value.p));
	return got < 0 ? -1 : add(m, &d, span_of(NULL, 0), err);
}

static int read_all(struct macros *m, struct span text, const char *file, struct buf *origin,
	struct err *err)
{
	struct def d;
	size_t pos = 0;
	int got;

	while ((got = defs_next(text, &pos, &d, err)) > 0) {
		buf_clear(origin);
		if (file)
			buf_printf(origin, "%s:%zu", file, defs_line(text, d.at));
		if (add(m, &d, buf_view(origin), err) < 0)
			return -1;
	}
	return got;
}

int macros_read(struct macros *m, struct span text, const char *file, struct err *err)
{
	struct buf copy = {0}, origin = {0};
	int result = -1;

	buf_span(&copy, text);
	if (copy.failed) {
		err_memory(err);
		goto out;
	}
	defs_blank_comments(copy.p, copy.n);
	result = read_all(m, buf_view(&copy), file, &origin, err);
out:
	buf_release(&copy);
	buf_release(&origin);
	return result;
}

static const struct macro *find(const struct macros *m, struct span name)
{
	const struct macro *i = m ? m->newest : NULL;

	while (i && !span_eq(i->name, name))
		i = i->next;
	return i;
}

struct span macros_find(const struct macros *m, struct span name)
{
	const struct macro *found = find(m, name);

	return found ? found->expression : span_of(NULL, 0);
}

struct span macros_origin(const struct macros *m, struct span name)
{
	const struct macro *found = find(m, name);

	return found ? found->origin : span_of(NULL, 0);
}

void macros_near(const struct macros *m, struct near *n)
{
	for (const struct macro *i = m ? m->newest : NULL; i; i = i->next)
		near_try(n, (const char *)i->name.p);
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
