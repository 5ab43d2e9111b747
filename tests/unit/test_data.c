/* SPDX-License-Identifier: MIT */
/* A test per way of showing data; what is expected is what sysdig 0.29.3 printed for the same bytes. */
#include <criterion/criterion.h>
#include <string.h>

#include "filter/data.h"

#define B(lit) span_of((const uint8_t *)(lit), sizeof(lit) - 1)

static void expect_cut(enum data_mode mode, uint32_t limit, struct span s, const char *want)
{
	struct buf b = {0};

	data_put(mode, limit, s, &b);
	cr_expect(span_eq(buf_view(&b), span_str(want)), "want %s, got %.*s", want, (int)b.n,
		(const char *)b.p);
	buf_release(&b);
}

static void expect(enum data_mode mode, struct span s, const char *want)
{
	expect_cut(mode, 80, s, want);
}

Test(data, dots_are_cut_so_that_the_end_says_so)
{
	uint8_t bytes[81];
	char want[82];

	expect(DATA_DOTS, B("a\r\nb\0c\x7f\x80\xff~ "), "a..b.c...~ ");
	memset(bytes, 0, sizeof(bytes));
	memset(want, '.', sizeof(want));
	want[80] = '\0';
	expect(DATA_DOTS, span_of(bytes, 80), want);
	expect(DATA_DOTS, span_of(bytes, 81), want);
	memset(bytes, 'x', sizeof(bytes));
	memset(want, 'x', 77);
	expect(DATA_DOTS, span_of(bytes, 81), want);
	memset(want, 'x', 80);
	expect(DATA_DOTS, span_of(bytes, 80), want);
	want[80] = 'x';
	want[81] = '\0';
	expect_cut(DATA_DOTS, 0, span_of(bytes, 81), want);
	expect_cut(DATA_DOTS, 2, B("abc"), "...");
}

Test(data, text_keeps_printable_bytes_and_line_ends)
{
	expect(DATA_TEXT, B("\nab"), "\nab");
	expect(DATA_TEXT, B("\r\nab\r\n\r\n"), "\n\nab\n\n");
	expect(DATA_TEXT, B("a\rb\r\rc"), "\na\nb\n\nc");
	expect(DATA_TEXT, B("a\n\nb\t\0\x7f\x80"), "\na\n\nb");
	expect(DATA_TEXT, B("\0"), "\n");
}

Test(data, hex_in_lines_of_sixteen_bytes)
{
	expect(DATA_HEX, B("\nab"), "\n\t0x0000: 0a61 62\n");
	expect(DATA_HEX, B("0123456789abcdefg"),
		"\n\t0x0000: 3031 3233 3435 3637 3839 6162 6364 6566\n\t0x0010: 67\n");
}

Test(data, hex_beside_text)
{
	expect(DATA_HEX_TEXT, B("0123456789abcdefg"),
		"\n\t0x0000: 3031 3233 3435 3637 3839 6162 6364 6566  0123456789abcdef"
		"\n\t0x0010: 67                                     g\n");
	expect(DATA_HEX_TEXT, B("a\r\nb"),
		"\n\t0x0000: 610d 0a62                                a..b\n");
}

Test(data, offsets_of_hex_grow_beyond_four_digits)
{
	static uint8_t zeros[0x10001];
	struct buf b = {0};

	data_put(DATA_HEX, 80, span_of(zeros, sizeof(zeros)), &b);
	cr_assert_gt(b.n, 40u);
	cr_expect_eq(memcmp(b.p + b.n - 14, "\n\t0x10000: 00\n", 14), 0, "%.*s", 40,
		(const char *)b.p + b.n - 40);
	buf_release(&b);
}

Test(data, base64)
{
	expect(DATA_BASE64, B("\nab"), "CmFi");
	expect(DATA_BASE64, B("a"), "YQ==");
	expect(DATA_BASE64, B("x\0"), "eAA=");
	expect(DATA_BASE64, B("\xff\xef\xbe+"), "/+++Kw==");
}
