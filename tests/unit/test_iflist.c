/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "scap/iflist.h"
#include "support/build.h"

/* An address of each of the four types. */
static void examples(struct meta_if ifs[4])
{
	for (uint16_t i = 0; i < 4; i++) {
		ifs[i] = (struct meta_if){.type = (uint16_t)(i + 1), .name = span_str("eth0")};
		memset(ifs[i].addr, 10 + i, meta_if_is_v6(&ifs[i]) ? 16 : 4);
		memset(ifs[i].mask, 20 + i, meta_if_is_v6(&ifs[i]) ? 16 : 4);
		memset(ifs[i].broadcast, 30 + i, meta_if_is_v6(&ifs[i]) ? 16 : 4);
		ifs[i].speed = i < 2 ? 1000 : 0;
	}
}

static void read_all(unsigned version, bool big)
{
	struct build b = {.out.big = big};
	struct meta_if ifs[4], got;
	struct cursor c;
	struct err err = {0};

	examples(ifs);
	build_ifs(&b, version, ifs, 4);
	c = cursor_of(build_last(&b).body, big);
	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(iflist_next(&c, version, &got, &err), 1);
		cr_expect_eq(got.type, ifs[i].type);
		cr_expect_eq(memcmp(got.addr, ifs[i].addr, 16), 0);
		cr_expect_eq(memcmp(got.mask, ifs[i].mask, 16), 0);
		cr_expect_eq(memcmp(got.broadcast, ifs[i].broadcast, 16), 0);
		cr_expect_eq(got.speed, ifs[i].speed);
		cr_expect(span_eq(got.name, ifs[i].name));
	}
	cr_expect_eq(iflist_next(&c, version, &got, &err), 0);
	build_release(&b);
}

Test(iflist, reads_all_types_of_both_versions)
{
	read_all(1, false);
	read_all(1, true);
	read_all(2, false);
	read_all(2, true);
}

Test(iflist, writes_what_it_reads)
{
	struct build b = {0};
	struct buf out = {0};
	struct meta_if ifs[4];
	struct span want;

	examples(ifs);
	build_ifs(&b, 2, ifs, 4);
	want = build_last(&b).body;
	for (size_t i = 0; i < 4; i++)
		iflist_put(&out, &ifs[i]);
	cr_expect(want.n - out.n < 4 && memcmp(out.p, want.p, out.n) == 0);
	buf_release(&out);
	build_release(&b);
}

Test(iflist, unknown_types_are_stepped_over_where_entries_have_lengths)
{
	struct build b = {0};
	struct meta_if ifs[4], got;
	struct cursor c;
	struct err err = {0};

	examples(ifs);
	ifs[0].type = 9;
	build_ifs(&b, 2, ifs, 2);
	c = cursor_of(build_last(&b).body, false);
	cr_assert_eq(iflist_next(&c, 2, &got, &err), 1);
	cr_expect_eq(got.type, 2);
	cr_expect_eq(iflist_next(&c, 2, &got, &err), 0);

	build_ifs(&b, 1, ifs, 2);
	c = cursor_of(build_last(&b).body, false);
	cr_expect_eq(iflist_next(&c, 1, &got, &err), -1);
	cr_expect_eq(iflist_next(&c, 1, &got, &err), 0);
	build_release(&b);
}

Test(iflist, damaged_entries_end_the_block)
{
	struct build b = {0};
	struct meta_if ifs[4], got;
	struct err err = {0};

	examples(ifs);
	build_ifs(&b, 2, ifs, 2);
	for (uint32_t length = 0; length < 2 + 2 + 3 * 4 + 8 + 4; length++) {
		struct cursor c = cursor_of(build_last(&b).body, false);

		store_u32(b.out.p + b.start + 8, length, false);
		cr_expect_eq(iflist_next(&c, 2, &got, &err), -1, "length %u", length);
		cr_expect_eq(iflist_next(&c, 2, &got, &err), 0);
	}
	build_release(&b);
}
