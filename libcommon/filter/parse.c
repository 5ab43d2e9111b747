/* SPDX-License-Identifier: MIT */
/*
 * Expressions, by recursive descent:
 *
 *   or       = and { ("or" | "||") and }
 *   and      = not { ("and" | "&&") not }
 *   not      = { "not" | "!" } primary
 *   primary  = "(" or ")" | MACRO | ["any" | "all"] operand [ operator right ]
 *   right    = value | operand | "oneof" list ... | list
 *   operand  = FIELD [ "[" argument "]" ] | FUNCTION "(" argument { "," argument } ")"
 *   list     = "(" value { "," value } ")" | "{" value [ ".." value ] { "," ... } "}" | MACRO
 *
 * Each test is checked where it ends, so that every failure has a place. A macro is parsed anew
 * wherever its name stands.
 */
#include "filter/parse_priv.h"

#include <string.h>

#include "base/near.h"

static struct node *parse_or(struct parser *p);

void *parse_make(struct parser *p, size_t n)
{
	void *m = arena_zeros(&p->tree->arena, n);

	if (!m)
		err_memory(p->lx.err);
	return m;
}

int parse_too_deep(struct parser *p)
{
	return lex_fail(&p->lx, lex_place(&p->lx), "more than %d brackets inside of each other",
		DEPTH_MOST);
}

/* --- operators ------------------------------------------------------------------------------ */

/* The order matters for symbols: longer ones first. */
static const struct written {
	const char *text;
	uint8_t op;        /* enum op */
	uint8_t of_values; /* enum quantity */
} operators[] = {
	{"===", OP_EQ, Q_ALL},
	{"==", OP_EQ, Q_DEFAULT},
	{"=", OP_EQ, Q_DEFAULT},
	{"!==", OP_NE, Q_ANY},
	{"!=", OP_NE, Q_DEFAULT},
	{"<=", OP_LE, Q_DEFAULT},
	{"<", OP_LT, Q_DEFAULT},
	{">=", OP_GE, Q_DEFAULT},
	{">", OP_GT, Q_DEFAULT},
	{"~", OP_MATCHES, Q_DEFAULT},
	{"eq", OP_EQ, Q_DEFAULT},
	{"any_eq", OP_EQ, Q_ANY},
	{"all_eq", OP_EQ, Q_ALL},
	{"ne", OP_NE, Q_DEFAULT},
	{"all_ne", OP_NE, Q_ALL},
	{"any_ne", OP_NE, Q_ANY},
	{"le", OP_LE, Q_DEFAULT},
	{"lt", OP_LT, Q_DEFAULT},
	{"ge", OP_GE, Q_DEFAULT},
	{"gt", OP_GT, Q_DEFAULT},
	{"contains", OP_CONTAINS, Q_DEFAULT},
	{"icontains", OP_ICONTAINS, Q_DEFAULT},
	{"bcontains", OP_BCONTAINS, Q_DEFAULT},
	{"startswith", OP_STARTSWITH, Q_DEFAULT},
	{"bstartswith", OP_BSTARTSWITH, Q_DEFAULT},
	{"endswith", OP_ENDSWITH, Q_DEFAULT},
	{"glob", OP_GLOB, Q_DEFAULT},
	{"iglob", OP_IGLOB, Q_DEFAULT},
	{"regex", OP_REGEX, Q_DEFAULT},
	{"matches", OP_MATCHES, Q_DEFAULT},
	{"pmatch", OP_PMATCH, Q_DEFAULT},
	{"intersects", OP_INTERSECTS, Q_DEFAULT},
	{"in", OP_IN, Q_DEFAULT},
	{"exists", OP_EXISTS, Q_DEFAULT},
};

static const char *const words[] = {"and", "or", "not", "any", "all", "oneof", "anyof", "allof", "val"};

static bool is_word_like(const char *text)
{
	return (*text | 0x20) >= 'a' && (*text | 0x20) <= 'z';
}

bool parse_is_word(struct span name)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (span_eq(name, span_str(words[i])))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (span_eq(name, span_str(operators[i].text)))
			return true;
	return false;
}

