/* SPDX-License-Identifier: MIT */
/*
 * A merge of k sorted inputs with a heap. What has a time waits at its input until it is the earliest
 * of all; what has none (interfaces, names, statistics, ...) goes out when it is met, which is right
 * behind the packet before it. So interfaces of inputs that name them first all come first.
 */
#include "tools/scapmerge/mix.h"

#include <stdlib.h>

#include "pcapng/packet.h"
#include "pcapng/pcapng.h"
#include "scap/event.h"
#include "tools/scapmerge/recode.h"
#include "tools/scapmerge/side.h"

#define NS_PER_S 1000000000

__extension__ typedef __int128 wide;

struct source {
	struct input *in;
	uint64_t ts;          /* of its block that waits, or of the last block that had one */
	struct packet packet; /* if that is a packet */
	uint32_t *ids;        /* interface of its section -> interface of ours */
	uint32_t nids, cap;
	struct side_state side;
};

struct mix {
	const struct mix_opts *opts;
	struct writer *w;
	struct source *sources;
	struct source **heap; /* earliest first */
	size_t n, waiting;    /* sources, and those in the heap */
	uint32_t interfaces;
	const struct source *events; /* whose events ours are, and of which section, when together */
	unsigned section;
	uint64_t *last;
};

/* Among equal times, the order of the inputs. */
static bool is_before(const struct source *a, const struct source *b)
{
	return a->ts != b->ts ? a->ts < b->ts : a < b;
}

static void heap_add(struct mix *m, struct source *s)
{
	size_t i = m->waiting++;

	for (; i > 0 && is_before(s, m->heap[(i - 1) / 2]); i = (i - 1) / 2)
		m->heap[i] = m->heap[(i - 1) / 2];
	m->heap[i] = s;
}

/* Finds the place of s, which takes that of the first. */
static void heap_sink(struct mix *m, struct source *s)
{
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < m->waiting && is_before(m->heap[child + 1], m->heap[child]))
			child++;
		if (child >= m->waiting || is_before(s, m->heap[child]))
			break;
		m->heap[i] = m->heap[child];
		i = child;
	}
	m->heap[i] = s;
}

static void warn(struct source *s, const char *what)
{
	reader_warn(s->in->reader, s->in->block.offset, "%s: %s", s->in->block.info->name, what);
}

/*
 * Puts the block in our byte order into the writer, not yet ended. NULL: it is of a type that we
 * cannot turn.
 */
static struct buf *put_block(struct mix *m, struct source *s)
{
	const struct block *b = &s->in->block;
	struct buf *to = writer_begin(m->w, b->type);

	if (recode(b, to))
		return to;
	if (to->n == WRITER_BODY) {
		warn(s, "left out, its type in this byte order is not known");
		return NULL;
	}
	warn(s, "damaged options");
	return to;
}

/* The number of the interface is what the bodies of statistics and most packets start with. */
static void set_interface(struct buf *to, uint32_t id)
{
	if (to && !to->failed)
		buf_patch_u32(to, WRITER_BODY, id);
}

static int write_interface(struct mix *m, struct source *s, struct err *err)
{
	if (s->nids == s->cap) {
		uint32_t cap = s->cap ? 2 * s->cap : 8;
		uint32_t *ids = reallocarray(s->ids, cap, sizeof(*ids));

		if (!ids)
			return err_memory(err);
		s->ids = ids;
		s->cap = cap;
	}
	s->ids[s->nids++] = m->interfaces++;
	(void)put_block(m, s);
	return writer_end(m->w, err);
}

static int write_statistics(struct mix *m, struct source *s, struct err *err)
{
	const struct block *b = &s->in->block;
	uint32_t id = load_u32(b->body.p, b->big);

	if (id >= s->nids) {
		warn(s, "left out, its interface is not known");
		return 0;
	}
	set_interface(put_block(m, s), s->ids[id]);
	return writer_end(m->w, err);
}

/* A time in the units of the interface it was read from. */
static uint64_t to_units(uint64_t ts, const struct reader_if *i)
{
	wide ns = (wide)ts - (wide)i->offset_sec * NS_PER_S;

	return ns < 0 ? 0 : (uint64_t)(ns * (wide)i->units / NS_PER_S);
}

/*
 * A packet whose own form cannot name its new interface. A simple packet has no time either: it gets
 * that of the packet before it.
 */
static int write_enhanced(struct mix *m, struct source *s, uint32_t id, struct err *err)
{
	const struct packet *p = &s->packet;
	uint64_t ts = to_units(s->ts, reader_if(s->in->reader, p->interface));
	struct buf *to = writer_begin(m->w, BT_EPB);

	buf_u32(to, id);
	buf_u32(to, (uint32_t)(ts >> 32));
	buf_u32(to, (uint32_t)ts);
	buf_u32(to, (uint32_t)p->data.n);
	buf_u32(to, p->length);
	buf_span(to, p->data);
	buf_zeros(to, pad4(p->data.n) - p->data.n);
	if (!recode_options(p->options, s->in->block.info->type, to))
		warn(s, "damaged options");
	return writer_end(m->w, err);
}

