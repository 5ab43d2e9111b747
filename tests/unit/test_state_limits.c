/* SPDX-License-Identifier: MIT */
/* Memory follows what is alive, and nothing in a record can do harm. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "state/state_priv.h"
#include "support/capture.h"
#include "support/count_malloc.h"
#include "support/feed.h"

static struct feed f;

/* --- coming and going ----------------------------------------------------------------------- */

/* The life of a process in blocks that are built once: fork, open, dup, socket, exec, close, exit.
 */
struct life {
	struct build b;
	size_t at[16];
	size_t n;
};

static void add(struct life *l, uint16_t type, int64_t tid, const struct build_param *params)
{
	build_event(&l->b, &(struct build_event){.type = type, .tid = tid}, params);
	l->at[l->n++] = l->b.start;
}

static void build_life(struct life *l, int64_t tid)
{
	build_section(&l->b, 2);
	add(l, PPME_SYSCALL_CLONE_20_X, 10,
		PARAMS(P_S64(tid), P_STR("sh"), P_STR("-c"), P_S64(10), P_S64(10), P_S64(1),
			P_STR(""), P_S64(1), P_U64(1), P_U64(2), P_U32(3), P_U32(4), P_U32(5),
			P_STR("sh"), P_STR("cpu=/x"), P_U32(0), P_U32(0), P_U32(0), P_S64(10),
			P_S64(10), P_U64(0)));
	add(l, PPME_SYSCALL_OPENAT_2_E, tid,
		PARAMS(P_S64(-100), P_STR("some/file"), P_U32(0x1001), P_U32(0)));
	add(l, PPME_SYSCALL_OPENAT_2_X, tid,
		PARAMS(P_S64(3), P_S64(-100), P_STR("some/file"), P_U32(0x1001), P_U32(0), P_U32(0),
			P_U64(0)));
	add(l, PPME_SYSCALL_DUP2_X, tid, PARAMS(P_S64(1), P_S64(3), P_S64(1)));
	add(l, PPME_SOCKET_SOCKET_X, tid, PARAMS(P_S64(4), P_U32(2), P_U32(1), P_U32(0)));
	add(l, PPME_SOCKET_CONNECT_X, tid,
		PARAMS(P_S64(0), P_TUPLE4(0x0a000000 + (uint32_t)tid, 1, 2, 3), P_S64(4)));
	add(l, PPME_SYSCALL_READ_E, tid, PARAMS(P_S64(3), P_U32(100)));
	add(l, PPME_SYSCALL_READ_X, tid, PARAMS(P_S64(1), P_BYTES("x")));
	add(l, PPME_SYSCALL_EXECVE_8_X, tid,
		PARAMS(P_S64(0), P_STR("prog"), P_STR("a"), P_S64(tid), P_S64(tid), P_S64(10),
			P_STR(""), P_U64(1)));
	add(l, PPME_SYSCALL_CLOSE_X, tid, PARAMS(P_S64(0), P_S64(4)));
	add(l, PPME_PROCEXIT_1_E, tid, PARAMS(P_S64(0), P_S64(0), P_U8(0), P_U8(0), P_S64(10)));
}

/* One event of it, as of now. */
static void live(struct life *l, size_t i, uint64_t now)
{
	struct build view = l->b;
	struct block block;
	struct err err = {0};
	struct moment m;
	struct event ev;

	view.start = l->at[i];
	view.out.n = i + 1 < l->n ? l->at[i + 1] : l->b.out.n;
	block = build_last(&view);
	cr_assert_eq(event_decode(&ev, &block, &err), 0);
	ev.ts = now;
	cr_assert_eq(state_apply(f.st, &ev, &m, &err), 0);
}

#define LIVES 64

/* All the lives side by side, again and again. */
static void live_all(struct life *lives, size_t rounds, uint64_t *now)
{
	for (size_t round = 0; round < rounds; round++)
		for (size_t i = 0; i < lives[0].n; i++)
			for (size_t k = 0; k < LIVES; k++)
				live(&lives[k], i, *now += 50000000);
}

