/* SPDX-License-Identifier: MIT */
/* Clones that only the parent has told of yet: until the child does, or two seconds have gone. */
#include <criterion/criterion.h>

#include "state/births.h"
#include "support/feed.h"

#define SECOND   1000000000ull
#define IN_PIDNS 0x20000000

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

/* Takes in an event. Returns whether a child is waited for then. */
static bool waiting(uint64_t ts, uint16_t type, int64_t tid, const struct build_param *params)
{
	feed_at(&f, ts, type, tid, params);
	births_note(&b, f.st, &f.ev);
	cr_expect_not(b.failed);
	return births_waiting(&b, ts);
}

Test(births, a_child_is_waited_for_until_it_tells)
{
	const uint64_t t = BUILD_EPOCH;

	cr_expect(waiting(t, PPME_SYSCALL_CLONE_20_X, 10, CLONE(11, 10, 10, 1, "sh", 0, 10, 10)));
	cr_expect(waiting(t + 1, PPME_SYSCALL_GETUID_X, 10, PARAMS(P_U32(0))));
	cr_expect_not(waiting(
		t + 2, PPME_SYSCALL_CLONE_20_X, 11, CLONE(0, 11, 11, 10, "sh", 0, 11, 11)));
}

Test(births, but_for_two_seconds_only)
{
	const uint64_t t = BUILD_EPOCH;

	cr_expect(waiting(t, PPME_SYSCALL_CLONE_20_X, 10, CLONE(11, 10, 10, 1, "sh", 0, 10, 10)));
	cr_expect(births_waiting(&b, t + 2 * SECOND - 1));
	cr_expect_not(births_waiting(&b, t + 2 * SECOND));
}

Test(births, who_has_told_first_is_not_waited_for)
{
	const uint64_t t = BUILD_EPOCH;

	cr_expect_not(
		waiting(t, PPME_SYSCALL_CLONE_20_X, 11, CLONE(0, 11, 11, 10, "sh", 0, 11, 11)));
	cr_expect_not(
		waiting(t + 1, PPME_SYSCALL_CLONE_20_X, 10, CLONE(11, 10, 10, 1, "sh", 0, 10, 10)));
}

/* Another process of the machine has the number that the child has there: here, 10. */
Test(births, numbers_of_namespaces_are_nobody_to_wait_for)
{
	const uint64_t t = BUILD_EPOCH;

	cr_expect_not(waiting(
		t, PPME_SYSCALL_CLONE_20_X, 20, CLONE(0, 20, 20, 10, "in", IN_PIDNS, 1, 1)));
	cr_expect_not(waiting(
		t + 1, PPME_SYSCALL_CLONE_20_X, 21, CLONE(0, 21, 21, 20, "in", IN_PIDNS, 10, 10)));
	cr_expect_not(waiting(
		t + 2, PPME_SYSCALL_CLONE_20_X, 20, CLONE(10, 20, 20, 10, "in", 0, 1, 1)));
}
