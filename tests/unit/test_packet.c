/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "pcapng/option.h"
#include "pcapng/packet.h"
#include "support/build.h"
#include "support/capture.h"

/* Opens what was built and reads up to its last block. */
static void last(struct build *b, struct capture *c)
{
	cr_assert(capture_open(c, buf_view(&b->out)));
	do {
		cr_assert_eq(capture_next(c), 1, "%s", c->err.text);
	} while (c->block.offset != b->start);
}

static void done(struct build *b, struct capture *c)
{
	capture_close(c);
	build_release(b);
}

static struct packet decoded(struct capture *c)
{
	struct packet p;

	cr_assert_eq(packet_decode(&p, &c->block, c->reader, &c->err), 0, "%s", c->err.text);
	return p;
}

static void enhanced(bool big)
{
	struct build b = {.out.big = big};
	struct option_view opt;
	struct capture c;
	struct packet p;

	build_section(&b, 0);
	build_interface(&b, 1, 0);
	build_interface(&b, 101, 0);
	build_packet(&b, 1, UINT64_C(1700000000000001), span_str("seven b"), 1500);
	build_option(&b, OPT_COMMENT, span_str("look here"));
	last(&b, &c);
	p = decoded(&c);
	cr_expect_eq(p.interface, 1);
	cr_expect(p.has_ts);
	cr_expect_eq(p.ts, UINT64_C(1700000000000001000));
	cr_expect_eq(p.length, 1500);
	cr_expect(span_eq(p.data, span_str("seven b")));
	cr_expect(option_find(p.options, OPT_COMMENT, &opt));
	cr_expect(span_eq(opt.value, span_str("look here")));
	done(&b, &c);
}

Test(packet, enhanced)
{
	enhanced(false);
	enhanced(true);
}

Test(packet, of_the_obsolete_kind)
{
	struct build b = {0};
	struct capture c;
	struct packet p;

	build_section(&b, 0);
	build_interface(&b, 1, 0);
	build_old_packet(&b, 0, 5000000, span_str("data"), 0);
	last(&b, &c);
	p = decoded(&c);
	cr_expect_eq(p.ts, UINT64_C(5000000000));
	cr_expect_eq(p.length, 4);
	cr_expect(span_eq(p.data, span_str("data")));
	done(&b, &c);
}

/* A simple packet does not say how much of it was captured: the interface's limit does. */
Test(packet, simple_is_cut_at_the_limit_of_its_interface)
{
	struct build b = {0};
	struct capture c;
	struct packet p;

	build_section(&b, 0);
	build_interface(&b, 1, 6);
	build_simple_packet(&b, span_str("sixsix"), 1500);
	last(&b, &c);
	p = decoded(&c);
	cr_expect_not(p.has_ts);
	cr_expect_eq(p.length, 1500);
	cr_expect(span_eq(p.data, span_str("sixsix")), "without the padding");
	cr_expect_eq(cursor_left(&p.options), 0);
	done(&b, &c);
}

struct time_case {
	uint8_t tsresol;
	int64_t offset; /* seconds */
	uint64_t ts;    /* in the file */
	uint64_t ns;    /* expected */
};

static const struct time_case time_cases[] = {
	{6, 0, 1, 1000},
	{9, 0, UINT64_C(1700000000123456789), UINT64_C(1700000000123456789)},
	{0, 0, 1700000000, UINT64_C(1700000000000000000)},
	{12, 0, UINT64_C(1700000000123456789), UINT64_C(1700000000123456)},
	{19, 0, UINT64_MAX, 1844674407},
	{0x80, 0, 3, UINT64_C(3000000000)},
	{0x80 | 10, 0, 1536, UINT64_C(1500000000)},
	{0x80 | 32, 0, UINT64_C(0x180000000), UINT64_C(1500000000)},
	{0x80 | 63, 0, UINT64_C(3) << 62, UINT64_C(1500000000)},
	{6, 1700000000, 5, UINT64_C(1700000000000005000)},
	{6, -1, 1500000, 500000000},
	/* what 64 bits of nanoseconds cannot say is as near as they get */
	{6, -2, 1500000, 0},
	{0, 0, UINT64_MAX, UINT64_MAX},
	{6, INT64_MAX, 0, UINT64_MAX},
	{6, INT64_MIN, UINT64_MAX, 0},
};

static void check_time(const struct time_case *t)
{
	struct build b = {0};
	struct capture c;
	struct packet p;

	build_section(&b, 0);
	build_interface(&b, 1, 0);
	build_option(&b, OPT_IF_TSRESOL, span_of(&t->tsresol, 1));
	build_option(&b, OPT_IF_TSOFFSET, span_of(&t->offset, 8));
	build_packet(&b, 0, t->ts, span_str("x"), 0);
	last(&b, &c);
	p = decoded(&c);
	cr_expect_eq(p.ts, t->ns, "resolution 0x%02x, offset %lld: %llu, not %llu", t->tsresol,
		(long long)t->offset, (unsigned long long)p.ts, (unsigned long long)t->ns);
	done(&b, &c);
}

Test(packet, times_of_any_resolution_are_nanoseconds, .disabled = HOST_BIG)
{
	for (size_t i = 0; i < ARRAY_SIZE(time_cases); i++)
		check_time(&time_cases[i]);
}

Test(packet, of_an_interface_the_section_lacks_is_refused)
{
	struct build b = {0};
	struct capture c;
	struct packet p;

	build_section(&b, 0);
	build_interface(&b, 1, 0);
	build_section(&b, 0);
	build_packet(&b, 0, 0, span_str("data"), 0);
	last(&b, &c);
	cr_expect_eq(packet_decode(&p, &c.block, c.reader, &c.err), -1);
	cr_expect_eq(c.err.code, ERR_FORMAT);
	cr_expect_eq(c.err.offset, b.start);
	done(&b, &c);
}

Test(packet, longer_than_its_block_is_refused)
{
	struct build b = {0};
	struct capture c;
	struct packet p;

	build_section(&b, 0);
	build_interface(&b, 1, 0);
	build_packet(&b, 0, 0, span_str("data"), 0);
	buf_patch_u32(&b.out, b.start + 20, 5); /* the captured length, of the four there are */
	last(&b, &c);
	cr_expect_eq(packet_decode(&p, &c.block, c.reader, &c.err), -1);
	cr_expect_eq(c.err.code, ERR_FORMAT);
	done(&b, &c);
}
