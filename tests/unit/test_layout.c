/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "support/print.h"
#include "support/render.h"
#include "tools/scapcat/layout.h"

static void expect(const char *columns, enum text_time time, const char *template, const char *header)
{
	struct buf t = {0}, h = {0};
	struct err err = {0};

	cr_assert_eq(layout_make(columns, time, &t, &h, &err), 0, "%s: %s", columns, err.text);
	cr_expect_str_eq((const char *)t.p, template);
	cr_expect_str_eq((const char *)h.p, header);
	buf_release(&t);
	buf_release(&h);
}

Test(layout, widths_are_of_the_option_or_of_the_field)
{
	expect("evt.num", TEXT_TIME_CLOCK, "%evt.num", "evt.num\n");
	expect("evt.num,evt.cpu", TEXT_TIME_CLOCK, "%8evt.num %evt.cpu", "evt.num  evt.cpu\n");
	expect(" evt.num:3 ,\n evt.type , proc.name:4", TEXT_TIME_CLOCK,
		"%3evt.num %16evt.type %4proc.name", "evt evt.type         proc\n");
	/* As wide as their names at least. */
	expect("evt.dir,evt.num", TEXT_TIME_CLOCK, "%7evt.dir %evt.num", "evt.dir evt.num\n");
	expect("evt.arg.fd,proc.aname[2]", TEXT_TIME_CLOCK, "%16evt.arg.fd %proc.aname[2]",
		"evt.arg.fd       proc.aname[2]\n");
	expect("evt.outputtime,evt.num", TEXT_TIME_CLOCK, "%18evt.outputtime %evt.num",
		"evt.outputtime     evt.num\n");
	expect("evt.outputtime:2,evt.num:2", TEXT_TIME_ISO, "%2evt.outputtime %2evt.num", "ev ev\n");
}

static void expect_wrong(const char *columns, const char *want)
{
	struct buf t = {0}, h = {0};
	struct err err = {0};

	cr_expect_eq(layout_make(columns, TEXT_TIME_CLOCK, &t, &h, &err), -1, "%s", columns);
	cr_expect_str_eq(err.text, want);
	buf_release(&t);
	buf_release(&h);
}

Test(layout, wrong_columns)
{
	expect_wrong("", "there are no columns");
	expect_wrong(" , ", "there are no columns");
	expect_wrong("evt.num,proc.nam:3", "there is no field proc.nam; do you mean proc.name?");
	expect_wrong("evt.num:0", "the width of a column is from 1 to 4096");
	expect_wrong("evt.num:99999999999999999999", "the width of a column is from 1 to 4096");
	expect_wrong("evt.num,evt.cpu:0", "the width of a column is from 1 to 4096");
	expect_wrong("evt.num:", "the width of a column is from 1 to 4096");
}

/* The line with the names comes once, in front of everything. */
Test(layout, lines_below_their_names)
{
	struct buf t = {0}, h = {0};
	struct err err = {0};
	struct build b = {0};
	struct cat_opts opts = {.lines.text.utc = true};

	cr_assert_eq(layout_make("evt.num:2,evt.type:4,fd.name", TEXT_TIME_CLOCK, &t, &h, &err), 0);
	opts.lines.text.template = (const char *)t.p;
	opts.header = (const char *)h.p;
	render_machine(&b);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_E, .tid = 7},
		PARAMS(P_S64(3)));
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_BRK_4_E, .tid = 7},
		PARAMS(P_U64(0)));
	print_expect(&opts, &b, 1, "ev evt. fd.name\n1  clos /etc/hosts\n2  brk  <NA>\n");
	buf_release(&t);
	buf_release(&h);
	build_release(&b);
}
