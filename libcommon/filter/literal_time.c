/* SPDX-License-Identifier: MIT */
/* Times as they are written in filters. Numbers are counted in digits: there is no rounding. */
#include "filter/literal.h"

#include <time.h>

#define NS_PER_SEC 1000000000u

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* --- pieces --------------------------------------------------------------------------------- */

static bool take(struct span *s, char c)
{
	if (!s->n || s->p[0] != (uint8_t)c)
		return false;
	*s = span_of(s->p + 1, s->n - 1);
	return true;
}

/* One to most digits. Fails on none, and on a number over 64 bits. */
static bool take_digits(struct span *s, size_t most, uint64_t *v)
{
	size_t n = 0;

	*v = 0;
	while (n < MIN(most, s->n) && is_digit(s->p[n])) {
		if (__builtin_mul_overflow(*v, (uint64_t)10, v) ||
			__builtin_add_overflow(*v, (uint64_t)(s->p[n] - '0'), v))
			return false;
		n++;
	}
	*s = span_of(s->p + n, s->n - n);
	return n > 0;
}

static bool take_int(struct span *s, size_t most, int *v)
{
	uint64_t u;

	if (!take_digits(s, most, &u))
		return false;
	*v = (int)u;
	return true;
}

/* ".5": what is behind the point, in units of 1/scale; further digits are dropped. */
static bool take_fraction(struct span *s, uint64_t scale, uint64_t *v)
{
	size_t n = 0;

	*v = 0;
	if (!take(s, '.'))
		return true;
	for (; n < s->n && is_digit(s->p[n]); n++) {
		scale /= 10;
		*v += scale * (uint64_t)(s->p[n] - '0');
	}
	*s = span_of(s->p + n, s->n - n);
	return n > 0;
}

/* --- lengths of time ------------------------------------------------------------------------ */

static const struct unit {
	const char *name;
	uint64_t ns;
} units[] = {
	{"ns", 1},
	{"us", 1000},
	{"ms", 1000000},
	{"s", NS_PER_SEC},
	{"m", UINT64_C(60) * NS_PER_SEC},
	{"h", UINT64_C(3600) * NS_PER_SEC},
	{"d", UINT64_C(86400) * NS_PER_SEC},
};

static uint64_t unit_of(struct span name)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (span_eq(name, span_str(units[i].name)))
			return units[i].ns;
	return 0;
}

bool literal_duration(struct span text, uint64_t *ns)
{
	struct span rest = text, unit = text;
	uint64_t whole, fraction, scale;
	bool point;

	while (unit.n && (is_digit(unit.p[0]) || unit.p[0] == '.'))
		unit = span_of(unit.p + 1, unit.n - 1);
	if (!take_digits(&rest, SIZE_MAX, &whole))
		return false;
	point = rest.n && rest.p[0] == '.';
	scale = unit.n ? unit_of(unit) : point ? NS_PER_SEC : 1;
	if (!scale || !take_fraction(&rest, scale, &fraction) || rest.n != unit.n)
		return false;
	return !__builtin_mul_overflow(whole, scale, &whole) &&
	       !__builtin_add_overflow(whole, fraction, ns);
}

/* --- points in time ------------------------------------------------------------------------- */

/* "Z", "+01:00", "+0100", or nothing. */
static bool take_zone(struct span *s, bool *given, int *seconds)
{
	int hours, minutes = 0;
	bool minus = s->n && s->p[0] == '-';

	*given = s->n > 0;
	*seconds = 0;
	if (!s->n || take(s, 'Z'))
		return true;
	if (!take(s, '+') && !take(s, '-'))
		return false;
	if (!take_int(s, 2, &hours))
		return false;
	if (take(s, ':') || s->n)
		if (!take_int(s, 2, &minutes))
			return false;
	*seconds = (hours * 60 + minutes) * (minus ? -60 : 60);
	return hours < 24 && minutes < 60;
}

/* "08:10" or "08:10:06.5" */
static bool take_clock(struct span *s, struct tm *tm, uint64_t *fraction)
{
	*fraction = 0;
	if (!take_int(s, 2, &tm->tm_hour) || !take(s, ':') || !take_int(s, 2, &tm->tm_min))
		return false;
	if (take(s, ':') &&
		(!take_int(s, 2, &tm->tm_sec) || !take_fraction(s, NS_PER_SEC, fraction)))
		return false;
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60;
}

/* "2025-01-23" */
static bool take_iso_date(struct span *s, struct tm *tm)
{
	if (!take_int(s, 4, &tm->tm_year) || !take(s, '-') || !take_int(s, 2, &tm->tm_mon) ||
		!take(s, '-') || !take_int(s, 2, &tm->tm_mday))
		return false;
	tm->tm_mon--;
	return true;
}

/* "Jan 23, 2025" */
static bool take_word_date(struct span *s, struct tm *tm)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	tm->tm_mon = -1;
	for (int i = 0; i < 12 && s->n > 3; i++)
		if (memcmp(s->p, months + 3 * (size_t)i, 3) == 0)
			tm->tm_mon = i;
	if (tm->tm_mon < 0)
		return false;
	*s = span_of(s->p + 3, s->n - 3);
	while (take(s, ' '))
		;
	return take_int(s, 2, &tm->tm_mday) && take(s, ',') && take(s, ' ') &&
	       take_int(s, 4, &tm->tm_year);
}

static bool to_ns(struct tm *tm, bool utc, int zone, uint64_t fraction, uint64_t *ns)
{
	int day = tm->tm_mday;
	time_t when;

	tm->tm_year -= 1900;
	tm->tm_isdst = -1;
	when = utc ? timegm(tm) : mktime(tm);
	when -= zone;
	/* A day that its month does not have becomes one of the next. */
	if (tm->tm_mday != day || when < 0 || (uint64_t)when > UINT64_MAX / NS_PER_SEC - 1)
		return false;
	*ns = (uint64_t)when * NS_PER_SEC + fraction;
	return true;
}

static bool read_date(struct span s, bool utc, uint64_t *ns)
{
	struct tm tm = {0};
	uint64_t fraction = 0;
	bool zone_given = false;
	int zone = 0;

	if (!(s.n && is_digit(s.p[0]) ? take_iso_date(&s, &tm) : take_word_date(&s, &tm)))
		return false;
	if (take(&s, 'T') || take(&s, ' ')) {
		if (!take_clock(&s, &tm, &fraction))
			return false;
		take(&s, ' ');
		if (!take_zone(&s, &zone_given, &zone))
			return false;
	}
	return !s.n && tm.tm_mon < 12 && tm.tm_mon >= 0 && tm.tm_mday > 0 &&
	       to_ns(&tm, utc || zone_given, zone, fraction, ns);
}

bool literal_time(struct span text, bool utc, uint64_t *ns)
{
	size_t n = 0;

	while (n < text.n && (is_digit(text.p[n]) || text.p[n] == '.'))
		n++;
	return n == text.n ? literal_duration(text, ns) : read_date(text, utc, ns);
}
