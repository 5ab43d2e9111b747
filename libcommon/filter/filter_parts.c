/* SPDX-License-Identifier: MIT */
/*
 * What stands between the outermost "and"s, for whoever can decide some of it elsewhere. A part that
 * only compares one field with constants has them laid open; so does one of several such tests of
 * the same field with "or" between.
 */
#include "filter/filter_priv.h"

#include "filter/fields_priv.h"

/* The value list that a part is, as far as it is known. */
struct choices {
	const struct field *field;
	struct value *values; /* NULL: they are only counted */
	size_t n;
};

/* Whether a test says no more than that a field has one of some values. */
static bool is_choice(const struct test *t)
{
	const struct operand *left = t->left;

	return (t->op == OP_EQ || t->op == OP_IN) && t->of_constants == Q_ANY && !t->right &&
	       !t->constants.nranges && left->kind == OPERAND_FIELD && !left->many &&
	       !left->ref.arg.n && !(left->ref.field->flags & FIELD_WITHIN);
}

/* Adds what a node allows. Returns false if that is not just some values of one field. */
static bool add_choices(const struct node *n, struct choices *c)
{
	const struct test *t = n->test;

	if (n->kind == NODE_OR) {
		for (const struct node *i = n->first; i; i = i->next)
			if (!add_choices(i, c))
				return false;
		return true;
	}
	if (n->kind != NODE_TEST || !is_choice(t) || (c->field && c->field != t->left->ref.field))
		return false;
	c->field = t->left->ref.field;
	for (size_t i = 0; c->values && i < t->constants.n; i++)
		c->values[c->n + i] = t->constants.values[i];
	c->n += t->constants.n;
	return true;
}

bool test_of_name(const struct test *t)
{
	return t->left->kind == OPERAND_FIELD && !t->right && t->left->ref.field->scope == scope_name;
}

/* Whether the kind, or the name, of every event decides. */
static bool is_by_kind(const struct node *n)
{
	if (n->kind != NODE_TEST) {
		for (const struct node *i = n->first; i; i = i->next)
			if (!is_by_kind(i))
				return false;
		return true;
	}
	for (unsigned kind = 0; kind < EVENT_TYPES; kind++)
		if (n->test->kinds[kind] == FILTER_LOOK && !test_of_name(n->test))
			return false;
	return true;
}

static size_t count_parts(const struct node *n)
{
	size_t count = 0;

	if (n->kind != NODE_AND)
		return 1;
	for (const struct node *i = n->first; i; i = i->next)
		count += count_parts(i);
	return count;
}

static void add_part(struct tree *t, const struct node *n)
{
	struct filter_part *part = &t->parts[t->nparts++];
	struct choices c = {0};

	part->by_kind = is_by_kind(n);
	part->text = arena_copy(&t->arena, n->text);
	if (!add_choices(n, &c))
		return;
	c.values = arena_zeros(&t->arena, c.n * sizeof(*c.values));
	c.n = 0;
	if (!c.values || !add_choices(n, &c))
		return;
	part->field = c.field->name;
	part->values = c.values;
	part->n = c.n;
}

static void add_parts(struct tree *t, const struct node *n)
{
	if (n->kind != NODE_AND) {
		add_part(t, n);
		return;
	}
	for (const struct node *i = n->first; i; i = i->next)
		add_parts(t, i);
}

int parts_find(struct tree *t, struct err *err)
{
	t->parts = arena_zeros(&t->arena, count_parts(t->root) * sizeof(*t->parts));
	if (t->parts)
		add_parts(t, t->root);
	return t->parts && !t->arena.failed ? 0 : err_memory(err);
}
