/* SPDX-License-Identifier: MIT */
/* What a filter says of itself: its parts, and its answers for calls that have but a name. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "filter/filter.h"
#include "scap/names.h"

static struct filter *compile(const char *text, const struct macros *macros)
{
	struct err err = {0};
	struct filter *f =
		filter_compile(text, &(struct filter_opts){.utc = true, .macros = macros}, &err);

	cr_assert(f, "%s: %s", text, err.text);
	return f;
}

/* "TEXT|by kind or -|FIELD=VALUE VALUE", a line each. */
static void describe(const struct filter *f, struct buf *b)
{
	const struct filter_part *part;

	for (size_t i = 0; (part = filter_part(f, i)); i++) {
		buf_span(b, part->text);
		buf_text(b, part->by_kind ? "|by kind|" : "|-|");
		if (part->field)
			buf_text(b, part->field);
		for (size_t k = 0; k < part->n; k++) {
			buf_char(b, k ? ' ' : '=');
			value_put(&part->values[k], VF_NA, b);
		}
		buf_char(b, '\n');
	}
	buf_char(b, '\0');
}

static void expect_parts(const char *text, const char *want)
{
	struct filter *f = compile(text, NULL);
	struct buf b = {0};

	describe(f, &b);
	cr_expect_str_eq((const char *)b.p, want);
	buf_release(&b);
	filter_free(f);
}

Test(filter_parts, stand_between_the_outermost_ands)
{
	expect_parts("proc.name=cat", "proc.name=cat|-|proc.name=cat\n");
	expect_parts("  proc.pid in (1,2)  and (evt.type=open && fd.num > 2) ",
		"proc.pid in (1,2)|-|proc.pid=1 2\n"
		"evt.type=open|by kind|evt.type=open\n"
		"fd.num > 2|-|\n");
	expect_parts("fd.num=1 or fd.num=2 and proc.pid=3", "fd.num=1 or fd.num=2 and proc.pid=3|-|\n");
	expect_parts("not evt.type=open and evt.dir=<",
		"not evt.type=open|by kind|\n"
		"evt.dir=<|by kind|evt.dir=<\n");
}

Test(filter_parts, several_tests_of_one_field_are_one_choice)
{
	expect_parts("(proc.name=a or proc.name in (b, c) or (proc.name=d)) and fd.num=1",
		"(proc.name=a or proc.name in (b, c) or (proc.name=d))|-|proc.name=a b c d\n"
		"fd.num=1|-|fd.num=1\n");
	expect_parts("proc.name=a or proc.exe=b", "proc.name=a or proc.exe=b|-|\n");
	expect_parts("proc.name=a or proc.name!=b", "proc.name=a or proc.name!=b|-|\n");
}

Test(filter_parts, other_tests_are_no_choices)
{
	static const char *const filters[] = {"proc.pid!=1", "proc.pid>1", "proc.pid in {1..5}",
		"proc.name=proc.exe", "proc.aname[2]=x", "proc.name contains x", "proc.name exists",
		"toupper(proc.name)=X", "evt.around[1]=2", "fd.ip=10.0.0.1"};

	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		struct filter *f = compile(filters[i], NULL);

		cr_expect_null(filter_part(f, 0)->field, "%s", filters[i]);
		filter_free(f);
	}
}

Test(filter_parts, calls_without_a_type_go_by_their_names)
{
	struct filter *f = compile("(evt.type=getcpu and thread.tid=1) or evt.type=open", NULL);
	uint16_t getcpu = (uint16_t)ppm_sc_code("getcpu"), membarrier = (uint16_t)ppm_sc_code("membarrier");

	cr_expect_eq(filter_kind(f, PPME_GENERIC_X), FILTER_LOOK);
	cr_expect_eq(filter_call(f, PPME_GENERIC_X, getcpu), FILTER_LOOK);
	cr_expect_eq(filter_call(f, PPME_GENERIC_X, membarrier), FILTER_NO);
	filter_free(f);
	f = compile("evt.type!=getcpu and evt.dir=<", NULL);
	cr_expect_eq(filter_call(f, PPME_GENERIC_X, getcpu), FILTER_NO);
	cr_expect_eq(filter_call(f, PPME_GENERIC_X, membarrier), FILTER_YES);
	cr_expect_eq(filter_call(f, PPME_GENERIC_E, membarrier), FILTER_NO);
	filter_free(f);
}
