/* SPDX-License-Identifier: MIT */
/*
 * What all list blocks share: entries one after the other until fewer than four bytes are left,
 * which are padding. In newer versions each entry has its length in front (u32), so that readers
 * step over what they do not know.
 */
#ifndef SCAP_LIST_PRIV_H
#define SCAP_LIST_PRIV_H

#include "base/buf.h"
#include "base/cursor.h"

/* How an entry tells its length: not at all, with or without the four bytes of the length. */
enum list_length {
	LIST_NO_LENGTH,
	LIST_WITH_ITSELF,
	LIST_WITHOUT_ITSELF,
};

/* Whether there is another entry at c; then *entry reads it, behind its length. */
static inline bool list_begin(struct cursor *c, enum list_length length, struct cursor *entry)
{
	uint32_t self = length == LIST_WITH_ITSELF ? 4 : 0;
	uint32_t n;

	if (cursor_left(c) < 4)
		return false;
	*entry = *c;
	if (length == LIST_NO_LENGTH)
		return true;
	n = cursor_u32(c);
	*entry = cursor_of(cursor_span(c, n < self ? SIZE_MAX : n - self), c->big);
	entry->bad = c->bad;
	return true;
}

/* Moves c behind the entry. Returns false, at the end of the block, when the entry is damaged. */
static inline bool list_end(struct cursor *c, enum list_length length, const struct cursor *entry)
{
	if (entry->bad)
		cursor_skip(c, SIZE_MAX);
	else if (length == LIST_NO_LENGTH)
		c->p = entry->p;
	return !entry->bad;
}

/* The next n bytes into to, or nothing when there are fewer. */
static inline void list_bytes(struct cursor *c, uint8_t *to, size_t n)
{
	const uint8_t *p = cursor_take(c, n);

	if (p)
		memcpy(to, p, n);
}

/*
 * The end of an entry that is written again: what a newer writer had put behind the fields we know.
 * Returns false, leaving it out, when it would have to be turned into another byte order.
 */
static inline bool list_put_rest(struct buf *b, struct cursor *was)
{
	size_t n = cursor_left(was);

	if (n && b->big != was->big)
		return false;
	buf_put(b, was->p, n);
	return true;
}

/* Starts an entry with a length in front. Returns where it starts. */
static inline size_t list_put_begin(struct buf *b)
{
	buf_u32(b, 0);
	return b->n - 4;
}

/* Fills in the length of the entry that starts there. */
static inline void list_put_end(struct buf *b, size_t start, enum list_length length)
{
	size_t self = length == LIST_WITHOUT_ITSELF ? 4 : 0;

	buf_patch_u32(b, start, (uint32_t)(b->n - start - self));
}

#endif
