/* SPDX-License-Identifier: MIT */
/* Templates: functions of fields, and lines with missing values. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "filter/fields.h"
#include "support/capture.h"
#include "support/print.h"
#include "support/render.h"

/* What thread 7 of support/render.h read from descriptor 6, "/tmp/a\nb". */
static void expect_line(const char *template, const char *want)
{
	render_expect(&(struct text_opts){.template = template, .utc = true}, PPME_SYSCALL_READ_X,
		PARAMS(P_S64(3), P_BYTES("aWI"), P_S64(6), P_U32(10)), want);
}

Test(template, functions_of_fields)
{
	expect_line("%toupper(proc.name)", "CAT");
	expect_line("<%6toupper(proc.name)>", "<CAT   >");
	expect_line("%2tolower(proc.name)|", "ca|");
	expect_line("%evt.num %toupper(evt.type) %evt.dir", "1 READ <");
	expect_line("%toupper(proc.name)[%proc.pid]", "CAT[7]");
	expect_line("%toupper(proc.name) & 7", "CAT & 7");
	expect_line("%toupper(proc.name)%%", "CAT%");
	expect_line("%basename(proc.cwd)%toupper(proc.name)", "CAT");
	expect_line("%tolower(toupper(proc.name))", "cat");
	expect_line("%concat(proc.name, \")\", evt.type)", "cat)read");
	expect_line("%concat(proc.name, '\\')', evt.type)", "cat')read");
	expect_line("%concat( proc.name , \"-\" , evt.type )", "cat-read");
	expect_line("%len(evt.buffer)", "3");
	expect_line("%b64(evt.buffer)", "ib");
	expect_line("%join(\", \", (\"a\", \"b\"))", "a, b");
	expect_line("%toupper(evt.arg.fd)", "<F>/TMP/A\\nB");
	expect_line("%toupper(container.name)", "HOST");
	expect_line("%toupper(packet.info)", "<NA>");
}

/* What is in a text is escaped after the function, not before: the n of a line feed stays small. */
Test(template, functions_work_on_texts_as_they_are)
{
	expect_line("%toupper(fd.name)", "/TMP/A\\nB");
	expect_line("%len(fd.name)", "8");
	expect_line("%basename(fd.name)", "a\\nb");
}

