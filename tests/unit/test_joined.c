/* SPDX-License-Identifier: MIT */
/* Calls as lines: pairs of records, exit records with durations, and where they overlap. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "format/joined.h"
#include "pcapng/pcapng.h"
#include "support/count_malloc.h"
#include "support/print.h"
#include "support/render.h"

static const struct cat_opts joined = {
	.lines = {.kind = LINES_CALLS, .text = {.template = "%thread.tid %evt.reltime ", .utc = true}}};

/* Events of thread tid; times in ns after the beginning. */
static void add(struct build *b, uint64_t at, int64_t tid, uint16_t type,
	const struct build_param *params)
{
	build_event(b, &(struct build_event){.type = type, .tid = tid, .ts = BUILD_EPOCH + at},
		params);
}

/* The event built last took so long, and carries that. */
static void took(struct build *b, uint64_t ns)
{
	uint8_t value[16];

	store_u32(value, SCAPTOOLS_PEN, b->out.big);
	store_u32(value + 4, SCAPTOOLS_OPT_DURATION, b->out.big);
	store_u64(value + 8, ns, b->out.big);
	build_option(b, OPT_CUSTOM_BYTES, span_of(value, sizeof(value)));
	build_option(b, OPT_END, span_of(NULL, 0));
}

/* A read of /etc/hosts, as a pair or as an exit record alone. */
static void read_enter(struct build *b, uint64_t at, int64_t tid)
{
	add(b, at, tid, PPME_SYSCALL_READ_E, PARAMS(P_S64(3), P_U32(10)));
}

static void read_exit(struct build *b, uint64_t at, int64_t tid)
{
	add(b, at, tid, PPME_SYSCALL_READ_X, PARAMS(P_S64(2), P_BYTES("ab")));
}

static void read_alone(struct build *b, uint64_t at, int64_t tid, uint64_t ns)
{
	add(b, at, tid, PPME_SYSCALL_READ_X, PARAMS(P_S64(2), P_BYTES("ab"), P_S64(3), P_U32(10)));
	took(b, ns);
}

#define HOSTS "read(fd=3(<f>/etc/hosts), size=10, data=ab) = 2"

static void start(struct build *b)
{
	render_machine(b);
	add(b, 0, 7, PPME_SYSCALL_GETUID_X, PARAMS(P_U32(0)));
}
#define FIRST "7 0 getuid() = 0(root)\n"

static void expect(struct build *b, const char *want)
{
	print_expect(&joined, b, 1, want);
	build_release(b);
}

Test(joined, a_pair_is_a_line)
{
	struct build b = {0};

	start(&b);
	read_enter(&b, 100, 7);
	read_exit(&b, 350, 7);
	expect(&b, FIRST "7 100 " HOSTS " <0.000000250>\n");
}

/* What an enter record says and what only its exit record says come out the same. */
Test(joined, an_exit_record_with_a_duration_is_the_same_line)
{
	struct build b = {0};

	start(&b);
	read_alone(&b, 350, 7, 250);
	expect(&b, FIRST "7 100 " HOSTS " <0.000000250>\n");
}

Test(joined, calls_of_two_threads_overlap)
{
	const char *want = FIRST
		"7 100 read(fd=3(<f>/etc/hosts), size=10 <unfinished ...>\n"
		"1 200 close(fd=9) = 0 <0.000000010>\n"
		"7 350 <... read resumed> data=ab) = 2 <0.000000250>\n"
		"7 400 getuid( <unfinished ...>\n"
		"1 450 getuid() = 0(root) <0.000000100>\n"
		"7 600 <... getuid resumed>) = 0(root) <0.000000200>\n";
	struct build pairs = {0}, exits = {0};

	start(&pairs);
	read_enter(&pairs, 100, 7);
	add(&pairs, 200, 1, PPME_SYSCALL_CLOSE_E, PARAMS(P_S64(9)));
	add(&pairs, 210, 1, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(9)));
	read_exit(&pairs, 350, 7);
	add(&pairs, 400, 7, PPME_SYSCALL_GETUID_E, NO_PARAMS);
	add(&pairs, 450, 1, PPME_SYSCALL_GETUID_E, NO_PARAMS);
	add(&pairs, 550, 1, PPME_SYSCALL_GETUID_X, PARAMS(P_U32(0)));
	add(&pairs, 600, 7, PPME_SYSCALL_GETUID_X, PARAMS(P_U32(0)));
	expect(&pairs, want);
	start(&exits);
	add(&exits, 210, 1, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(9)));
	took(&exits, 10);
	read_alone(&exits, 350, 7, 250);
	add(&exits, 550, 1, PPME_SYSCALL_GETUID_X, PARAMS(P_U32(0)));
	took(&exits, 100);
	add(&exits, 600, 7, PPME_SYSCALL_GETUID_X, PARAMS(P_U32(0)));
	took(&exits, 200);
	expect(&exits, want);
}

