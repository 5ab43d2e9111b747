/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "io/file_name.h"

#define SECOND UINT64_C(1000000000)

static void expect_name(const char *path, uint64_t number, unsigned again, const char *want)
{
	struct buf name = {0};

	file_name(&name, path, number, 1700000000 * SECOND, again);
	cr_expect_str_eq((const char *)name.p, want);
	buf_release(&name);
}

Test(file_name, is_as_dumpcap_makes_it)
{
	setenv("TZ", "UTC", 1);
	expect_name("/a.b/trace.scap", 1, 0, "/a.b/trace_00001_20231114221320.scap");
	expect_name("trace", 12, 0, "trace_00012_20231114221320");
	expect_name("a.scap.gz", 123456, 0, "a_123456_20231114221320.scap.gz");
	expect_name("a.scap.zst", 123456, 0, "a_123456_20231114221320.scap.zst");
	expect_name(".hidden", 1, 0, ".hidden_00001_20231114221320");
	expect_name("d.d/.hidden.scap", 1, 0, "d.d/.hidden_00001_20231114221320.scap");
}

Test(file_name, may_have_codes_of_strftime)
{
	setenv("TZ", "UTC", 1);
	expect_name("/t/%Y/%H%M.scap", 7, 0, "/t/2023/2213.scap");
	expect_name("/t/%H.scap", 7, 3, "/t/22_00003.scap");
}

static void expect_word(const char *path, const char *want)
{
	struct buf name = {0};

	file_name_with(&name, path, "web");
	cr_expect_str_eq((const char *)name.p, want);
	buf_release(&name);
}

Test(file_name, may_have_a_word)
{
	expect_word("trace.scap", "trace_web.scap");
	expect_word("/a.b/trace", "/a.b/trace_web");
	expect_word("t%H.scap.zst", "t%H_web.scap.zst");
}

Test(file_name, has_no_codes_when_only_numbers_are_asked_for)
{
	struct buf name = {0};

	setenv("TZ", "UTC", 1);
	file_name_numbered(&name, "%H.scap", 3, 1700000000 * SECOND);
	cr_expect_str_eq((const char *)name.p, "%H_00003_20231114221320.scap");
	buf_clear(&name);
	file_name_numbered(&name, "x.scap", 1, 0);
	cr_expect_str_eq((const char *)name.p, "x_00001.scap", "the time is not known");
	buf_release(&name);
}
