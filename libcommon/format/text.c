/* SPDX-License-Identifier: MIT */
/*
 * A template becomes a list of operations, each a literal text (often empty) and a field behind it,
 * so that an event is rendered by walking the list and calling a function per field.
 */
#include "format/text.h"

#include <stdlib.h>

#include "filter/fields.h"
#include "filter/layers.h"
#include "filter/fields_near.h"
#include "filter/transform.h"

#define DEFAULT_TEMPLATE                                                                           \
	"%evt.num %evt.outputtime %evt.cpu %proc.name (%proc.pid.%thread.tid) %evt.dir "           \
	"%evt.type %evt.info"
#define WIDEST 4096

struct op {
	size_t literal, literal_n; /* where in text.texts, how long */
	struct field_ref ref;      /* field NULL: none */
	struct transform *transform; /* instead of a field, or NULL */
	bool absent;               /* the records have no such field */
	field_put *put;            /* of the field, if it has one */
	uint32_t width;            /* exactly so many characters; 0: as many as there are */
};

struct ops {
	struct op *ops;
	size_t n;
	bool require; /* without one of the values there is no line */
};

struct text {
	struct ops events, packets;
	bool has_packets; /* packets have lines */
	struct buf texts;
	struct arena args; /* of fields */
	struct buf scratch;
	struct times local, utc, stamps;
	struct place place; /* of the record told of last */
	struct place other; /* of a packet that was not told of yet */
	struct layers layers;
	struct view view;
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
	struct span name = span_of(c->left.p, word_length(c->left, "._"));
	struct near near = near_of(name);

	if (!name.n)
		return err_set(
			c->err, ERR_USAGE, "template: no field behind a %% (%%%% stands for one)");
	fields_near(&near);
	return err_set(c->err, ERR_USAGE, "template: there is no field %.*s%s%s%s",
		(int)MIN(name.n, (size_t)64), (const char *)name.p, NEAR_TEXT(near));
}

