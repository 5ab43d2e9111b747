/* SPDX-License-Identifier: MIT */
/*
 * Events as lists, from the event table: "net  > connect(FD fd, SOCKADDR addr)", as sysdig -L has them,
 * with the category in front. A name that changed its parameters has several rows; those that
 * newer libraries write no longer are old.
 */
#include <jansson.h>
#include <string.h>

#include "filter/event_names.h"
#include "format/catalog.h"
#include "format/catalog_priv.h"
#include "scap/event_table.h"

#define CATEGORY_COLUMN 12

static bool is_chosen(const char *name, const struct event_info *info)
{
	return !(info->flags & EF_UNUSED) && (!name || strcmp(info->name, name) == 0);
}

/* The category of those that read and write follows the descriptor. */
static const char *category_of(const struct event_info *info)
{
	const char *name = event_category_name(info->category);

	return name ? name : "I/O";
}

static void put_line(uint32_t type, struct buf *out)
{
	const struct event_info *info = event_info(type);
	size_t start = out->n;

	buf_text(out, category_of(info));
	while (out->n - start < CATEGORY_COLUMN)
		buf_char(out, ' ');
	buf_printf(out, "%c %s(", event_is_exit(type) ? '<' : '>', info->name);
	for (uint32_t i = 0; i < info->nparams; i++)
		buf_printf(out, "%s%s %s", i ? ", " : "", param_type_name(info->params[i].type),
			info->params[i].name);
	buf_text(out, info->flags & EF_OLD_VERSION ? ") old\n" : ")\n");
}

static json_t *event_json(uint32_t type)
{
	const struct event_info *info = event_info(type);
	json_t *params = json_array();

	for (uint32_t i = 0; i < info->nparams; i++)
		json_array_append_new(params, json_pack("{s:s, s:s}", "name", info->params[i].name,
						      "type", param_type_name(info->params[i].type)));
	return json_pack("{s:i, s:s, s:s, s:s, s:b, s:o}", "number", (int)type, "name", info->name,
		"dir", event_is_exit(type) ? "<" : ">", "category", category_of(info), "old",
		(info->flags & EF_OLD_VERSION) != 0, "parameters", params);
}

static int put_json(const char *name, struct buf *out, struct err *err)
{
	json_t *all = json_array();

	for (uint32_t t = 0; t < EVENT_TYPES; t++)
		if (is_chosen(name, event_info(t)))
			json_array_append_new(all, event_json(t));
	return catalog_put_json(all, out, err);
}

static int put_chosen(bool json, const char *name, struct buf *out, struct err *err)
{
	if (json)
		return put_json(name, out, err);
	for (uint32_t t = 0; t < EVENT_TYPES; t++)
		if (is_chosen(name, event_info(t)))
			put_line(t, out);
	return out->failed ? err_memory(err) : 0;
}

int catalog_events(const struct catalog_opts *opts, struct buf *out, struct err *err)
{
	return put_chosen(opts->json, NULL, out, err);
}

int catalog_event(
	const struct catalog_opts *opts, const char *name, struct buf *out, struct err *err)
{
	for (uint32_t t = 0; t < EVENT_TYPES; t++)
		if (is_chosen(name, event_info(t)))
			return put_chosen(opts->json, name, out, err);
	if (event_name_known(span_str(name)))
		return err_set(err, ERR_USAGE,
			"%.60s has no event of its own: it is recorded as syscall, if at all",
			name);
	return event_name_unknown(span_str(name), err);
}
