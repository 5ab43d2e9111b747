/* SPDX-License-Identifier: MIT */
/* Operands of expressions: fields with their arguments, functions with theirs, slices and masks. */
#include "filter/parse_priv.h"

#include "filter/fields_near.h"

static struct operand *new_operand(struct parser *p, enum operand_kind kind, size_t at)
{
	struct operand *o = parse_make(p, sizeof(*o));

	if (!o)
		return NULL;
	o->kind = (uint8_t)kind;
	o->at = at;
	o->made = p->tree->operands;
	p->tree->operands = o;
	return o;
}

static struct operand *unknown_field(struct parser *p, struct span name, size_t at)
{
	struct near near = near_of(name);

	fields_near(&near);
	macros_near(p->opts->macros, &near);
	lex_fail(&p->lx, at, "there is no field %s%.*s%s%s%s",
		memchr(name.p, '.', name.n) ? "" : "or macro ", (int)MIN(name.n, (size_t)60),
		(const char *)name.p, NEAR_TEXT(near));
	return NULL;
}

static bool is_many(const struct field *f)
{
	return f->next && !(f->flags & FIELD_WORDS);
}

/* A field with the argument behind a dot, or in brackets. */
static struct operand *parse_field(struct parser *p, struct span name, size_t at)
{
	struct span arg;
	const struct field *f = field_split(name, &arg);
	struct err err = {0};
	struct operand *o;
	struct word word;

	if (!f)
		return unknown_field(p, name, at);
	o = new_operand(p, OPERAND_FIELD, at);
	if (!o)
		return NULL;
	if (f->arg != FA_NONE && !arg.n && p->lx.pos < p->lx.text.n &&
		p->lx.text.p[p->lx.pos] == '[') {
		p->lx.pos++;
		if (lex_argument(&p->lx, &word) < 0)
			return NULL;
		arg = word.text;
	}
	if (field_ref_init(&o->ref, f, arg, true, &p->tree->arena, &err) < 0) {
		lex_fail(&p->lx, at, "%s", err.text);
		return NULL;
	}
	o->type = f->type;
	o->list = f->flags & FIELD_LIST && o->ref.index < 0;
	o->many = is_many(f);
	return o;
}

/* "quoted", 12, or (a, b): what arguments of functions can be besides operands. */
static struct operand *parse_constant(struct parser *p)
{
	struct operand *o = new_operand(p, OPERAND_WORD, lex_place(&p->lx));

	if (!o)
		return NULL;
	o->type = PT_CHARBUF;
	if (lex_value(&p->lx, "", &o->word) < 0)
		return NULL;
	if (o->word.quote == QUOTE_NONE && !literal_is_number(o->word.text)) {
		lex_fail(&p->lx, o->at, "a field, a number or a quoted text is missing here");
		return NULL;
	}
	return o;
}

static struct operand *parse_constants(struct parser *p)
{
	struct operand *o = new_operand(p, OPERAND_LIST, lex_place(&p->lx));
	struct operand **last;

	if (!o)
		return NULL;
	o->type = PT_CHARBUF;
	o->list = o->many = true;
	last = &o->args;
	lex_takes(&p->lx, "(");
	while (!lex_takes(&p->lx, ")")) {
		if (o->args && !lex_takes(&p->lx, ",")) {
			lex_fail(&p->lx, lex_place(&p->lx), "a , or ) is missing here");
			return NULL;
		}
		*last = parse_constant(p);
		if (!*last)
			return NULL;
		last = &(*last)->next;
	}
	return o;
}

static struct operand *parse_call_arg(struct parser *p)
{
	size_t start = lex_place(&p->lx);
	struct span name;

	if (lex_sees(&p->lx, "("))
		return parse_constants(p);
	name = lex_sees(&p->lx, "r\"") ? span_of(NULL, 0) : lex_name(&p->lx);
	p->lx.pos = start;
	return name.n ? parse_operand(p) : parse_constant(p);
}

/* Behind the name of a function. */
static struct operand *parse_call(struct parser *p, const struct function *f, size_t at)
{
	struct operand *o = new_operand(p, OPERAND_CALL, at);
	struct operand **last;