Test(joined, a_call_that_is_still_on_at_the_end)
{
	struct build b = {0};

	start(&b);
	read_enter(&b, 100, 7);
	expect(&b, FIRST "7 100 read(fd=3(<f>/etc/hosts), size=10 <unfinished ...>\n");
}

Test(joined, a_call_whose_exit_record_is_lost)
{
	struct build b = {0};

	start(&b);
	read_enter(&b, 100, 7);
	add(&b, 200, 7, PPME_SYSCALL_CLOSE_E, PARAMS(P_S64(9)));
	add(&b, 210, 7, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(-9), P_S64(9)));
	expect(&b, FIRST "7 100 read(fd=3(<f>/etc/hosts), size=10 <unfinished ...>\n"
			 "7 200 close(fd=9) = -9(EBADF) <0.000000010>\n");
}

Test(joined, an_exit_record_without_anything_else_is_a_call_of_unknown_length)
{
	struct build b = {0};

	start(&b);
	add(&b, 200, 7, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(9)));
	add(&b, 300, 7, PPME_GENERIC_X, PARAMS(P_U16(46)));
	expect(&b, FIRST "7 200 close(fd=9) = 0\n7 300 getrusage() = ?\n");
}

Test(joined, an_execveat_ends_as_an_execve)
{
	struct build b = {0};
	struct printed p;

	start(&b);
	add(&b, 100, 7, PPME_SYSCALL_EXECVEAT_E, PARAMS(P_S64(-100), P_STR("x"), P_U32(0)));
	add(&b, 200, 7, PPME_SYSCALL_EXECVE_19_X, PARAMS(P_S64(0), P_STR("x")));
	p = print(&joined, &b);
	cr_expect_str_eq(p.text, FIRST
		"7 100 execveat(dirfd=-100(AT_FDCWD), pathname=x(/home/u/x), flags=0, exe=x) = 0 "
		"<0.000000100>\n");
	print_release(&p);
	build_release(&b);
}

Test(joined, what_is_no_call_is_a_line_of_its_own)
{
	struct build b = {0};

	start(&b);
	read_enter(&b, 100, 7);
	add(&b, 120, 7, PPME_SCHEDSWITCH_6_E, PARAMS(P_S64(1)));
	read_exit(&b, 150, 7);
	read_enter(&b, 200, 7);
	add(&b, 250, 1, PPME_SIGNALDELIVER_E, PARAMS(P_S64(7), P_S64(1), P_U8(15)));
	read_exit(&b, 300, 7);
	add(&b, 400, 7, PPME_PROCEXIT_1_E, PARAMS(P_S64(0)));
	expect(&b, FIRST "7 100 " HOSTS " <0.000000050>\n"
			 "7 200 read(fd=3(<f>/etc/hosts), size=10 <unfinished ...>\n"
			 "1 250 --- signaldeliver spid=7(cat) dpid=1(init) sig=15(SIGTERM) ---\n"
			 "7 300 <... read resumed> data=ab) = 2 <0.000000100>\n"
			 "7 400 --- procexit status=0 ---\n");
}

