/* SPDX-License-Identifier: MIT */
/* Which operator goes with which class of values is a table; running a test is a loop over values. */
#include "filter/test.h"

#include <stdlib.h>

#include "filter/glob.h"

#define N (1u << CLASS_NUMBER)
#define B (1u << CLASS_BOOL)
#define T (1u << CLASS_TEXT)
#define Y (1u << CLASS_BYTES)
#define A (1u << CLASS_ADDRESS)
#define D (1u << CLASS_ANY)

static const struct op_row {
	const char *name;
	uint8_t classes; /* of values it works on */
	bool on_lists;
} ops[OP_COUNT] = {
	[OP_EXISTS] = {"exists", N | B | T | Y | A | D, true},
	[OP_NOT_ZERO] = {"&", N, false},
	[OP_EQ] = {"=", N | B | T | Y | A | D, false},
	[OP_NE] = {"!=", N | B | T | Y | A | D, false},
	[OP_LT] = {"<", N | T | A | D, false},
	[OP_LE] = {"<=", N | T | A | D, false},
	[OP_GT] = {">", N | T | A | D, false},
	[OP_GE] = {">=", N | T | A | D, false},
	[OP_CONTAINS] = {"contains", T | Y | D, false},
	[OP_ICONTAINS] = {"icontains", T | Y | D, false},
	[OP_BCONTAINS] = {"bcontains", Y | D, false},
	[OP_STARTSWITH] = {"startswith", T | Y | D, false},
	[OP_BSTARTSWITH] = {"bstartswith", Y | D, false},
	[OP_ENDSWITH] = {"endswith", T | Y | D, false},
	[OP_GLOB] = {"glob", T | D, false},
	[OP_IGLOB] = {"iglob", T | D, false},
	[OP_REGEX] = {"regex", T | D, false},
	[OP_MATCHES] = {"matches", T | Y | D, false},
	[OP_PMATCH] = {"pmatch", T | D, false},
	[OP_IN] = {"in", N | B | T | Y | A | D, true},
	[OP_INTERSECTS] = {"intersects", N | B | T | Y | A | D, true},
};

#undef N
#undef B
#undef T
#undef Y
#undef A
#undef D

static const char *op_name(enum op op)
{
	return ops[op].name;
}

/* --- checking ------------------------------------------------------------------------------- */

static int check_op(const struct test *t, struct err *err)
{
	const struct operand *left = t->left;
	const struct field *f = left->kind == OPERAND_FIELD ? left->ref.field : NULL;

	if (f && f->flags & FIELD_PRINT_ONLY)
		return err_set_at(err, ERR_USAGE, left->at, "%s can only be printed", f->name);
	if (left->kind >= OPERAND_WORD)
		return err_set_at(err, ERR_USAGE, left->at, "a field is missing here");
	if (f && f->flags & FIELD_WITHIN && t->op != OP_EQ && t->op != OP_LE)
		return err_set_at(err, ERR_USAGE, t->at, "only = works on %s", f->name);
	if (left->list && !ops[t->op].on_lists)
		return err_set_at(err, ERR_USAGE, t->at,
			"%s is a list: only in, intersects and exists look at it",
			operand_name(left));
	if (!(ops[t->op].classes >> value_class_of(left->type) & 1))
		return err_set_at(err, ERR_USAGE, t->at, "%s does not work on %s",
			op_name((enum op)t->op), operand_name(left));
	return 0;
}

/* Numbers, texts, and so on; texts and bytes go together. */
static enum value_class broad_class(uint8_t type)
{
	enum value_class class = value_class_of(type);

	return class == CLASS_BYTES ? CLASS_TEXT : class;
}

static int check_right(const struct test *t, struct err *err)
{
	const struct operand *right = t->right;

	if (t->op == OP_REGEX || t->op == OP_MATCHES)
		return err_set_at(err, ERR_USAGE, right->at,
			"the expression behind %s cannot be a field", op_name((enum op)t->op));
	if (right->type == PT_IPNET || t->left->type == PT_IPNET)
		return err_set_at(err, ERR_USAGE, right->at, "networks are not compared with fields");
	if (right->type == PT_DYN || t->left->type == PT_DYN)
		return 0;
	if (broad_class(right->type) != broad_class(t->left->type))
		return err_set_at(err, ERR_USAGE, right->at,
			"%s and %s cannot be compared: they are of different kinds",
			operand_name(t->left), operand_name(right));
	return 0;
}

/* How many of the left side's values, and of the constants, have to do. */
static void choose_quantities(struct test *t)
{
	const struct operand *left = t->left;
	bool ends = left->kind == OPERAND_FIELD && left->ref.field->flags & FIELD_ENDS;

	if (t->of_values == Q_DEFAULT)
		t->of_values = (left->list && t->op == OP_IN) || (ends && t->op == OP_NE) ? Q_ALL
											   : Q_ANY;
	if (t->of_constants == Q_DEFAULT)
		t->of_constants = t->op == OP_NE ? Q_ALL : Q_ANY;
}

int test_check(struct test *t, bool utc, struct arena *a, struct err *err)
{
	const struct operand *left = t->left;

	if (check_op(t, err) < 0)
		return -1;
	choose_quantities(t);
	if (left->kind == OPERAND_FIELD && left->ref.field->flags & FIELD_WITHIN)
		t->op = OP_LE;
	if (t->op == OP_EXISTS || t->op == OP_NOT_ZERO)
		return 0;
	return t->right ? check_right(t, err) : constants_make(t, utc, a, err);
}

