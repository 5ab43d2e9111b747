/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "scap/proclist.h"
#include "support/build.h"

#define OLD_TAIL 29

/* Every field at a value of its own. */
static struct meta_proc full(void)
{
	struct meta_proc p = build_proc(4711, 1, "worker");

	p.pid = 4710;
	p.sid = 4000;
	p.vpgid = 11;
	p.vtid = 13;
	p.vpid = 12;
	p.exe = span_str("./worker");
	p.flags = PROC_ACTIVE | PROC_NAME_CHANGED;
	p.gid = 1001;
	p.vmswap_kb = 17;
	p.exe_writable = 1;
	p.cap_inheritable = 0x11;
	p.cap_permitted = UINT64_C(0x1ffffffffff);
	p.cap_effective = 0x33;
	return p;
}

static struct meta_proc full_with_new_tail(void)
{
	struct meta_proc p = full();

	p.pidns_init_start_ts = BUILD_EPOCH;
	p.tty = 34817;
	p.exe_upper_layer = 1;
	p.exe_ino = 99;
	p.exe_ctime = BUILD_EPOCH + 1;
	p.exe_mtime = BUILD_EPOCH + 2;
	p.exe_from_memfd = 1;
	p.exe_lower_layer = 1;
	p.pgid = 4709;
	return p;
}

#define SAME(m)      cr_expect_eq(got->m, want->m, #m)
#define SAME_TEXT(m) cr_expect(span_eq(got->m, want->m), #m)

static void expect_base(const struct meta_proc *got, const struct meta_proc *want)
{
	SAME(tid);
	SAME(pid);
	SAME(ptid);
	SAME_TEXT(comm);
	SAME_TEXT(exe);
	SAME_TEXT(args);
	SAME_TEXT(cwd);
	SAME(fdlimit);
	SAME(flags);
	SAME(uid);
	SAME(gid);
}

static void expect_memory(const struct meta_proc *got, const struct meta_proc *want)
{
	SAME(vmsize_kb);
	SAME(vmrss_kb);
	SAME(vmswap_kb);
	SAME(pfmajor);
	SAME(pfminor);
}

static void expect_old_tail(const struct meta_proc *got, const struct meta_proc *want)
{
	SAME(loginuid);
	SAME(exe_writable);
	SAME(cap_inheritable);
	SAME(cap_permitted);
	SAME(cap_effective);
}

static void expect_new_tail(const struct meta_proc *got, const struct meta_proc *want)
{
	SAME(pidns_init_start_ts);
	SAME(tty);
	SAME(exe_upper_layer);
	SAME(exe_ino);
	SAME(exe_ctime);
	SAME(exe_mtime);
	SAME(exe_from_memfd);
	SAME(exe_lower_layer);
}

static void expect_v8(const struct meta_proc *got, const struct meta_proc *want)
{
	expect_base(got, want);
	expect_memory(got, want);
	SAME_TEXT(env);
	SAME(vtid);
	SAME(vpid);
	SAME_TEXT(cgroups);
	SAME_TEXT(root);
	SAME(sid);
	SAME_TEXT(exepath);
	SAME(vpgid);
}

static void expect_same(const struct meta_proc *got, const struct meta_proc *want)
{
	expect_v8(got, want);
	expect_old_tail(got, want);
	expect_new_tail(got, want);
	SAME(pgid);
}

/* The first entry of the block built last. */
static struct meta_proc first(const struct build *b)
{
	struct block block = build_last(b);
	struct cursor c = cursor_of(block.body, block.big);
	struct meta_proc p;
	struct err err = {0};

	cr_assert_eq(proclist_next(&c, block.info->version, &p, &err), 1, "%s", err.text);
	return p;
}

static struct meta_proc through(unsigned version, size_t tail, const struct meta_proc *p,
	struct build *b)
{
	build_procs(b, version, tail, p, 1);
	return first(b);
}

