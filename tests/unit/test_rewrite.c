/* SPDX-License-Identifier: MIT */
/* Blocks of every version written again: unchanged, changed and back, in the other byte order. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "io/sink.h"
#include "pcapng/option.h"
#include "scap/event.h"
#include "scap/fdlist.h"
#include "scap/iflist.h"
#include "scap/machine.h"
#include "scap/proclist.h"
#include "scap/rewrite.h"
#include "scap/userlist.h"
#include "support/build.h"
#include "support/capture.h"

static const struct rewrite_ops nothing;

static bool same_proc(void *self, struct meta_proc *p)
{
	(void)self;
	return p->tid != INT64_MIN;
}

static bool same_fd(void *self, int64_t tid, struct meta_fd *fd)
{
	(void)self;
	return fd->fd != INT64_MIN || tid;
}

static bool same_interface(void *self, struct meta_if *i)
{
	(void)self;
	return i->type;
}

static bool same_user(void *self, struct meta_user *u)
{
	(void)self;
	return u->gid != 0xdeadbeef;
}

static void same_machine(void *self, struct meta_machine *m)
{
	(void)self;
	(void)m;
}

/* Everything is taken apart and put together again. */
static const struct rewrite_ops same = {
	same_machine, same_proc, same_fd, same_interface, same_user};

/* What becomes of a list; all: nothing may be left out. */
static void rewritten(const struct block *b, const struct rewrite_ops *ops, void *self, bool big,
	bool all, struct buf *to)
{
	struct err err = {0}, damage = {0};
	struct sink *sink = sink_mem(to, NULL, &err);
	struct writer w;
	int got;

	cr_assert_not_null(sink);
	writer_init(&w, sink, big);
	got = rewrite_list(&w, b, ops, self, &damage, &err);
	cr_expect_eq(got, all ? 1 : 0, "%s: %s%s", b->info->name, damage.text, err.text);
	writer_release(&w);
	cr_assert_eq(sink_close(sink, &err), 0);
}

static void expect_same_list(const struct block *b)
{
	struct buf to = {0};

	rewritten(b, &same, NULL, b->big, true, &to);
	cr_expect(span_eq(buf_view(&to), b->raw), "%s at %llu", b->info->name,
		(unsigned long long)b->offset);
	buf_release(&to);
}

/* To the other byte order and back. */
static void expect_turns(const struct block *b)
{
	struct buf turned = {0}, back = {0};
	struct block t = *b;

	rewritten(b, &nothing, NULL, !b->big, true, &turned);
	cr_assert_eq(turned.n, b->raw.n);
	cr_expect_eq(load_u32(turned.p, !b->big), b->type);
	t.big = !b->big;
	t.raw = buf_view(&turned);
	t.body = span_of(turned.p + 8, turned.n - PCAPNG_OVERHEAD);
	rewritten(&t, &nothing, NULL, b->big, true, &back);
	cr_expect(span_eq(buf_view(&back), b->raw), "%s", b->info->name);
	buf_release(&turned);
	buf_release(&back);
}

static void expect_both(const struct build *b)
{
	struct block block = build_last(b);

	expect_same_list(&block);
	expect_turns(&block);
}

Test(rewrite, unchanged_lists_of_all_versions)
{
	struct meta_proc procs[] = {build_proc(1, 0, "init"), build_proc(2, 1, "two")};
	struct meta_fd fds[] = {build_file(3, "/tmp/a"),
		build_tcp4(4, 0x7f000001, 1, 0x7f000001, 2),
		{.fd = 5, .type = FDT_UNIX, .source = 7, .peer = 8, .name = span_str("/s")},
		{.fd = 6, .type = FDT_IPV6_SOCK, .sport = 9, .dport = 10, .l4 = L4_UDP}};
	struct meta_if ifs[] = {{.type = 1, .name = span_str("lo"), .speed = 7},
		{.type = 4, .name = span_str("eth0")}};
	struct meta_user users[] = {{.uid = 7,
					    .gid = 8,
					    .name = span_str("ann"),
					    .home = span_str("/home/ann"),
					    .shell = span_str("/bin/sh")},
		{.is_group = true, .gid = 9, .name = span_str("wheel")}};
	struct meta_machine machine = {.cpus = 4, .host = span_str("web-1"), .boot_ts = 99};

	for (int big = 0; big < 2; big++) {
		struct build b = {.out.big = big};

		for (unsigned v = 1; v <= 8; v++) {
			build_procs(&b, v, 0, procs, ARRAY_SIZE(procs));
			expect_both(&b);
		}
		for (size_t tail = 0; tail <= BUILD_TAIL; tail++) {
			/* A part of a field is nothing that can be turned. */
			struct block block;

			build_procs(&b, 9, tail, procs, ARRAY_SIZE(procs));
			block = build_last(&b);
			expect_same_list(&block);
		}
		build_procs(&b, 9, BUILD_TAIL, procs, ARRAY_SIZE(procs));
		expect_both(&b);
		build_procs(&b, 9, 29, procs, ARRAY_SIZE(procs));
		expect_both(&b);
		for (unsigned v = 1; v <= 2; v++) {
			build_fds(&b, v, 4711, fds, ARRAY_SIZE(fds));
			expect_both(&b);
			build_ifs(&b, v, ifs, ARRAY_SIZE(ifs));
			expect_both(&b);
			build_users(&b, v, users, ARRAY_SIZE(users));
			expect_both(&b);
		}
		build_machine(&b, &machine);
		expect_both(&b);
		build_release(&b);
	}
}

