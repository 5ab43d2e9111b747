/* SPDX-License-Identifier: MIT */
/* Clones that are half told: which of them a fresh state has to wait for. */
#include <criterion/criterion.h>

#include "state/births.h"
#include "state/state_priv.h"
#include "support/feed.h"

/* A clone record of a thread: the result, the parent's tid, the thread's number in its namespace. */
#define CLONE(res, tid, ptid, vtid)                                                                \
	PARAMS(P_S64(res), P_STR("/bin/sh"), P_STR("-c"), P_S64(tid), P_S64(tid), P_S64(ptid),     \
		P_STR(""), P_S64(512), P_U64(1), P_U64(2), P_U32(3), P_U32(4), P_U32(5),           \
		P_STR("sh"), P_STR("cpu=/"), P_U32(0), P_U32(7), P_U32(8), P_S64(vtid),            \
		P_S64(vtid), P_U64(1000))

static struct feed f;
static struct births b;

static void begin(void)
{
	feed_begin_shell(&f);
	births_init(&b);
}

static void end(void)
{
	births_release(&b);
	feed_end(&f);
}

TestSuite(births, .init = begin, .fini = end);

static bool waiting(void)
{
	births_note(&b, f.st, &f.ev);
	return births_waiting(&b, f.ev.ts);
}

Test(births, the_child_is_waited_for_until_it_tells)
{
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(20, 10, 1, 10));
	cr_expect(waiting());
	feed(&f, PPME_SYSCALL_CLONE_20_X, 20, CLONE(0, 20, 10, 20));
	cr_expect(!waiting());
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(21, 10, 1, 10));
	cr_expect(waiting());
	cr_expect(!births_waiting(&b, f.ev.ts + 3000000000), "or two seconds");
}

/* There the result of a clone is the number of another process outside, which says no such thing. */
Test(births, numbers_of_a_pid_namespace_are_not_waited_for)
{
	feed(&f, PPME_SYSCALL_CLONE_20_X, 20, CLONE(0, 20, 10, 2));
	cr_expect(!waiting());
	cr_assert_not_null(state_thread(f.st, 10));
	feed(&f, PPME_SYSCALL_CLONE_20_X, 20, CLONE(10, 20, 10, 2));
	cr_expect(!waiting());
}
