/* SPDX-License-Identifier: MIT */
/*
 * A position is believed when three things agree: the type is known, the length is repeated where
 * it says the block ends, and what follows could be a block or nothing follows. Positions are tried
 * byte by byte, because what was lost need not have been a multiple of four.
 */
#include "pcapng/resync.h"

#include "base/endian.h"
#include "pcapng/block.h"
#include "pcapng/pcapng.h"

#define HEAD 8u /* type and length */
#define LIKELY                                                                                     \
	(64u << 20) /* longer blocks are not looked for: what lies there is read for that          \
		     */
#define IF_TYPES 4  /* kinds of entries of an interface list */
#define IF_NAME  256

/* At least n bytes at the current position, or as many as there are. */
static struct span look(struct src *src, size_t n)
{
	struct err ignored = {0};
	size_t avail;
	const uint8_t *p = src_peek(src, n, &avail, &ignored);

	return p ? span_of(p, avail) : src_buffered(src);
}

/* Whether head, HEAD bytes or more, could begin a block; then *n is its length. */
static bool could_begin(struct span head, bool *big, uint32_t *n)
{
	const struct block_info *info;
	bool section = load_u32(head.p, false) == BT_SHB;

	if (section && head.n >= HEAD + 4)
		*big = load_u32(head.p + HEAD, false) != PCAPNG_MAGIC;
	info = block_info(load_u32(head.p, *big));
	*n = load_u32(head.p + 4, *big);
	if (section && head.n >= HEAD + 4 && load_u32(head.p + HEAD, *big) != PCAPNG_MAGIC)
		return false;
	return info->kind != BLOCK_UNKNOWN && *n >= PCAPNG_OVERHEAD + info->min_body &&
	       *n % 4 == 0 && *n <= LIKELY;
}

bool resync_here(struct src *src, bool big)
{
	struct span have = look(src, HEAD + 4);
	uint32_t n, next;

	if (have.n < PCAPNG_OVERHEAD || !could_begin(have, &big, &n))
		return false;
	have = look(src, n);
	if (have.n < n || load_u32(have.p + n - 4, big) != n)
		return false;
	have = look(src, (size_t)n + HEAD + 4);
	if (have.n < n + HEAD)
		return true;
	return could_begin(span_of(have.p + n, have.n - n), &big, &next);
}

uint64_t resync(struct src *src, bool big)
{
	uint64_t passed = 0;

	while (look(src, 1).n) {
		src_consume(src, 1);
		passed++;
		if (resync_here(src, big))
			break;
	}
	return passed;
}

uint64_t resync_start(struct src *src, bool *big)
{
	uint64_t passed = 0;

	for (; look(src, 1).n; src_consume(src, 1), passed++) {
		if (resync_here(src, *big))
			break;
		if (resync_here(src, !*big)) {
			*big = !*big;
			break;
		}
	}
	return passed;
}

/* Whether an entry of an interface list could begin there; then *n is its length. */
static bool could_be_entry(struct span have, size_t at, bool big, uint32_t *n)
{
	if (have.n < at + 8)
		return false;
	*n = 4 + load_u32(have.p + at, big);
	return *n >= 8 && *n < IF_NAME + 64 && load_u16(have.p + at + 4, big) - 1u < IF_TYPES &&
	       load_u16(have.p + at + 6, big) < IF_NAME;
}

size_t resync_iflist(struct src *src, uint32_t length, bool big)
{
	size_t at = HEAD;

	for (;;) {
		struct span have = look(src, at + 8);
		size_t end = pad4(at) + 4;
		uint32_t n;

		if (end > length && end <= have.n && load_u32(have.p + end - 4, big) == length)
			return end;
		if (!could_be_entry(have, at, big, &n))
			return 0;
		at += n;
	}
}