/* A record of a type that we do not know, between the halves of a call. */
Test(joined, unknown_records_are_shown_raw)
{
	struct build b = {0};

	start(&b);
	read_enter(&b, 100, 7);
	add(&b, 200, 7, 999, PARAMS(P_U8(1)));
	read_exit(&b, 300, 7);
	expect(&b, FIRST "7 100 read(fd=3(<f>/etc/hosts), size=10 <unfinished ...>\n"
			 "7 200 --- unknown type=999 0=01 ---\n"
			 "7 300 <... read resumed> data=ab) = 2 <0.000000200>\n");
}

/* The beginning of a call is further back than blocks are read ahead. */
Test(joined, a_call_that_began_too_long_ago_is_resumed_nevertheless)
{
	struct build b = {0};
	struct printed p;
	const char *last;

	start(&b);
	for (uint64_t i = 1; i <= 10000; i++) {
		add(&b, 1000 * i, 1, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(9)));
		took(&b, 10);
	}
	read_alone(&b, 20000000, 7, 20000000 - 500);
	p = print(&joined, &b);
	cr_assert_gt(p.n, 300u);
	cr_expect_null(strstr(p.text, "unfinished"));
	last = strstr(p.text, "resumed");
	cr_assert_not_null(last);
	cr_expect_str_eq(last - strlen("7 20000000 <... read "),
		"7 20000000 <... read resumed> data=ab, fd=3(<f>/etc/hosts), size=10) = 2 <0.019999500>\n");
	print_release(&p);
	build_release(&b);
}

/* Many threads, one after the other, each in a call that nothing ends. */
Test(joined, memory_follows_the_calls_in_flight)
{
	struct err err = {0};
	struct text *text = text_new(&(struct text_opts){.template = ""}, &err);
	struct joined *j = joined_new(text, joined_style(), false, &err);
	struct state *st = state_new(&err);
	struct buf out = {0};
	size_t before = 0;

	for (int64_t tid = 1; tid < 10000; tid++) {
		struct event call = {.type = PPME_SYSCALL_NANOSLEEP_E, .tid = tid,
			.info = event_info(PPME_SYSCALL_NANOSLEEP_E)};
		struct event end = {.type = PPME_PROCEXIT_1_E, .tid = tid,
			.info = event_info(PPME_PROCEXIT_1_E)};

		if (tid == 100)
			before = count_malloc();
		buf_clear(&out);
		cr_assert_eq(joined_event(j, st, &(struct moment){.ev = &call}, 1, true, &out, &err), 0);
		cr_assert_eq(joined_event(j, st, &(struct moment){.ev = &end}, 1, true, &out, &err), 0);
	}
	cr_expect_gt(before, 0u);
	cr_expect_eq(count_malloc() - before, 0u);
	buf_release(&out);
	joined_free(j);
	state_free(st);
	text_free(text);
}

Test(joined, comments_stand_below_the_line_of_their_record)
{
	struct cat_opts opts = joined;
	struct build b = {0};

	opts.lines.comments = true;
	start(&b);
	read_enter(&b, 100, 7);
	build_option(&b, OPT_COMMENT, span_str("of the beginning"));
	read_exit(&b, 350, 7);
	build_option(&b, OPT_COMMENT, span_str("slow\n?"));
	print_expect(&opts, &b, 1, FIRST "7 100 " HOSTS " <0.000000250>\n    # slow\\n?\n");
	build_release(&b);
}

/* --- with a filter -------------------------------------------------------------------------- */

static void expect_some(struct build *b, const char *filter, const char *want)
{
	struct cat_opts opts = joined;

	opts.filter = filter;
	print_expect(&opts, b, 1, want);
}

/* Two calls that overlap; the one that began first ends last. */
static void overlap(struct build *b)
{
	start(b);
	read_enter(b, 100, 7);
	add(b, 200, 1, PPME_SYSCALL_CLOSE_E, PARAMS(P_S64(9)));
	add(b, 210, 1, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(-9), P_S64(9)));
	read_exit(b, 350, 7);
}

#define CLOSE "1 200 close(fd=9) = -9(EBADF) <0.000000010>\n"
#define READ  "7 100 " HOSTS " <0.000000250>\n"

