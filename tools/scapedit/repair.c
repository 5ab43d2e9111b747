/* SPDX-License-Identifier: MIT */
/*
 * The reader has found the blocks; here each is looked into as its users will. What cannot be
 * decoded is left out with a warning, and the two lengths say what the block really is.
 */
#include "tools/scapedit/repair.h"

#include <inttypes.h>

#include "base/endian.h"
#include "pcapng/packet.h"
#include "pcapng/pcapng.h"
#include "scap/event.h"
#include "scap/fdlist.h"
#include "scap/iflist.h"
#include "scap/proclist.h"
#include "scap/userlist.h"

#define BODY 8

/* What decoders make of an entry of a list. */
union entry {
	struct meta_proc proc;
	struct meta_fd fd;
	struct meta_if interface;
	struct meta_user user;
};

void repair_init(struct repair *rep)
{
	*rep = (struct repair){0};
	map_init(&rep->threads, 1);
}

void repair_release(struct repair *rep)
{
	map_release(&rep->threads);
	buf_release(&rep->made);
}

static int next_entry(
	struct cursor *c, const struct block_info *info, union entry *e, struct err *err)
{
	switch (info->kind) {
	case BLOCK_PROCLIST:
		return proclist_next(c, info->version, &e->proc, err);
	case BLOCK_FDLIST:
		return fdlist_next(c, info->version, &e->fd, err);
	case BLOCK_IFLIST:
		return iflist_next(c, info->version, &e->interface, err);
	default:
		return userlist_next(c, info->version, &e->user, err);
	}
}

/* How much of a list can be used; why tells of the rest. *memory: whether there was any. */
static size_t whole_entries(
	struct repair *rep, const struct block *b, struct err *why, bool *memory)
{
	struct cursor c = cursor_of(b->body, b->big);
	int64_t tid = b->info->kind == BLOCK_FDLIST ? fdlist_tid(&c) : 0;
	size_t n = 0;
	union entry e;
	int got;

	if (b->info->kind == BLOCK_FDLIST && !map_get(&rep->threads, (uint64_t)tid)) {
		err_set(why, ERR_FORMAT, "descriptors of thread %" PRId64 ", which is not listed",
			tid);
		return 0;
	}
	do {
		n = b->body.n - cursor_left(&c);
		got = next_entry(&c, b->info, &e, why);
		if (got == 1 && b->info->kind == BLOCK_PROCLIST)
			*memory = map_put(&rep->threads, (uint64_t)e.proc.tid) != NULL;
	} while (got == 1 && *memory);
	return got < 0 ? n : b->body.n;
}

/* How much of the body can be used; the same. */
static size_t usable(struct repair *rep, const struct block *b, const struct reader *r,
	struct err *why, bool *memory)
{
	struct packet p;
	struct event ev;

	switch (b->info->kind) {
	case BLOCK_SECTION:
		map_clear(&rep->threads);
		return b->body.n;
	case BLOCK_EVENT:
		return event_decode(&ev, b, why) == 0 ? b->body.n : 0;
	case BLOCK_PACKET:
		return packet_decode(&p, b, r, why) == 0 ? b->body.n : 0;
	case BLOCK_PROCLIST:
	case BLOCK_FDLIST:
	case BLOCK_IFLIST:
	case BLOCK_USERLIST:
		return whole_entries(rep, b, why, memory);
	case BLOCK_UNKNOWN:
		return block_info(b->type)->kind == BLOCK_UNKNOWN ? b->body.n : 0;
	default:
		return b->body.n;
	}
}

static bool lengths_agree(const struct block *b)
{
	size_t n = b->raw.n;

	return load_u32(b->raw.p + 4, b->big) == n && load_u32(b->raw.p + n - 4, b->big) == n;
}

/* A copy of b with so much of its body, and with lengths that say so. */
static int make(struct repair *rep, struct block *b, size_t body, struct err *err)
{
	struct buf *to = &rep->made;
	uint32_t n = (uint32_t)pad4(body) + PCAPNG_OVERHEAD;

	buf_clear(to);
	to->big = b->big;
	buf_u32(to, b->type);
	buf_u32(to, n);
	buf_put(to, b->body.p, body);
	buf_zeros(to, pad4(body) - body);
	buf_u32(to, n);
	if (to->failed)
		return err_memory(err);
	b->raw = buf_view(to);
	b->body = span_of(to->p + BODY, n - PCAPNG_OVERHEAD);
	return 1;
}

int repair_block(struct repair *rep, struct block *b, struct reader *r, struct err *err)
{
	struct err why = {0};
	bool memory = true;
	size_t body = usable(rep, b, r, &why, &memory);

	if (!memory)
		return err_memory(err);
	if (body == b->body.n && lengths_agree(b))
		return 1;
	if (body < b->body.n) {
		reader_warn(r, b->offset, "%s",
			why.code ? why.text : "a block that is too short for what it is");
		rep->dropped += body ? b->body.n - body : b->raw.n;
	}
	if (!body && b->body.n)
		return 0;
	rep->mended++;
	return make(rep, b, body, err);
}
