/* SPDX-License-Identifier: MIT */
/* A value is decimal digits and what its kind adds; signs, blanks and leftovers are refused. */
#include "cli/parse.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define NS_PER_SEC      1000000000u
#define SECOND_DECIMALS 9

/* Reads the digits at *p, moving over them. Returns whether there were some and they fit. */
static bool digits(const char **p, uint64_t *v)
{
	const char *s = *p;

	for (*v = 0; isdigit((unsigned char)*s); s++) {
		if (__builtin_mul_overflow(*v, 10, v) ||
			__builtin_add_overflow(*v, (uint64_t)(*s - '0'), v))
			return false;
	}
	if (s == *p)
		return false;
	*p = s;
	return true;
}

int parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *v, struct err *err)
{
	const char *p = text;

	if (!digits(&p, v) || *p)
		return err_set(err, ERR_USAGE, "'%s' is not a whole number%s", text,
			isdigit((unsigned char)*p) ? " that fits" : "");
	if (*v < min && max == UINT64_MAX)
		return err_set(err, ERR_USAGE, "'%s' is less than %" PRIu64, text, min);
	if (*v < min || *v > max)
		return err_set(err, ERR_USAGE, "'%s' is not from %" PRIu64 " to %" PRIu64, text, min,
			max);
	return 0;
}

int parse_seconds(const char *text, uint64_t *ns, struct err *err)
{
	const char *p = text;
	uint64_t fraction = 0;

	*ns = 0;
	if (!digits(&p, ns))
		goto bad;
	if (*p == '.') {
		const char *first = ++p;

		if (!digits(&p, &fraction) || p - first > SECOND_DECIMALS)
			goto bad;
		for (ptrdiff_t i = p - first; i < SECOND_DECIMALS; i++)
			fraction *= 10;
	}
	if (*p || __builtin_mul_overflow(*ns, NS_PER_SEC, ns) ||
		__builtin_add_overflow(*ns, fraction, ns))
		goto bad;
	return 0;
bad:
	return err_set(err, ERR_USAGE, "'%s' is not a number of seconds", text);
}

int parse_size(const char *text, uint64_t *bytes, struct err *err)
{
	static const char units[] = "kmgt";
	const char *p = text, *unit;
	uint64_t factor = 1;

	if (!digits(&p, bytes))
		goto bad;
	unit = *p ? strchr(units, tolower((unsigned char)*p)) : NULL;
	if (unit) {
		factor <<= 10 * (unit - units + 1);
		p++;
	}
	if (*p || __builtin_mul_overflow(*bytes, factor, bytes))
		goto bad;
	return 0;
bad:
	return err_set(err, ERR_USAGE, "'%s' is not a size such as 4096, 64k, 10M or 1G", text);
}

int parse_range(const char *text, uint64_t *first, uint64_t *last, struct err *err)
{
	const char *p = text;
	bool from, to;

	from = digits(&p, first);
	if (!from)
		*first = 1;
	*last = *first;
	if (*p == '-') {
		p++;
		to = digits(&p, last);
		if (!to)
			*last = UINT64_MAX;
		from = from || to;
	}
	if (!from || *p || *first == 0)
		return err_set(err, ERR_USAGE, "'%s' is not a range such as 7, 3-9, -9 or 100-", text);
	if (*last < *first)
		return err_set(err, ERR_USAGE, "'%s' ends before it starts", text);
	return 0;
}
