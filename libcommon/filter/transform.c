/* SPDX-License-Identifier: MIT */
/*
 * The parser of filters does the work, on just the part of a template that belongs to the function:
 * what is behind it is text, even if it looks like a slice.
 */
#include "filter/transform.h"

#include <stdlib.h>

#include "filter/parse_priv.h"

struct transform {
	struct tree tree; /* of one operand and those inside of it */
	struct operand *operand;
};

/* The name at the start; empty when there is none. */
static struct span name_of(struct span text)
{
	struct lexer lx = {.text = text};

	return text.n && text.p[0] != ' ' ? lex_name(&lx) : span_of(NULL, 0);
}

bool transform_starts(struct span text)
{
	struct span name = name_of(text);

	return name.n && name.n < text.n && text.p[name.n] == '(';
}

/* Where what begins with open at i ends, behind its close; text.n when it has no end. */
static size_t end_of(struct span text, size_t i, char open, char close)
{
	unsigned depth = 0;
	uint8_t quote = 0;

	for (; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (quote && c == '\\')
			i++;
		else if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == open)
			depth++;
		else if (c == close && --depth == 0)
			return i + 1;
	}
	return text.n;
}

static size_t length_of(struct span text)
{
	struct span name = name_of(text);
	const struct function *f = function_named(name);
	size_t n = end_of(text, name.n, '(', ')');

	return f && f->takes_option && n < text.n && text.p[n] == '[' ? end_of(text, n, '[', ']') : n;
}

struct transform *transform_new(struct span text, size_t *used, struct err *err)
{
	static const struct filter_opts opts = {0};
	struct transform *t = calloc(1, sizeof(*t));
	struct err why = {0};
	struct parser p;

	if (!t) {
		err_memory(err);
		return NULL;
	}
	*used = length_of(text);
	p = (struct parser){
		.lx = {span_of(text.p, *used), 0, &t->tree.arena, &why}, .tree = &t->tree, .opts = &opts};
	t->operand = parse_operand(&p);
	if (!t->operand) {
		err_set(err, why.code, "%s", why.text);
		transform_free(t);
		return NULL;
	}
	return t;
}

void transform_free(struct transform *t)
{
	if (!t)
		return;
	tree_release(&t->tree);
	free(t);
}

void transform_restart(struct transform *t)
{
	operands_restart(&t->tree);
}

enum presence transform_presence(const struct transform *t, unsigned kind)
{
	return operand_presence(t->operand, kind);
}

bool transform_needs_state(const struct transform *t)
{
	return operands_need_state(&t->tree);
}

static void put(const struct view *v, const struct value *value, struct buf *b)
{
	if (value->kind == VALUE_TEXT)
		param_put_text(&v->params, value->s, b);
	else if (value->kind == VALUE_BYTES)
		param_put_data(&v->params, value->s, b);
	else
		value_put(value, VF_DEC, b);
}

bool transform_text(const struct view *v, struct transform *t, struct buf *b)
{
	struct view raw = *v; /* functions work on texts as they are, which are escaped afterwards */
	struct value value;
	uint64_t pos = 0;
	bool some = false;

	raw.params.raw = true;
	while (operand_each(t->operand, &raw, &pos, &value)) {
		if (some)
			buf_char(b, ',');
		put(v, &value, b);
		some = true;
	}
	return some;
}