Test(state_limits, processes_that_come_and_go_take_no_memory)
{
	static struct life lives[LIVES];
	uint64_t now = BUILD_EPOCH;
	size_t calls, memory;

	feed_begin_shell(&f);
	for (size_t k = 0; k < LIVES; k++)
		build_life(&lives[k], 100 + 7 * (int64_t)k);
	live_all(lives, 4, &now);
	calls = count_malloc();
	memory = intern_memory(f.st->texts);
	live_all(lives, 100000 / LIVES, &now);
	cr_expect_eq(count_malloc(), calls);
	cr_expect_eq(intern_memory(f.st->texts), memory);
	feed(&f, PPME_DROP_E, -1, PARAMS(P_U32(1)));
	cr_expect_eq(f.st->threads.n, 1); /* the shell */
	cr_expect_eq(f.st->nfds, 0);
	for (size_t k = 0; k < LIVES; k++)
		build_release(&lives[k].b);
	feed_end(&f);
}

/* --- limits --------------------------------------------------------------------------------- */

static struct event event_of(uint16_t type, int64_t tid)
{
	return (struct event){
		.type = type, .info = event_info(type), .tid = tid, .ts = BUILD_EPOCH};
}

Test(state_limits, a_full_table_takes_no_more_threads)
{
	struct err err = {0};
	struct moment m;

	feed_begin(&f);
	for (int64_t tid = 1; tid <= THREADS_MAX + 10; tid++) {
		struct event ev = event_of(PPME_SYSCALL_READ_X, tid);

		cr_assert_eq(state_apply(f.st, &ev, &m, &err), 0);
	}
	cr_expect_null(m.thread);
	cr_expect_eq(f.st->threads.n, THREADS_MAX);
	/* A child that does not fit is not there; the one that exits makes room. */
	feed(&f, PPME_SYSCALL_CLONE_20_X, 1, PARAMS(P_S64(THREADS_MAX + 5), P_STR("a")));
	feed(&f, PPME_SYSCALL_CLONE_20_X, THREADS_MAX + 6, PARAMS(P_S64(0), P_STR("a")));
	cr_expect_null(f.m.thread);
	feed(&f, PPME_PROCEXIT_1_E, 7, PARAMS(P_S64(0)));
	feed(&f, PPME_SYSCALL_READ_X, THREADS_MAX + 6, PARAMS(P_S64(0)));
	cr_expect_not_null(f.m.thread);
	feed_end(&f);
}

Test(state_limits, a_full_table_takes_no_more_descriptors)
{
	feed_begin_shell(&f);
	feed(&f, PPME_SYSCALL_OPEN_X, 10, PARAMS(P_S64(3), P_STR("a"), P_U32(1), P_U32(0)));
	f.st->nfds += FDS_MAX;
	feed(&f, PPME_SYSCALL_OPEN_X, 10, PARAMS(P_S64(4), P_STR("b"), P_U32(1), P_U32(0)));
	cr_expect(f.m.fd == 4 && !f.m.entry);
	feed(&f, PPME_SYSCALL_PIPE_X, 10, PARAMS(P_S64(0), P_S64(5), P_S64(6), P_U64(1)));
	feed(&f, PPME_SYSCALL_DUP_1_X, 10, PARAMS(P_S64(7), P_S64(3)));
	feed(&f, PPME_SYSCALL_OPEN_X, 10, PARAMS(P_S64(3), P_STR("c"), P_U32(1), P_U32(0)));
	cr_expect_str_eq(name_of(&f, 10, 3), "/home/user/c"); /* takes no room */
	f.st->nfds -= FDS_MAX;
	cr_expect_eq(f.st->nfds, 1);
	feed_end(&f);
}

/* --- odd data ------------------------------------------------------------------------------- */

/* Values that lead somewhere more often than others: small numbers, families, paths. */
static struct span odd_param(uint8_t *bytes, size_t room, uint64_t *seed)
{
	size_t n = next_random(seed) % 5 ? next_random(seed) % 12 : next_random(seed) % room;
	uint32_t kind = next_random(seed) % 4;

	for (size_t i = 0; i < n; i++)
		bytes[i] = kind == 3 ? (uint8_t)next_random(seed) : 0;
	if (n && kind == 0)
		bytes[0] = (uint8_t)(next_random(seed) % 12);
	if (n && kind == 1)
		memset(bytes, next_random(seed) % 2 ? '/' : '.', n);
	if (n && kind == 2)
		memset(bytes, 0xff, n);
	return span_of(bytes, n);
}

static struct event odd_event(uint8_t *bytes, size_t room, uint64_t *seed)
{
	uint16_t type = (uint16_t)(next_random(seed) % (EVENT_TYPES + 2));
	struct event ev = event_of(type, (int64_t)(next_random(seed) % 12) - 2);
	uint32_t most = ev.info ? ev.info->nparams + 2 : 3;

