/* SPDX-License-Identifier: MIT */
/* The proof of a slice has to fail where a slice is wrong. */
#include <criterion/criterion.h>

#include "support/capture.h"
#include "support/slices.h"

/* Compares part with event first to last of the story. Returns what verify_run does. */
static int verify_story(uint64_t first, uint64_t last, struct span part, struct verify_report *rep)
{
	struct select s = slice_range(first, last);
	struct build b = {0};
	struct capture x, y;
	struct err err = {0};
	int same;

	slice_story(&b);
	cr_assert(capture_open(&x, buf_view(&b.out)));
	cr_assert(capture_open(&y, part));
	*rep = (struct verify_report){0};
	same = verify_run(&s, x.reader, y.reader, rep, &err);
	cr_expect(same >= 0 || err.code != ERR_NONE);
	capture_close(&x);
	capture_close(&y);
	build_release(&b);
	select_release(&s);
	return same;
}

/* The story's section header and event number num, without any state. */
static void bare_event(struct buf *to, uint64_t num)
{
	struct build b = {0};
	struct capture c;
	uint64_t n = 0;

	slice_story(&b);
	cr_assert(capture_open(&c, buf_view(&b.out)));
	cr_assert_eq(capture_next(&c), 1);
	buf_span(to, c.block.raw);
	while (n < num && capture_next(&c) == 1)
		n += c.block.info->kind == BLOCK_EVENT;
	cr_assert_eq(n, num);
	buf_span(to, c.block.raw);
	capture_close(&c);
	build_release(&b);
}

Test(edit_verify, notices_lost_names)
{
	struct buf part = {0};
	struct verify_report rep;

	bare_event(&part, 4);
	cr_expect_eq(verify_story(4, 4, buf_view(&part), &rep), 0);
	cr_expect_eq(rep.num, 4);
	cr_expect_eq(rep.compared, 0);
	cr_expect(memmem(rep.whole.p, rep.whole.n, "4(<f>/etc/hosts)", 16) != NULL);
	cr_expect(memmem(rep.part.p, rep.part.n, "/etc/hosts", 10) == NULL);
	verify_release(&rep);
	buf_release(&part);
}

Test(edit_verify, notices_missing_and_surplus_events)
{
	struct select s = slice_range(4, 6);
	struct build b = {0};
	struct buf part = {0};
	struct verify_report rep;

	slice_story(&b);
	slice_bytes(&s, buf_view(&b.out), &part);
	cr_expect_eq(verify_story(4, 6, buf_view(&part), &rep), 1);
	cr_expect_eq(rep.compared, 3);
	verify_release(&rep);
	cr_expect_eq(verify_story(4, 7, buf_view(&part), &rep), 0);
	cr_expect_eq(rep.num, 7);
	cr_expect_eq(rep.part.n, 0);
	verify_release(&rep);
	cr_expect_eq(verify_story(4, 5, buf_view(&part), &rep), 0);
	cr_expect_eq(rep.num, 0);
	cr_expect_eq(rep.whole.n, 0);
	verify_release(&rep);
	buf_release(&part);
	select_release(&s);
	build_release(&b);
}

Test(edit_verify, a_part_may_not_be_cut_short)
{
	struct select s = slice_range(4, 6);
	struct build b = {0};
	struct buf part = {0};
	struct verify_report rep;

	slice_story(&b);
	slice_bytes(&s, buf_view(&b.out), &part);
	cr_expect_eq(verify_story(4, 6, span_of(part.p, part.n - 4), &rep), -1);
	verify_release(&rep);
	buf_release(&part);
	select_release(&s);
	build_release(&b);
}