Test(rewrite, what_newer_writers_append_stays)
{
	struct meta_proc p = build_proc(2, 1, "two");
	struct meta_fd fds[] = {
		{.fd = 5, .type = 200, .name = span_str("new")}, build_file(1, "/a")};
	struct build b = {0};
	struct buf to = {0};
	struct block block;

	build_procs(&b, 9, BUILD_TAIL + 13, &p, 1);
	block = build_last(&b);
	expect_same_list(&block);
	rewritten(&block, &nothing, NULL, !block.big, false, &to);
	build_fds(&b, 2, 4711, fds, 2);
	block = build_last(&b);
	expect_same_list(&block);
	rewritten(&block, &nothing, NULL, !block.big, false, &to);
	buf_release(&to);
	build_release(&b);
}

Test(rewrite, unknown_interfaces_stay)
{
	struct meta_if ifs[] = {{.type = 1, .name = span_str("lo")},
		{.type = 2, .name = span_str("lo6")}, {.type = 3, .name = span_str("x")}};
	struct build b = {0};
	struct block block;

	build_ifs(&b, 2, ifs, 3);
	/* The first and the last become of a type that we do not know. */
	store_u16(b.out.p + b.start + 8 + 4, 77, false);
	block = build_last(&b);
	expect_same_list(&block);
	store_u16(b.out.p + b.start + 8 + 30 + 67 + 4, 78, false);
	block = build_last(&b);
	expect_same_list(&block);
	build_release(&b);
}

/* Gives the second process no environment and leaves out the first. */
static bool change_proc(void *self, struct meta_proc *p)
{
	++*(int *)self;
	p->env = span_of(NULL, 0);
	p->comm = span_str("changed");
	return p->tid != 1;
}

Test(rewrite, entries_change_and_go_in_every_version)
{
	static const struct rewrite_ops ops = {.proc = change_proc};
	struct meta_proc procs[] = {
		build_proc(1, 0, "init"), build_proc(2, 1, "two"), build_proc(3, 1, "three")};

	procs[1].env = span_of("A=1", 4);
	for (unsigned v = 1; v <= 9; v++) {
		struct build b = {0}, want = {0};
		struct buf to = {0};
		struct block block;
		int calls = 0;

		build_procs(&b, v, 5, procs, 3);
		block = build_last(&b);
		rewritten(&block, &ops, &calls, false, true, &to);
		cr_expect_eq(calls, 3);
		for (int i = 1; i < 3; i++) {
			struct meta_proc *p = &procs[i];

			p->env = span_of(NULL, 0);
			p->comm = span_str("changed");
		}
		build_procs(&want, v, 5, procs + 1, 2);
		cr_expect(span_eq(buf_view(&to), build_last(&want).raw), "version %u", v);
		procs[1].env = span_of("A=1", 4);
		buf_release(&to);
		build_release(&b);
		build_release(&want);
	}
}

Test(rewrite, the_rest_behind_a_damaged_entry_is_left_out)
{
	struct meta_proc procs[] = {build_proc(1, 0, "init"), build_proc(2, 1, "two")};
	struct build b = {0};
	struct buf to = {0};
	struct block block;

	build_procs(&b, 9, 0, procs, 2);
	block = build_last(&b);
	store_u32(b.out.p + b.start + 8 + load_u32(block.body.p, false), 5000, false);
	rewritten(&block, &same, NULL, false, false, &to);
	cr_expect_lt(to.n, block.raw.n);
	cr_expect_gt(to.n, PCAPNG_OVERHEAD + 8);
	buf_release(&to);
	build_release(&b);
}

/* The block that becomes of ev. */
static void rewrite_event(const struct block *b, const struct event *ev, struct buf *to)
{
	struct err err = {0};
	struct sink *sink = sink_mem(to, NULL, &err);
	struct writer w;

	cr_assert_not_null(sink);
	writer_init(&w, sink, b->big);
	cr_assert_eq(event_rewrite(&w, b, ev, &err), 0, "%s", err.text);
	writer_release(&w);
	cr_assert_eq(sink_close(sink, &err), 0);
}

static struct block block_in(const struct buf *bytes, const struct block *like)
{
	struct block b = *like;

	b.raw = buf_view(bytes);
	b.body = span_of(bytes->p + 8, bytes->n - PCAPNG_OVERHEAD);
	b.type = load_u32(bytes->p, b.big);
	b.info = block_info(b.type);
	return b;
}

static struct event decoded(const struct block *b)
{
	struct err err = {0};
	struct event ev;

