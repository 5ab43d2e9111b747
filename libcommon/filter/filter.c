/* SPDX-License-Identifier: MIT */
/*
 * A tree of tests becomes a list: each test says where to go on when it passes and when it does not,
 * so that "and" and "or" cost nothing. For each kind of record, each test is tried beforehand: what
 * a field can tell from the kind alone need not be asked again, and the whole filter may have its
 * answer from the kind.
 */
#include "filter/filter.h"

#include <stdlib.h>

#include "filter/escape.h"
#include "filter/filter_priv.h"
#include "filter/layers.h"

/* Where lists end. */
#define FILTER_ACCEPT UINT32_MAX
#define FILTER_REJECT (UINT32_MAX - 1)

struct filter {
	struct tree tree;
	struct test **tests; /* the list */
	uint32_t n;
	uint8_t kinds[RECORD_KINDS]; /* enum filter_answer */
	bool needs_state;
	struct view view;
	struct times local, utc, stamps;
	struct buf scratch;
	struct layers layers;
};

/* --- the list ------------------------------------------------------------------------------- */

/*
 * Where a test goes on is not known before the tests behind it have their numbers: a label is the
 * place of a number that comes later.
 */
struct layout {
	struct filter *f;
	uint32_t *labels; /* numbers of tests */
	uint32_t n;
};

/* Labels of the two ends. */
#define LABEL_ACCEPT 0
#define LABEL_REJECT 1

static void lay_out(struct layout *l, const struct node *n, uint32_t yes, uint32_t no)
{
	bool and = n->kind == NODE_AND;

	switch (n->kind) {
	case NODE_TEST:
		n->test->yes = yes;
		n->test->no = no;
		l->f->tests[l->f->n++] = n->test;
		break;
	case NODE_NOT:
		lay_out(l, n->first, no, yes);
		break;
	default:
		for (const struct node *i = n->first; i; i = i->next) {
			uint32_t next = l->n;

			if (!i->next) {
				lay_out(l, i, yes, no);
				break;
			}
			l->n++;
			lay_out(l, i, and ? next : yes, and ? no : next);
			l->labels[next] = l->f->n;
		}
	}
}

/* Each test has at most one label in front of it. */
static int make_list(struct filter *f, struct err *err)
{
	struct layout l = {.f = f, .n = 2};

	f->tests = arena_zeros(&f->tree.arena, f->tree.ntests * sizeof(struct test *));
	l.labels = calloc(f->tree.ntests + 2, sizeof(*l.labels));
	if (!f->tests || !l.labels) {
		free(l.labels);
		return err_memory(err);
	}
	l.labels[LABEL_ACCEPT] = FILTER_ACCEPT;
	l.labels[LABEL_REJECT] = FILTER_REJECT;
	lay_out(&l, f->tree.root, LABEL_ACCEPT, LABEL_REJECT);
	for (uint32_t i = 0; i < f->n; i++) {
		f->tests[i]->yes = l.labels[f->tests[i]->yes];
		f->tests[i]->no = l.labels[f->tests[i]->no];
	}
	free(l.labels);
	return 0;
}

/* --- kinds ---------------------------------------------------------------------------------- */

/* What a test says of all records of a kind. */
static enum filter_answer try_test(const struct filter *f, struct test *t, unsigned kind)
{
	const struct event ev = {.type = (uint16_t)kind, .info = event_info(kind)};
	const struct moment m = {.ev = &ev, .fd = -1};
	const struct place place = {0};
	enum presence left = operand_presence(t->left, kind);
	enum presence right = t->right ? operand_presence(t->right, kind) : FIXED;
	struct view view = f->view;

	if (left == ABSENT || right == ABSENT)
		return FILTER_NO;
	if (left == VARIES || right == VARIES)
		return FILTER_LOOK;
	view.params.m = &m;
	view.place = &place;
	return test_run(t, &view) ? FILTER_YES : FILTER_NO;
}

/* What the list from a test on says of all records of a kind; known of the tests behind it. */
static enum filter_answer follow(const uint8_t *known, uint32_t i)
{
	if (i == FILTER_ACCEPT)
		return FILTER_YES;
	return i == FILTER_REJECT ? FILTER_NO : (enum filter_answer)known[i];
}

/* What a test says of an event of which no more is known than its name. */
static enum filter_answer try_name(const struct filter *f, struct test *t, const struct event *ev)
{
	const struct moment m = {.ev = ev, .fd = -1};
	const struct place place = {0};
	struct view view = f->view;

	view.params.m = &m;
	view.place = &place;
	return test_run(t, &view) ? FILTER_YES : FILTER_NO;
}

