/* SPDX-License-Identifier: MIT */
/*
 * What stands behind an operator, in the form that values are compared with: read once, while a
 * filter is compiled. A word can become several constants, and a pair of them a range.
 */
#include "filter/test.h"

#include <stdlib.h>
#include <string.h>

#include "filter/event_names.h"

/* Turns what was written into what values are compared with. */
struct making {
	struct test *t;
	struct literal_type type;
	const struct field *field; /* the left side, if it is one */
	struct arena *arena;
	struct err *err;
	size_t items; /* that were written */
	size_t cap;   /* of values */
};

static int add_value(struct making *m, struct constants *c, const struct value *v)
{
	if (c->n == m->cap) {
		size_t cap = MAX(2 * m->cap, (size_t)4);
		struct value *grown = arena_zeros(m->arena, cap * sizeof(*grown));

		if (!grown)
			return err_memory(m->err);
		if (c->n)
			memcpy(grown, c->values, c->n * sizeof(*grown));
		c->values = grown;
		m->cap = cap;
	}
	c->values[c->n++] = *v;
	return 0;
}

/* The numbers of all types with the name. */
static int add_type_numbers(struct making *m, struct constants *c, const struct word *w)
{
	size_t before = c->n;

	for (uint32_t t = 0; t < EVENT_TYPES; t++) {
		struct value v = value_uint(t);

		if (span_eq(w->text, span_str(event_info(t)->name)) && add_value(m, c, &v) < 0)
			return -1;
	}
	return c->n > before ? 0 : event_name_unknown(w->text, m->err);
}

static bool has_flag(const struct making *m, uint16_t flag)
{
	return m->field && m->field->flags & flag;
}

static bool is_equality(enum op op)
{
	return op == OP_EQ || op == OP_NE || op == OP_IN || op == OP_INTERSECTS;
}

/* Puts the place of a word to a failure that has none. */
static int at_word(struct making *m, const struct word *w, int result)
{
	if (result < 0 && !m->err->has_offset) {
		m->err->has_offset = true;
		m->err->offset = w->at;
	}
	return result;
}

static int read_word(struct making *m, const struct word *w, struct value *v)
{
	struct word seconds = *w;
	struct buf text = {0};

	/* Wireshark's times are in seconds, ours in nanoseconds unless there is a point. */
	if (has_flag(m, FIELD_SECONDS) && literal_is_number(w->text)) {
		buf_span(&text, w->text);
		buf_text(&text, ".0");
		seconds.text = arena_copy(m->arena, buf_view(&text));
		buf_release(&text);
	}
	return literal_value(&seconds, &m->type, m->arena, v, m->err);
}

static int add_word(struct making *m, struct constants *c, const struct word *w)
{
	struct value v;

	if (has_flag(m, FIELD_EVENT_TYPE) && !literal_is_number(w->text))
		return at_word(m, w, add_type_numbers(m, c, w));
	if (has_flag(m, FIELD_EVENT_NAME) && is_equality((enum op)m->t->op) &&
		!event_name_known(w->text))
		return at_word(m, w, event_name_unknown(w->text, m->err));
	return read_word(m, w, &v) < 0 ? -1 : add_value(m, c, &v);
}

/* Splits "low..high", where both are values. */
static bool split_range(struct making *m, const struct word *w, struct item *range)
{
	const uint8_t *dots = w->text.n ? memmem(w->text.p, w->text.n, "..", 2) : NULL;
	struct err ignored = {0};
	struct making quiet = *m;
	struct value v;

	if (!dots || w->quote != QUOTE_NONE)
		return false;
	*range = (struct item){.low = *w, .high = *w};
	range->low.text = arena_copy(m->arena, span_of(w->text.p, (size_t)(dots - w->text.p)));
	range->high.text = arena_copy(
		m->arena, span_of(dots + 2, w->text.n - (size_t)(dots + 2 - w->text.p)));
	range->high.at = w->at + (size_t)(dots + 2 - w->text.p);
	quiet.err = &ignored;
	return read_word(&quiet, &range->low, &v) == 0 && read_word(&quiet, &range->high, &v) == 0;
}

