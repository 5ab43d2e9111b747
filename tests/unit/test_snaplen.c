/* SPDX-License-Identifier: MIT */
/* Which limit holds for which kind of descriptor. */
#include <criterion/criterion.h>

#include "tools/scapcap/snaplen.h"

static void expect(const char *arg, uint32_t other, uint32_t net, uint32_t file)
{
	struct snaplen s = {0};
	struct err err = {0};

	if (arg)
		cr_assert_eq(snaplen_set(&s, arg, &err), 0, "%s: %s", arg, err.text);
	cr_expect_eq(snaplen_for(&s, SNAPLEN_DEFAULT), other, "%s", arg);
	cr_expect_eq(snaplen_for(&s, SNAPLEN_NET), net, "%s", arg);
	cr_expect_eq(snaplen_for(&s, SNAPLEN_FILE), file, "%s", arg);
}

Test(snaplen, holds_for_all_or_for_a_kind)
{
	expect(NULL, 80, 80, 80);
	expect("0", 0, 0, 0);
	expect("120", 120, 120, 120);
	expect("net=65535,file=64,default=90", 90, 65000, 64);
	expect("file=0", 80, 80, 0);
	expect("10,net=20", 10, 20, 10);
}

Test(snaplen, refuses_what_makes_no_sense)
{
	static const char *const wrong[] = {"", "x", "net", "net=", "net=1,", ",net=1", "pipe=1",
		"net=1,net=2", "65536", "-1", "net=99999999999999999999999999"};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct snaplen s = {0};
		struct err err = {0};

		cr_expect_eq(snaplen_set(&s, wrong[i], &err), -1, "'%s'", wrong[i]);
		cr_expect_eq(err.code, ERR_USAGE, "'%s'", wrong[i]);
	}
}
