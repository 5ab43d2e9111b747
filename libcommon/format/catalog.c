/* SPDX-License-Identifier: MIT */
/*
 * Fields as lists: all of it comes from the rows of the registry. A list is made of the fields that
 * some function chooses, so that the text and the JSON of all, of a part and of one are one.
 */
#include "format/catalog.h"

#include <jansson.h>
#include <stdlib.h>

#include "filter/fields.h"
#include "filter/fields_near.h"
#include "format/catalog_priv.h"
#include "scap/event_table.h"

#define NAME_COLUMN 36
#define TYPE_COLUMN 10

/* Which fields are wanted. */
struct choice {
	bool hidden;
	struct span within; /* only names that are this or begin with it and a dot; empty: all */
};

static bool is_chosen(const struct choice *c, const struct field *f)
{
	size_t n = c->within.n;

	if (f->flags & FIELD_HIDDEN && !c->hidden)
		return false;
	return !n || (strlen(f->name) >= n && memcmp(f->name, c->within.p, n) == 0 &&
			     (f->name[n] == '\0' || f->name[n] == '.'));
}

/* What may stand behind the name of a field. */
static const struct {
	const char *what; /* NULL: nothing */
	const char *help;
	bool needed;
} arguments[] = {
	[FA_NONE] = {NULL, NULL, false},
	[FA_INDEX] = {"N", "a number", false},
	[FA_KEY] = {"NAME", "a name", false},
	[FA_NEED_KEY] = {"NAME", "a name", true},
	[FA_NEED_INDEX] = {"N", "a number", true},
	[FA_PARAM] = {"PARAMETER", "name or number of a parameter", true},
	[FA_NEED_TYPE] = {"EVENT", "name of an event", true},
};

static const struct {
	uint16_t flag;
	const char *word;
	const char *help;
} marks[] = {
	{FIELD_FILTER_ONLY, "filter_only", "for filters only"},
	{FIELD_PRINT_ONLY, "print_only", "not for filters"},
	{FIELD_LIST, "list", "a list"},
	{FIELD_DEPRECATED, "deprecated", "deprecated"},
	{FIELD_HIDDEN, "hidden", "not listed"},
};

/* Alias i of a field; NULL after the last. */
static const char *alias_of(const struct field *f, size_t i)
{
	const char *alias, *name;

	for (size_t at = 0; (alias = field_alias_at(at, &name)); at++)
		if (strcmp(name, f->name) == 0 && !i--)
			return alias;
	return NULL;
}

/* --- text ----------------------------------------------------------------------------------- */

/* Appends blanks up to a column behind from, at least one. */
static void pad(struct buf *out, size_t from, size_t column)
{
	do
		buf_char(out, ' ');
	while (out->n - from < column);
}

/* "evt.arg.PARAMETER", "proc.aname[.N]" */
static void put_name(const struct field *f, struct buf *out)
{
	buf_text(out, f->name);
	if (!arguments[f->arg].what)
		return;
	buf_printf(out, arguments[f->arg].needed ? ".%s" : "[.%s]", arguments[f->arg].what);
}

static void put_remark(bool *some, const char *what, const char *word, struct buf *out)
{
	buf_text(out, *some ? ", " : " (");
	buf_text(out, what);
	buf_text(out, word);
	*some = true;
}

static void put_line(const struct field *f, struct buf *out)
{
	size_t start = out->n;
	bool some = false;
	const char *alias;

	buf_text(out, "  ");
	put_name(f, out);
	pad(out, start, NAME_COLUMN);
	start = out->n;
	buf_text(out, param_type_name(f->type));
	pad(out, start, TYPE_COLUMN);
	buf_text(out, f->help);
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (f->flags & marks[i].flag)
			put_remark(&some, marks[i].help, "", out);
	for (size_t i = 0; (alias = alias_of(f, i)); i++)
		put_remark(&some, "also ", alias, out);
	buf_text(out, some ? ")\n" : "\n");
}

static void put_class(const struct choice *c, const struct field_class *class, struct buf *out)
{
	bool some = false;

	for (const struct field *f = class->fields; f->name; f++) {
		if (!is_chosen(c, f))
			continue;
		if (!some)
			buf_printf(out, "%s%s: %s\n", out->n ? "\n" : "", class->name, class->help);
		some = true;
		put_line(f, out);
	}
}

