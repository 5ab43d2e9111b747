/* SPDX-License-Identifier: MIT */
/*
 * Finding fields by name, and references to them. Done while a filter or template is compiled, so
 * that nothing here is in a hurry.
 */
#include "filter/fields.h"

#include <string.h>

#include "filter/event_names.h"
#include "filter/fields_priv.h"
#include "base/near.h"

static const struct field_class classes[] = {
	{"evt", "what happened: the event itself", fields_evt},
	{"evt.time", "when it happened, and how long it took", fields_evt_time},
	{"evt.arg", "parameters and results", fields_evt_arg},
	{"evt.open", "paths and ways of opening files", fields_evt_open},
	{"proc", "the process that did it", fields_proc},
	{"proc.a", "its ancestors and leaders", fields_ancestor},
	{"thread", "the thread that did it", fields_thread},
	{"user", "the user it ran as", fields_user},
	{"group", "the group it ran as", fields_group},
	{"fd", "the descriptor that the event is about", fields_fd},
	{"fd.ip", "the ends of a socket", fields_sock},
	{"fdlist", "the descriptors that are polled", fields_fdlist},
	{"fs.path", "the files that a call names", fields_fs},
	{"container", "the container of the process", fields_container},
	{"k8s", "its Kubernetes pod", fields_k8s},
	{"frame", "every record, event or packet", fields_frame},
	{"packet", "network packets", fields_packet},
	{"sysdig", "names that Wireshark uses for events", fields_sysdig},
	{"util", "helpers", fields_util},
};

static const struct {
	const char *name, *field;
} aliases[] = {
	{"sysdig.cpu_id", "evt.cpu"},
	{"sysdig.thread_id", "thread.tid"},
	{"sysdig.event_name", "evt.type"},
};

const struct field_class *field_class_at(size_t i)
{
	return i < ARRAY_SIZE(classes) ? &classes[i] : NULL;
}

const struct field *field_at(size_t i)
{
	for (size_t c = 0; c < ARRAY_SIZE(classes); c++)
		for (const struct field *f = classes[c].fields; f->name; f++)
			if (!i--)
				return f;
	return NULL;
}

const char *field_alias_at(size_t i, const char **field)
{
	if (i >= ARRAY_SIZE(aliases))
		return NULL;
	*field = aliases[i].field;
	return aliases[i].name;
}

static const struct field *find_row(struct span name)
{
	for (size_t c = 0; c < ARRAY_SIZE(classes); c++)
		for (const struct field *f = classes[c].fields; f->name; f++)
			if (span_eq(name, span_str(f->name)))
				return f;
	return NULL;
}

const struct field *field_named(struct span name)
{
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (span_eq(name, span_str(aliases[i].name)))
			return find_row(span_str(aliases[i].field));
	return find_row(name);
}

static bool is_word(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_family(const struct field *f, struct span arg)
{
	return f->type == PT_IPADDR &&
	       (span_eq(arg, span_str("v4")) || span_eq(arg, span_str("v6")));
}

/* Whether a name may end after n bytes: not inside a word or in front of a further part. */
static bool ends_at(struct span text, size_t n, const struct field *f)
{
	if (n == text.n)
		return true;
	if (text.p[n] != '.')
		return !is_word(text.p[n]);
	return f->arg != FA_NONE || n + 1 == text.n || !is_word(text.p[n + 1]) ||
	       is_family(f, span_of(text.p + n + 1, MIN(text.n - n - 1, (size_t)2)));
}

/* Takes a name for the best one if text starts with it and it is longer. */
static bool is_better(struct span text, const char *name, const struct field *f, size_t *used)
{
	size_t n = strlen(name);

	if (n <= *used || !span_starts(text, name) || !ends_at(text, n, f))
		return false;
	*used = n;
	return true;
}

const struct field *field_at_start(struct span text, size_t *used)
{
	const struct field *best = NULL;

	*used = 0;
	for (size_t c = 0; c < ARRAY_SIZE(classes); c++)
		for (const struct field *f = classes[c].fields; f->name; f++)
			if (is_better(text, f->name, f, used))
				best = f;
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++) {
		const struct field *f = find_row(span_str(aliases[i].field));

		if (is_better(text, aliases[i].name, f, used))
			best = f;
	}
	return best;
}