static int write_packet(struct mix *m, struct source *s, struct err *err)
{
	const struct block *b = &s->in->block;
	uint32_t id = s->ids[s->packet.interface];
	struct buf *to;

	if ((b->info->type == BT_SPB && id != 0) || (b->info->type == BT_PB && id > UINT16_MAX))
		return write_enhanced(m, s, id, err);
	to = put_block(m, s);
	if (b->info->type == BT_EPB)
		set_interface(to, id);
	else if (b->info->type == BT_PB && to && !to->failed)
		store_u16(to->p + WRITER_BODY, (uint16_t)id, to->big);
	return writer_end(m->w, err);
}

/* Something that keeps its place in its file. */
static int write_other(struct mix *m, struct source *s, struct err *err)
{
	switch (s->in->block.info->kind) {
	case BLOCK_INTERFACE:
		return write_interface(m, s, err);
	case BLOCK_STATS:
		return write_statistics(m, s, err);
	default:
		return put_block(m, s) ? writer_end(m->w, err) : 0;
	}
}

/* Takes the packet that s is at. Returns whether it is whole. */
static bool take_packet(struct mix *m, struct source *s)
{
	struct err damage = {0};

	if (packet_decode(&s->packet, &s->in->block, s->in->reader, &damage) < 0) {
		warn(s, "left out, it is damaged");
		return false;
	}
	if (s->packet.has_ts) {
		s->ts = s->packet.ts;
		*m->last = MAX(*m->last, s->ts);
	}
	return true;
}

/*
 * A block of the events' side. Returns 1 when it is to wait for its time, 0 when it is dealt with, -1
 * when writing failed (err).
 */
static int take_event(struct mix *m, struct source *s, struct err *err)
{
	struct input *in = s->in;
	struct err damage = {0};
	struct event ev;

	if (!m->opts->together)
		return input_spool(in, in, err);
	if (!m->events && in->block.big == m->w->block.big) {
		m->events = s;
		m->section = in->block.section;
	}
	/* The events of a section have one state: others cannot stand between them. */
	if (m->events != s || m->section != in->block.section) {
		err_set(&in->err, ERR_UNSUPPORTED,
			"events of a second section: only one can be interleaved");
		in->over = true;
		return 0;
	}
	if (in->block.info->kind != BLOCK_EVENT)
		return writer_raw(m->w, in->block.raw, err);
	if (event_decode(&ev, &in->block, &damage) == 0)
		s->ts = ev.ts;
	return 1;
}

/*
 * Goes on to the next block of s that has to wait, and writes those that need not. Returns 1, 0 at
 * the end, -1 when writing failed (err).
 */
static int advance(struct mix *m, struct source *s, struct err *err)
{
	const struct block *b = &s->in->block;
	int got = 0;

	while (got == 0 && input_next(s->in)) {
		enum side side;

		if (s->side.section != b->section)
			s->nids = 0;
		side = side_of(&s->side, b);
		if (side == SIDE_EVENTS)
			got = take_event(m, s, err);
		else if (side == SIDE_PACKETS && b->info->kind == BLOCK_PACKET)
			got = take_packet(m, s);
		else if (side == SIDE_PACKETS)
			got = write_other(m, s, err);
	}
	return got;
}

static int write_waiting(struct mix *m, struct source *s, struct err *err)
{
	if (s->in->block.info->kind == BLOCK_PACKET)
		return write_packet(m, s, err);
	return writer_raw(m->w, s->in->block.raw, err);
}

static int start(struct mix *m, struct input *const *in, struct err *err)
{
	for (size_t i = 0; i < m->n; i++) {
		struct source *s = &m->sources[i];
		int got;

		s->in = in[i];
		got = advance(m, s, err);
		if (got < 0)
			return -1;
		if (got == 1)
			heap_add(m, s);
	}
	return 0;
}

static int run(struct mix *m, struct err *err)
{
	while (m->waiting) {
		struct source *s = m->heap[0];
		int got;

		if (write_waiting(m, s, err) < 0)
			return -1;
		got = advance(m, s, err);
		if (got < 0)
			return -1;
		if (got == 0)
			s = m->heap[--m->waiting];
		if (m->waiting)
			heap_sink(m, s);
	}
	return 0;
}

int mix_inputs(const struct mix_opts *opts, struct input *const *in, size_t n, struct writer *w,
	uint64_t *last, struct err *err)
{
	struct mix m = {.opts = opts, .w = w, .n = n, .last = last};
	int ret = -1;

	m.sources = calloc(n + 1, sizeof(*m.sources));
	m.heap = calloc(n + 1, sizeof(struct source *));
	if (!m.sources || !m.heap)
		err_memory(err);
	else if (start(&m, in, err) == 0)
		ret = run(&m, err);
	for (size_t i = 0; m.sources && i < n; i++)
		free(m.sources[i].ids);
	free(m.sources);
	free(m.heap);
	return ret;
}
