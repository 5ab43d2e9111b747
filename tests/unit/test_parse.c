/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "cli/parse.h"

/* A text that is refused must say itself what was wrong. */
static void expect_refused(int status, const struct err *err, const char *text)
{
	cr_expect_eq(status, -1, "'%s' was taken", text);
	cr_expect_eq(err->code, ERR_USAGE);
	cr_expect_not_null(strstr(err->text, text), "%s", err->text);
}

Test(parse, whole_numbers)
{
	static const char *const bad[] = {"", " 1", "1 ", "+1", "-1", "0x10", "1.0", "1k", "one",
		"18446744073709551616", "99999999999999999999999"};
	struct err err = {0};
	uint64_t v;

	cr_expect_eq(parse_u64("0", 0, UINT64_MAX, &v, &err), 0);
	cr_expect_eq(v, 0);
	cr_expect_eq(parse_u64("18446744073709551615", 0, UINT64_MAX, &v, &err), 0);
	cr_expect_eq(v, UINT64_MAX);
	cr_expect_eq(parse_u64("007", 7, 7, &v, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		err_clear(&err);
		expect_refused(parse_u64(bad[i], 0, UINT64_MAX, &v, &err), &err, bad[i]);
	}
}

Test(parse, limits_are_told)
{
	struct err err = {0};
	uint64_t v;

	expect_refused(parse_u64("9", 1, 8, &v, &err), &err, "from 1 to 8");
	err_clear(&err);
	expect_refused(parse_u64("0", 1, UINT64_MAX, &v, &err), &err, "less than 1");
	err_clear(&err);
	expect_refused(parse_u64("18446744073709551616", 0, UINT64_MAX, &v, &err), &err, "that fits");
}

Test(parse, seconds)
{
	static const char *const bad[] = {"", ".", "1.", ".5", "-1", "1e3", "1s", "0.0000000001",
		"18446744074", "1.2.3"};
	struct err err = {0};
	uint64_t ns;

	cr_expect_eq(parse_seconds("2", &ns, &err), 0);
	cr_expect_eq(ns, 2000000000);
	cr_expect_eq(parse_seconds("0.25", &ns, &err), 0);
	cr_expect_eq(ns, 250000000);
	cr_expect_eq(parse_seconds("0.000000001", &ns, &err), 0);
	cr_expect_eq(ns, 1);
	cr_expect_eq(parse_seconds("18446744073.709551615", &ns, &err), 0);
	cr_expect_eq(ns, UINT64_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		err_clear(&err);
		expect_refused(parse_seconds(bad[i], &ns, &err), &err, bad[i]);
	}
}

Test(parse, sizes)
{
	static const char *const bad[] = {"", "k", "1kb", "1 k", "-1", "1.5M", "16777216T", "1x"};
	struct err err = {0};
	uint64_t n;

	cr_expect_eq(parse_size("4096", &n, &err), 0);
	cr_expect_eq(n, 4096);
	cr_expect_eq(parse_size("64k", &n, &err), 0);
	cr_expect_eq(n, 65536);
	cr_expect_eq(parse_size("10M", &n, &err), 0);
	cr_expect_eq(n, 10485760);
	cr_expect_eq(parse_size("1G", &n, &err), 0);
	cr_expect_eq(n, 1073741824);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		err_clear(&err);
		expect_refused(parse_size(bad[i], &n, &err), &err, bad[i]);
	}
}

Test(parse, ranges)
{
	static const struct {
		const char *text;
		uint64_t first, last;
	} good[] = {
		{"7", 7, 7},
		{"3-9", 3, 9},
		{"5-5", 5, 5},
		{"-9", 1, 9},
		{"100-", 100, UINT64_MAX},
	};
	static const char *const bad[] = {"", "-", "0", "0-5", "9-3", "-0", "1-2-3", "a", "1-x", "1,2",
		"18446744073709551616", "1-18446744073709551616"};
	struct err err = {0};
	uint64_t first, last;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		cr_expect_eq(parse_range(good[i].text, &first, &last, &err), 0, "%s", good[i].text);
		cr_expect(first == good[i].first && last == good[i].last, "%s", good[i].text);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		err_clear(&err);
		expect_refused(parse_range(bad[i], &first, &last, &err), &err, bad[i]);
	}
}