static const struct written *take_operator(struct parser *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		const struct written *o = &operators[i];

		if (is_word_like(o->text) ? lex_takes_word(&p->lx, o->text)
					  : lex_takes(&p->lx, o->text))
			return o;
	}
	return NULL;
}

/* Whether a test can end here. */
static bool at_test_end(struct parser *p)
{
	return lex_at_end(&p->lx) || lex_sees(&p->lx, ")") || lex_sees(&p->lx, "&&") ||
	       lex_sees(&p->lx, "||") || lex_sees_word(&p->lx, "and") ||
	       lex_sees_word(&p->lx, "or");
}

/* --- lists ---------------------------------------------------------------------------------- */

struct list {
	struct item *first;
	struct item **last;
};

static bool sees_list(struct parser *p)
{
	return lex_sees(&p->lx, "(") || lex_sees(&p->lx, "{");
}

static int parse_items(struct parser *p, void *to);

/* Parses what a macro stands for with one of these functions. Its failures are told at its name. */
static int parse_macro(struct parser *p, struct span name, size_t at, struct span text,
	int (*parse)(struct parser *p, void *to), void *to)
{
	struct err err = {0};
	struct use use = {name, p->use};
	struct parser inner = *p;
	struct span origin;
	int n = (int)MIN(name.n, (size_t)60);

	for (const struct use *u = p->use; u; u = u->outer)
		if (span_eq(u->name, name))
			return lex_fail(&p->lx, at, "%.*s is part of itself", n,
				(const char *)name.p);
	if (p->depth >= DEPTH_MOST)
		return parse_too_deep(p);
	inner.depth++;
	inner.use = &use;
	inner.use_at = p->use ? p->use_at : at;
	inner.lx = (struct lexer){text, 0, p->lx.arena, &err};
	if (parse(&inner, to) == 0 && !lex_at_end(&inner.lx))
		lex_fail(&inner.lx, 0, "something is left over at its end");
	if (err.code == ERR_NONE)
		return 0;
	origin = macros_origin(p->opts->macros, name);
	if (origin.n)
		return lex_fail(&p->lx, at, "in %.*s (%s): %s", n, (const char *)name.p,
			(const char *)origin.p, err.text);
	return lex_fail(&p->lx, at, "in %.*s: %s", n, (const char *)name.p, err.text);
}

/* "..", behind the first value of a range or as its end. */
static bool takes_dots(struct parser *p, struct word *low)
{
	if (low->quote == QUOTE_NONE && low->text.n > 2 &&
		memcmp(low->text.p + low->text.n - 2, "..", 2) == 0) {
		low->text = arena_copy(p->lx.arena, span_of(low->text.p, low->text.n - 2));
		return true;
	}
	return lex_takes(&p->lx, "..");
}

/* What a macro stands for if that is a list. Parts of filters can have the names of values. */
static struct span list_named(struct parser *p, const struct word *w)
{
	static const struct filter_opts no_macros = {0};
	struct span text = macros_find(p->opts->macros, w->text);
	struct list ignored = {.last = &ignored.first};
	struct err err = {0};
	struct parser trial = {.tree = p->tree, .opts = &no_macros};

	trial.lx = (struct lexer){text, 0, p->lx.arena, &err};
	if (w->quote == QUOTE_NONE && text.n && sees_list(&trial) &&
		parse_items(&trial, &ignored) == 0 && lex_at_end(&trial.lx))
		return text;
	return span_of(NULL, 0);
}

static int parse_item(struct parser *p, bool braces, struct list *list)
{
	const char *stops = braces ? "{}" : "";
	struct word word;
	struct item *item;
	struct span macro;

	if (lex_value(&p->lx, stops, &word) < 0)
		return -1;
	macro = list_named(p, &word);
	if (macro.n)
		return parse_macro(p, word.text, word.at, macro, parse_items, list);
	if (p->tree->nitems++ == ITEMS_MOST)
		return lex_fail(&p->lx, word.at, "the filter has more than %d values", ITEMS_MOST);
	item = parse_make(p, sizeof(*item));
	if (!item)
		return -1;
	item->low = word;
	if (p->use) /* its type is looked at later, outside of the macro */
		item->low.at = p->use_at;
	*list->last = item;
	list->last = &item->next;
	return braces && takes_dots(p, &item->low) ? lex_value(&p->lx, stops, &item->high) : 0;
}