/* The answer for a kind, or for an event of it that has a name of its own (NULL: all of them). */
static enum filter_answer answer_of_kind(
	const struct filter *f, unsigned kind, const struct event *named, uint8_t *known)
{
	for (uint32_t i = f->n; i-- > 0;) {
		struct test *t = f->tests[i];
		enum filter_answer yes = follow(known, t->yes);
		enum filter_answer no = follow(known, t->no);
		enum filter_answer own = (enum filter_answer)t->kinds[kind];

		if (own == FILTER_LOOK && named && test_of_name(t))
			own = try_name(f, t, named);
		if (own == FILTER_LOOK)
			known[i] = yes == no ? yes : FILTER_LOOK;
		else
			known[i] = own == FILTER_YES ? yes : no;
	}
	return (enum filter_answer)known[0];
}

static int find_kinds(struct filter *f, struct err *err)
{
	uint8_t *known = malloc(f->n);

	if (!known)
		return err_memory(err);
	for (unsigned kind = 0; kind < RECORD_KINDS; kind++) {
		for (uint32_t i = 0; i < f->n; i++)
			f->tests[i]->kinds[kind] = (uint8_t)try_test(f, f->tests[i], kind);
		f->kinds[kind] = (uint8_t)answer_of_kind(f, kind, NULL, known);
	}
	free(known);
	return 0;
}

enum filter_answer filter_call(const struct filter *f, unsigned kind, uint16_t code)
{
	struct event ev = {.type = (uint16_t)kind,
		.info = event_info(kind),
		.nparams = 1,
		.big = HOST_BIG};
	uint8_t *known = malloc(f->n);
	enum filter_answer answer = FILTER_LOOK;

	ev.params[0] = span_of(&code, sizeof(code));
	if (known)
		answer = answer_of_kind(f, kind, &ev, known);
	free(known);
	return answer;
}

const struct filter_part *filter_part(const struct filter *f, size_t i)
{
	return i < f->tree.nparts ? &f->tree.parts[i] : NULL;
}

/* --- life ----------------------------------------------------------------------------------- */

struct filter *filter_compile(const char *text, const struct filter_opts *opts, struct err *err)
{
	struct filter *f = calloc(1, sizeof(*f));

	if (!f) {
		err_memory(err);
		return NULL;
	}
	times_init(&f->local, opts->utc);
	times_init(&f->stamps, opts->utc);
	times_init(&f->utc, true);
	f->view = (struct view){
		.params = {.times = &f->stamps, .scratch = &f->scratch, .raw = true},
		.local = &f->local,
		.utc = &f->utc};
	if (tree_parse(&f->tree, span_str(text), opts, err) < 0 || make_list(f, err) < 0 ||
		find_kinds(f, err) < 0 || parts_find(&f->tree, err) < 0) {
		filter_free(f);
		return NULL;
	}
	f->needs_state = operands_need_state(&f->tree);
	return f;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	tree_release(&f->tree);
	buf_release(&f->scratch);
	free(f);
}

void filter_restart(struct filter *f)
{
	operands_restart(&f->tree);
}

enum filter_answer filter_kind(const struct filter *f, unsigned kind)
{
	return (enum filter_answer)f->kinds[kind];
}

bool filter_needs_state(const struct filter *f)
{
	return f->needs_state;
}

/* --- matching ------------------------------------------------------------------------------- */

static bool run(struct filter *f, unsigned kind)
{
	uint32_t i = 0;

	if (f->kinds[kind] != FILTER_LOOK)
		return f->kinds[kind] == FILTER_YES;
	while (i < f->n) {
		struct test *t = f->tests[i];
		bool passed = t->kinds[kind] == FILTER_LOOK ? test_run(t, &f->view)
							    : t->kinds[kind] == FILTER_YES;

		i = passed ? t->yes : t->no;
	}
	return i == FILTER_ACCEPT;
}

bool filter_match(struct filter *f, const struct state *st, const struct moment *m,
	const struct place *place)
{
	f->view.params.st = st;
	f->view.params.m = m;
	f->view.place = place;
	f->view.packet = NULL;
	return run(f, record_kind(m->ev));
}

bool filter_match_packet(struct filter *f, const struct packet *packet, uint16_t linktype,
	const struct place *place)
{
	if (f->kinds[RECORD_PACKET] == FILTER_LOOK)
		layers_find(&f->layers, linktype, packet->data);
	f->view.params.st = NULL;
	f->view.params.m = NULL;
	f->view.place = place;
	f->view.packet = packet;
	f->view.layers = &f->layers;
	return run(f, RECORD_PACKET);
}

void filter_point_out(const char *text, size_t offset, struct buf *b)
{
	size_t n = strlen(text), columns = 0;
	size_t start, end, before;

	offset = MIN(offset, n);
	for (start = offset; start && text[start - 1] != '\n'; start--)
		;
	for (end = offset; text[end] && text[end] != '\n'; end++)
		;
	escape_put(b, span_of(text + start, end - start));
	buf_char(b, '\n');
	before = b->n;
	escape_put(b, span_of(text + start, offset - start));
	for (size_t i = before; i < b->n; i++)
		columns += (b->p[i] & 0xc0) != 0x80;
	b->n = before;
	while (columns--)
		buf_char(b, ' ');
	buf_text(b, "^\n");
}