static void put_one(const struct field *f, struct buf *out)
{
	const char *alias;

	put_name(f, out);
	buf_printf(out, "\n  %s\n  type      %s\n", f->help, param_type_name(f->type));
	if (arguments[f->arg].what)
		buf_printf(out, "  argument  %s, %s: %s.%s or %s[%s]\n", arguments[f->arg].help,
			arguments[f->arg].needed ? "needed" : "or none", f->name,
			arguments[f->arg].what, f->name, arguments[f->arg].what);
	if (f->type == PT_IPADDR)
		buf_printf(out, "  argument  v4 or v6, or none: %s.v4 has addresses of IPv4 alone\n",
			f->name);
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (f->flags & marks[i].flag)
			buf_printf(out, "  note      %s\n", marks[i].help);
	for (size_t i = 0; (alias = alias_of(f, i)); i++)
		buf_printf(out, "  also      %s\n", alias);
}

/* --- JSON ----------------------------------------------------------------------------------- */

static json_t *field_json(const struct field *f)
{
	json_t *o = json_pack("{s:s, s:s, s:s}", "name", f->name, "type", param_type_name(f->type),
		"help", f->help);
	json_t *aliases = json_array();
	const char *alias;

	if (arguments[f->arg].what)
		json_object_set_new(o, "argument",
			json_pack("{s:s, s:b}", "what", arguments[f->arg].help, "needed",
				arguments[f->arg].needed));
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (f->flags & marks[i].flag)
			json_object_set_new(o, marks[i].word, json_true());
	for (size_t i = 0; (alias = alias_of(f, i)); i++)
		json_array_append_new(aliases, json_string(alias));
	if (json_array_size(aliases))
		json_object_set(o, "aliases", aliases);
	json_decref(aliases);
	return o;
}

static json_t *class_json(const struct choice *c, const struct field_class *class)
{
	json_t *fields = json_array();

	for (const struct field *f = class->fields; f->name; f++)
		if (is_chosen(c, f))
			json_array_append_new(fields, field_json(f));
	return json_pack(
		"{s:s, s:s, s:o}", "class", class->name, "help", class->help, "fields", fields);
}

int catalog_put_json(json_t *all, struct buf *out, struct err *err)
{
	char *text = json_dumps(all, JSON_INDENT(1));

	json_decref(all);
	if (!text)
		return err_memory(err);
	buf_text(out, text);
	buf_char(out, '\n');
	free(text);
	return 0;
}

static int put_json(const struct choice *c, struct buf *out, struct err *err)
{
	const struct field_class *class;
	json_t *all = json_array();

	for (size_t i = 0; (class = field_class_at(i)); i++) {
		json_t *one = class_json(c, class);

		if (json_array_size(json_object_get(one, "fields")))
			json_array_append(all, one);
		json_decref(one);
	}
	return catalog_put_json(all, out, err);
}

/* --- the lists ------------------------------------------------------------------------------ */

static int put_chosen(const struct choice *c, bool json, struct buf *out, struct err *err)
{
	const struct field_class *class;

	if (json)
		return put_json(c, out, err);
	for (size_t i = 0; (class = field_class_at(i)); i++)
		put_class(c, class, out);
	return out->failed ? err_memory(err) : 0;
}

int catalog_fields(const struct catalog_opts *opts, struct buf *out, struct err *err)
{
	return put_chosen(&(struct choice){.hidden = opts->all}, opts->json, out, err);
}

int catalog_field(
	const struct catalog_opts *opts, const char *name, struct buf *out, struct err *err)
{
	struct choice c = {true, span_str(name)};
	const struct field *f;
	struct span arg;

	f = field_split(c.within, &arg);
	if (f)
		c.within = span_str(f->name);
	if (f && !opts->json) {
		put_one(f, out);
		return out->failed ? err_memory(err) : 0;
	}
	for (size_t i = 0; (f = field_at(i)); i++)
		if (is_chosen(&c, f))
			return put_chosen(&c, opts->json, out, err);
	return field_unknown(span_str(name), err);
}
