/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "pcapng/option.h"
#include "pcapng/pcapng.h"

static void each_order(void (*test)(struct buf *b))
{
	for (int big = 0; big < 2; big++) {
		struct buf b = {.big = big};

		test(&b);
		buf_release(&b);
	}
}

static void walk(struct buf *b)
{
	struct option_view opt;
	struct cursor c;

	option_put(b, OPT_COMMENT, span_str("hello"));
	option_put(b, OPT_IF_TSRESOL, span_of("\x09", 1));
	option_put(b, OPT_IF_FILTER, span_of(NULL, 0));
	option_put_end(b);
	option_put(b, OPT_COMMENT, span_str("behind the end"));
	c = cursor_of(buf_view(b), b->big);
	cr_assert_eq(option_next(&c, &opt), 1);
	cr_expect_eq(opt.code, OPT_COMMENT);
	cr_expect(span_eq(opt.value, span_str("hello")));
	cr_assert_eq(option_next(&c, &opt), 1);
	cr_expect_eq(opt.code, OPT_IF_TSRESOL);
	cr_expect_eq(opt.value.n, 1);
	cr_assert_eq(option_next(&c, &opt), 1);
	cr_expect_eq(opt.value.n, 0);
	cr_expect_eq(option_next(&c, &opt), 0);
	cr_expect_eq(option_next(&c, &opt), 0, "the end stays the end");
}

Test(option, are_walked_up_to_their_end)
{
	each_order(walk);
}

Test(option, end_with_the_block_when_nothing_ends_them)
{
	struct buf b = {0};
	struct option_view opt;
	struct cursor c;

	option_put(&b, OPT_COMMENT, span_str("four"));
	c = cursor_of(buf_view(&b), false);
	cr_expect_eq(option_next(&c, &opt), 1);
	cr_expect_eq(option_next(&c, &opt), 0);
	buf_release(&b);
}

Test(option, longer_than_the_block_are_damage)
{
	static const uint8_t too_long[] = {1, 0, 9, 0, 'x', 'x', 'x', 'x'};
	static const uint8_t half_header[] = {1, 0};
	struct option_view opt;
	struct cursor c = cursor_of(span_of(too_long, sizeof(too_long)), false);

	cr_expect_eq(option_next(&c, &opt), -1);
	cr_expect(c.bad);
	cr_expect_eq(option_next(&c, &opt), -1, "damage stays damage");
	c = cursor_of(span_of(half_header, sizeof(half_header)), false);
	cr_expect_eq(option_next(&c, &opt), -1);
}

Test(option, may_lack_the_padding_of_the_last_one)
{
	static const uint8_t bytes[] = {1, 0, 3, 0, 'a', 'b', 'c'};
	struct cursor c = cursor_of(span_of(bytes, sizeof(bytes)), false);
	struct option_view opt;

	cr_expect_eq(option_next(&c, &opt), 1);
	cr_expect(span_eq(opt.value, span_str("abc")));
	cr_expect_eq(option_next(&c, &opt), 0);
}

Test(option, find_gives_the_first_and_does_not_move)
{
	struct buf b = {0};
	struct option_view opt;
	struct cursor c;

	option_put(&b, OPT_IF_NAME, span_str("eth0"));
	option_put(&b, OPT_COMMENT, span_str("one"));
	option_put(&b, OPT_COMMENT, span_str("two"));
	c = cursor_of(buf_view(&b), false);
	cr_expect(option_find(c, OPT_COMMENT, &opt));
	cr_expect(span_eq(opt.value, span_str("one")));
	cr_expect_not(option_find(c, OPT_IF_OS, &opt));
	cr_expect_eq(cursor_left(&c), b.n);
	buf_release(&b);
}

Test(option, values_are_cut_to_what_the_length_can_say)
{
	struct buf big = {0}, b = {0};
	struct option_view opt;
	struct cursor c;

	buf_zeros(&big, 70000);
	option_put(&b, OPT_COMMENT, buf_view(&big));
	c = cursor_of(buf_view(&b), false);
	cr_assert_eq(option_next(&c, &opt), 1);
	cr_expect_eq(opt.value.n, UINT16_MAX);
	cr_expect_eq(b.n % 4, 0);
	buf_release(&big);
	buf_release(&b);
}
