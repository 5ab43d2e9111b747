/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/build.h"
#include "tools/scapinfo/collect.h"
#include "tools/scapinfo/report.h"
#include "tools/scapinfo/show.h"

/* A capture with something for most lines. */
static void build_capture(struct build *b)
{
	build_section(b, 2);
	build_option(b, OPT_COMMENT, span_str("one, \"two\"\nthree"));
	build_machine(b, &(struct meta_machine){.cpus = 2, .host = span_str("h\x1b[31m\xff")});
	for (int i = 0; i < 3; i++)
		build_event(b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = 1},
			PARAMS(P_S64(0)));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_OPEN_X, .tid = 1}, NO_PARAMS);
	build_event(b, &(struct build_event){.type = PPME_PROCINFO_E, .tid = 1}, NO_PARAMS);
}

/* The reports of n times this capture, as a text that the caller frees. */
static char *show(const struct show_opts *opts, size_t n)
{
	struct build b = {0};
	struct info in;
	struct err err = {0};
	struct src *src;
	struct show s;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	build_capture(&b);
	src = src_mem(buf_view(&b.out), NULL, &err);
	cr_assert(out && src && info_init(&in, &err) == 0);
	in.name = "a,b.scap";
	cr_assert_eq(collect_run(&in, src, &err), 0, "%s", err.text);
	show_begin(&s, opts, out);
	while (n--)
		cr_expect_eq(show_report(&s, &in, &err), 0);
	show_end(&s);
	fclose(out);
	info_release(&in);
	src_close(src);
	build_release(&b);
	return text;
}

static bool has_line(const char *text, const char *line)
{
	const char *at = strstr(text, line);

	return at && (at == text || at[-1] == '\n') && at[strlen(line)] == '\n';
}

Test(info_show, rows_are_sound)
{
	size_t n, nparts;
	const struct report_row *rows = report_rows(&n);
	const struct report_part *parts = report_parts(&nparts);

	for (size_t i = 0; i < n; i++) {
		bool found = !rows[i].letter;

		for (size_t k = 0; k < nparts; k++)
			found = found || parts[k].letter == rows[i].letter;
		cr_expect(found, "no part %c", rows[i].letter);
		for (size_t k = 0; k < i; k++) {
			cr_expect_neq(strcmp(rows[i].key, rows[k].key), 0, "%s", rows[i].key);
			cr_expect_neq(strcmp(rows[i].label, rows[k].label), 0, "%s", rows[i].label);
		}
	}
}

Test(info_show, each_part_has_rows)
{
	size_t n, nparts;
	const struct report_row *rows = report_rows(&n);
	const struct report_part *parts = report_parts(&nparts);

	for (size_t k = 0; k < nparts; k++) {
		bool found = false;

		for (size_t i = 0; i < n; i++)
			found = found || rows[i].letter == parts[k].letter;
		cr_expect(found, "nothing in part %c", parts[k].letter);
	}
}

Test(info_show, long_report_has_a_line_for_what_there_is)
{
	char *text = show(&(struct show_opts){.utc = true}, 1);

	cr_expect(has_line(text, "File name:             a,b.scap"), "%s", text);
	cr_expect(has_line(text, "File type:             scap 1.2"));
	cr_expect(has_line(text, "Number of events:      5"));
	cr_expect(has_line(text, "First record time:     2023-11-14 22:13:20.000000000"));
	cr_expect(has_line(text, "Capture duration:      0.003000000 seconds"));
	cr_expect(has_line(text, "Average event rate:    1666.67 events/sec"));
	cr_expect(has_line(text, "  close                               3"));
	cr_expect_null(strstr(text, "packet"));
	cr_expect_null(strstr(text, "Warnings"));
	/* Internal records are in no list of names. */
	cr_expect_null(strstr(text, "procinfo"));
	free(text);
}

Test(info_show, texts_of_a_file_do_not_steer_the_terminal)
{
	char *text = show(&(struct show_opts){0}, 1);

	cr_expect_null(strchr(text, '\x1b'));
	cr_expect(has_line(text, "Capture comment:       one, \"two\"\\nthree"));
	free(text);
}

