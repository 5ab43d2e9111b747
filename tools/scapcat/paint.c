/* SPDX-License-Identifier: MIT */
/*
 * Colours are sequences for terminals around each line, without its line feed: pagers start each line
 * without colour.
 */
#include "tools/scapcat/paint.h"

#include <stdlib.h>

#include "base/near.h"

#define CODES_MOST 32
#define RESET      "\033[0m"

struct painter {
	struct filter *filter;
	char codes[CODES_MOST]; /* "\033[1;31m" */
};

struct paint {
	struct painter *rules;
	size_t n;
	const struct painter *now; /* of the record to come; NULL: no colour */
	struct buf lines;          /* as they were */
};

static const struct {
	const char *word, *code;
} words[] = {
	{"bold", "1"},
	{"dim", "2"},
	{"underline", "4"},
	{"reverse", "7"},
	{"black", "30"},
	{"red", "31"},
	{"green", "32"},
	{"yellow", "33"},
	{"blue", "34"},
	{"magenta", "35"},
	{"cyan", "36"},
	{"white", "37"},
	{"grey", "90"},
	{"gray", "90"},
};

static const char *code_of(struct span word)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (span_eq(word, span_str(words[i].word)))
			return words[i].code;
	return NULL;
}

static int unknown(struct span word, struct err *err)
{
	struct near near = near_of(word);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		near_try(&near, words[i].word);
	return err_set(err, ERR_USAGE, "there is no colour %.*s%s%s%s", (int)MIN(word.n, (size_t)40),
		(const char *)word.p, NEAR_TEXT(near));
}

/* Appends the codes of some words. Returns 0, or -1 (err). */
static int put_codes(const char *colour, struct buf *codes, struct err *err)
{
	buf_char(codes, '\033');
	buf_char(codes, '[');
	for (size_t n; (colour += strspn(colour, " \t")), (n = strcspn(colour, " \t")); colour += n) {
		const char *code = code_of(span_of(colour, n));

		if (!code)
			return unknown(span_of(colour, n), err);
		if (codes->n > 2)
			buf_char(codes, ';');
		buf_text(codes, code);
	}
	if (codes->n == 2)
		return err_set(err, ERR_USAGE, "a colour is missing");
	buf_char(codes, 'm');
	if (codes->n >= CODES_MOST)
		return err_set(err, ERR_USAGE, "these are too many colours for one line");
	buf_u8(codes, 0);
	return codes->failed ? err_memory(err) : 0;
}

bool paint_known(const char *colour, struct err *err)
{
	struct buf codes = {0};
	bool known = put_codes(colour, &codes, err) == 0;

	buf_release(&codes);
	return known;
}

static int add(struct paint *p, const struct paint_rule *rule, const struct filter_opts *opts,
	struct err *err)
{
	struct painter *to = &p->rules[p->n++];
	struct buf codes = {0};
	int result = put_codes(rule->colour, &codes, err);

	if (result == 0)
		memcpy(to->codes, codes.p, codes.n);
	buf_release(&codes);
	if (result == 0)
		to->filter = filter_compile(rule->filter, opts, err);
	return to->filter ? 0 : -1;
}

struct paint *paint_new(
	const struct paint_rule *rules, size_t n, const struct filter_opts *opts, struct err *err)
{
	struct paint *p = calloc(1, sizeof(*p));

	if (p)
		p->rules = calloc(n, sizeof(*p->rules));
	if (!p || (n && !p->rules)) {
		err_memory(err);
		paint_free(p);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		if (add(p, &rules[i], opts, err) < 0) {
			paint_free(p);
			return NULL;
		}
	}
	return p;
}

void paint_free(struct paint *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->n; i++)
		filter_free(p->rules[i].filter);
	free(p->rules);
	buf_release(&p->lines);
	free(p);
}

void paint_restart(struct paint *p)
{
	for (size_t i = 0; i < p->n; i++)
		filter_restart(p->rules[i].filter);
}

void paint_event(struct paint *p, struct lines *l, const struct state *st, const struct moment *m,
	uint64_t num)
{
	p->now = NULL;
	for (size_t i = 0; i < p->n && !p->now; i++)
		if (lines_pass(l, p->rules[i].filter, st, m, num))
			p->now = &p->rules[i];
}

void paint_packet(struct paint *p, struct lines *l, const struct packet *packet, uint64_t frame)
{
	p->now = NULL;
	for (size_t i = 0; i < p->n && !p->now; i++)
		if (lines_pass_packet(l, p->rules[i].filter, packet, frame))
			p->now = &p->rules[i];
}

void paint_lines(struct paint *p, struct buf *out, size_t from)
{
	struct span left;

	if (!p->now || out->n == from)
		return;
	buf_clear(&p->lines);
	buf_put(&p->lines, out->p + from, out->n - from);
	if (p->lines.failed)
		return;
	out->n = from;
	left = buf_view(&p->lines);
	while (left.n) {
		const uint8_t *end = memchr(left.p, '\n', left.n);
		size_t n = end ? (size_t)(end - left.p) : left.n;

		buf_text(out, p->now->codes);
		buf_put(out, left.p, n);
		buf_text(out, end ? RESET "\n" : RESET);
		n += end != NULL;
		left = span_of(left.p + n, left.n - n);
	}
}