Test(proclist, each_version_has_the_fields_it_brought)
{
	for (unsigned v = 1; v <= 8; v++) {
		struct build b = {0};
		struct meta_proc want = full(), got = through(v, 0, &want, &b);
		struct span none = {0};

		expect_base(&got, &want);
		cr_expect_eq(got.vmsize_kb, v >= 2 ? want.vmsize_kb : 0, "version %u", v);
		cr_expect_eq(got.pfminor, v >= 2 ? want.pfminor : 0, "version %u", v);
		cr_expect(span_eq(got.env, v >= 3 ? want.env : none), "version %u", v);
		cr_expect_eq(got.vtid, v >= 4 ? want.vtid : -1, "version %u", v);
		cr_expect_eq(got.vpid, v >= 4 ? want.vpid : -1, "version %u", v);
		cr_expect(span_eq(got.cgroups, v >= 4 ? want.cgroups : none), "version %u", v);
		cr_expect(span_eq(got.root, v >= 5 ? want.root : none), "version %u", v);
		cr_expect_eq(got.sid, v >= 6 ? want.sid : -1, "version %u", v);
		cr_expect(span_eq(got.exepath, v >= 7 ? want.exepath : none), "version %u", v);
		cr_expect_eq(got.vpgid, v >= 8 ? want.vpgid : -1, "version %u", v);
		cr_expect_eq(got.loginuid, UINT32_MAX, "version %u", v);
		cr_expect_eq(got.pgid, -1, "version %u", v);
		build_release(&b);
	}
}

Test(proclist, all_entries_are_read_in_either_byte_order)
{
	for (int big = 0; big < 2; big++) {
		struct build b = {.out.big = big};
		struct meta_proc p[] = {full(), full_with_new_tail(), full()}, got;
		struct cursor c;
		struct err err = {0};

		build_procs(&b, 9, BUILD_TAIL, p, 3);
		c = cursor_of(build_last(&b).body, big);
		for (int i = 0; i < 3; i++) {
			cr_assert_eq(proclist_next(&c, 9, &got, &err), 1);
			expect_same(&got, &p[i]);
		}
		cr_expect_eq(proclist_next(&c, 9, &got, &err), 0);
		build_release(&b);
	}
}

Test(proclist, old_tail_starts_with_the_login_uid)
{
	struct meta_proc want = full(), got;
	struct build b = {0};

	got = through(9, OLD_TAIL, &want, &b);
	expect_v8(&got, &want);
	expect_old_tail(&got, &want);
	cr_expect_eq(got.pidns_init_start_ts, 0);
	cr_expect_eq(got.tty, 0);
	cr_expect_eq(got.pgid, -1);
	build_release(&b);
}

Test(proclist, old_tail_may_end_after_any_field)
{
	struct meta_proc want = full(), got;
	struct build b = {0};

	got = through(9, 0, &want, &b);
	cr_expect_eq(got.loginuid, UINT32_MAX);
	got = through(9, 4, &want, &b);
	cr_expect_eq(got.loginuid, want.loginuid);
	cr_expect_eq(got.exe_writable, 0);
	got = through(9, 5, &want, &b);
	cr_expect_eq(got.exe_writable, want.exe_writable);
	/* Two bytes of a field are not a field. */
	got = through(9, 5 + 2, &want, &b);
	cr_expect_eq(got.cap_inheritable, 0);
	build_release(&b);
}

Test(proclist, new_tail_may_end_before_the_process_group)
{
	struct meta_proc want = full_with_new_tail(), got;
	struct build b = {0};

	got = through(9, BUILD_TAIL - 8, &want, &b);
	expect_v8(&got, &want);
	expect_old_tail(&got, &want);
	expect_new_tail(&got, &want);
	cr_expect_eq(got.pgid, -1);
	build_release(&b);
}

Test(proclist, what_later_writers_append_is_stepped_over)
{
	struct meta_proc p[] = {full_with_new_tail(), full()}, got;
	struct build b = {0};
	struct cursor c;
	struct err err = {0};

	build_procs(&b, 9, BUILD_TAIL + 13, p, 2);
	c = cursor_of(build_last(&b).body, false);
	cr_assert_eq(proclist_next(&c, 9, &got, &err), 1);
	expect_same(&got, &p[0]);
	cr_assert_eq(proclist_next(&c, 9, &got, &err), 1);
	cr_expect_eq(got.tid, p[1].tid);
	build_release(&b);
}

