/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/cursor.h"

static void expect_text(struct buf *b, const char *want)
{
	cr_expect(span_eq(buf_view(b), span_str(want)), "'%.*s' is not '%s'", (int)b->n,
		(const char *)b->p, want);
	buf_release(b);
}

Test(buf, is_the_mirror_of_the_cursor)
{
	for (int big = 0; big < 2; big++) {
		struct buf b = {.big = big};
		struct cursor c;

		buf_u8(&b, 0x12);
		buf_u16(&b, 0x3456);
		buf_u32(&b, 0x789abcde);
		buf_u64(&b, 0x0123456789abcdef);
		buf_str16(&b, span_str("hello"), 3);
		cr_assert_eq(b.p[1], big ? 0x34 : 0x56);
		c = cursor_of(buf_view(&b), big);
		cr_expect_eq(cursor_u8(&c), 0x12);
		cr_expect_eq(cursor_u16(&c), 0x3456);
		cr_expect_eq(cursor_u32(&c), 0x789abcde);
		cr_expect_eq(cursor_u64(&c), 0x0123456789abcdef);
		cr_expect(span_eq(cursor_str16(&c), span_str("hel")));
		cr_expect(!c.bad && cursor_left(&c) == 0);
		buf_release(&b);
	}
}

Test(buf, lengths_are_filled_in_afterwards)
{
	struct buf b = {0};

	buf_u32(&b, 0);
	buf_text(&b, "abc");
	buf_patch_u32(&b, 0, (uint32_t)b.n);
	cr_expect_eq(load_u32(b.p, false), 7);
	/* Where four bytes are not in use there is nothing to overwrite. */
	buf_patch_u32(&b, 4, UINT32_MAX);
	buf_patch_u32(&b, SIZE_MAX, UINT32_MAX);
	cr_expect(span_eq(span_of(b.p + 4, 3), span_str("abc")));
	buf_release(&b);
}

Test(buf, running_out_of_memory_sticks)
{
	struct buf b = {0};

	buf_text(&b, "kept");
	cr_expect_null(buf_reserve(&b, SIZE_MAX - 2));
	cr_expect_null(buf_zeros(&b, SIZE_MAX / 2));
	cr_expect(b.failed);
	expect_text(&b, "kept");
}

Test(buf, numbers_as_text)
{
	struct buf b = {0};

	buf_dec(&b, 0);
	buf_char(&b, ' ');
	buf_dec(&b, UINT64_MAX);
	buf_char(&b, ' ');
	buf_sdec(&b, INT64_MIN);
	buf_char(&b, ' ');
	buf_dec_padded(&b, 7, 3);
	buf_dec_padded(&b, 12345, 3);
	buf_char(&b, ' ');
	buf_hex(&b, 0x7f1a);
	buf_hex_upper(&b, 0xff);
	buf_printf(&b, " %s-%d ", "x", 3);
	buf_count(&b, 1, "ox", "oxen");
	buf_count(&b, 0, "ox", "oxen");
	expect_text(&b, "0 18446744073709551615 -9223372036854775808 00712345 7f1aFF x-3 , 1 ox, 0 oxen");
}

Test(buf, printf_of_any_length)
{
	struct buf b = {0};
	char long_text[3000];

	memset(long_text, 'y', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	buf_printf(&b, "<%s>", long_text);
	cr_assert_eq(b.n, sizeof(long_text) + 1);
	cr_expect(b.p[0] == '<' && b.p[1] == 'y' && b.p[b.n - 1] == '>');
	buf_release(&b);
}