Test(joined_some, a_call_is_whole_and_has_its_line_when_it_ends)
{
	struct build b = {0};

	overlap(&b);
	expect_some(&b, "evt.type!=getuid", CLOSE READ);
	build_release(&b);
}

/* What only its exit record, or only its enter record says: the exit record decides. */
Test(joined_some, the_end_of_a_call_decides)
{
	struct build b = {0};

	overlap(&b);
	expect_some(&b, "evt.failed=true", CLOSE);
	expect_some(&b, "evt.buffer contains ab", READ);
	expect_some(&b, "evt.dir=<", FIRST CLOSE READ);
	expect_some(&b, "evt.dir=>", "");
	expect_some(&b, "evt.num in (2, 5)", READ);
	expect_some(&b, "fd.name=/etc/hosts", READ);
	build_release(&b);
}

Test(joined_some, exit_records_alone)
{
	struct build b = {0};

	start(&b);
	add(&b, 210, 1, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(-9), P_S64(9)));
	took(&b, 10);
	read_alone(&b, 350, 7, 250);
	expect_some(&b, "evt.type!=getuid", CLOSE READ);
	expect_some(&b, "evt.failed=true", CLOSE);
	expect_some(&b, "evt.type=read", READ);
	build_release(&b);
}

Test(joined_some, what_has_no_end_is_asked_by_how_it_began)
{
	struct build b = {0};

	start(&b);
	read_enter(&b, 100, 7);
	add(&b, 200, 7, PPME_SYSCALL_CLOSE_E, PARAMS(P_S64(9))); /* the read's exit record is lost */
	add(&b, 300, 1, PPME_SYSCALL_NANOSLEEP_E, NO_PARAMS);
	add(&b, 310, 1, PPME_PROCEXIT_1_E, PARAMS(P_S64(0)));
	expect_some(&b, "evt.type in (read, close)",
		"7 100 read(fd=3(<f>/etc/hosts), size=10 <unfinished ...>\n"
		"7 200 close(fd=9 <unfinished ...>\n");
	expect_some(&b, "fd.num=9", "7 200 close(fd=9 <unfinished ...>\n");
	expect_some(&b, "evt.num=5", "1 310 --- procexit status=0 ---\n");
	expect_some(&b, "proc.name=init",
		"1 300 nanosleep( <unfinished ...>\n1 310 --- procexit status=0 ---\n");
	build_release(&b);
}

/* Their lines come in the order in which they began. */
Test(joined_some, many_calls_that_are_still_on_at_the_end)
{
	struct build b = {0};
	struct buf want = {0};

	start(&b);
	for (int tid = 100; tid < 200; tid++) {
		add(&b, (uint64_t)tid, tid, PPME_SYSCALL_GETUID_E, NO_PARAMS);
		buf_printf(&want, "%d %d getuid( <unfinished ...>\n", tid, tid);
	}
	buf_u8(&want, 0);
	expect_some(&b, "evt.dir=>", (const char *)want.p);
	buf_release(&want);
	build_release(&b);
}

Test(joined_some, an_exit_record_of_another_call)
{
	struct build b = {0};

	start(&b);
	read_enter(&b, 100, 7);
	add(&b, 200, 7, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(9)));
	expect_some(&b, "evt.type=read", "7 100 read(fd=3(<f>/etc/hosts), size=10 <unfinished ...>\n");
	expect_some(&b, "evt.type=close", "7 200 close(fd=9) = 0\n");
	build_release(&b);
}

/* A capture of what passed a filter, or a slice, has the beginning of a call as a hidden record. */
Test(joined_some, a_call_that_begins_with_a_hidden_record)
{
	struct build b = {0};

	start(&b);
	build_event(&b, &(struct build_event){.block = BT_EVF_V2, .flags = EVENT_HIDDEN, .tid = 7,
		.type = PPME_SYSCALL_READ_E, .ts = BUILD_EPOCH + 100}, PARAMS(P_S64(3), P_U32(10)));
	read_exit(&b, 350, 7);
	expect_some(&b, "evt.type=read", READ);
	build_release(&b);
}