static int parse_items(struct parser *p, void *to)
{
	struct list *list = to;
	size_t start = lex_place(&p->lx);
	bool braces = lex_takes(&p->lx, "{") || !lex_takes(&p->lx, "(");
	const char *close = braces ? "}" : ")";
	bool some = false;

	while (!lex_takes(&p->lx, close)) {
		if (lex_at_end(&p->lx))
			return lex_fail(&p->lx, start, "the list that begins here has no end");
		/* Older Wireshark takes lists without commas. */
		if (some && !lex_takes(&p->lx, ",") && !braces)
			return lex_fail(&p->lx, lex_place(&p->lx), "a , or ) is missing here");
		if (parse_item(p, braces, list) < 0)
			return -1;
		some = true;
	}
	return 0;
}

/* --- the right side of a test --------------------------------------------------------------- */

/* The name that comes next, which stays. */
static struct span peek_name(struct parser *p, bool *call)
{
	size_t start = lex_place(&p->lx);
	struct span name = lex_sees(&p->lx, "r\"") ? span_of(NULL, 0) : lex_name(&p->lx);

	*call = name.n && lex_sees(&p->lx, "(");
	p->lx.pos = start;
	return name;
}

static bool is_callable(struct span name)
{
	return function_named(name) || span_eq(name, span_str("val"));
}

/* Whether an operand comes next: a call, or the bare name of a field. */
static bool sees_operand(struct parser *p)
{
	size_t start = lex_place(&p->lx);
	bool call, whole;
	struct span name = peek_name(p, &call);

	if (call || !name.n || !memchr(name.p, '.', name.n) || !field_named(name))
		return call && is_callable(name);
	p->lx.pos += name.n;
	whole = p->lx.pos == p->lx.text.n || strchr(" \t\r\n)&|", p->lx.text.p[p->lx.pos]);
	p->lx.pos = start;
	return whole;
}

/* "val(FIELD)" is the field. */
static struct operand *parse_right_operand(struct parser *p)
{
	struct operand *o;

	if (!lex_takes_word(&p->lx, "val"))
		return parse_operand(p);
	if (!lex_takes(&p->lx, "(")) {
		lex_fail(&p->lx, lex_place(&p->lx), "a ( is missing here");
		return NULL;
	}
	o = parse_operand(p);
	if (o && !lex_takes(&p->lx, ")")) {
		lex_fail(&p->lx, lex_place(&p->lx), "a ) is missing here");
		return NULL;
	}
	return o;
}

static bool takes_modifier(struct parser *p, struct test *t)
{
	static const struct {
		const char *word;
		uint8_t quantity;
	} rows[] = {{"oneof", Q_ONE}, {"anyof", Q_ANY}, {"allof", Q_ALL}};
	size_t start = lex_place(&p->lx);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!lex_takes_word(&p->lx, rows[i].word))
			continue;
		if (sees_list(p)) {
			t->of_constants = rows[i].quantity;
			return true;
		}
		p->lx.pos = start;
	}
	return false;
}

/* Says that no list comes, where one is needed. */
static int no_list(struct parser *p, const struct word *word, size_t at)
{
	struct near near = near_of(word->text);

	err_clear(p->lx.err);
	if (macros_find(p->opts->macros, word->text).n)
		return lex_fail(&p->lx, at, "%.*s is no list", (int)MIN(word->text.n, (size_t)60),
			(const char *)word->text.p);
	macros_near(p->opts->macros, &near);
	return lex_fail(&p->lx, at, "a list is missing here%s%s%s", NEAR_TEXT(near));
}