static int add_range(struct making *m, struct constants *c, const struct item *i)
{
	struct range *range;

	if (!c->ranges)
		c->ranges = arena_zeros(m->arena, m->items * sizeof(*c->ranges));
	if (!c->ranges)
		return err_memory(m->err);
	range = &c->ranges[c->nranges];
	if (read_word(m, &i->low, &range->low) < 0 || read_word(m, &i->high, &range->high) < 0)
		return -1;
	if (value_order(&range->low, &range->high) > 0)
		return err_set_at(m->err, ERR_USAGE, i->low.at,
			"the range ends before it begins");
	c->nranges++;
	return 0;
}

static int make_constants(struct making *m, struct constants *c)
{
	enum value_class class = value_class_of(m->type.type);
	bool ranges = m->t->op == OP_IN && class != CLASS_TEXT && class != CLASS_BYTES;
	struct item range;

	m->cap = 0;
	for (const struct item *i = m->t->items; i; i = i->next) {
		int result;

		if (i->high.text.p)
			result = add_range(m, c, i);
		else if (ranges && split_range(m, &i->low, &range))
			result = add_range(m, c, &range);
		else
			result = add_word(m, c, &i->low);
		if (result < 0)
			return -1;
	}
	return 0;
}

/*
 * Where the class of the values is known only when they come: the constants that are numbers, and
 * all of them as bytes.
 */
static int make_both(struct making *m)
{
	struct test *t = m->t;
	struct err ignored = {0};
	struct err *err = m->err;

	m->type.type = PT_BYTEBUF;
	if (make_constants(m, &t->texts) < 0)
		return -1;
	m->type.type = PT_ERRNO;
	m->err = &ignored;
	m->cap = 0;
	for (const struct item *i = t->items; i; i = i->next) {
		struct value v;

		err_clear(&ignored);
		m->type.type = i->low.text.n && i->low.text.p[0] == '-' ? PT_ERRNO : PT_UINT64;
		if (i->high.text.p)
			continue;
		if (read_word(m, &i->low, &v) < 0) {
			err_clear(&ignored);
			m->type.type = PT_ERRNO; /* its names */
			if (read_word(m, &i->low, &v) < 0)
				continue;
		}
		if (add_value(m, &t->constants, &v) < 0)
			return err_memory(err);
	}
	m->err = err;
	return 0;
}

int constants_compare(const void *a, const void *b)
{
	return value_order(a, b);
}

/* Many constants are sorted, to be searched by halves; networks cannot be. */
static void sort(struct constants *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->values[i].kind == VALUE_ADDRESS)
			return;
	if (c->n < 8)
		return;
	qsort(c->values, c->n, sizeof(*c->values), constants_compare);
	c->sorted = true;
}

static int make_regexes(struct making *m, struct constants *c)
{
	const struct regex_opts opts = {
		.whole = m->t->op == OP_REGEX, .fold = m->t->op == OP_MATCHES};
	const struct item *item = m->t->items;

	c->regexes = arena_zeros(m->arena, (c->n + 1) * sizeof(*c->regexes));
	if (!c->regexes)
		return err_memory(m->err);
	for (size_t i = 0; i < c->n; i++, item = item->next) {
		size_t at;

		c->regexes[i] = regex_new(c->values[i].s, &opts, &at, m->err);
		if (!c->regexes[i])
			return at_word(m, &item->low, -1);
	}
	return 0;
}

int constants_make(struct test *t, bool utc, struct arena *a, struct err *err)
{
	struct making m = {.t = t, .arena = a, .err = err};
	bool both = t->left->type == PT_DYN;

	if (t->left->kind == OPERAND_FIELD)
		m.field = t->left->ref.field;
	for (const struct item *i = t->items; i; i = i->next)
		m.items++;
	m.type = (struct literal_type){.type = t->left->type,
		.format = m.field ? m.field->format : VF_NA,
		.hex = t->op == OP_BCONTAINS || t->op == OP_BSTARTSWITH,
		.slice = t->left->function == &function_slice,
		.utc = utc};
	if ((both ? make_both(&m) : make_constants(&m, &t->constants)) < 0)
		return -1;
	if (t->op == OP_REGEX || t->op == OP_MATCHES)
		return make_regexes(&m, both ? &t->texts : &t->constants);
	if (t->of_constants == Q_ANY && is_equality((enum op)t->op)) {
		sort(&t->constants);
		sort(&t->texts);
	}
	return 0;
}
