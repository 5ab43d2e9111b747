/* SPDX-License-Identifier: MIT */
/* What is held back comes out in order of time, as far as it is held long enough. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tools/scapedit/reorder.h"

/* Blocks are their times, four bytes each. */
static struct span block(uint32_t *ts)
{
	return span_of(ts, sizeof(*ts));
}

static struct sink *to_memory(struct buf *to)
{
	struct err err = {0};
	struct sink *s = sink_mem(to, NULL, &err);

	cr_assert_not_null(s, "%s", err.text);
	return s;
}

static void put(struct reorder *r, uint32_t ts, int64_t tid, struct sink *to)
{
	struct err err = {0};

	cr_assert_eq(reorder_put(r, block(&ts), ts, tid, to, &err), 0, "%s", err.text);
}

static void insert(struct reorder *r, uint32_t ts, int64_t tid, struct sink *to)
{
	struct err err = {0};

	cr_assert_eq(reorder_insert(r, block(&ts), ts, tid, to, &err), 0, "%s", err.text);
}

static void finish(struct reorder *r, struct sink *to)
{
	struct err err = {0};

	cr_assert_eq(reorder_flush(r, to, &err), 0, "%s", err.text);
	reorder_release(r);
	cr_assert_eq(sink_close(to, &err), 0, "%s", err.text);
}

static uint32_t at(const struct buf *b, size_t i)
{
	uint32_t ts;

	cr_assert_lt(4 * i, b->n);
	memcpy(&ts, b->p + 4 * i, sizeof(ts));
	return ts;
}

Test(reorder, in_front_of_later_ones_but_not_of_the_same_thread)
{
	struct reorder r = {0};
	struct buf out = {0};
	struct sink *to = to_memory(&out);
	static const uint32_t want[] = {10, 15, 20, 30, 12, 40};

	put(&r, 10, 1, to);
	put(&r, 20, 2, to);
	put(&r, 30, 3, to);
	put(&r, 40, 4, to);
	insert(&r, 15, 9, to);
	insert(&r, 12, 3, to);
	cr_expect_eq(out.n, 0, "all of it is held");
	finish(&r, to);
	cr_assert_eq(out.n, sizeof(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		cr_expect_eq(at(&out, i), want[i], "%zu: %u", i, at(&out, i));
	buf_release(&out);
}

/* So many pass that the window moves several times. */
Test(reorder, what_comes_too_late_is_first_of_what_is_held)
{
	struct reorder r = {0};
	struct buf out = {0};
	struct sink *to = to_memory(&out);
	uint32_t n = 5 * REORDER_BLOCKS, inversions = 0;

	for (uint32_t i = 1; i <= n; i++) {
		put(&r, 10000 + 10 * i, 1, to);
		if (i % 100 == 0)
			insert(&r, 10000 + 10 * i - 5005, 2 + i, to);
	}
	cr_expect_lt(r.bytes.n, 3u * 4 * REORDER_BLOCKS, "memory is bounded");
	insert(&r, 5, 9, to);
	finish(&r, to);
	cr_assert_eq(out.n, 4 * (n + n / 100 + 1));
	for (size_t i = 1; i < out.n / 4; i++)
		inversions += at(&out, i) < at(&out, i - 1);
	cr_expect_eq(inversions, 1u, "only the last one came too late");
	buf_release(&out);
}
