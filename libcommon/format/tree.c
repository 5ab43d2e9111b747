/* SPDX-License-Identifier: MIT */
/*
 * The registry of fields is the tree: its classes are the branches, its rows the leaves. What has a
 * number behind its name, as ancestors have, gets a leaf for each number until there is no value.
 */
#include "format/tree.h"

#include <stdio.h>
#include <stdlib.h>

#include "filter/fields.h"

/* Fields that are shown for 1, 2, 3, ... up to this. */
#define NUMBERED_MOST 32

static const char *const numbered[] = {"proc.apid", "proc.aname", "proc.acmdline"};

/* What only repeats other fields, or the parameters. */
static const char *const repeated[] = {"evt.args", "evt.info", "frame", "frame.interface"};
static const char *const repeated_classes[] = {"sysdig", "util"};

/* The class whose fields the parameters belong to. */
#define PARAMETERS "evt.arg"

struct leaf {
	struct field_ref ref;
	const struct field_class *class;
	char name[64];
};

struct tree {
	struct leaf *leaves;
	size_t n, cap;
	struct arena arena;
};

/* --- making it ------------------------------------------------------------------------------ */

static bool is_one_of(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Whether a field is worth a leaf by itself. */
static bool is_wanted(const struct field *f)
{
	if (f->flags & (FIELD_FILTER_ONLY | FIELD_PRINT_ONLY | FIELD_HIDDEN | FIELD_DEPRECATED))
		return false;
	return (f->arg == FA_NONE || f->arg == FA_KEY) &&
	       !is_one_of(f->name, repeated, ARRAY_SIZE(repeated));
}

static int add(struct tree *t, const struct field_class *class, const struct field *f,
	const char *arg, struct err *err)
{
	struct leaf *l;

	if (t->n == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 256;
		struct leaf *more = reallocarray(t->leaves, cap, sizeof(*more));

		if (!more)
			return err_memory(err);
		t->leaves = more;
		t->cap = cap;
	}
	l = &t->leaves[t->n];
	l->class = class;
	snprintf(l->name, sizeof(l->name), "%s%s%s%s", f->name, *arg ? "[" : "", arg,
		*arg ? "]" : "");
	if (field_ref_init(&l->ref, f, span_str(arg), true, &t->arena, err) < 0)
		return -1;
	t->n++;
	return 0;
}

/* A branch: its fields, in the order of the table; numbered ones by number. */
static int add_class(struct tree *t, const struct field_class *class, struct err *err)
{
	for (const struct field *f = class->fields; f->name; f++)
		if (is_wanted(f) && add(t, class, f, "", err) < 0)
			return -1;
	for (unsigned i = 1; i <= NUMBERED_MOST; i++) {
		char number[8];

		snprintf(number, sizeof(number), "%u", i);
		for (const struct field *f = class->fields; f->name; f++)
			if (is_one_of(f->name, numbered, ARRAY_SIZE(numbered)) &&
				add(t, class, f, number, err) < 0)
				return -1;
	}
	return 0;
}

struct tree *tree_new(struct err *err)
{
	struct tree *t = calloc(1, sizeof(*t));
	const struct field_class *class;

	if (!t) {
		err_memory(err);
		return NULL;
	}
	for (size_t i = 0; (class = field_class_at(i)); i++) {
		if (!is_one_of(class->name, repeated_classes, ARRAY_SIZE(repeated_classes)) &&
			add_class(t, class, err) < 0) {
			tree_free(t);
			return NULL;
		}
	}
	return t;
}

void tree_free(struct tree *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		field_ref_release(&t->leaves[i].ref);
	free(t->leaves);
	arena_release(&t->arena);
	free(t);
}

void tree_restart(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		field_ref_restart(&t->leaves[i].ref);
}

/* --- showing -------------------------------------------------------------------------------- */

static void put_branch(const struct field_class *class, struct buf *out)
{
	buf_text(out, "  ");
	buf_text(out, class->help);
	buf_text(out, " (");
	buf_text(out, class->name);
	buf_text(out, ")\n");
}

/* "    flags: 4097(O_RDONLY|O_CLOEXEC) [FLAGS32]" */
static void put_param(const struct param_ctx *ctx, uint32_t i, struct buf *out)
{
	const struct event *ev = ctx->m->ev;

	buf_text(out, "    ");
	if (ev->info && i < ev->info->nparams) {
		buf_text(out, event_param_name(ev, i));
		buf_text(out, ": ");
		param_put(ctx, i, out);
		buf_text(out, " [");
		buf_text(out, param_type_name(ev->info->params[i].type));
		buf_text(out, "]\n");
		return;
	}
	/* What a newer writer appended, or a type that our table does not have. */
	buf_dec(out, i);
	buf_text(out, ": ");
	param_put_raw(ctx, i, out);
	buf_text(out, " [unknown]\n");
}

static void put_params(const struct view *v, struct buf *out)
{
	for (uint32_t i = 0; !v->packet && i < view_event(v)->nparams; i++)
		put_param(&v->params, i, out);
}

/* Appends a leaf if it has a value. */
static void put_leaf(struct leaf *l, const struct view *v, struct buf *out)
{
	size_t before = out->n;

	buf_text(out, "    ");
	buf_text(out, l->name);
	buf_text(out, ": ");
	if (field_text(v, &l->ref, out))
		buf_char(out, '\n');
	else
		out->n = before;
}

/* A branch, which has n leaves, unless there is nothing on it. */
static void put_class(struct leaf *leaves, size_t n, const struct view *v, struct buf *out)
{
	unsigned kind = v->packet ? (unsigned)RECORD_PACKET : record_kind(view_event(v));
	size_t before = out->n, start;

	put_branch(leaves->class, out);
	start = out->n;
	if (strcmp(leaves->class->name, PARAMETERS) == 0)
		put_params(v, out);
	for (size_t i = 0; i < n; i++)
		if (field_presence(&leaves[i].ref, kind) != ABSENT)
			put_leaf(&leaves[i], v, out);
	if (out->n == start)
		out->n = before;
}

void tree_put(struct tree *t, const struct view *v, struct buf *out)
{
	struct view whole = *v;

	whole.params.data_limit = 0;
	for (size_t i = 0, end; i < t->n; i = end) {
		for (end = i + 1; end < t->n && t->leaves[end].class == t->leaves[i].class; end++)
			;
		put_class(&t->leaves[i], end - i, &whole, out);
	}
}