/* The list behind in, intersects and pmatch: written out, or a name for one. */
static int parse_list_side(struct parser *p, struct test *t, struct list *list)
{
	size_t at = lex_place(&p->lx);
	struct word word;

	if (sees_list(p))
		return parse_items(p, list);
	if (t->op == OP_PMATCH)
		return parse_item(p, false, list);
	if (lex_value(&p->lx, "", &word) < 0 || !list_named(p, &word).n)
		return no_list(p, &word, at);
	p->lx.pos = at;
	return parse_item(p, false, list);
}

static int parse_right(struct parser *p, struct test *t)
{
	struct list list = {.last = &list.first};
	bool of_list = t->op == OP_IN || t->op == OP_INTERSECTS || t->op == OP_PMATCH;
	int result;

	if (t->op == OP_EXISTS || t->op == OP_NOT_ZERO)
		return 0;
	if (!sees_list(p) && sees_operand(p)) {
		t->right = parse_right_operand(p);
		return t->right ? 0 : -1;
	}
	if (of_list)
		result = parse_list_side(p, t, &list);
	else if (takes_modifier(p, t))
		result = parse_items(p, &list);
	else
		result = parse_item(p, false, &list);
	t->items = list.first;
	return result;
}

/* --- tests ---------------------------------------------------------------------------------- */

static struct node *new_node(struct parser *p, enum node_kind kind, struct node *first)
{
	struct node *n = parse_make(p, sizeof(*n));

	if (n) {
		n->kind = (uint8_t)kind;
		n->first = first;
	}
	return n;
}

static struct test *new_test(struct parser *p)
{
	struct test *t;

	if (p->tree->ntests == TESTS_MOST) {
		lex_fail(&p->lx, lex_place(&p->lx), "the filter has more than %d tests",
			TESTS_MOST);
		return NULL;
	}
	t = parse_make(p, sizeof(*t));
	if (!t)
		return NULL;
	t->made = p->tree->tests;
	p->tree->tests = t;
	p->tree->ntests++;
	return t;
}

static int no_operator(struct parser *p, const struct test *t)
{
	size_t at = lex_place(&p->lx);
	struct span word = lex_word_at(&p->lx, at);
	struct near near = near_of(word);

	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (is_word_like(operators[i].text))
			near_try(&near, operators[i].text);
	if (near.best)
		return lex_fail(&p->lx, at, "there is no operator %.*s%s%s%s", (int)word.n,
			(const char *)word.p, NEAR_TEXT(near));
	return lex_fail(&p->lx, at, "an operator is missing behind %s", operand_name(t->left));
}

/* The operator of a test; a field by itself exists. */
static int parse_operator(struct parser *p, struct test *t, bool *not)
{
	const struct written *o;

	t->at = lex_place(&p->lx);
	if (at_test_end(p)) {
		bool masked = t->left->kind == OPERAND_CALL && t->left->function == &function_mask;

		t->at = t->left->at;
		t->op = masked ? OP_NOT_ZERO : OP_EXISTS;
		return 0;
	}
	*not = lex_takes_word(&p->lx, "not");
	o = take_operator(p);
	if (!o)
		return no_operator(p, t);
	if (*not && o->op != OP_IN)
		return lex_fail(&p->lx, t->at, "not stands in front of a test, or of in");
	t->op = o->op;
	if (t->of_values == Q_DEFAULT)
		t->of_values = o->of_values;
	return 0;
}

static struct node *parse_test(struct parser *p)
{
	struct test *t = new_test(p);
	bool not = false;
	struct node *n;

	if (!t)
		return NULL;
	if (lex_takes_word(&p->lx, "any"))
		t->of_values = Q_ANY;
	else if (lex_takes_word(&p->lx, "all"))
		t->of_values = Q_ALL;
	t->left = parse_operand(p);
	if (!t->left || parse_operator(p, t, &not) < 0 || parse_right(p, t) < 0 ||
		test_check(t, p->opts->utc, &p->tree->arena, p->lx.err) < 0)
		return NULL;
	n = new_node(p, NODE_TEST, NULL);
	if (!n)
		return NULL;
	n->test = t;
	return not ? new_node(p, NODE_NOT, n) : n;
}

/* --- expressions ---------------------------------------------------------------------------- */

static int parse_expression(struct parser *p, void *to)
{
	struct node **n = to;

	*n = parse_or(p);
	return *n ? 0 : -1;
}

