/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "support/print.h"
#include "support/render.h"
#include "tools/scapcat/paint.h"

Test(paint, colours_are_known)
{
	struct err err = {0};

	cr_expect(paint_known("red", &err));
	cr_expect(paint_known(" bold  underline red", &err));
	cr_expect_not(paint_known("", &err));
	cr_expect_str_eq(err.text, "a colour is missing");
	err_clear(&err);
	cr_expect_not(paint_known("bold rad", &err));
	cr_expect_str_eq(err.text, "there is no colour rad; do you mean red?");
	err_clear(&err);
	cr_expect_not(paint_known("red red red red red red red red red red red", &err));
	cr_expect_str_eq(err.text, "these are too many colours for one line");
}

static void add(struct build *b, uint16_t type)
{
	build_event(b, &(struct build_event){.type = type, .tid = 7}, PARAMS(P_S64(3)));
}

/* The first rule that fits wins; every line of a record has its colour. */
Test(paint, lines_have_the_colour_of_their_record)
{
	static const struct paint_rule rules[] = {
		{"red", "evt.type = close and evt.num < 3"},
		{"bold cyan", "evt.type in (close, read)"},
		{"blue", "frame"},
	};
	struct cat_opts opts = {.lines.text = {.template = "%evt.num\\n%evt.type", .utc = true},
		.rules = rules,
		.nrules = ARRAY_SIZE(rules)};
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_CLOSE_E);
	add(&b, PPME_SYSCALL_DUP_E);
	add(&b, PPME_SYSCALL_CLOSE_E);
	print_expect(&opts, &b, 1,
		"\033[31m1\033[0m\n\033[31mclose\033[0m\n2\ndup\n"
		"\033[1;36m3\033[0m\n\033[1;36mclose\033[0m\n");
	build_interface(&b, 1, 0);
	build_packet(&b, 0, 1, span_str("packet"), 0);
	opts.lines.text.template = "%frame.number";
	print_expect(&opts, &b, 1,
		"\033[31m1\033[0m\n2\n\033[1;36m3\033[0m\n\033[34m4\033[0m\n");
	build_release(&b);
}
