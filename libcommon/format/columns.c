/* SPDX-License-Identifier: MIT */
/* Names become references to fields, and what kinds of records can have them is found out once. */
#include "format/columns.h"

#include <stdlib.h>

#include "filter/fields_near.h"

/* The field of "NAME", "NAME.ARG" or "NAME[ARG]"; NULL when there is none. */
static const struct field *find(struct span name, struct span *arg)
{
	const uint8_t *bracket = name.n ? memchr(name.p, '[', name.n) : NULL;
	size_t n = bracket ? (size_t)(bracket - name.p) : name.n;

	if (!bracket)
		return field_split(name, arg);
	*arg = span_of(bracket + 1, 0);
	if (name.p[name.n - 1] != ']' || name.n < n + 3)
		return NULL;
	arg->n = name.n - n - 2;
	return field_named(span_of(name.p, n));
}

static bool some_have(const struct field_ref *r, unsigned first, unsigned end)
{
	while (first < end && field_presence(r, first) == ABSENT)
		first++;
	return first < end;
}

static int add(struct columns *c, const struct field *f, struct span arg, const char *name,
	struct err *err)
{
	struct column *col = &c->at[c->n];

	if (f->flags & FIELD_FILTER_ONLY)
		return err_set(err, ERR_USAGE, "%s is for filters only", f->name);
	col->name = name;
	if (field_ref_init(&col->ref, f, arg, true, &c->arena, err) < 0)
		return -1;
	c->n++;
	col->of_events = some_have(&col->ref, 0, RECORD_PACKET);
	col->of_packets = some_have(&col->ref, RECORD_PACKET, RECORD_KINDS);
	if (f->flags & FIELD_PRINT_ONLY)
		return 0;
	c->of_events |= col->of_events;
	c->of_packets |= col->of_packets;
	return 0;
}

static int make_room(struct columns *c, size_t n, struct err *err)
{
	*c = (struct columns){.at = calloc(n + 1, sizeof(*c->at))};
	return c->at ? 0 : err_memory(err);
}

int columns_init(struct columns *c, const char *const *names, size_t n, struct err *err)
{
	if (make_room(c, n, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct span arg = span_of(NULL, 0);
		const struct field *f = find(span_str(names[i]), &arg);

		if (!f)
			return field_unknown(span_str(names[i]), err);
		if (add(c, f, arg, names[i], err) < 0)
			return -1;
	}
	return 0;
}

static bool is_short(const struct field *f)
{
	return f->arg == FA_NONE && !f->put && (f->type != PT_BYTEBUF || f->format != VF_NA) &&
	       !(f->flags & (FIELD_FILTER_ONLY | FIELD_PRINT_ONLY | FIELD_HIDDEN));
}

int columns_init_class(struct columns *c, const char *class, struct err *err)
{
	const struct field_class *k;
	size_t n = 0;

	for (size_t i = 0; (k = field_class_at(i)) && strcmp(k->name, class) != 0; i++)
		;
	for (const struct field *f = k ? k->fields : NULL; f && f->name; f++)
		n++;
	if (make_room(c, n, err) < 0)
		return -1;
	for (const struct field *f = k ? k->fields : NULL; f && f->name; f++)
		if (is_short(f) && add(c, f, span_of(NULL, 0), f->name, err) < 0)
			return -1;
	return 0;
}

bool column_text(struct column *c, const struct view *v, struct buf *b)
{
	field_put *put = c->ref.field->put;

	if (!column_fits(c, v))
		return false;
	return put ? put(v, &c->ref, b) : field_text(v, &c->ref, b);
}

void columns_release(struct columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		field_ref_release(&c->at[i].ref);
	free(c->at);
	arena_release(&c->arena);
	*c = (struct columns){0};
}

void columns_restart(struct columns *c)
{
	for (size_t i = 0; i < c->n; i++)
		field_ref_restart(&c->at[i].ref);
}
