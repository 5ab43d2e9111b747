/* SPDX-License-Identifier: MIT */
/*
 * Most blocks say by their type where they belong. What we do not know goes with its neighbours: in
 * front of the first event it does no harm there.
 */
#include "tools/scapmerge/side.h"

#include "scap/event.h"

/* The mark: an enter record without parameters, of no thread. */
#define MARK_TYPE PPME_SOCKET_GETSOCKNAME_E

/* Types that scap may use for what is to come. */
static bool is_scap_type(uint32_t type)
{
	return type >= 0x200 && type < 0x300;
}

static bool is_mark(const struct block *b)
{
	struct event ev;
	struct err err = {0};

	return b->info->kind == BLOCK_EVENT && event_decode(&ev, b, &err) == 0 &&
		ev.flags == EVENT_HIDDEN && ev.type == MARK_TYPE && ev.tid == -1 && ev.nparams == 0;
}

static enum side by_kind(const struct side_state *s, const struct block *b)
{
	switch (b->info->kind) {
	case BLOCK_MACHINE:
	case BLOCK_PROCLIST:
	case BLOCK_FDLIST:
	case BLOCK_IFLIST:
	case BLOCK_USERLIST:
	case BLOCK_EVENT:
		return SIDE_EVENTS;
	case BLOCK_INTERFACE:
	case BLOCK_PACKET:
	case BLOCK_NAMES:
	case BLOCK_STATS:
	case BLOCK_SECRETS:
		return SIDE_PACKETS;
	default:
		if (is_scap_type(b->type))
			return SIDE_EVENTS;
		return s->lists && !s->events && !s->packets ? SIDE_EVENTS : SIDE_PACKETS;
	}
}

enum side side_of(struct side_state *s, const struct block *b)
{
	enum side side;

	if (s->section != b->section)
		*s = (struct side_state){.section = b->section};
	if (s->packets && !s->lists && is_mark(b))
		return SIDE_NEITHER;
	side = by_kind(s, b);
	if (side == SIDE_EVENTS) {
		s->lists = true;
		s->events |= b->info->kind == BLOCK_EVENT;
	} else {
		s->packets = true;
	}
	return side;
}

int side_write_mark(struct writer *w, uint64_t ts, struct err *err)
{
	struct event ev = {
		.ts = ts,
		.tid = -1,
		.flags = EVENT_HIDDEN,
		.type = MARK_TYPE,
		.big = w->block.big,
		.info = event_info(MARK_TYPE),
	};

	return event_write(w, &ev, err);
}