	ev.cpu = (uint16_t)next_random(seed);
	ev.ts += next_random(seed);
	ev.big = next_random(seed) % 2;
	ev.nparams = next_random(seed) % 4 ? most : next_random(seed) % (most + 1);
	ev.nparams = MIN(ev.nparams, (uint32_t)EVENT_MAX_PARAMS);
	for (uint32_t i = 0; i < ev.nparams; i++)
		ev.params[i] = odd_param(bytes + i * room, room, seed);
	return ev;
}

Test(state_limits, odd_records_are_survived)
{
	static uint8_t bytes[EVENT_MAX_PARAMS * 100];
	struct err err = {0};
	struct buf out = {0};
	struct sink *sink = sink_mem(&out, NULL, &err);
	struct writer w;
	struct moment m;
	uint64_t seed = 1;

	feed_begin_shell(&f);
	for (size_t i = 0; i < 300000; i++) {
		struct event ev = odd_event(bytes, 100, &seed);

		cr_assert_eq(state_apply(f.st, &ev, &m, &err), 0);
	}
	writer_init(&w, sink, false);
	cr_expect_eq(state_dump(f.st, &w, &err), 0);
	cr_expect_eq(sink_close(sink, &err), 0);
	writer_release(&w);
	buf_release(&out);
	feed_end(&f);
}

/* Tids and descriptors at the ends of their range. */
Test(state_limits, extreme_numbers)
{
	static const int64_t numbers[] = {INT64_MIN, -1, 0, INT32_MAX, INT64_MAX};

	feed_begin_shell(&f);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		int64_t n = numbers[i];

		feed(&f, PPME_SYSCALL_OPEN_X, 10, PARAMS(P_S64(n), P_STR("a"), P_U32(1)));
		feed(&f, PPME_SYSCALL_CLOSE_X, 10, PARAMS(P_S64(0), P_S64(n)));
		feed(&f, PPME_SYSCALL_DUP3_X, 10, PARAMS(P_S64(n), P_S64(n)));
		feed(&f, PPME_SYSCALL_CLONE_20_X, n, PARAMS(P_S64(n), P_STR("a")));
		feed(&f, PPME_SYSCALL_CLONE_20_X, n, PARAMS(P_S64(0), P_STR("a")));
		feed(&f, PPME_SYSCALL_CLONE_20_X, n, PARAMS(P_S64(50), P_STR("a")));
		feed(&f, PPME_SYSCALL_EXECVE_19_X, n, PARAMS(P_S64(0)));
		feed(&f, PPME_SYSCALL_CLOSE_RANGE_X, 10, PARAMS(P_S64(0), P_U32(n), P_U32(-1)));
		feed(&f, PPME_PROCEXIT_1_E, n,
			PARAMS(P_S64(0), P_S64(0), P_U8(0), P_U8(0), P_S64(n)));
	}
	cr_expect_null(state_thread(f.st, 0));
	cr_expect_null(state_thread(f.st, INT64_MIN));
	cr_expect_null(name_of(&f, 10, -1));
	feed_end(&f);
}

/* --- damaged lists -------------------------------------------------------------------------- */

Test(state_limits, what_was_whole_of_a_damaged_list_is_loaded)
{
	struct meta_proc p[] = {build_proc(20, 1, "whole"), build_proc(21, 1, "broken")};
	struct err err = {0};
	struct block block;

	feed_begin(&f);
	build_procs(&f.b, 9, BUILD_TAIL, p, 2);
	block = build_last(&f.b);
	block.body.n -= 40;
	cr_expect_eq(state_load(f.st, &block, &err), -1);
	cr_expect_eq(err.code, ERR_FORMAT);
	cr_expect_not_null(state_thread(f.st, 20));
	cr_expect_null(state_thread(f.st, 21));
	/* A block too short for its thread. */
	err_clear(&err);
	build_block(&f.b, BT_FDL_V2, span_str("1234"));
	block = build_last(&f.b);
	cr_expect_eq(state_load(f.st, &block, &err), -1);
	/* Blocks that are none of the state's. */
	err_clear(&err);
	build_block(&f.b, BT_EPB, span_str("1234"));
	block = build_last(&f.b);
	cr_expect_eq(state_load(f.st, &block, &err), 0);
	feed_end(&f);
}
