/* SPDX-License-Identifier: MIT */
/*
 * Growable bytes, the mirror of the cursor: a put for each read. Running out of memory sets failed,
 * which sticks; the bytes put so far stay. A buffer of zero bytes (struct buf b = {0}) is ready.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/base.h"
#include "base/endian.h"
#include "base/span.h"

struct buf {
	uint8_t *p;
	size_t n;    /* bytes in use */
	size_t cap;
	bool big;    /* byte order of what is put */
	bool failed; /* an allocation failed: the contents are incomplete */
};

/* Frees the bytes and makes b an empty buffer again. */
void buf_release(struct buf *b);

/* For the inline functions below: the same as buf_reserve, when there is no room yet. */
uint8_t *buf_reserve_more(struct buf *b, size_t n);

/*
 * Makes room for n more bytes and returns where they start, without counting them as used.
 * Returns NULL when there is no memory. Valid until the next call that grows b.
 */
static inline uint8_t *buf_reserve(struct buf *b, size_t n)
{
	return b->p && b->cap - b->n >= n ? b->p + b->n : buf_reserve_more(b, n);
}

/* Appends n bytes of value zero and returns where they start, or NULL when there is no memory. */
static inline uint8_t *buf_zeros(struct buf *b, size_t n)
{
	uint8_t *p = buf_reserve(b, n);

	if (p) {
		memset(p, 0, n);
		b->n += n;
	}
	return p;
}

/* Append bytes and integers, these in the byte order of b. */
static inline void buf_put(struct buf *b, const void *p, size_t n)
{
	uint8_t *to = buf_reserve(b, n);

	if (to && n) {
		memcpy(to, p, n);
		b->n += n;
	}
}

static inline void buf_u8(struct buf *b, uint8_t v)
{
	uint8_t *to = buf_reserve(b, 1);

	if (to) {
		*to = v;
		b->n++;
	}
}

static inline void buf_u16(struct buf *b, uint16_t v)
{
	uint8_t *to = buf_reserve(b, sizeof(v));

	if (to) {
		store_u16(to, v, b->big);
		b->n += sizeof(v);
	}
}

static inline void buf_u32(struct buf *b, uint32_t v)
{
	uint8_t *to = buf_reserve(b, sizeof(v));

	if (to) {
		store_u32(to, v, b->big);
		b->n += sizeof(v);
	}
}

static inline void buf_u64(struct buf *b, uint64_t v)
{
	uint8_t *to = buf_reserve(b, sizeof(v));

	if (to) {
		store_u64(to, v, b->big);
		b->n += sizeof(v);
	}
}

static inline void buf_span(struct buf *b, struct span s)
{
	buf_put(b, s.p, s.n);
}

/* A u16 length and the bytes, cut at max (at most 65535) bytes. */
void buf_str16(struct buf *b, struct span s, size_t max);

/* Overwrites four bytes at offset at, which must be in use: how lengths are filled in afterwards. */
void buf_patch_u32(struct buf *b, size_t at, uint32_t v);

/* Formatted text without a final NUL. */
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* How many there are, behind what b lists already: "1 user, 2 groups". */
void buf_count(struct buf *b, uint64_t n, const char *one, const char *many);

/* Text helpers of the hot path: no printf behind them. */
void buf_dec(struct buf *b, uint64_t v);                      /* 0, 17 */
void buf_sdec(struct buf *b, int64_t v);                      /* -17 */
void buf_dec_padded(struct buf *b, uint64_t v, unsigned width); /* 007 */
void buf_hex(struct buf *b, uint64_t v);                      /* 7f1a, no prefix */
void buf_hex_upper(struct buf *b, uint64_t v);                /* 7F1A, no prefix */

static inline void buf_text(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

static inline void buf_char(struct buf *b, char c)
{
	buf_u8(b, (uint8_t)c);
}

/* What is in b, borrowed until b changes. */
static inline struct span buf_view(const struct buf *b)
{
	return span_of(b->p, b->n);
}

/* Forgets the contents, keeps the memory. */
static inline void buf_clear(struct buf *b)
{
	b->n = 0;
}

#endif