const struct field *field_split(struct span name, struct span *arg)
{
	const struct field *f = field_named(name);
	size_t n = name.n;

	*arg = span_of(NULL, 0);
	while (!f && n) {
		while (n && name.p[n - 1] != '.')
			n--;
		if (!n--)
			return NULL;
		*arg = span_of(name.p + n + 1, name.n - n - 1);
		f = field_named(span_of(name.p, n));
	}
	return f && arg->n && f->arg == FA_NONE && !is_family(f, *arg) ? NULL : f;
}

/* --- references ----------------------------------------------------------------------------- */

static bool read_index(struct span arg, int64_t *index)
{
	*index = 0;
	for (size_t i = 0; i < arg.n; i++) {
		if (arg.p[i] < '0' || arg.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(*index, 10, index) ||
			__builtin_add_overflow(*index, arg.p[i] - '0', index))
			*index = INT64_MAX / 10;
	}
	return arg.n > 0;
}

/* Where a parameter is among those of a type; -1 when it has none of that name or number. */
static int16_t param_of_type(const struct field_ref *r, uint32_t type)
{
	const struct event_info *info = event_info(type);

	if (r->index >= 0)
		return r->index < info->nparams ? (int16_t)r->index : -1;
	for (uint32_t i = 0; i < info->nparams; i++)
		if (span_eq(r->arg, span_str(info->params[i].name)))
			return (int16_t)i;
	return -1;
}

static int no_param(const struct field_ref *r, struct err *err)
{
	struct near near = near_of(r->arg);

	for (uint32_t t = 0; t < EVENT_TYPES; t++)
		for (uint32_t i = 0; i < event_info(t)->nparams; i++)
			near_try(&near, event_info(t)->params[i].name);
	return err_set(err, ERR_USAGE, "no event has a parameter %.*s%s%s%s",
		(int)MIN(r->arg.n, (size_t)60), (const char *)r->arg.p, NEAR_TEXT(near));
}

static int find_params(struct field_ref *r, bool strict, struct arena *a, struct err *err)
{
	bool some = false;

	r->params = arena_zeros(a, EVENT_TYPES * sizeof(*r->params));
	if (!r->params)
		return err_memory(err);
	for (uint32_t t = 0; t < EVENT_TYPES; t++) {
		r->params[t] = param_of_type(r, t);
		some |= r->params[t] >= 0;
	}
	return some || !strict ? 0 : no_param(r, err);
}

static int check_arg(struct field_ref *r, bool strict, struct arena *a, struct err *err)
{
	const struct field *f = r->field;
	bool number = read_index(r->arg, &r->index);
	bool none = !r->arg.n;

	if (!number)
		r->index = -1;
	if (none && f->arg >= FA_NEED_KEY)
		return err_set(err, ERR_USAGE, "%s needs %s: %s%s", f->name,
			f->arg == FA_PARAM ? "a parameter" : "an argument", f->name,
			f->arg == FA_PARAM ? ".NAME" : "[...]");
	if (!none && is_family(f, r->arg)) {
		r->family = r->arg.p[1] == '4' ? 4 : 6;
		return 0;
	}
	if (!none && f->arg == FA_NONE)
		return err_set(err, ERR_USAGE, "%s takes no argument", f->name);
	if (!none && !number && (f->arg == FA_INDEX || f->arg == FA_NEED_INDEX))
		return err_set(err, ERR_USAGE, "the argument of %s is a number", f->name);
	if (f->arg == FA_PARAM)
		return find_params(r, strict, a, err);
	if (f->arg == FA_NEED_TYPE && strict && !event_name_known(r->arg))
		return event_name_unknown(r->arg, err);
	return 0;
}

/* Wireshark names parameters with an event that has them: sysdig.param.open.flags */
static struct span last_part(struct span arg)
{
	size_t n = arg.n;

	while (n && arg.p[n - 1] != '.')
		n--;
	return span_of(arg.p + n, arg.n - n);
}

int field_ref_init(struct field_ref *r, const struct field *f, struct span arg, bool strict,
	struct arena *a, struct err *err)
{
	*r = (struct field_ref){.field = f};
	r->arg = arena_copy(a, f->arg == FA_PARAM ? last_part(arg) : arg);
	if (a->failed)
		return err_memory(err);
	return check_arg(r, strict, a, err);
}

void field_ref_restart(struct field_ref *r)
{
	if (r->forget)
		r->forget(r->own);
	r->forget = NULL;
	r->own = NULL;
	r->used = 0;
}

void field_ref_release(struct field_ref *r)
{
	field_ref_restart(r);
	buf_release(&r->text);
}

enum presence field_presence(const struct field_ref *r, unsigned kind)
{
	return r->field->scope(r, kind);
}