Test(template, functions_that_are_wrong)
{
	static const struct {
		const char *template, *why;
	} rows[] = {
		{"%foo(proc.name)", "template: there is no function foo"},
		{"%toupper(proc.nam)", "template: there is no field proc.nam; do you mean proc.name?"},
		{"%toupper(proc.name", "template: a , or ) is missing here"},
		{"%toupper(\"a", "template: the quote that begins here has no end"},
		{"%toupper()", NULL},
		{"%toupper(fd.num)", "template: toupper does not work on fd.num"},
		{"%join(\",\")", NULL},
		{"%(proc.name)", NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err err = {0};
		struct text *t = text_new(&(struct text_opts){.template = rows[i].template}, &err);

		cr_expect_null(t, "%s", rows[i].template);
		cr_expect_eq(err.code, ERR_USAGE);
		cr_expect_not(err.has_offset, "offsets are those of filters");
		if (rows[i].why)
			cr_expect_str_eq(err.text, rows[i].why);
		text_free(t);
	}
}

/* --- missing values ------------------------------------------------------------------------- */

static const struct cat_opts all = {.lines.text.utc = true};

static size_t lines_of(const char *template, bool require, const struct build *b)
{
	struct cat_opts opts = all;
	struct printed p;
	size_t n = 0;

	opts.lines.text.template = template;
	opts.lines.text.require = require;
	p = print(&opts, b);
	for (size_t i = 0; i < p.n; i++)
		n += p.text[i] == '\n';
	print_release(&p);
	return n;
}

static const char *argument_of(const struct field *f)
{
	static const char *const args[] = {[FA_NONE] = "", [FA_INDEX] = "[3]", [FA_KEY] = "[HOME]",
		[FA_NEED_KEY] = "[memory]", [FA_NEED_INDEX] = "[1]", [FA_PARAM] = ".fd",
		[FA_NEED_TYPE] = ".open"};

	return args[f->arg];
}

/* Whatever a template asks for, and whether or not it starts with sysdig's '*'. */
Test(template, no_line_vanishes_because_a_field_is_missing)
{
	struct build b = {0};
	const struct field *f;
	size_t n;

	cr_assert(file_read("fixtures/pairs.scap", &b.out));
	n = lines_of("x", false, &b);
	cr_assert_gt(n, 30u);
	for (size_t i = 0; (f = field_at(i)); i++) {
		char template[128];

		if (f->flags & FIELD_FILTER_ONLY)
			continue;
		snprintf(template, sizeof(template), "*%%%s%s", f->name, argument_of(f));
		cr_expect_eq(lines_of(template + 1, false, &b), n, "%s", template);
		cr_expect_eq(lines_of(template, true, &b), n, "%s", template);
		cr_expect_leq(lines_of(template + 1, true, &b), n, "%s", template);
	}
	build_release(&b);
}

Test(template, lines_with_missing_values_are_left_out_where_that_is_asked_for)
{
	struct cat_opts opts = all;
	struct build b = {0};

	render_machine(&b);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_E, .tid = 7},
		PARAMS(P_S64(3)));
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_GETUID_E, .tid = 7}, NO_PARAMS);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = 7},
		PARAMS(P_S64(0), P_S64(3)));
	opts.lines.text.template = "%evt.num %fd.name";
	print_expect(&opts, &b, 1, "1 /etc/hosts\n2 <NA>\n3 /etc/hosts\n");
	opts.lines.text.require = true;
	print_expect(&opts, &b, 1, "1 /etc/hosts\n3 /etc/hosts\n");
	opts.lines.text.template = "%evt.num %toupper(fd.name)";
	print_expect(&opts, &b, 1, "1 /ETC/HOSTS\n3 /ETC/HOSTS\n");
	opts.lines.text.template = "*%evt.num %fd.name";
	print_expect(&opts, &b, 1, "1 /etc/hosts\n2 <NA>\n3 /etc/hosts\n");
	opts.lines.text.template = "%evt.num %evt.res";
	opts.limit = 1; /* lines that are not there do not count */
	print_expect(&opts, &b, 0, "3 SUCCESS\n");
	build_release(&b);
}

/* Time since the line before is that: records without a line do not count. */
Test(template, records_without_a_line_are_not_the_line_before)
{
	struct cat_opts opts = all;
	struct build b = {0};

	render_machine(&b);
	for (int i = 0; i < 3; i++)
		build_event(&b, &(struct build_event){.type = i == 1 ? PPME_SYSCALL_GETUID_E : PPME_SYSCALL_CLOSE_E, .tid = 7},
			i == 1 ? NO_PARAMS : PARAMS(P_S64(3)));
	opts.lines.text.template = "%evt.outputtime %fd.num";
	opts.lines.text.time = TEXT_TIME_SHOWN;
	opts.lines.text.require = true;
	print_expect(&opts, &b, 1, "0.000000000 3\n0.002000000 3\n");
	build_release(&b);
}

Test(template, packets_too)
{
	struct cat_opts opts = all;
	struct build b = {0};

	cr_assert(file_read("fixtures/packets.pcapng", &b.out));
	cr_assert_gt(lines_of("%frame.number %udp.dstport", false, &b),
		lines_of("%frame.number %udp.dstport", true, &b));
	opts.lines.text.template = "%udp.dstport %frame.len";
	opts.lines.text.require = true;
	opts.lines.kind = LINES_TREES; /* and no tree without its line */
	opts.filter = "tcp";
	print_expect(&opts, &b, 1, "");
	build_release(&b);
}
