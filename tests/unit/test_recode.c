/* SPDX-License-Identifier: MIT */
/* Every block with numbers, built in both byte orders: one turned is the other. */
#include <criterion/criterion.h>

#include "support/build.h"
#include "pcapng/recode.h"

static void option_u32(struct build *b, uint16_t code, uint32_t a, uint32_t z, bool two)
{
	uint8_t value[8];

	store_u32(value, a, b->out.big);
	store_u32(value + 4, z, b->out.big);
	build_option(b, code, span_of(value, two ? 8 : 4));
}

static void option_u64(struct build *b, uint16_t code, uint64_t v)
{
	uint8_t value[8];

	store_u64(value, v, b->out.big);
	build_option(b, code, span_of(value, 8));
}

/* An enterprise number in the section's order, bytes behind it. */
static void option_custom(struct build *b)
{
	uint8_t value[7] = "....abc";

	store_u32(value, 32473, b->out.big);
	build_option(b, OPT_CUSTOM_BYTES, span_of(value, sizeof(value)));
}

static void interface(struct build *b)
{
	static const uint8_t resolution = 9;

	build_interface(b, 113, 262144);
	build_option(b, OPT_IF_NAME, span_str("any"));
	build_option(b, OPT_IF_TSRESOL, span_of(&resolution, 1));
	option_u64(b, OPT_IF_SPEED, UINT64_C(10000000000));
	option_u64(b, OPT_IF_TSOFFSET, (uint64_t)-3600);
	build_option(b, 4, span_str("\x0a\x01\x02\x03\xff\xff\xff\xfe")); /* address and mask */
	option_custom(b);
	build_option(b, OPT_END, span_str(""));
}

static void enhanced(struct build *b)
{
	build_packet(b, 3, UINT64_C(0x0102030405060708), span_str("a packet"), 1500);
	option_u32(b, OPT_EPB_FLAGS, 0x12345678, 0, false);
	option_u64(b, OPT_EPB_DROPCOUNT, 77);
	build_option(b, OPT_COMMENT, span_str("look"));
	build_option(b, 3, span_str("\x02\x01\x02\x03\x04")); /* a hash: bytes */
	build_option(b, OPT_END, span_str(""));
}

static void old(struct build *b)
{
	build_old_packet(b, 2, 99, span_str("old"), 3);
	option_u32(b, OPT_EPB_FLAGS, 1, 0, false);
}

static void simple(struct build *b)
{
	build_simple_packet(b, span_str("simple"), 60);
}

static void statistics(struct build *b)
{
	struct buf *out = build_begin(b, BT_ISB);

	buf_u32(out, 1);
	buf_u32(out, 0x60000);
	buf_u32(out, 0x12345);
	build_end(b);
	option_u32(b, 2, 0x60000, 0x11111, true); /* start: upper half first in both orders */
	option_u64(b, OPT_ISB_IFRECV, 1000);
	option_u64(b, OPT_ISB_OSDROP, 2);
	build_option(b, OPT_END, span_str(""));
}

/* A record { type, length, bytes }, the end of the records, an option. */
static void names(struct build *b)
{
	struct buf *out = build_begin(b, BT_NRB);

	buf_u16(out, 1);
	buf_u16(out, 9);
	buf_put(out, "\x7f\x00\x00\x01home\0\0\0\0", 12);
	buf_u32(out, 0);
	build_end(b);
	build_option(b, 2, span_str("dns.example"));
}

static void secrets(struct build *b)
{
	struct buf *out = build_begin(b, BT_DSB);

	buf_u32(out, 0x544c534b);
	buf_u32(out, 5);
	buf_put(out, "KEYS\n\0\0\0", 8);
	build_end(b);
	build_option(b, OPT_COMMENT, span_str("ours"));
}

static void custom(struct build *b)
{
	build_custom(b, true, 32473, span_str("what only we know"));
}

static void journal(struct build *b)
{
	build_block(b, BT_JOURNAL, span_str("MESSAGE=hello\n"));
}

static void both_ways(void (*make)(struct build *))
{
	for (int i = 0; i < 2; i++) {
		struct build from = {.out.big = i == 0}, want = {.out.big = i != 0};
		struct buf got = {.big = want.out.big};
		struct block a, b;

		build_section(&from, 0);
		build_section(&want, 0);
		make(&from);
		make(&want);
		a = build_last(&from);
		b = build_last(&want);
		cr_expect(recode(&a, &got), "%s", a.info->name);
		while (got.n % 4) /* the writer does that */
			buf_u8(&got, 0);
		cr_expect(span_eq(buf_view(&got), b.body), "%s", a.info->name);
		buf_release(&got);
		build_release(&from);
		build_release(&want);
	}
}

Test(recode, every_block)
{
	both_ways(interface);
	both_ways(enhanced);
	both_ways(old);
	both_ways(simple);
	both_ways(statistics);
	both_ways(names);
	both_ways(secrets);
	both_ways(custom);
	both_ways(journal);
}

Test(recode, same_order_passes_as_it_is)
{
	struct build b = {0};
	struct buf got = {0};
	struct block block;

	build_section(&b, 0);
	build_block(&b, 0x12345, span_str("who knows"));
	block = build_last(&b);
	cr_expect(recode(&block, &got));
	cr_expect(span_eq(buf_view(&got), block.body));
	buf_release(&got);
	build_release(&b);
}

Test(recode, unknown_types_cannot_be_turned)
{
	struct build b = {0};
	struct buf got = {.big = true};
	struct block block;

	build_section(&b, 0);
	build_block(&b, 0x12345, span_str("who knows"));
	block = build_last(&b);
	cr_expect_not(recode(&block, &got));
	cr_expect_eq(got.n, 0);
	build_release(&b);
}

/* An option whose length leads beyond the block: the packet is there, the option is not. */
Test(recode, damaged_options_are_left_out)
{
	struct build b = {0};
	struct buf got = {.big = true};
	struct block block;

	build_section(&b, 0);
	build_packet(&b, 0, 1, span_str("whole"), 0);
	build_option(&b, OPT_COMMENT, span_str("text"));
	store_u16(b.out.p + b.out.n - 4 - 4 - 2, 4000, false);
	block = build_last(&b);
	cr_expect_not(recode(&block, &got));
	cr_expect_eq(got.n, 20 + 8);
	cr_expect_eq(load_u32(got.p + 12, true), 5);
	buf_release(&got);
	build_release(&b);
}
