/* SPDX-License-Identifier: MIT */
/*
 * Each part is compiled by itself first, so that failures are told in its own words; then they
 * become one text with "and" between.
 */
#include "ask/asked.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/defs.h"
#include "cli/config.h"
#include "cli/msg.h"
#include "filter/begins.h"

int asked_add(struct asked *a, const struct asked_part *part, struct err *err)
{
	struct asked_part *p = arena_zeros(&a->arena, sizeof(*p));
	struct asked_part **last = &a->parts;

	if (!p)
		return err_memory(err);
	while (*last)
		last = &(*last)->next;
	*p = *part;
	p->next = NULL;
	*last = p;
	return 0;
}

int asked_set_filter(void *dest, const char *arg, struct err *err)
{
	return asked_add(dest, &(struct asked_part){.text = arg}, err);
}

int asked_set_file(void *dest, const char *arg, struct err *err)
{
	bool from_stdin = strcmp(arg, "-") == 0;
	struct asked_part part = {.file = from_stdin ? "standard input" : arg, .line = 1};
	struct asked *a = dest;
	struct buf text = {0};
	int got = config_read(arg, &text, err);

	a->from_stdin |= from_stdin;
	if (got > 0) {
		defs_blank_comments(text.p, text.n);
		part.text = (const char *)arena_copy(&a->arena, buf_view(&text)).p;
		got = a->arena.failed ? err_memory(err) : asked_add(a, &part, err);
	} else if (got == 0) {
		got = err_set(err, ERR_USAGE, "there is no file %.200s", arg);
	} else {
		struct err why = *err;

		err_clear(err);
		err_set(err, why.code, "%.120s: %.100s", arg, why.text);
	}
	buf_release(&text);
	return got;
}

int asked_set_macro(void *dest, const char *arg, struct err *err)
{
	struct asked *a = dest;
	const char **given = reallocarray(a->given, a->ngiven + 1, sizeof(*given));

	if (!given)
		return err_memory(err);
	a->given = given;
	given[a->ngiven++] = arg;
	return 0;
}

/* --- macros --------------------------------------------------------------------------------- */

/* Says where in a file something is wrong. Returns -1. */
static int wrong_at(const char *path, struct span text, const struct err *why, struct err *err)
{
	if (!why->has_offset)
		return err_set(err, why->code, "%.120s: %.100s", path, why->text);
	return err_set(err, why->code, "%.120s:%zu: %.100s", path,
		defs_line(text, (size_t)why->offset), why->text);
}

static int read_macros(struct macros *m, const char *path, struct err *err)
{
	struct buf text = {0};
	struct err why = {0};
	int got = config_read(path, &text, &why);

	if (got > 0)
		got = macros_read(m, buf_view(&text), path, &why);
	if (got < 0)
		wrong_at(path, buf_view(&text), &why, err);
	buf_release(&text);
	return got;
}

int asked_macros(struct asked *a, struct err *err)
{
	struct buf path = {0};
	int result = 0;

	if (a->macros)
		return 0;
	a->macros = macros_new();
	if (!a->macros)
		return err_memory(err);
	if (config_path("macros", &path))
		result = read_macros(a->macros, (const char *)path.p, err);
	buf_release(&path);
	for (size_t i = 0; result == 0 && i < a->ngiven; i++) {
		struct err why = {0};

		if (macros_add(a->macros, span_str(a->given[i]), &why) < 0)
			result = err_set(err, why.code, "--macro: %s", why.text);
	}
	return result;
}

/* --- operands ------------------------------------------------------------------------------- */

static bool is_file(const char *operand)
{
	return strcmp(operand, "-") == 0 || access(operand, F_OK) == 0;
}

static int add_words(struct asked *a, const char *const *words, size_t n, struct err *err)
{
	struct asked_part part = {.first = words[0]};
	struct buf text = {0};

	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(&text, ' ');
		buf_text(&text, words[i]);
	}
	part.text = (const char *)arena_copy(&a->arena, buf_view(&text)).p;
	if (text.failed || a->arena.failed)
		err_memory(err);
	buf_release(&text);
	return err->code ? -1 : asked_add(a, &part, err);
}