	if (!o)
		return NULL;
	o->function = f;
	last = &o->args;
	lex_takes(&p->lx, "(");
	if (++p->depth > DEPTH_MOST) {
		parse_too_deep(p);
		return NULL;
	}
	do {
		*last = parse_call_arg(p);
		if (!*last)
			return NULL;
		last = &(*last)->next;
	} while (lex_takes(&p->lx, ","));
	p->depth--;
	if (!lex_takes(&p->lx, ")")) {
		lex_fail(&p->lx, lex_place(&p->lx), "a , or ) is missing here");
		return NULL;
	}
	if (f->takes_option && lex_takes(&p->lx, "[") && lex_argument(&p->lx, &o->word) < 0)
		return NULL;
	return function_check(o, p->lx.err) < 0 ? NULL : o;
}

/* A bound of a slice. Returns whether there is one. */
static bool take_bound(struct parser *p, int64_t *n)
{
	struct lexer *lx = &p->lx;
	size_t before = lex_place(lx);
	bool minus = lex_takes(lx, "-");
	size_t start = lex_place(lx);
	uint64_t v = 0;

	for (; lx->pos < lx->text.n && lx->text.p[lx->pos] >= '0' && lx->text.p[lx->pos] <= '9';
		lx->pos++)
		v = MIN(v * 10 + (uint64_t)(lx->text.p[lx->pos] - '0'), (uint64_t)INT32_MAX);
	*n = minus ? -(int64_t)v : (int64_t)v;
	if (lx->pos > start)
		return true;
	lx->pos = before;
	return false;
}

/* "[i]", "[i:length]", "[i-last]", "[i:]", "[:length]" behind an operand. */
static struct operand *parse_slice(struct parser *p, struct operand *of)
{
	struct operand *o = new_operand(p, OPERAND_CALL, of->at);
	bool first, second = true;
	int64_t n = 0;

	if (!o)
		return NULL;
	o->function = &function_slice;
	o->args = of;
	first = take_bound(p, &o->first);
	o->end = INT64_MAX;
	if (lex_takes(&p->lx, ":")) {
		if (take_bound(p, &n))
			o->end = o->first + n;
		else
			second = first;
	} else if (lex_takes(&p->lx, "-")) {
		second = first && take_bound(p, &n);
		o->end = n + 1;
	} else {
		second = first;
		o->end = o->first + 1;
	}
	if (!second || !lex_takes(&p->lx, "]")) {
		lex_fail(&p->lx, lex_place(&p->lx), "a slice is [from:length] or [from-to]");
		return NULL;
	}
	/* From the end on, the end itself is 0. */
	if (o->first < 0 && o->end == 0)
		o->end = INT64_MAX;
	return function_check(o, p->lx.err) < 0 ? NULL : o;
}

/* "& 7" behind an operand. */
static struct operand *parse_mask(struct parser *p, struct operand *of)
{
	const struct literal_type type = {.type = PT_UINT64};
	struct operand *o = new_operand(p, OPERAND_CALL, of->at);
	struct value mask;
	struct word word;

	if (!o || lex_value(&p->lx, "=!<>", &word) < 0 ||
		literal_value(&word, &type, &p->tree->arena, &mask, p->lx.err) < 0)
		return NULL;
	o->function = &function_mask;
	o->args = of;
	o->first = (int64_t)mask.u;
	return function_check(o, p->lx.err) < 0 ? NULL : o;
}

static struct operand *parse_named(struct parser *p, struct span name, size_t at)
{
	const struct function *f = function_named(name);

	if (lex_sees(&p->lx, "(")) {
		if (f)
			return parse_call(p, f, at);
		lex_fail(&p->lx, at, "there is no function %.*s", (int)MIN(name.n, (size_t)60),
			(const char *)name.p);
		return NULL;
	}
	return parse_field(p, name, at);
}

struct operand *parse_operand(struct parser *p)
{
	size_t at = lex_place(&p->lx);
	struct span name = lex_name(&p->lx);
	struct operand *o;

	if (!name.n || parse_is_word(name)) {
		lex_fail(&p->lx, at, "a field is missing here");
		return NULL;
	}
	o = parse_named(p, name, at);
	if (o && p->lx.pos < p->lx.text.n && p->lx.text.p[p->lx.pos] == '[') {
		p->lx.pos++;
		o = parse_slice(p, o);
	}
	if (o && lex_sees(&p->lx, "&") && !lex_sees(&p->lx, "&&")) {
		lex_takes(&p->lx, "&");
		o = parse_mask(p, o);
	} else if (o && lex_takes_word(&p->lx, "bitwise_and")) {
		o = parse_mask(p, o);
	}
	return o;
}
