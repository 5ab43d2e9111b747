/* SPDX-License-Identifier: MIT */
/*
 * The three kinds of packet blocks. Times are kept in units of the interface, which may be any
 * power of ten or two: they are brought to nanoseconds with 128 bits in between, and stay within
 * what 64 bits can say.
 */
#include "pcapng/packet.h"

#include <inttypes.h>

#define NS_PER_SEC 1000000000

__extension__ typedef __int128 wide;

static uint64_t to_ns(uint64_t ts, const struct reader_if *i)
{
	wide ns = i->units == NS_PER_SEC ? (wide)ts : (wide)ts * NS_PER_SEC / (wide)i->units;

	ns += (wide)i->offset_sec * NS_PER_SEC;
	if (ns < 0)
		return 0;
	return ns > (wide)UINT64_MAX ? UINT64_MAX : (uint64_t)ns;
}

/* Interface and what follows it in EPB and PB. Returns the number of captured bytes. */
static uint32_t timed(struct packet *p, struct cursor *c, uint32_t type, const struct reader *r)
{
	const struct reader_if *i;
	uint32_t captured;

	if (type == BT_EPB) {
		p->interface = cursor_u32(c);
	} else {
		p->interface = cursor_u16(c);
		cursor_skip(c, 2); /* number of packets lost before this one */
	}
	p->ts = (uint64_t)cursor_u32(c) << 32;
	p->ts |= cursor_u32(c);
	captured = cursor_u32(c);
	p->length = cursor_u32(c);
	i = reader_if(r, p->interface);
	if (i) {
		p->has_ts = true;
		p->ts = to_ns(p->ts, i);
	}
	return captured;
}

/* An SPB says neither interface nor captured length: it is interface 0, cut at its limit. */
static uint32_t simple(struct packet *p, struct cursor *c, const struct reader *r)
{
	const struct reader_if *i = reader_if(r, 0);
	uint32_t captured;

	p->length = cursor_u32(c);
	captured = MIN(p->length, (uint32_t)cursor_left(c));
	return i && i->snaplen ? MIN(captured, i->snaplen) : captured;
}

int packet_decode(struct packet *p, const struct block *b, const struct reader *r, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	uint32_t captured;

	*p = (struct packet){0};
	captured = b->info->type == BT_SPB ? simple(p, &c, r) : timed(p, &c, b->info->type, r);
	p->data = cursor_span(&c, captured);
	if (c.bad)
		return err_set_at(err, ERR_FORMAT, b->offset,
			"packet of %" PRIu32 " bytes does not fit in its block", captured);
	p->via = reader_if(r, p->interface);
	if (!p->via)
		return err_set_at(err, ERR_FORMAT, b->offset,
			"packet of interface %" PRIu32 ", but the section has %" PRIu32 " so far",
			p->interface, reader_if_count(r));
	cursor_skip(&c, MIN(pad4(captured) - captured, cursor_left(&c)));
	p->options = b->info->type == BT_SPB ? cursor_of(span_of(NULL, 0), b->big) : c;
	return 0;
}
