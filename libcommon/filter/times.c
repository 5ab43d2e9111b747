/* SPDX-License-Identifier: MIT */
/* Times as text: the calendar and the clock of a second are rendered once and copied from then on.
 */
#include "filter/times.h"

#include <time.h>

#define NS_PER_SEC 1000000000u

void times_init(struct times *t, bool utc)
{
	*t = (struct times){.utc = utc};
	if (!utc)
		tzset();
}

/* The last n decimal digits of v. */
static void digits(char *to, size_t n, unsigned v)
{
	while (n--) {
		to[n] = (char)('0' + v % 10);
		v /= 10;
	}
}

static void render_date(struct times *t, const struct tm *tm)
{
	digits(t->date, 4, (unsigned)tm->tm_year + 1900);
	t->date[4] = '-';
	digits(t->date + 5, 2, (unsigned)tm->tm_mon + 1);
	t->date[7] = '-';
	digits(t->date + 8, 2, (unsigned)tm->tm_mday);
}

static void render_clock(struct times *t, const struct tm *tm)
{
	digits(t->clock, 2, (unsigned)tm->tm_hour);
	t->clock[2] = ':';
	digits(t->clock + 3, 2, (unsigned)tm->tm_min);
	t->clock[5] = ':';
	digits(t->clock + 6, 2, (unsigned)tm->tm_sec);
}

static void render_offset(struct times *t, const struct tm *tm)
{
	unsigned minutes = (unsigned)(tm->tm_gmtoff < 0 ? -tm->tm_gmtoff : tm->tm_gmtoff) / 60;

	t->offset[0] = tm->tm_gmtoff < 0 ? '-' : '+';
	digits(t->offset + 1, 2, minutes / 60);
	digits(t->offset + 3, 2, minutes % 60);
}

/* Makes the texts those of this moment's second; 64 bits of nanoseconds end in the year 2554. */
static void at(struct times *t, uint64_t ns)
{
	uint64_t second = ns / NS_PER_SEC;
	time_t when = (time_t)second;
	struct tm tm = {0};

	if (t->filled && t->second == second)
		return;
	if (t->utc)
		gmtime_r(&when, &tm);
	else
		localtime_r(&when, &tm);
	render_date(t, &tm);
	render_clock(t, &tm);
	render_offset(t, &tm);
	t->second = second;
	t->filled = true;
}

static void put_fraction(struct buf *b, uint64_t ns)
{
	char text[10] = ".";

	digits(text + 1, 9, (unsigned)(ns % NS_PER_SEC));
	buf_put(b, text, sizeof(text));
}

void times_put_clock_s(struct times *t, uint64_t ns, struct buf *b)
{
	at(t, ns);
	buf_put(b, t->clock, sizeof(t->clock));
}

void times_put_clock(struct times *t, uint64_t ns, struct buf *b)
{
	times_put_clock_s(t, ns, b);
	put_fraction(b, ns);
}

void times_put_date_s(struct times *t, uint64_t ns, struct buf *b)
{
	at(t, ns);
	buf_put(b, t->date, sizeof(t->date));
	buf_char(b, ' ');
	buf_put(b, t->clock, sizeof(t->clock));
}

void times_put_date(struct times *t, uint64_t ns, struct buf *b)
{
	times_put_date_s(t, ns, b);
	put_fraction(b, ns);
}

void times_put_iso(struct times *t, uint64_t ns, struct buf *b)
{
	at(t, ns);
	buf_put(b, t->date, sizeof(t->date));
	buf_char(b, 'T');
	buf_put(b, t->clock, sizeof(t->clock));
	put_fraction(b, ns);
	buf_put(b, t->offset, sizeof(t->offset));
}

void times_put_seconds(uint64_t ns, struct buf *b)
{
	buf_dec(b, ns / NS_PER_SEC);
	put_fraction(b, ns);
}

/* v rounded to six significant digits, half up: digits * 10^exp10. */
static uint64_t six_digits(uint64_t v, int *exp10)
{
	uint64_t scale = 1;

	*exp10 = 0;
	while (v / scale >= 1000000) {
		scale *= 10;
		++*exp10;
	}
	if (scale > 1)
		v = v / scale + (v % scale >= scale / 2);
	while (v && v % 10 == 0) {
		v /= 10;
		++*exp10;
	}
	return v;
}

/* Digits with a point behind the first whole ones; whole may be 0 or negative: zeros come first. */
static void put_point(struct buf *b, const char *d, int n, int whole)
{
	if (whole <= 0) {
		buf_text(b, "0.");
		while (whole++ < 0)
			buf_char(b, '0');
		buf_put(b, d, (size_t)n);
		return;
	}
	for (int i = 0; i < MAX(n, whole); i++) {
		if (i == whole)
			buf_char(b, '.');
		buf_char(b, i < n ? d[i] : '0');
	}
}

void times_put_short(uint64_t ns, struct buf *b)
{
	char d[8];
	int n = 0, exp10;
	uint64_t v = six_digits(ns, &exp10);

	if (!v) {
		buf_char(b, '0');
		return;
	}
	for (uint64_t rest = v; rest; rest /= 10)
		n++;
	digits(d, (size_t)n, (unsigned)v);
	exp10 += n - 1 - 9; /* now of the first digit, in seconds */
	if (exp10 >= -4 && exp10 < 6) {
		put_point(b, d, n, exp10 + 1);
		return;
	}
	put_point(b, d, n, 1);
	buf_text(b, exp10 < 0 ? "e-" : "e+");
	buf_dec_padded(b, (uint64_t)(exp10 < 0 ? -exp10 : exp10), 2);
}
