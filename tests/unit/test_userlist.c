/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "scap/userlist.h"
#include "support/build.h"

static const struct meta_user root = {
	.uid = 0,
	.gid = 0,
	.name = {(const uint8_t *)"root", 4},
	.home = {(const uint8_t *)"/root", 5},
	.shell = {(const uint8_t *)"/bin/bash", 9},
};

static const struct meta_user staff = {
	.is_group = true,
	.gid = 50,
	.name = {(const uint8_t *)"staff", 5},
};

static void expect_same(const struct meta_user *got, const struct meta_user *want)
{
	cr_expect_eq(got->is_group, want->is_group);
	cr_expect_eq(got->uid, want->uid);
	cr_expect_eq(got->gid, want->gid);
	cr_expect(span_eq(got->name, want->name));
	cr_expect(span_eq(got->home, want->home));
	cr_expect(span_eq(got->shell, want->shell));
}

static void read_all(unsigned version, bool big)
{
	struct build b = {.out.big = big};
	struct meta_user users[] = {root, staff, root}, got;
	struct cursor c;
	struct err err = {0};

	build_users(&b, version, users, 3);
	c = cursor_of(build_last(&b).body, big);
	for (size_t i = 0; i < 3; i++) {
		cr_assert_eq(userlist_next(&c, version, &got, &err), 1);
		expect_same(&got, &users[i]);
	}
	cr_expect_eq(userlist_next(&c, version, &got, &err), 0);
	build_release(&b);
}

Test(userlist, reads_both_versions)
{
	read_all(1, false);
	read_all(1, true);
	read_all(2, false);
	read_all(2, true);
}

Test(userlist, writes_what_it_reads)
{
	struct build b = {0};
	struct buf out = {0};
	struct meta_user users[] = {root, staff};
	struct span want;

	build_users(&b, 2, users, 2);
	want = build_last(&b).body;
	userlist_put(&out, &root);
	userlist_put(&out, &staff);
	cr_expect(want.n - out.n < 4 && memcmp(out.p, want.p, out.n) == 0);
	buf_release(&out);
	build_release(&b);
}

Test(userlist, damaged_entries_end_the_block)
{
	struct build b = {0};
	struct meta_user got;
	struct cursor c;
	struct err err = {0};
	size_t whole = 1 + 8 + 2 + 4 + 2 + 5 + 2 + 9;

	build_users(&b, 1, &root, 1);
	for (size_t n = 4; n < whole; n++) {
		c = cursor_of(span_of(build_last(&b).body.p, n), false);
		cr_expect_eq(userlist_next(&c, 1, &got, &err), -1, "%zu bytes", n);
		cr_expect_eq(userlist_next(&c, 1, &got, &err), 0);
	}
	build_users(&b, 2, &root, 1);
	store_u32(b.out.p + b.start + 8, (uint32_t)(4 + whole - 1), false);
	c = cursor_of(build_last(&b).body, false);
	cr_expect_eq(userlist_next(&c, 2, &got, &err), -1);
	build_release(&b);
}

Test(userlist, texts_are_cut_to_what_libscap_accepts)
{
	uint8_t text[300];
	struct meta_user u = root, got;
	struct buf out = {0};
	struct cursor c;
	struct err err = {0};

	memset(text, 'u', sizeof(text));
	u.name = span_of(text, sizeof(text));
	userlist_put(&out, &u);
	c = cursor_of(buf_view(&out), false);
	cr_assert_eq(userlist_next(&c, USERLIST_NEWEST, &got, &err), 1);
	cr_expect_eq(got.name.n, 255);
	cr_expect(span_eq(got.shell, root.shell));
	buf_release(&out);
}
