/* SPDX-License-Identifier: MIT */
/* Growth doubles, so that appending is linear over all; every size is checked before it is used. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BUF_FIRST 256

void buf_release(struct buf *b)
{
	free(b->p);
	*b = (struct buf){.big = b->big};
}

static bool buf_grow(struct buf *b, size_t n)
{
	size_t want, cap;
	uint8_t *p;

	if (__builtin_add_overflow(b->n, n, &want) || want > SIZE_MAX / 2)
		return false;
	cap = MAX(b->cap, (size_t)BUF_FIRST);
	while (cap < want)
		cap *= 2;
	p = realloc(b->p, cap);
	if (!p)
		return false;
	b->p = p;
	b->cap = cap;
	return true;
}

uint8_t *buf_reserve_more(struct buf *b, size_t n)
{
	if (buf_grow(b, n))
		return b->p + b->n;
	b->failed = true;
	return NULL;
}

void buf_str16(struct buf *b, struct span s, size_t max)
{
	size_t n = MIN(s.n, MIN(max, (size_t)UINT16_MAX));

	buf_u16(b, (uint16_t)n);
	buf_put(b, s.p, n);
}

void buf_patch_u32(struct buf *b, size_t at, uint32_t v)
{
	if (at <= b->n && b->n - at >= sizeof(v))
		store_u32(b->p + at, v, b->big);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;
	uint8_t *to;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	to = buf_reserve(b, (size_t)n + 1);
	if (!to)
		return;
	va_start(ap, fmt);
	vsnprintf((char *)to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void buf_count(struct buf *b, uint64_t n, const char *one, const char *many)
{
	buf_text(b, b->n ? ", " : "");
	buf_dec(b, n);
	buf_char(b, ' ');
	buf_text(b, n == 1 ? one : many);
}

static void put_digits(struct buf *b, uint64_t v, unsigned base, const char *digits, unsigned width)
{
	char tmp[64];
	size_t at = sizeof(tmp);

	do {
		tmp[--at] = digits[v % base];
		v /= base;
	} while (v);
	while (sizeof(tmp) - at < MIN(width, (unsigned)sizeof(tmp)))
		tmp[--at] = '0';
	buf_put(b, tmp + at, sizeof(tmp) - at);
}

/* How many decimal digits v has, at least one. */
static unsigned count_digits(uint64_t v)
{
	unsigned n = 1;

	for (; v >= 10000; v /= 10000)
		n += 4;
	return n + (v >= 10) + (v >= 100) + (v >= 1000);
}

/* Numbers are most of what is printed: two digits at a time, at their place. */
void buf_dec(struct buf *b, uint64_t v)
{
	static const char pairs[] = "0001020304050607080910111213141516171819"
				    "2021222324252627282930313233343536373839"
				    "4041424344454647484950515253545556575859"
				    "6061626364656667686970717273747576777879"
				    "8081828384858687888990919293949596979899";
	unsigned n = count_digits(v);
	uint8_t *to = buf_reserve(b, n);

	if (!to)
		return;
	b->n += n;
	for (; n > 1; v /= 100)
		memcpy(to + (n -= 2), pairs + v % 100 * 2, 2);
	if (n)
		*to = (uint8_t)('0' + v);
}

void buf_sdec(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_char(b, '-');
	buf_dec(b, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

void buf_dec_padded(struct buf *b, uint64_t v, unsigned width)
{
	put_digits(b, v, 10, "0123456789", width);
}

void buf_hex(struct buf *b, uint64_t v)
{
	put_digits(b, v, 16, "0123456789abcdef", 0);
}

void buf_hex_upper(struct buf *b, uint64_t v)
{
	put_digits(b, v, 16, "0123456789ABCDEF", 0);
}
