/* SPDX-License-Identifier: MIT */
/*
 * A bounded reader over borrowed bytes. A read past the end returns zero and sets bad, which
 * sticks: a decoder is a straight line of reads with one test at its end. Spans it returns borrow
 * from the same bytes.
 */
#ifndef BASE_CURSOR_H
#define BASE_CURSOR_H

#include "base/endian.h"
#include "base/span.h"

struct cursor {
	const uint8_t *p;
	const uint8_t *end;
	bool big; /* byte order of the data */
	bool bad; /* something was read past the end */
};

static inline struct cursor cursor_of(struct span s, bool big)
{
	return (struct cursor){s.p, s.n ? s.p + s.n : s.p, big, false};
}

static inline size_t cursor_left(const struct cursor *c)
{
	return c->p == c->end ? 0 : (size_t)(c->end - c->p);
}

/* The next n bytes, or NULL when there are fewer (then bad is set and the cursor is at its end). */
static inline const uint8_t *cursor_take(struct cursor *c, size_t n)
{
	const uint8_t *p = c->p;

	if (cursor_left(c) < n) {
		c->bad = true;
		c->p = c->end;
		return NULL;
	}
	if (n)
		c->p += n;
	return p;
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 1);

	return p ? *p : 0;
}

static inline uint16_t cursor_u16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	return p ? load_u16(p, c->big) : 0;
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	return p ? load_u32(p, c->big) : 0;
}

static inline uint64_t cursor_u64(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 8);

	return p ? load_u64(p, c->big) : 0;
}

/* The next n bytes as a span; an empty one when there are fewer. */
static inline struct span cursor_span(struct cursor *c, size_t n)
{
	const uint8_t *p = cursor_take(c, n);

	return p ? span_of(p, n) : span_of(NULL, 0);
}

/* A u16 length and that many bytes: the strings of scap list blocks. */
static inline struct span cursor_str16(struct cursor *c)
{
	return cursor_span(c, cursor_u16(c));
}

static inline void cursor_skip(struct cursor *c, size_t n)
{
	(void)cursor_take(c, n);
}

#endif
