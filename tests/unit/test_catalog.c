/* SPDX-License-Identifier: MIT */
/* Lists of fields and events; and that every field users know from sysdig and Falco is there. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "filter/fields.h"
#include "format/catalog.h"
#include "scap/event_table.h"
#include "support/capture.h"

static const struct catalog_opts text, all = {.all = true}, json = {.json = true};

/* The list with a NUL behind it. */
static char *list(int (*what)(const struct catalog_opts *, struct buf *, struct err *),
	const struct catalog_opts *opts)
{
	struct buf b = {0};
	struct err err = {0};

	cr_assert_eq(what(opts, &b, &err), 0, "%s", err.text);
	buf_u8(&b, 0);
	return (char *)b.p;
}

static char *one(int (*what)(const struct catalog_opts *, const char *, struct buf *, struct err *),
	const struct catalog_opts *opts, const char *name)
{
	struct buf b = {0};
	struct err err = {0};

	cr_assert_eq(what(opts, name, &b, &err), 0, "%s: %s", name, err.text);
	buf_u8(&b, 0);
	return (char *)b.p;
}

/* Whether a line of the list is about the field. */
static bool has_field(const char *listed, const char *name)
{
	char start[96];
	const char *at;

	snprintf(start, sizeof(start), "\n  %s", name);
	at = strstr(listed, start);
	while (at && !strchr(" .[", at[strlen(start)]))
		at = strstr(at + 1, start);
	return at != NULL;
}

Test(catalog, every_field_is_listed_with_type_and_help)
{
	char *listed = list(catalog_fields, &text), *more = list(catalog_fields, &all);
	const struct field *f;

	for (size_t i = 0; (f = field_at(i)); i++) {
		cr_expect_eq(has_field(listed, f->name), !(f->flags & FIELD_HIDDEN), "%s", f->name);
		cr_expect(has_field(more, f->name), "%s", f->name);
		/* A help text is also shown without the one above it. */
		cr_expect(strncmp(f->help, "the same", 8) != 0 && strncmp(f->help, "and ", 4) != 0,
			"%s", f->name);
	}
	cr_expect(strstr(listed, "\n  evt.num                           UINT64    "
				 "number of the event in its file, from 1\n"));
	cr_expect(strstr(listed, " (also sysdig.cpu_id)\n"));
	cr_expect(strstr(listed, "\n  evt.arg.PARAMETER "));
	cr_expect(strstr(listed, "\n  proc.aname[.N] "));
	free(listed);
	free(more);
}

Test(catalog, one_field)
{
	char *cpu = one(catalog_field, &text, "sysdig.cpu_id");
	char *arg = one(catalog_field, &text, "evt.arg.fd");

	cr_expect_str_eq(cpu, "evt.cpu\n  CPU that recorded it\n  type      INT16\n"
			      "  also      sysdig.cpu_id\n");
	cr_expect(strstr(arg, "  argument  name or number of a parameter, needed: "
			      "evt.arg.PARAMETER or evt.arg[PARAMETER]\n"), "%s", arg);
	free(cpu);
	free(arg);
}

Test(catalog, fields_that_begin_alike)
{
	char *fields = one(catalog_field, &text, "fdlist");

	cr_expect(has_field(fields, "fdlist.nums") && !has_field(fields, "fd.num"));
	cr_expect(strncmp(fields, "fdlist: ", 8) == 0, "%s", fields);
	free(fields);
}

Test(catalog, unknown_names)
{
	struct buf b = {0};
	struct err err = {0};

	cr_expect_eq(catalog_field(&text, "proc.nmae", &b, &err), -1);
	cr_expect_str_eq(err.text, "there is no field proc.nmae; do you mean proc.name?");
	err_clear(&err);
	cr_expect_eq(catalog_event(&text, "opne", &b, &err), -1);
	cr_expect_str_eq(err.text, "there is no event type opne; do you mean open?");
	cr_expect_eq(b.n, 0);
	buf_release(&b);
}

