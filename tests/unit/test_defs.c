/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/defs.h"

static void expect_blanked(const char *text, const char *want)
{
	struct buf b = {0};

	buf_text(&b, text);
	defs_blank_comments(b.p, b.n);
	cr_expect(span_eq(buf_view(&b), span_str(want)), "%s: %.*s", text, (int)b.n,
		(const char *)b.p);
	buf_release(&b);
}

Test(defs, comments_become_blanks)
{
	expect_blanked("# all", "     ");
	expect_blanked("a # b\nc", "a    \nc");
	expect_blanked("a#b", "a#b");
	expect_blanked("'# no' # it's", "'# no'       ");
	expect_blanked("\"\\\" # no\" # yes", "\"\\\" # no\"      ");
	expect_blanked("r\"\\\" # yes", "r\"\\\"      ");
	expect_blanked("it's\n# a\n", "it's\n   \n");
	expect_blanked("'\\\n# a", "'\\\n   ");
	expect_blanked("'", "'");
	expect_blanked("", "");
}

/* Definitions as "line name=value|", and what is wrong at the end. */
static void expect_defs(const char *text, const char *want)
{
	struct span s = span_str(text);
	struct buf b = {0};
	struct err err = {0};
	struct def d;
	size_t pos = 0;
	int got;

	while ((got = defs_next(s, &pos, &d, &err)) > 0) {
		buf_printf(&b, "%zu ", defs_line(s, d.at));
		buf_span(&b, d.name);
		buf_char(&b, '=');
		buf_span(&b, d.value);
		buf_char(&b, '|');
		cr_expect(!d.value.n || d.value.p == s.p + d.value_at);
	}
	if (got < 0)
		buf_printf(&b, "%zu %s", defs_line(s, (size_t)err.offset), err.text);
	cr_expect(span_eq(buf_view(&b), span_str(want)), "%s: %.*s", text, (int)b.n,
		(const char *)b.p);
	buf_release(&b);
}

Test(defs, lines_and_what_belongs_to_them)
{
	expect_defs("", "");
	expect_defs(" \n\n", "");
	expect_defs("a=b", "1 a=b|");
	expect_defs("\na = b = c \r\n\ne =\n", "2 a=b = c|4 e=|");
	expect_defs("a = b\n  c\nd = e\n", "1 a=b\n  c|3 d=e|");
	expect_defs(" = x", "1 =x|");
	expect_defs("a = b\n\nc\nd = e", "1 a=b|3 a definition is NAME = EXPRESSION");
}