	cr_assert_eq(event_decode(&ev, b, &err), 0, "%s", err.text);
	return ev;
}

static const enum block_type event_blocks[] = {
	BT_EV, BT_EVF, BT_EV_V2, BT_EVF_V2, BT_EV_V2_LARGE, BT_EVF_V2_LARGE};

Test(rewrite, events_change_and_change_back)
{
	for (size_t i = 0; i < 2 * ARRAY_SIZE(event_blocks); i++) {
		struct build b = {.out.big = i % 2};
		struct buf changed = {0}, back = {0};
		struct event ev;
		struct block block;

		build_event(&b,
			&(struct build_event){.block = event_blocks[i / 2],
				.type = PPME_SYSCALL_READ_X,
				.tid = 7},
			PARAMS(P_S64(5), P_BYTES("hello"), P_S64(3), P_U32(99)));
		build_option(&b, OPT_COMMENT, span_str("a comment"));
		build_option(&b, OPT_END, span_of(NULL, 0));
		block = build_last(&b);
		ev = decoded(&block);
		rewrite_event(&block, &ev, &changed);
		cr_expect(span_eq(buf_view(&changed), block.raw), "%s", block.info->name);
		changed.n = 0;
		ev.params[1] = span_str("h");
		ev.ts += 5;
		rewrite_event(&block, &ev, &changed);
		block = block_in(&changed, &block);
		cr_expect_eq(block.type, event_blocks[i / 2]);
		ev = decoded(&block);
		cr_expect(span_eq(ev.params[1], span_str("h")));
		ev.params[1] = span_str("hello");
		ev.ts -= 5;
		rewrite_event(&block, &ev, &back);
		cr_expect(span_eq(buf_view(&back), build_last(&b).raw), "%s", block.info->name);
		buf_release(&changed);
		buf_release(&back);
		build_release(&b);
	}
}

Test(rewrite, events_get_flags_and_large_blocks_where_needed)
{
	static uint8_t large[70000];

	for (size_t i = 0; i < ARRAY_SIZE(event_blocks); i++) {
		unsigned version = block_info(event_blocks[i])->version;
		struct build b = {0};
		struct buf to = {0};
		struct event ev;
		struct block was, is;

		build_event(&b,
			&(struct build_event){
				.block = event_blocks[i], .type = PPME_SYSCALL_READ_X},
			PARAMS(P_S64(5), P_BYTES("hello")));
		was = build_last(&b);
		ev = decoded(&was);
		ev.flags = EVENT_HIDDEN;
		rewrite_event(&was, &ev, &to);
		is = block_in(&to, &was);
		cr_expect_eq(is.info->version, version | EVB_FLAGS);
		cr_expect_eq(decoded(&is).flags, EVENT_HIDDEN);
		to.n = 0;
		ev = decoded(&was);
		ev.params[1] = span_of(large, sizeof(large));
		rewrite_event(&was, &ev, &to);
		is = block_in(&to, &was);
		cr_expect_eq(is.info->version, version | EVB_COUNT | EVB_LARGE);
		ev = decoded(&is);
		cr_expect_eq(ev.nparams, 2);
		cr_expect_eq(ev.params[1].n, sizeof(large));
		buf_release(&to);
		build_release(&b);
	}
}

Test(rewrite, events_lose_options_and_keep_prerelease_types)
{
	struct build b = {0};
	struct buf to = {0};
	struct event ev;
	struct block block;

	build_event(&b, &(struct build_event){.block = BT_EV, .type = PPME_SYSCALL_CLOSE_X},
		PARAMS(P_S64(0)));
	build_option(&b, OPT_COMMENT, span_str("secret"));
	store_u32(b.out.p + b.start, 0x8010ABCD, false);
	block = build_last(&b);
	ev = decoded(&block);
	ev.options.p = ev.options.end;
	rewrite_event(&block, &ev, &to);
	block = block_in(&to, &block);
	cr_expect_eq(block.type, 0x8010ABCD);
	ev = decoded(&block);
	cr_expect_eq(cursor_left(&ev.options), 0);
	cr_expect_eq(ev.nparams, 1);
	buf_release(&to);
	build_release(&b);
}

static void rewrite_capture(const char *path)
{
	struct buf bytes = {0};
	struct capture c;

	cr_assert(file_read(path, &bytes));
	if (capture_open(&c, buf_view(&bytes))) {
		while (capture_next(&c) == 1) {
			switch (c.block.info->kind) {
			case BLOCK_MACHINE:
			case BLOCK_PROCLIST:
			case BLOCK_FDLIST:
			case BLOCK_IFLIST:
			case BLOCK_USERLIST:
				expect_same_list(&c.block);
				break;
			default:
				break;
			}
		}
	}
	capture_close(&c);
	buf_release(&bytes);
}

Test(rewrite, lists_of_real_captures)
{
	char **files = files_in(real_captures());

	for (char **f = files; *f; f++)
		rewrite_capture(*f);
	files_free(files);
}
