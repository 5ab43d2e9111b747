/* SPDX-License-Identifier: MIT */
/*
 * A template becomes a list of operations, each a literal text (often empty) and a field behind it,
 * so that an event is rendered by walking the list and calling a function per field.
 */
#include "format/text.h"

#include <stdlib.h>

#include "format/fields.h"
#include "format/value.h"

#define DEFAULT_TEMPLATE                                                                           \
	"%evt.num %evt.outputtime %evt.cpu %proc.name (%proc.pid.%thread.tid) %evt.dir "           \
	"%evt.type %evt.info"
#define WIDEST 4096

struct op {
	size_t literal, literal_n; /* where in text.texts, how long */
	const struct field *field; /* NULL: only the literal */
	size_t arg;                /* where in text.texts, with a NUL behind it */
	uint32_t width;            /* exactly so many bytes; 0: as many as there are */
};

struct text {
	struct op *ops;
	size_t n;
	struct buf texts;
	struct buf scratch;
	struct times local, utc, stamps;
	struct line line;
	bool started; /* first_ts is known */
};

/* --- compiling ------------------------------------------------------------------------------ */

struct compiler {
	struct text *t;
	struct span left; /* of the template */
	struct err *err;
};

static void skip(struct compiler *c, size_t n)
{
	c->left = span_of(c->left.p + n, c->left.n - n);
}

static bool next_is(const struct compiler *c, const char *s)
{
	return span_starts(c->left, s);
}

