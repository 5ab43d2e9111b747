/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "filter/begins.h"

Test(begins, filters_are_told_from_files)
{
	static const struct {
		const char *word, *next;
		bool begins;
	} rows[] = {
		{"proc.name=cat", NULL, true},
		{"proc.nam=cat", NULL, true},
		{"proc.name", NULL, true},
		{"proc.name", "=", true},
		{"proc.nam", "=", true},
		{"proc.nam", "contains", true},
		{"proc.nam", "x", false},
		{"evt.arg.fd", "x", true},
		{"proc.aname[2]", "x", true},
		{"sysdig.thread_id", NULL, true},
		{"tcp", NULL, true},
		{"not", "x", true},
		{"len", NULL, true},
		{"(x", NULL, true},
		{"!x", NULL, true},
		{"a b", NULL, true},
		{"mine", NULL, true},
		{"yours", NULL, false},
		{"trace.scap", NULL, false},
		{"trace.scap", "", false},
		{"trace.scap", "other.scap", false},
		{"/tmp/trace.scap.gz", "and.scap", false},
		{"", NULL, false},
	};
	struct macros *m = macros_new();
	struct err err = {0};

	cr_assert_eq(macros_add(m, span_str("mine=evt.num=1"), &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_eq(filter_begins(rows[i].word, rows[i].next, m), rows[i].begins, "%s %s",
			rows[i].word, rows[i].next);
	cr_expect_not(filter_begins("mine", NULL, NULL));
	macros_free(m);
}
