/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "filter/literal.h"
#include "scap/event_table.h"

#define S UINT64_C(1000000000)

Test(literal, lengths_of_time)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t ns;
	} rows[] = {
		{"0", true, 0},
		{"15", true, 15},
		{"15ns", true, 15},
		{"2us", true, 2000},
		{"1.5ms", true, 1500000},
		{"1s", true, S},
		{"0.5", true, S / 2},
		{"1.000000001", true, S + 1},
		{"1.0000000019", true, S + 1},
		{"2m", true, 120 * S},
		{"1.5h", true, 5400 * S},
		{"1d", true, 86400 * S},
		{"18446744073709551615", true, UINT64_MAX},
		{"18446744073709551616", false, 0},
		{"18446744074s", false, 0},
		{"", false, 0},
		{"ms", false, 0},
		{".5", false, 0},
		{"5.", false, 0},
		{"1..5", false, 0},
		{"1.5.5s", false, 0},
		{"-1", false, 0},
		{"1 s", false, 0},
		{"1weeks", false, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t ns = 0;
		bool good = literal_duration(span_str(rows[i].text), &ns);

		cr_expect_eq(good, rows[i].good, "%s", rows[i].text);
		cr_expect(!good || ns == rows[i].ns, "%s: %" PRIu64, rows[i].text, ns);
	}
}

Test(literal, points_in_time)
{
	static const struct {
		const char *text;
		bool good;
		uint64_t ns;
	} rows[] = {
		{"1700000000000000000", true, 1700000000 * S},
		{"1700000000.5", true, 1700000000 * S + S / 2},
		{"2023-11-14", true, 1699920000 * S},
		{"2023-11-14 22:13", true, 1699999980 * S},
		{"2023-11-14 22:13:20", true, 1700000000 * S},
		{"2023-11-14T22:13:20.25", true, 1700000000 * S + S / 4},
		{"2023-11-14T22:13:20Z", true, 1700000000 * S},
		{"2023-11-14T23:13:20+01:00", true, 1700000000 * S},
		{"2023-11-14T20:43:20-0130", true, 1700000000 * S},
		{"2023-11-14 22:13:20 +00", true, 1700000000 * S},
		{"Nov 14, 2023", true, 1699920000 * S},
		{"Nov  4, 2023 00:00:00", true, 1699056000 * S},
		{"Nov 14, 2023 22:13:20.000000001", true, 1700000000 * S + 1},
		{"1970-01-01", true, 0},
		{"2024-02-29", true, 1709164800 * S},
		{"2023-02-29", false, 0},
		{"2023-13-01", false, 0},
		{"2023-00-01", false, 0},
		{"2023-11-00", false, 0},
		{"2023-11", false, 0},
		{"2023-11-14 25:00", false, 0},
		{"2023-11-14 22:13:20 CET", false, 0},
		{"2023-11-14x", false, 0},
		{"1969-12-31", false, 0},
		{"9999-01-01", false, 0},
		{"Foo 14, 2023", false, 0},
		{"Nov 14 2023", false, 0},
		{"", false, 0},
		{"now", false, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t ns = 0;
		bool good = literal_time(span_str(rows[i].text), true, &ns);

		cr_expect_eq(good, rows[i].good, "%s", rows[i].text);
		cr_expect(!good || ns == rows[i].ns, "%s: %" PRIu64, rows[i].text, ns);
	}
}

/* A time without a zone is that of the local one; a zone that is written wins. */
Test(literal, local_times)
{
	uint64_t ns = 0;

	setenv("TZ", "XYZ-2", 1);
	tzset();
	cr_expect(literal_time(span_str("2023-11-15 00:13:20"), false, &ns));
	cr_expect_eq(ns, 1700000000 * S);
	cr_expect(literal_time(span_str("2023-11-14 22:13:20Z"), false, &ns));
	cr_expect_eq(ns, 1700000000 * S);
}

static struct value read(const char *text, uint8_t type, uint8_t quote)
{
	static struct arena arena;
	const struct word w = {.text = span_str(text), .quote = quote};
	const struct literal_type t = {.type = type, .utc = true};
	struct value v = {0};
	struct err err = {0};

	cr_assert_eq(literal_value(&w, &t, &arena, &v, &err), 0, "%s: %s", text, err.text);
	return v;
}

Test(literal, values_of_types)
{
	cr_expect_eq(read("-128", PT_INT8, QUOTE_NONE).i, -128);
	cr_expect_eq(read("0xff", PT_UINT8, QUOTE_NONE).u, 255u);
	cr_expect_eq(read("0b11", PT_UINT8, QUOTE_DOUBLE).u, 3u);
	cr_expect_eq(read("010", PT_UINT8, QUOTE_NONE).u, 10u);
	cr_expect_eq(read("+7", PT_INT64, QUOTE_NONE).i, 7);
	cr_expect_eq(read("-0", PT_UINT64, QUOTE_NONE).u, 0u);
	cr_expect_eq(read("ENOENT", PT_ERRNO, QUOTE_NONE).i, -2);
	cr_expect_eq(read("-EINTR", PT_ERRNO, QUOTE_NONE).i, -4);
	cr_expect_eq(read("SIGINT", PT_SIGTYPE, QUOTE_NONE).u, 2u);
	cr_expect_eq(read("TRUE", PT_BOOL, QUOTE_NONE).b, true);
	cr_expect_float_eq(read("2.5", PT_DOUBLE, QUOTE_NONE).d, 2.5, 1e-9);
	cr_expect(span_eq(read("61:62", PT_BYTEBUF, QUOTE_NONE).s, span_str("ab")));
	cr_expect(span_eq(read("61:62", PT_BYTEBUF, QUOTE_DOUBLE).s, span_str("61:62")));
	cr_expect(span_eq(read("61", PT_BYTEBUF, QUOTE_SINGLE).s, span_str("61")));
	cr_expect_eq(read("10.0.0.0/8", PT_IPNET, QUOTE_NONE).bits, 8);
	cr_expect_eq(read("10.0.0.1", PT_IPADDR, QUOTE_NONE).bits, 32);
	cr_expect(read("::1", PT_IPADDR, QUOTE_NONE).v6);
}

Test(value, order_and_equality)
{
	const struct value minus = value_int(-1), one = value_int(1), also = value_uint(1),
			   most = value_uint(UINT64_MAX);
	const struct value half = {.kind = VALUE_DOUBLE, .d = 0.5};
	const struct value text = value_text(span_str("ab")), bytes = value_bytes(span_str("ab"));
	struct value host = value_address(false, (const uint8_t *)"\x0a\x01\x02\x03");
	struct value net = host;

	cr_expect(value_equal(&one, &also));
	cr_expect_not(value_equal(&minus, &most));
	cr_expect_lt(value_order(&minus, &most), 0);
	cr_expect_gt(value_order(&most, &one), 0);
	cr_expect_lt(value_order(&half, &one), 0);
	cr_expect_gt(value_order(&half, &minus), 0);
	cr_expect(value_equal(&text, &bytes));
	cr_expect_not(value_equal(&text, &one));
	for (net.bits = 0; net.bits < 32; net.bits++)
		cr_expect(value_equal(&host, &net), "%u", net.bits);
	net.ip[3] = 2;
	net.bits = 31;
	cr_expect(value_equal(&host, &net));
	net.bits = 32;
	cr_expect_not(value_equal(&host, &net));
	net.v6 = true;
	net.bits = 0;
	cr_expect_not(value_equal(&host, &net));
}