void test_release(struct test *t)
{
	struct constants *both[] = {&t->constants, &t->texts};

	for (size_t i = 0; i < ARRAY_SIZE(both); i++)
		for (size_t k = 0; both[i]->regexes && k < both[i]->n; k++)
			regex_free(both[i]->regexes[k]);
}

/* --- running -------------------------------------------------------------------------------- */

static uint8_t folded(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool contains_folded(struct span s, struct span part)
{
	for (size_t i = 0; part.n <= s.n && i <= s.n - part.n; i++) {
		size_t n = 0;

		while (n < part.n && folded(s.p[i + n]) == folded(part.p[n]))
			n++;
		if (n == part.n)
			return true;
	}
	return false;
}

static bool contains(struct span s, struct span part)
{
	return !part.n || (part.n <= s.n && memmem(s.p, s.n, part.p, part.n));
}

static bool starts(struct span s, struct span part)
{
	return part.n <= s.n && span_eq(span_of(s.p, part.n), part);
}

static bool ends(struct span s, struct span part)
{
	return part.n <= s.n && span_eq(span_of(s.p + (s.n - part.n), part.n), part);
}

static bool same_class(const struct value *a, const struct value *b)
{
	if (value_is_number(a))
		return value_is_number(b);
	if (value_is_string(a))
		return value_is_string(b);
	return a->kind == b->kind && (a->kind != VALUE_ADDRESS || a->v6 == b->v6);
}

static bool holds_on_text(enum op op, struct span s, struct span c, struct regex *re)
{
	switch (op) {
	case OP_CONTAINS:
	case OP_BCONTAINS:
		return contains(s, c);
	case OP_ICONTAINS:
		return contains_folded(s, c);
	case OP_STARTSWITH:
	case OP_BSTARTSWITH:
		return starts(s, c);
	case OP_ENDSWITH:
		return ends(s, c);
	case OP_GLOB:
	case OP_IGLOB:
		return glob_match(c, s, op == OP_IGLOB);
	case OP_PMATCH:
		return glob_match_path(c, s);
	default:
		return re && regex_match(re, s);
	}
}

/* Whether the operator holds between a value and a constant. */
static bool holds(enum op op, const struct value *v, const struct value *c, struct regex *re)
{
	switch (op) {
	case OP_EQ:
	case OP_IN:
	case OP_INTERSECTS:
		return value_equal(v, c);
	case OP_NE:
		return !value_equal(v, c);
	case OP_LT:
		return same_class(v, c) && value_order(v, c) < 0;
	case OP_LE:
		return same_class(v, c) && value_order(v, c) <= 0;
	case OP_GT:
		return same_class(v, c) && value_order(v, c) > 0;
	case OP_GE:
		return same_class(v, c) && value_order(v, c) >= 0;
	default:
		return value_is_string(v) && value_is_string(c) &&
		       holds_on_text(op, v->s, c->s, re);
	}
}

static bool in_ranges(const struct constants *c, const struct value *v)
{
	for (size_t i = 0; i < c->nranges; i++)
		if (same_class(v, &c->ranges[i].low) && value_order(v, &c->ranges[i].low) >= 0 &&
			value_order(v, &c->ranges[i].high) <= 0)
			return true;
	return false;
}

static bool found(const struct constants *c, const struct value *v)
{
	return same_class(v, &c->values[0]) &&
	       bsearch(v, c->values, c->n, sizeof(*c->values), constants_compare);
}

/* The value against the constants: any, one or all of them. */
static bool passes_constants(const struct test *t, const struct value *v)
{
	const struct constants *c =
		t->left->type == PT_DYN && value_is_string(v) ? &t->texts : &t->constants;
	size_t n = 0;

	if (c->sorted)
		return found(c, v) || in_ranges(c, v);
	for (size_t i = 0; i < c->n; i++) {
		bool does = holds((enum op)t->op, v, &c->values[i],
			c->regexes ? c->regexes[i] : NULL);

		if (does && t->of_constants == Q_ANY)
			return true;
		if (!does && t->of_constants == Q_ALL)
			return false;
		n += does;
	}
	if (t->of_constants == Q_ANY)
		return in_ranges(c, v);
	return t->of_constants == Q_ONE ? n == 1 : n > 0;
}

static bool passes_right(const struct test *t, const struct view *view, const struct value *v)
{
	struct value right;
	uint64_t pos = 0;
	bool all = t->op == OP_NE, some = false;

	while (operand_each(t->right, view, &pos, &right)) {
		if (holds((enum op)t->op, v, &right, NULL) != all)
			return !all;
		some = true;
	}
	return some && all;
}

static bool passes(const struct test *t, const struct view *view, const struct value *v)
{
	if (t->op == OP_EXISTS)
		return true;
	if (t->op == OP_NOT_ZERO)
		return v->u != 0;
	return t->right ? passes_right(t, view, v) : passes_constants(t, v);
}

/* A field that is missing passes no test. */
bool test_run(struct test *t, const struct view *v)
{
	struct value value;
	uint64_t pos = 0;
	bool all = t->of_values == Q_ALL, some = false;

	if (t->left->kind == OPERAND_FIELD && !t->left->many)
		return field_value(v, &t->left->ref, &value) && passes(t, v, &value);
	while (operand_each(t->left, v, &pos, &value)) {
		if (passes(t, v, &value) != all)
			return !all;
		some = true;
	}
	return some && all;
}
