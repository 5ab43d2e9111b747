/* SPDX-License-Identifier: MIT */
/* Children that only their parent has told of yet. */
#include <criterion/criterion.h>

#include "state/births.h"
#include "support/build.h"
#include "support/capture.h"

#define S UINT64_C(1000000000)

/* A clone record: the result, who it is about, its tid in its namespace, and when. */
static void put_clone(struct build *b, uint64_t ts, int64_t tid, int64_t res, int64_t vtid)
{
	build_event(b,
		&(struct build_event){.ts = BUILD_EPOCH + ts, .tid = tid,
			.type = PPME_SYSCALL_CLONE_20_X},
		PARAMS(P_S64(res), P_STR("/bin/sh"), P_STR(""), P_S64(tid), P_S64(tid), P_S64(1),
			P_STR(""), P_S64(512), P_U64(1), P_U64(2), P_U32(3), P_U32(4), P_U32(5),
			P_STR("sh"), P_STR("cpu=/"), P_U32(0), P_U32(7), P_U32(8), P_S64(vtid),
			P_S64(vtid), P_U64(1000)));
}

/* Whether births are waited for after the events in b, as of a time. */
static bool waiting(struct build *b, uint64_t ts)
{
	struct err err = {0};
	struct state *st = state_new(&err);
	struct births births;
	struct capture c;
	struct moment m;
	struct event ev;
	bool got;

	births_init(&births);
	cr_assert(capture_open(&c, buf_view(&b->out)), "%s", c.err.text);
	while (capture_next(&c) == 1) {
		if (c.block.info->kind != BLOCK_EVENT) {
			cr_assert_eq(state_load(st, &c.block, &err), 0);
			continue;
		}
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
		cr_assert_eq(state_apply(st, &ev, &m, &err), 0);
		births_note(&births, st, &ev);
	}
	got = births_waiting(&births, BUILD_EPOCH + ts);
	births_release(&births);
	capture_close(&c);
	state_free(st);
	build_release(b);
	return got;
}

/* Threads 2 and 10 are there. */
static void begin(struct build *b)
{
	struct meta_proc procs[] = {build_proc(2, 0, "kthreadd"), build_proc(10, 1, "sh")};

	*b = (struct build){0};
	build_section(b, 2);
	build_procs(b, 9, BUILD_TAIL, procs, 2);
}

Test(births, a_child_is_waited_for_until_it_runs_or_long_enough)
{
	struct build b;

	begin(&b);
	cr_expect(!waiting(&b, 0));
	begin(&b);
	put_clone(&b, S, 10, 11, 10);
	cr_expect(waiting(&b, 2 * S));
	begin(&b);
	put_clone(&b, S, 10, 11, 10);
	cr_expect(!waiting(&b, 4 * S));
	begin(&b);
	put_clone(&b, S, 10, 11, 10);
	put_clone(&b, S + 1, 11, 0, 11);
	cr_expect(!waiting(&b, S + 2));
}

/* In a container parents know their children by other numbers, which are others' on the host. */
Test(births, children_in_namespaces_are_not_waited_for)
{
	struct build b;

	begin(&b);
	put_clone(&b, S, 11, 0, 1);
	put_clone(&b, S + 1, 11, 2, 1);
	cr_expect(!waiting(&b, S + 2));
}