Test(catalog, fields_as_json)
{
	char *listed = list(catalog_fields, &json);
	json_t *root = json_loads(listed, 0, NULL), *class, *field;
	size_t i, j, n = 0, want = 0;
	const struct field *f;

	cr_assert(root);
	json_array_foreach(root, i, class) {
		json_array_foreach(json_object_get(class, "fields"), j, field) {
			f = field_named(span_str(json_string_value(json_object_get(field, "name"))));
			cr_assert(f);
			cr_expect_str_eq(json_string_value(json_object_get(field, "help")), f->help);
			cr_expect_str_eq(json_string_value(json_object_get(field, "type")),
				param_type_name(f->type));
			cr_expect_eq(json_object_get(field, "argument") != NULL, f->arg != FA_NONE);
			n++;
		}
	}
	for (i = 0; (f = field_at(i)); i++)
		want += !(f->flags & FIELD_HIDDEN);
	cr_expect_eq(n, want);
	json_decref(root);
	free(listed);
}

Test(catalog, events)
{
	char *open = one(catalog_event, &text, "open");
	char *listed = list(catalog_events, &text), *as_json = list(catalog_events, &json);
	json_t *root = json_loads(as_json, 0, NULL);
	size_t lines = 0, used = 0;

	cr_expect_str_eq(open,
		"file        > open(FSPATH name, FLAGS32 flags, UINT32 mode)\n"
		"file        < open(FD fd, FSPATH name, FLAGS32 flags, UINT32 mode, UINT32 dev, "
		"UINT64 ino)\n");
	for (const char *c = listed; *c; c++)
		lines += *c == '\n';
	for (uint32_t t = 0; t < EVENT_TYPES; t++)
		used += !(event_info(t)->flags & EF_UNUSED);
	cr_expect_eq(lines, used);
	cr_expect_eq(json_array_size(root), used);
	json_decref(root);
	free(open);
	free(listed);
	free(as_json);
}

/* --- sysdig's and Falco's fields -------------------------------------------------------------- */

/*
 * The rule: every field of current Falco libraries is there, and every one of sysdig 0.29.3 but for
 * these, which later versions dropped: man page, section FIELDS, says why.
 */
static bool is_dropped(const char *name)
{
	static const char *const starts[] = {"span.", "evtin.", "mesos.", "marathon.", "syslog.",
		"k8s.rc.", "k8s.rs.", "k8s.svc.", "k8s.deployment.", "k8s.ns.id", "k8s.ns.label",
		"proc.is_container_"};

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (strncmp(name, starts[i], strlen(starts[i])) == 0)
			return true;
	return false;
}

/* Columns of a row: class, name, type, format, argument, list, use, listing, version. */
static void expect_row(char *row, const char *listed)
{
	char *columns[9], *rest = row;
	const struct field *f;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++) {
		columns[i] = strsep(&rest, "\t");
		if (!columns[i])
			return;
	}
	if (strcmp(columns[0], "class") == 0)
		return;
	f = field_named(span_str(columns[1]));
	if (strcmp(columns[8], "0.29.3") == 0 && is_dropped(columns[1])) {
		cr_expect_null(f, "%s", columns[1]);
		return;
	}
	cr_expect(f, "%s", columns[1]);
	cr_expect(!f || strcmp(columns[7], "-") != 0 || has_field(listed, f->name), "%s is not listed",
		columns[1]);
}

Test(catalog, has_every_field_of_the_peers)
{
	const char *captures = getenv("CAPTURES");
	char *listed = list(catalog_fields, &text), *rest, *line, path[512];
	struct buf b = {0};

	snprintf(path, sizeof(path), "%s/../spec/fields.tsv", captures ? captures : "");
	if (captures && file_read(path, &b)) {
		buf_u8(&b, 0);
		rest = (char *)b.p;
		while ((line = strsep(&rest, "\n")))
			if (*line != '#')
				expect_row(line, listed);
	} else {
		cr_log_info("no list of fields: skipped");
	}
	buf_release(&b);
	free(listed);
}