/* Reads the first entry of what is there; it must fail, and nothing must follow. */
static void expect_damaged(struct span body, unsigned version)
{
	struct cursor c = cursor_of(body, false);
	struct meta_proc p;
	struct err err = {0};

	cr_expect_eq(proclist_next(&c, version, &p, &err), -1);
	cr_expect_eq(err.code, ERR_FORMAT);
	cr_expect_eq(proclist_next(&c, version, &p, &err), 0);
}

Test(proclist, damaged_entries_end_the_block)
{
	struct meta_proc p = full();
	struct build b = {0};
	struct block block;

	build_procs(&b, 9, 0, &p, 1);
	block = build_last(&b);
	expect_damaged(span_of(block.body.p, block.body.n - 8), 9);
	/* An entry that ends within its fields; within its own length; beyond the block. */
	for (uint32_t length = 0; length < 100; length++) {
		store_u32(b.out.p + b.start + 8, length, false);
		expect_damaged(block.body, 9);
	}
	store_u32(b.out.p + b.start + 8, UINT32_MAX, false);
	expect_damaged(block.body, 9);
	build_procs(&b, 5, 0, &p, 1);
	block = build_last(&b);
	expect_damaged(span_of(block.body.p, block.body.n - 8), 5);
	build_release(&b);
}

Test(proclist, written_entries_are_read_back)
{
	struct meta_proc want[] = {full(), full_with_new_tail()};

	for (int big = 0; big < 2; big++) {
		struct buf out = {.big = big};
		struct meta_proc got;
		struct cursor c;
		struct err err = {0};

		proclist_put(&out, &want[0]);
		proclist_put(&out, &want[1]);
		c = cursor_of(buf_view(&out), big);
		cr_assert_eq(proclist_next(&c, PROCLIST_NEWEST, &got, &err), 1);
		expect_same(&got, &want[0]);
		cr_assert_eq(proclist_next(&c, PROCLIST_NEWEST, &got, &err), 1);
		expect_same(&got, &want[1]);
		cr_expect_eq(cursor_left(&c), 0);
		buf_release(&out);
	}
}

/* What is written for p is what a writer with this tail writes. */
static void expect_tail(const struct meta_proc *p, size_t tail)
{
	struct build b = {0};
	struct buf out = {0};
	struct span want;

	build_procs(&b, 9, tail, p, 1);
	want = build_last(&b).body;
	proclist_put(&out, p);
	cr_expect(out.n <= want.n && want.n - out.n < 4 && memcmp(out.p, want.p, out.n) == 0);
	buf_release(&out);
	build_release(&b);
}

Test(proclist, the_short_tail_is_written_while_it_suffices)
{
	struct meta_proc p = full();

	p.pgid = -1;
	expect_tail(&p, OLD_TAIL);
	p.pgid = 0;
	expect_tail(&p, BUILD_TAIL);
	p.pgid = -1;
	p.exe_lower_layer = 1;
	expect_tail(&p, BUILD_TAIL);
	p.exe_lower_layer = 0;
	p.tty = 1;
	expect_tail(&p, BUILD_TAIL);
}

Test(proclist, texts_are_cut_to_what_libscap_accepts)
{
	static uint8_t text[5000];
	struct meta_proc p = full(), got;
	struct buf out = {0};
	struct cursor c;
	struct err err = {0};

	memset(text, 'a', sizeof(text));
	p.comm = p.args = span_of(text, sizeof(text));
	proclist_put(&out, &p);
	c = cursor_of(buf_view(&out), false);
	cr_assert_eq(proclist_next(&c, PROCLIST_NEWEST, &got, &err), 1);
	cr_expect_eq(got.comm.n, 1024);
	cr_expect_eq(got.args.n, 4096);
	cr_expect(span_eq(got.root, p.root));
	buf_release(&out);
}