static struct node *parse_brackets(struct parser *p)
{
	size_t start = lex_place(&p->lx);
	struct node *n;

	lex_takes(&p->lx, "(");
	if (++p->depth > DEPTH_MOST) {
		parse_too_deep(p);
		return NULL;
	}
	n = parse_or(p);
	p->depth--;
	if (n && !lex_takes(&p->lx, ")")) {
		if (lex_at_end(&p->lx))
			lex_fail(&p->lx, start, "the bracket that begins here has no end");
		else
			lex_fail(&p->lx, lex_place(&p->lx), "'and', 'or' or ) is missing here");
		return NULL;
	}
	return n;
}

static struct node *parse_primary(struct parser *p)
{
	struct span name, macro;
	struct node *n = NULL;
	size_t at;
	bool call;

	if (lex_sees(&p->lx, "("))
		return parse_brackets(p);
	at = lex_place(&p->lx);
	name = peek_name(p, &call);
	macro = call ? span_of(NULL, 0) : macros_find(p->opts->macros, name);
	if (!macro.n)
		return parse_test(p);
	p->lx.pos += name.n;
	return parse_macro(p, name, at, macro, parse_expression, &n) < 0 ? NULL : n;
}

static struct node *parse_not(struct parser *p)
{
	size_t start = lex_place(&p->lx);
	bool not = false;
	struct node *n;

	while (lex_takes_word(&p->lx, "not") || lex_takes(&p->lx, "!"))
		not = !not;
	n = parse_primary(p);
	if (n && not)
		n = new_node(p, NODE_NOT, n);
	if (n)
		n->text = span_of(p->lx.text.p + start, p->lx.pos - start);
	return n;
}

/* Several of one kind with a word or symbol between; one alone is itself. */
static struct node *parse_chain(struct parser *p, enum node_kind kind, const char *word,
	const char *symbol, struct node *(*parse)(struct parser *p))
{
	struct node *first = parse(p);
	struct node *last = first;

	while (last && (lex_takes_word(&p->lx, word) || lex_takes(&p->lx, symbol))) {
		last->next = parse(p);
		last = last->next;
	}
	if (!last)
		return NULL;
	return first == last ? first : new_node(p, kind, first);
}

static struct node *parse_and(struct parser *p)
{
	return parse_chain(p, NODE_AND, "and", "&&", parse_not);
}

static struct node *parse_or(struct parser *p)
{
	return parse_chain(p, NODE_OR, "or", "||", parse_and);
}

int tree_parse(struct tree *t, struct span text, const struct filter_opts *opts, struct err *err)
{
	struct parser p = {.lx = {text, 0, &t->arena, err}, .tree = t, .opts = opts};

	if (lex_at_end(&p.lx))
		return lex_fail(&p.lx, 0, "the filter is empty");
	t->root = parse_or(&p);
	if (!t->root)
		return -1;
	if (lex_sees(&p.lx, ")"))
		return lex_fail(&p.lx, lex_place(&p.lx), "there is no ( for this )");
	if (!lex_at_end(&p.lx))
		return lex_fail(&p.lx, lex_place(&p.lx), "'and' or 'or' is missing here");
	if (t->root->kind == NODE_OR)
		t->root->text = text;
	return 0;
}

void tree_release(struct tree *t)
{
	for (struct test *i = t->tests; i; i = i->made)
		test_release(i);
	for (struct operand *o = t->operands; o; o = o->made) {
		buf_release(&o->out);
		if (o->kind == OPERAND_FIELD)
			field_ref_release(&o->ref);
	}
	arena_release(&t->arena);
	*t = (struct tree){0};
}

void operands_restart(struct tree *t)
{
	for (struct operand *o = t->operands; o; o = o->made)
		if (o->kind == OPERAND_FIELD)
			field_ref_restart(&o->ref);
}

bool operands_need_state(const struct tree *t)
{
	for (const struct operand *o = t->operands; o; o = o->made)
		if (o->kind == OPERAND_FIELD && o->ref.field->flags & FIELD_STATE)
			return true;
	return false;
}
