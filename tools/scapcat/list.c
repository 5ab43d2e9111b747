/* SPDX-License-Identifier: MIT */
/* Everything is put into a buffer first: a wrong name prints nothing but its message. */
#include "tools/scapcat/list.h"

#include <stdio.h>

#include "cli/msg.h"
#include "format/catalog.h"
#include "tools/scapcat/profile.h"

typedef int put_all(const struct catalog_opts *, struct buf *, struct err *);
typedef int put_one(const struct catalog_opts *, const char *, struct buf *, struct err *);

static int put(put_all *of_all, put_one *of_one, const struct catalog_opts *opts, const char *const *names,
	size_t n, struct buf *out, struct err *err)
{
	if (!n)
		return of_all(opts, out, err);
	for (size_t i = 0; i < n; i++)
		if (of_one(opts, names[i], out, err) < 0)
			return -1;
	return 0;
}

/* As macros are written. */
static int put_macros(struct asked *a, struct buf *out, struct err *err)
{
	struct span name, expression, origin;

	if (asked_macros(a, err) < 0)
		return -1;
	for (size_t i = 0; (name = macros_at(a->macros, i, &expression)).n; i++) {
		origin = macros_origin(a->macros, name);
		buf_text(out, "# ");
		buf_span(out, origin.n ? origin : span_str("command line"));
		buf_char(out, '\n');
		buf_span(out, name);
		buf_text(out, " = ");
		buf_span(out, expression);
		buf_char(out, '\n');
	}
	return 0;
}

static int put_lists(const struct list *l, bool all, struct asked *a, const char *const *names, size_t n,
	struct buf *out, struct err *err)
{
	const struct catalog_opts opts = {.json = l->json, .all = all};

	if (l->macros)
		return put_macros(a, out, err);
	if (l->profiles)
		return profile_list(out, err);
	if (l->events)
		return put(catalog_events, catalog_event, &opts, names, n, out, err);
	return put(catalog_fields, catalog_field, &opts, names, n, out, err);
}

int list_print(const struct list *l, bool all, struct asked *a, const char *const *names, size_t n)
{
	struct buf out = {0};
	struct err err = {0};
	int status = STATUS_OK;

	if (l->fields + l->events + l->macros + l->profiles > 1)
		return msg_usage("only one list at a time");
	if (put_lists(l, all, a, names, n, &out, &err) < 0)
		status = msg_usage("%s", err.text);
	else if (out.n)
		fwrite(out.p, 1, out.n, stdout);
	buf_release(&out);
	return status;
}
