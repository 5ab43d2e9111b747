/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "filter/escape.h"

#define TEXT(lit) span_of(lit, sizeof(lit) - 1)

static void expect(struct span text, const char *want)
{
	struct buf got = {0};

	escape_put(&got, text);
	cr_expect(span_eq(buf_view(&got), span_str(want)), "want %s, got %.*s", want, (int)got.n,
		(const char *)got.p);
	buf_release(&got);
}

Test(escape, clean_texts_stay)
{
	expect(TEXT(""), "");
	expect(TEXT("/etc/hosts"), "/etc/hosts");
	expect(TEXT("a b\\n\"c\""), "a b\\n\"c\"");
	expect(TEXT("\xc3\xa4\xe2\x82\xac\xc2\xa0"), "\xc3\xa4\xe2\x82\xac\xc2\xa0");
	expect(TEXT("\xff\x80"), "\xff\x80");
}

Test(escape, controls_cannot_break_a_line_or_command_a_terminal)
{
	expect(TEXT("a\nb\tc\rd"), "a\\nb\\tc\\rd");
	expect(TEXT("\x1b[2J"), "\\x1b[2J");
	expect(TEXT("\0\x01\x1f\x7f"), "\\x00\\x01\\x1f\\x7f");
	expect(TEXT("\xc2\x9b"
		    "2J"),
		"\\xc2\\x9b2J");
	expect(TEXT("\xc3\x9b\xc2"), "\xc3\x9b\xc2");
}
