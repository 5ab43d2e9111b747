/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "base/cursor.h"

static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

Test(cursor, reads_either_byte_order)
{
	struct cursor c = cursor_of(span_of(bytes, sizeof(bytes)), true);

	cr_expect_eq(cursor_u16(&c), 0x0102);
	cr_expect_eq(cursor_u32(&c), 0x03040506);
	c = cursor_of(span_of(bytes, sizeof(bytes)), false);
	cr_expect_eq(cursor_u64(&c), 0x0807060504030201);
	cr_expect_eq(cursor_u8(&c), 9);
	cr_expect(!c.bad);
}

Test(cursor, a_short_read_gives_zero_and_sticks)
{
	struct cursor c = cursor_of(span_of(bytes, 3), false);

	cr_expect_eq(cursor_u32(&c), 0);
	cr_expect(c.bad);
	/* The bytes that were there are used up: what follows cannot be taken for something else. */
	cr_expect_eq(cursor_left(&c), 0);
	cr_expect_eq(cursor_u8(&c), 0);
	cr_expect_eq(cursor_span(&c, 1).n, 0);
	cursor_skip(&c, 0);
	cr_expect(c.bad);
}

Test(cursor, lengths_of_strings_are_not_trusted)
{
	const uint8_t lying[] = {5, 0, 'a', 'b'};
	struct cursor c = cursor_of(span_of(lying, sizeof(lying)), false);

	cr_expect_eq(cursor_str16(&c).n, 0);
	cr_expect(c.bad);
	c = cursor_of(span_of(lying, sizeof(lying)), false);
	cursor_skip(&c, SIZE_MAX);
	cr_expect(c.bad);
}

Test(cursor, nothing_is_fine_until_something_is_asked_for)
{
	struct cursor c = cursor_of(span_of(NULL, 0), false);

	cr_expect_eq(cursor_left(&c), 0);
	cr_expect_eq(cursor_span(&c, 0).n, 0);
	cr_expect(!c.bad);
	cr_expect_eq(cursor_u16(&c), 0);
	cr_expect(c.bad);
}