/* Letters, digits, and what else belongs to the names of fields and parameters. */
static size_t word_length(struct span s, const char *others)
{
	size_t n = 0;

	while (n < s.n &&
		((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z') ||
			(s.p[n] >= '0' && s.p[n] <= '9') || (s.p[n] && strchr(others, s.p[n]))))
		n++;
	return n;
}

static int unknown_field(struct compiler *c)
{
	size_t n = word_length(c->left, "._");
	const struct field *near = field_nearest(span_of(c->left.p, n));

	if (!n)
		return err_set(
			c->err, ERR_USAGE, "template: no field behind a %% (%%%% stands for one)");
	return err_set(c->err, ERR_USAGE, "template: there is no field %.*s%s%s%s",
		(int)MIN(n, (size_t)64), (const char *)c->left.p, near ? "; do you mean " : "",
		near ? near->name : "", near ? "?" : "");
}

/* ".NAME" or "[NAME]" behind a field that takes an argument. */
static int compile_arg(struct compiler *c, struct op *op)
{
	bool bracket = next_is(c, "[");
	size_t n;

	if (!bracket && !next_is(c, "."))
		n = 0;
	else
		n = word_length(span_of(c->left.p + 1, c->left.n - 1), "_");
	if (!n || (bracket && (n + 1 == c->left.n || c->left.p[n + 1] != ']')))
		return err_set(c->err, ERR_USAGE, "template: %s needs a parameter: %s.NAME",
			op->field->name, op->field->name);
	op->arg = c->t->texts.n;
	buf_put(&c->t->texts, c->left.p + 1, n);
	buf_u8(&c->t->texts, 0);
	skip(c, n + 1 + bracket);
	return 0;
}

/* The width in front of a field; "-" says left, where all of them are. */
static int compile_width(struct compiler *c, struct op *op)
{
	if (next_is(c, "-"))
		skip(c, 1);
	while (c->left.n && c->left.p[0] >= '0' && c->left.p[0] <= '9') {
		op->width = op->width * 10 + (uint32_t)(c->left.p[0] - '0');
		if (op->width > WIDEST)
			return err_set(c->err, ERR_USAGE, "template: a width over %d", WIDEST);
		skip(c, 1);
	}
	return 0;
}

static int compile_field(struct compiler *c, struct op *op)
{
	skip(c, 1);
	if (compile_width(c, op) < 0)
		return -1;
	op->field = field_find(c->left);
	if (!op->field)
		return unknown_field(c);
	skip(c, strlen(op->field->name));
	return op->field->takes_arg ? compile_arg(c, op) : 0;
}

/* Text up to the next field. "%%", "\t", "\n" and "\\" stand for one character. */
static void compile_literal(struct compiler *c, struct op *op)
{
	static const struct {
		const char *written, *meant;
	} pairs[] = {{"%%", "%"}, {"\\t", "\t"}, {"\\n", "\n"}, {"\\\\", "\\"}};

	op->literal = c->t->texts.n;
	while (c->left.n) {
		size_t i = 0;

		while (i < ARRAY_SIZE(pairs) && !next_is(c, pairs[i].written))
			i++;
		if (i < ARRAY_SIZE(pairs)) {
			buf_text(&c->t->texts, pairs[i].meant);
			skip(c, 2);
		} else if (next_is(c, "%")) {
			break;
		} else {
			buf_u8(&c->t->texts, c->left.p[0]);
			skip(c, 1);
		}
	}
	op->literal_n = c->t->texts.n - op->literal;
}

static int compile(struct text *t, const char *template, struct err *err)
{
	struct compiler c = {t, span_str(template), err};
	size_t most = 1;

	for (const char *p = template; *p; p++)
		most += *p == '%';
	t->ops = calloc(most, sizeof(*t->ops));
	if (!t->ops)
		return err_memory(err);
	/* sysdig shows <NA> for missing values only with a '*' here; we always do. */
	if (next_is(&c, "*"))
		skip(&c, 1);
	while (c.left.n) {
		struct op *op = &t->ops[t->n++];

		compile_literal(&c, op);
		if (c.left.n && compile_field(&c, op) < 0)
			return -1;
	}
	return t->texts.failed ? err_memory(err) : 0;
}

struct text *text_new(const struct text_opts *opts, struct err *err)
{
	struct text *t = calloc(1, sizeof(*t));

	if (!t) {
		err_memory(err);
		return NULL;
	}
	times_init(&t->local, opts->utc);
	times_init(&t->stamps, opts->utc);
	times_init(&t->utc, true);
	t->line = (struct line){.params = {.times = &t->stamps,
					.scratch = &t->scratch,
					.data_limit = opts->data_limit,
					.data_mode = opts->data_mode},
		.local = &t->local,
		.utc = &t->utc,
		.time = opts->time};
	if (compile(t, opts->template ? opts->template : DEFAULT_TEMPLATE, err) < 0) {
		text_free(t);
		return NULL;
	}
	return t;
}

void text_free(struct text *t)
{
	if (!t)
		return;
	free(t->ops);
	buf_release(&t->texts);
	buf_release(&t->scratch);
	free(t);
}

/* --- rendering ------------------------------------------------------------------------------ */

void text_restart(struct text *t)
{
	t->started = false;
	t->line.first_ts = 0;
	t->line.shown_ts = 0;
}

void text_note(struct text *t, const struct event *ev)
{
	if (t->started || (ev->info && ev->info->category & EC_METAEVENT))
		return;
	t->line.first_ts = ev->ts;
	t->started = true;
}

/* Makes what was appended from at on exactly width bytes. */
static void fit(struct buf *out, size_t at, size_t width)
{
	size_t n = out->n - at;
	uint8_t *pad;

	if (n >= width) {
		out->n = at + width;
		return;
	}
	pad = buf_reserve(out, width - n);
	if (pad) {
		memset(pad, ' ', width - n);
		out->n = at + width;
	}
}

static void put_op(const struct text *t, const struct op *op, struct buf *out)
{
	const struct field *f = op->field;
	const char *arg;
	size_t at;

	if (op->literal_n)
		buf_put(out, t->texts.p + op->literal, op->literal_n);
	if (!f)
		return;
	at = out->n;
	arg = f->takes_arg ? (const char *)t->texts.p + op->arg : NULL;
	if (!f->put(&t->line, f, arg, out)) {
		out->n = at;
		buf_text(out, VALUE_MISSING);
	}
	if (op->width)
		fit(out, at, op->width);
}

const struct param_ctx *text_params(struct text *t, const struct state *st, const struct moment *m)
{
	t->line.params.st = st;
	t->line.params.m = m;
	return &t->line.params;
}

void text_put(struct text *t, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out)
{
	(void)text_params(t, st, m);
	t->line.num = num;
	if (!t->started)
		t->line.first_ts = m->ev->ts;
	for (size_t i = 0; i < t->n; i++)
		put_op(t, &t->ops[i], out);
	t->line.shown_ts = m->ev->ts;
}

void text_event(struct text *t, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out)
{
	text_put(t, st, m, num, out);
	buf_char(out, '\n');
}