Test(info_show, letters_select)
{
	char *text = show(&(struct show_opts){.utc = true, .epoch = true, .selected['a'] = true}, 1);

	cr_expect_str_eq(text, "File name:             a,b.scap\n"
			       "First record time:     1700000000.000000000\n");
	free(text);
	text = show(&(struct show_opts){.all = true, .selected['a'] = true}, 1);
	cr_expect_not_null(strstr(text, "Number of events:"));
	free(text);
}

Test(info_show, tables_have_a_column_for_each_name)
{
	char *text = show(&(struct show_opts){.table = true}, 2);
	size_t tabs[3] = {0}, line = 0;

	for (const char *p = text; *p && line < 3; p++) {
		tabs[line] += *p == '\t';
		line += *p == '\n';
	}
	cr_expect_eq(line, 3);
	cr_expect(tabs[0] > 20 && tabs[0] == tabs[1] && tabs[0] == tabs[2]);
	cr_expect_eq(strncmp(text, "File name\tFile type\t", 20), 0);
	free(text);
}

Test(info_show, values_are_quoted_where_that_is_needed)
{
	struct show_opts o = {.table = true, .comma = true, .no_header = true,
		.selected = {['k'] = true, ['c'] = true}};
	char *text = show(&o, 1);

	cr_expect_str_eq(text, "\"a,b.scap\",5,0,4,1,0,0,7,\"one, \"\"two\"\"\\nthree\"\n");
	free(text);
	o.comma = false;
	o.quote = true;
	o.selected['c'] = false;
	text = show(&o, 1);
	cr_expect_str_eq(text, "\"a,b.scap\"\t\"one, \"\"two\"\"\\nthree\"\n");
	free(text);
}

Test(info_show, json_is_an_array_of_objects_with_all_members)
{
	size_t n;
	const struct report_row *rows = report_rows(&n);
	char *text = show(&(struct show_opts){.json = true}, 2);
	json_error_t error;
	json_t *json = json_loads(text, 0, &error), *object;

	cr_assert(json_array_size(json) == 2, "%s", error.text);
	object = json_array_get(json, 1);
	cr_expect_eq(json_object_size(object), n);
	for (size_t i = 0; i < n; i++)
		cr_expect_not_null(json_object_get(object, rows[i].key), "%s", rows[i].key);
	cr_expect_eq(json_integer_value(json_object_get(object, "events")), 5);
	cr_expect(json_is_null(json_object_get(object, "layout")));
	cr_expect(json_is_true(json_object_get(object, "complete")));
	cr_expect_str_eq(json_string_value(json_object_get(object, "start")),
		"2023-11-14T22:13:20.000000000+0000");
	/* A byte that is no UTF-8 does not lose the text. */
	cr_expect_str_eq(json_string_value(json_object_get(object, "host")), "h\x1b[31m?");
	json_decref(json);
	free(text);
}

Test(info_show, json_of_no_file_is_an_empty_array)
{
	char *text = show(&(struct show_opts){.json = true}, 0);

	cr_expect_str_eq(text, "[]\n");
	free(text);
}

Test(info_show, long_lists_are_cut_short_unless_all_is_wanted)
{
	struct show_opts o = {.selected['w'] = true};
	struct info in;
	struct err err = {0};

	cr_assert_eq(info_init(&in, &err), 0);
	in.name = "x";
	for (uint32_t type = PPME_SYSCALL_OPEN_X; type < 40; type += 2)
		in.types[type] = type;
	for (int verbose = 0; verbose < 2; verbose++) {
		struct show s;
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		o.verbose = verbose;
		show_begin(&s, &o, out);
		cr_expect_eq(show_report(&s, &in, &err), 0);
		show_end(&s);
		fclose(out);
		cr_expect_eq(strstr(text, "more (-v shows them)") != NULL, !verbose);
		cr_expect_eq(strstr(text, "\n  open  ") != NULL, verbose);
		free(text);
	}
	info_release(&in);
}
