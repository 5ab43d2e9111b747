/* SPDX-License-Identifier: MIT */
/*
 * Where the times stand is all there is to know: u64 in blocks of scap, halves of the interface's
 * units, the upper one first, in blocks of packets.
 */
#include "scap/shift.h"

#include "pcapng/pcapng.h"

#define NS_PER_S 1000000000

#define BOOT_AT  148 /* in a machine's block */
#define EVENT_AT 2   /* in an event's, without flags */
#define FLAGS    4   /* their length */
#define HALVES_AT 4  /* in blocks of packets and of statistics */

#define OPT_ISB_START 2
#define OPT_ISB_END   3

__extension__ typedef __int128 wide;

static uint64_t moved(uint64_t ts, wide by)
{
	wide to = (wide)ts + by;

	return to < 0 ? 0 : to > UINT64_MAX ? UINT64_MAX : (uint64_t)to;
}

static void move_ns(uint8_t *p, bool big, int64_t ns)
{
	uint64_t ts = load_u64(p, big);

	if (ts)
		store_u64(p, moved(ts, ns), big);
}

static void move_halves(uint8_t *p, bool big, wide units)
{
	uint64_t ts = (uint64_t)load_u32(p, big) << 32 | load_u32(p + 4, big);

	ts = moved(ts, units);
	store_u32(p, (uint32_t)(ts >> 32), big);
	store_u32(p + 4, (uint32_t)ts, big);
}

/* The same in units of the interface that body starts with. */
static wide units_of(const struct block *b, const struct reader *r, int64_t ns)
{
	bool old = b->info->type == BT_PB;
	uint32_t id = old ? load_u16(b->body.p, b->big) : load_u32(b->body.p, b->big);
	const struct reader_if *i = reader_if(r, id);
	wide units = i ? (wide)ns * (wide)i->units : 0;

	return (units + (units < 0 ? -NS_PER_S / 2 : NS_PER_S / 2)) / NS_PER_S;
}

/* Start and end of the statistics. */
static void move_options(uint8_t *p, const uint8_t *end, bool big, wide units)
{
	while (end - p >= 4) {
		uint16_t code = load_u16(p, big);
		size_t n = load_u16(p + 2, big);

		if (code == OPT_END || (size_t)(end - p) - 4 < pad4(n))
			return;
		if ((code == OPT_ISB_START || code == OPT_ISB_END) && n == 8)
			move_halves(p + 4, big, units);
		p += 4 + pad4(n);
	}
}

static void move(const struct block *b, const struct reader *r, int64_t ns, uint8_t *body)
{
	switch (b->info->kind) {
	case BLOCK_EVENT:
		move_ns(body + EVENT_AT + (b->info->version & EVB_FLAGS ? FLAGS : 0), b->big, ns);
		break;
	case BLOCK_MACHINE:
		if (b->body.n >= BOOT_AT + 8)
			move_ns(body + BOOT_AT, b->big, ns);
		break;
	case BLOCK_PACKET:
		if (b->info->type != BT_SPB)
			move_halves(body + HALVES_AT, b->big, units_of(b, r, ns));
		break;
	case BLOCK_STATS:
		move_halves(body + HALVES_AT, b->big, units_of(b, r, ns));
		move_options(body + HALVES_AT + 8, body + b->body.n, b->big, units_of(b, r, ns));
		break;
	default:
		break;
	}
}

bool shift_block(struct block *b, const struct reader *r, int64_t ns, struct buf *copy)
{
	size_t at = (size_t)(b->body.p - b->raw.p);

	switch (b->info->kind) {
	case BLOCK_EVENT:
	case BLOCK_MACHINE:
	case BLOCK_PACKET:
	case BLOCK_STATS:
		break;
	default:
		return true;
	}
	buf_clear(copy);
	buf_span(copy, b->raw);
	if (copy->failed)
		return false;
	move(b, r, ns, copy->p + at);
	b->raw = buf_view(copy);
	b->body = span_of(copy->p + at, b->body.n);
	return true;
}