static bool is_number(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

/*
 * Finds ".NAME" or "[NAME]" behind a field that takes an argument, where it may be missing. What is
 * behind a dot and cannot be an argument is text. Returns how long it is, with what is around it.
 */
static size_t find_arg(const struct compiler *c, const struct field *f, struct span *arg)
{
	struct span rest = c->left.n ? span_of(c->left.p + 1, c->left.n - 1) : c->left;
	const uint8_t *end;

	*arg = span_of(NULL, 0);
	if (f->arg == FA_NONE) {
		if (f->type == PT_IPADDR && (next_is(c, ".v4") || next_is(c, ".v6")))
			*arg = span_of(rest.p, 2);
		return arg->n ? arg->n + 1 : 0;
	}
	if (next_is(c, "[")) {
		end = memchr(rest.p, ']', rest.n);
		*arg = span_of(rest.p, end ? (size_t)(end - rest.p) : 0);
		return arg->n ? arg->n + 2 : 0;
	}
	if (!next_is(c, "."))
		return 0;
	*arg = span_of(rest.p, word_length(rest, "_"));
	if (f->arg == FA_INDEX && !is_number(*arg))
		arg->n = 0;
	return arg->n ? arg->n + 1 : 0;
}

static int compile_arg(struct compiler *c, struct op *op, const struct field *f)
{
	struct err err = {0};
	struct span arg;
	size_t used = find_arg(c, f, &arg);

	if (f->flags & FIELD_FILTER_ONLY)
		return err_set(c->err, ERR_USAGE, "template: %s is for filters only", f->name);
	if (field_ref_init(&op->ref, f, arg, false, &c->t->args, &err) < 0)
		return err_set(c->err, err.code, "template: %s", err.text);
	op->put = f->put;
	skip(c, used);
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

static int compile_transform(struct compiler *c, struct op *op)
{
	struct err err = {0};
	size_t used;

	op->transform = transform_new(c->left, &used, &err);
	if (!op->transform)
		return err_set(c->err, err.code, "template: %s", err.text);
	skip(c, used);
	return 0;
}

static int compile_field(struct compiler *c, struct op *op)
{
	const struct field *f;
	size_t used;

	skip(c, 1);
	if (compile_width(c, op) < 0)
		return -1;
	if (transform_starts(c->left))
		return compile_transform(c, op);
	f = field_at_start(c->left, &used);
	if (!f)
		return unknown_field(c);
	skip(c, used);
	return compile_arg(c, op, f);
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

static int compile(struct text *t, struct ops *to, const char *template, struct err *err)
{
	struct compiler c = {t, span_str(template), err};
	size_t most = 1;

	for (const char *p = template; *p; p++)
		most += *p == '%';
	to->ops = calloc(most, sizeof(*to->ops));
	if (!to->ops)
		return err_memory(err);
	/* sysdig shows <NA> for missing values only with a '*' here; we do unless told otherwise. */
	if (next_is(&c, "*")) {
		to->require = false;
		skip(&c, 1);
	}
	while (c.left.n) {
		struct op *op = &to->ops[to->n++];

		compile_literal(&c, op);
		if (c.left.n && compile_field(&c, op) < 0)
			return -1;
	}
	return t->texts.failed ? err_memory(err) : 0;
}

static enum presence op_presence(const struct op *op, unsigned kind)
{
	return op->transform ? transform_presence(op->transform, kind)
			     : field_presence(&op->ref, kind);
}

/* Whether any record of these kinds can have the value. */
static bool is_present(const struct op *op, unsigned first, unsigned end)
{
	while (first < end && op_presence(op, first) == ABSENT)
		first++;
	return first < end;
}

static bool is_literal(const struct op *op)
{
	return !op->ref.field && !op->transform;
}

/* Marks what records of these kinds never have. Returns whether something says anything of them. */
static bool fit_to_kinds(struct ops *ops, unsigned first, unsigned end)
{
	bool some = false;

	for (size_t i = 0; i < ops->n; i++) {
		struct op *op = &ops->ops[i];

		if (is_literal(op))
			continue;
		op->absent = !is_present(op, first, end);
		some |= !op->absent && (op->transform || !(op->ref.field->flags & FIELD_PRINT_ONLY));
	}
	return some;
}

static int compile_all(struct text *t, const struct text_opts *opts, struct err *err)
{
	const char *packets = opts->packets ? opts->packets : opts->template;

	t->events.require = t->packets.require = opts->require && opts->template;
	if (compile(t, &t->events, opts->template ? opts->template : DEFAULT_TEMPLATE, err) < 0 ||
		compile(t, &t->packets, packets ? packets : TEXT_PACKET_TEMPLATE, err) < 0)
		return -1;
	(void)fit_to_kinds(&t->events, 0, RECORD_PACKET);
	t->has_packets = fit_to_kinds(&t->packets, RECORD_PACKET, RECORD_KINDS) || opts->packets;
	return 0;
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
	t->view = (struct view){.params = {.times = &t->stamps,
					.scratch = &t->scratch,
					.data_limit = opts->data_limit,
					.data_mode = opts->data_mode,
					.raw = opts->raw},
		.place = &t->place,
		.local = &t->local,
		.utc = &t->utc,
		.time = opts->time};
	if (compile_all(t, opts, err) < 0) {
		text_free(t);
		return NULL;
	}
	return t;
}

static void ops_release(struct ops *ops)
{
	for (size_t i = 0; ops->ops && i < ops->n; i++) {
		field_ref_release(&ops->ops[i].ref);
		transform_free(ops->ops[i].transform);
	}
	free(ops->ops);
}

void text_free(struct text *t)
{
	if (!t)
		return;
	ops_release(&t->events);
	ops_release(&t->packets);
	arena_release(&t->args);
	buf_release(&t->texts);
	buf_release(&t->scratch);
	free(t);
}

/* --- rendering ------------------------------------------------------------------------------ */

static void ops_restart(struct ops *ops)
{
	for (size_t i = 0; i < ops->n; i++) {
		field_ref_restart(&ops->ops[i].ref);
		if (ops->ops[i].transform)
			transform_restart(ops->ops[i].transform);
	}
}

void text_restart(struct text *t)
{
	t->place = (struct place){0};
	t->view.shown_ts = 0;
	ops_restart(&t->events);
	ops_restart(&t->packets);
}

void text_note(struct text *t, const struct event *ev)
{
	place_event(&t->place, ev);
}

void text_note_packet(struct text *t, const struct packet *p)
{
	place_packet(&t->place, p);
}

void text_note_damaged(struct text *t)
{
	t->place.frame++;
}

/*
 * Makes what was appended from at on exactly width characters: all bytes but those that continue one
 * of UTF-8 count.
 */
static void fit(struct buf *out, size_t at, size_t width)
{
	uint8_t *pad;

	for (; at < out->n; at++) {
		bool begins = (out->p[at] & 0xc0) != 0x80;

		if (begins && !width)
			break;
		width -= begins;
	}
	out->n = at;
	pad = buf_reserve(out, width);
	if (pad) {
		memset(pad, ' ', width);
		out->n += width;
	}
}

static bool put_value(const struct text *t, struct op *op, struct buf *out)
{
	if (op->put)
		return op->put(&t->view, &op->ref, out);
	if (op->transform)
		return transform_text(&t->view, op->transform, out);
	return field_text(&t->view, &op->ref, out);
}

/* Returns whether nothing is missing. */
static bool put_op(const struct text *t, struct op *op, struct buf *out)
{
	bool there;
	size_t at;

	if (op->literal_n)
		buf_put(out, t->texts.p + op->literal, op->literal_n);
	if (is_literal(op))
		return true;
	at = out->n;
	there = !op->absent && put_value(t, op, out);
	if (!there) {
		out->n = at;
		buf_text(out, PARAM_MISSING);
	}
	if (op->width)
		fit(out, at, op->width);
	return there;
}

void text_shown(struct text *t)
{
	t->view.shown_ts = t->view.place->ts;
}

/* Returns whether there is a line. */
static bool put_ops(struct text *t, const struct ops *ops, struct buf *out)
{
	size_t before = out->n;

	for (size_t i = 0; i < ops->n; i++) {
		if (put_op(t, &ops->ops[i], out) || !ops->require)
			continue;
		out->n = before;
		return false;
	}
	text_shown(t);
	return true;
}

const struct view *text_view(struct text *t, const struct state *st, const struct moment *m,
	uint64_t num)
{
	t->view.params.st = st;
	t->view.params.m = m;
	t->view.packet = NULL;
	t->view.layers = NULL;
	t->view.place = &t->place;
	t->place.num = num;
	t->place.ts = m->ev->ts;
	if (!t->place.started)
		t->place.first_ts = m->ev->ts;
	return &t->view;
}

const struct view *text_view_packet(struct text *t, const struct packet *p, uint64_t frame)
{
	t->other = t->place;
	t->other.frame = frame;
	if (p->has_ts)
		t->other.ts = p->ts;
	if (!t->other.frame_ts)
		t->other.frame_ts = p->ts;
	if (!t->other.first_ts)
		t->other.first_ts = t->other.frame_ts;
	layers_find(&t->layers, p->via->linktype, p->data);
	t->view.params.m = NULL;
	t->view.packet = p;
	t->view.layers = &t->layers;
	t->view.place = &t->other;
	return &t->view;
}

bool text_put(struct text *t, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out)
{
	(void)text_view(t, st, m, num);
	return put_ops(t, &t->events, out);
}

void text_event(struct text *t, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out)
{
	if (text_put(t, st, m, num, out))
		buf_char(out, '\n');
}

static bool op_needs_state(const struct text *t, const struct op *op)
{
	unsigned flags = op->ref.field ? op->ref.field->flags : 0;

	if (op->transform)
		return transform_needs_state(op->transform);
	return flags & FIELD_STATE || (flags & FIELD_TIMED && t->view.time == TEXT_TIME_CALL);
}

bool text_needs_state(const struct text *t)
{
	for (size_t i = 0; i < t->events.n; i++)
		if (op_needs_state(t, &t->events.ops[i]))
			return true;
	return false;
}

bool text_has_packets(const struct text *t)
{
	return t->has_packets;
}

void text_packet(struct text *t, const struct packet *p, uint64_t frame, struct buf *out)
{
	(void)text_view_packet(t, p, frame);
	if (put_ops(t, &t->packets, out))
		buf_char(out, '\n');
}
