/* SPDX-License-Identifier: MIT */
/*
 * The flags stand between the cpu number and the rest of the body. They take four bytes, so that
 * padding and options behind them keep their alignment.
 */
#include "scap/hide.h"

#include "base/endian.h"
#include "pcapng/pcapng.h"
#include "scap/event.h"

#define CPU_SIZE   2
#define FLAGS_SIZE 4

static void set_flag(struct buf *to, size_t block, bool big)
{
	uint8_t *flags = to->p + block + PCAPNG_OVERHEAD - 4 + CPU_SIZE;

	store_u32(flags, load_u32(flags, big) | EVENT_HIDDEN, big);
}

void hide_event(struct buf *to, const struct block *b)
{
	uint32_t len = (uint32_t)(b->body.n + PCAPNG_OVERHEAD);
	bool flagged = b->info->version & EVB_FLAGS;
	size_t at = to->n;

	to->big = b->big;
	if (!flagged)
		len += FLAGS_SIZE;
	buf_u32(to, flagged ? b->type : event_block_type(b->info->version | EVB_FLAGS));
	buf_u32(to, len);
	buf_put(to, b->body.p, CPU_SIZE);
	if (!flagged)
		buf_u32(to, 0);
	buf_put(to, b->body.p + CPU_SIZE, b->body.n - CPU_SIZE);
	buf_u32(to, len);
	if (!to->failed)
		set_flag(to, at, b->big);
}