int asked_operands(struct asked *a, const char *const *operands, size_t n, bool only_words, size_t *files,
	struct err *err)
{
	size_t i = 0;

	while (i < n && !only_words) {
		if (!is_file(operands[i])) {
			if (asked_macros(a, err) < 0)
				return -1;
			if (filter_begins(
				    operands[i], i + 1 < n ? operands[i + 1] : NULL, a->macros))
				break;
		}
		i++;
	}
	*files = i;
	return i < n ? add_words(a, operands + i, n - i, err) : 0;
}

/* --- the filter ----------------------------------------------------------------------------- */

/* What to add to a failure in the first of some words, which may have been meant as a file. */
static const char *about_first(const struct asked_part *part, const struct err *err)
{
	if (!part->first || !err->has_offset || err->offset >= strlen(part->first))
		return "";
	if (is_file(part->first))
		return "; it is a file, but behind -r operands are a filter";
	/* A name without any that is near. */
	if (strncmp(err->text, "there is no ", 12) == 0 && !strchr(err->text, '?'))
		return "; there is no such file either";
	return "";
}

/* Returns OPTS_GO, or the status to exit with after a message. */
static int compile(const struct asked *a, const struct asked_part *part, bool utc, struct filter **f)
{
	struct err err = {0};

	*f = filter_compile(
		part->text, &(struct filter_opts){.utc = utc, .macros = a->macros}, &err);
	if (*f)
		return OPTS_GO;
	if (err.code != ERR_USAGE) {
		msg_err(NULL, &err);
		return STATUS_DATA;
	}
	if (part->file)
		msg_usage("%s:%zu: %s", part->file,
			part->line - 1 + defs_line(span_str(part->text), (size_t)err.offset),
			err.text);
	else
		msg_usage("%s%s", err.text, about_first(part, &err));
	msg_mark(&err, part->text, filter_point_out);
	return STATUS_USAGE;
}

bool asked_check(const struct asked *a, const struct asked_part *part, bool utc)
{
	struct filter *f;
	int status = compile(a, part, utc, &f);

	filter_free(f);
	return status == OPTS_GO;
}

int asked_compile(struct asked *a, const char *text, struct filter **f)
{
	struct err err = {0};

	*f = NULL;
	if (asked_macros(a, &err) < 0)
		return msg_usage("%s", err.text);
	return compile(a, &(struct asked_part){.text = text}, false, f);
}

/* All of them with brackets and "and" between. */
static int join(struct asked *a, struct buf *text)
{
	for (const struct asked_part *p = a->parts; p; p = p->next)
		buf_printf(text, "%s(%s)", p == a->parts ? "" : " and ", p->text);
	a->filter = (const char *)arena_copy(&a->arena, buf_view(text)).p;
	if (!text->failed && !a->arena.failed)
		return OPTS_GO;
	msg_warn(NULL, "out of memory");
	return STATUS_DATA;
}

int asked_finish(struct asked *a, bool utc)
{
	struct err err = {0};
	struct buf text = {0};
	int status;

	if (!a->parts && !a->ngiven)
		return OPTS_GO;
	if (asked_macros(a, &err) < 0)
		return msg_usage("%s", err.text);
	if (!a->parts)
		return OPTS_GO;
	for (const struct asked_part *p = a->parts; p; p = p->next)
		if (!asked_check(a, p, utc))
			return STATUS_USAGE;
	status = OPTS_GO;
	a->filter = a->parts->text;
	if (a->parts->next)
		status = join(a, &text);
	buf_release(&text);
	return status;
}

void asked_release(struct asked *a)
{
	macros_free(a->macros);
	free(a->given);
	arena_release(&a->arena);
	*a = (struct asked){0};
}
