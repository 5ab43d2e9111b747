/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "filter/times.h"

#define SEC      UINT64_C(1000000000)
#define A_MOMENT (1737619806 * SEC + 376777747)

static void expect(struct buf *got, const char *want)
{
	cr_expect(span_eq(buf_view(got), span_str(want)), "want %s, got %.*s", want, (int)got->n,
		(const char *)got->p);
	buf_release(got);
}

Test(times, utc)
{
	struct times t;
	struct buf b = {0};

	times_init(&t, true);
	times_put_clock(&t, A_MOMENT, &b);
	expect(&b, "08:10:06.376777747");
	times_put_clock_s(&t, A_MOMENT + SEC, &b);
	expect(&b, "08:10:07");
	times_put_date(&t, A_MOMENT, &b);
	expect(&b, "2025-01-23 08:10:06.376777747");
	times_put_date_s(&t, A_MOMENT, &b);
	expect(&b, "2025-01-23 08:10:06");
	times_put_iso(&t, A_MOMENT, &b);
	expect(&b, "2025-01-23T08:10:06.376777747+0000");
	times_put_clock(&t, 0, &b);
	expect(&b, "00:00:00.000000000");
	times_put_date(&t, UINT64_MAX, &b);
	expect(&b, "2554-07-21 23:34:33.709551615");
}

Test(times, local_zone_with_summer_time)
{
	struct times t;
	struct buf b = {0};

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	times_init(&t, false);
	times_put_iso(&t, A_MOMENT, &b);
	expect(&b, "2025-01-23T09:10:06.376777747+0100");
	/* The hour before and after the clocks go forward, 2025-03-30 01:00 UTC. */
	times_put_iso(&t, 1743296399 * SEC, &b);
	expect(&b, "2025-03-30T01:59:59.000000000+0100");
	times_put_iso(&t, 1743296400 * SEC, &b);
	expect(&b, "2025-03-30T03:00:00.000000000+0200");
	times_put_iso(&t, 1743296399 * SEC, &b);
	expect(&b, "2025-03-30T01:59:59.000000000+0100");
}

Test(times, west_of_greenwich)
{
	struct times t;
	struct buf b = {0};

	setenv("TZ", "NST3:30", 1);
	times_init(&t, false);
	times_put_iso(&t, 3600 * SEC, &b);
	expect(&b, "1969-12-31T21:30:00.000000000-0330");
}

Test(times, seconds)
{
	struct buf b = {0};

	times_put_seconds(0, &b);
	expect(&b, "0.000000000");
	times_put_seconds(5, &b);
	expect(&b, "0.000000005");
	times_put_seconds(A_MOMENT, &b);
	expect(&b, "1737619806.376777747");
}

/* Against what sysdig prints them with. */
static void same_as_printf(uint64_t ns)
{
	struct buf b = {0};
	char want[32];

	snprintf(want, sizeof(want), "%g", (double)ns / 1e9);
	times_put_short(ns, &b);
	expect(&b, want);
}

Test(times, short_seconds_are_those_of_printf)
{
	static const uint64_t some[] = {0, 1, 12, 999, 1000, 99999, 100000, 123456, 500000, 1000000,
		999999499, 999999600, 1000000000, 1000000600, 1500000000, 60000000000, 123456789012,
		999999400000000, 999999600000000, 1000000000000000, 1234567890123456789,
		UINT64_MAX - 1};

	for (size_t i = 0; i < ARRAY_SIZE(some); i++)
		same_as_printf(some[i]);
	srandom(1);
	for (int i = 0; i < 20000; i++) {
		uint64_t ns = (uint64_t)random() << 31 ^ (uint64_t)random();

		/* All magnitudes; never halfway between two, where printf sees binary digits. */
		ns >>= random() % 62;
		same_as_printf(ns - ns % 10 + 1);
	}
}
