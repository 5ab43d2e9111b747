/* SPDX-License-Identifier: MIT */
/*
 * A merge of k sorted inputs with a heap. What has a time waits at its input until it is the earliest
 * of all; what has none (interfaces, names, statistics, ...) goes out when it is met, which is right
 * behind the packet before it. Interfaces that inputs name first all come first.
 *
 * Where an input may be out of order, its blocks wait in a window, as they are to be written.
 */
#include "tools/scapmerge/mix.h"

#include <stdlib.h>

#include "pcapng/option.h"
#include "pcapng/packet.h"
#include "pcapng/pcapng.h"
#include "scap/event.h"
#include "pcapng/recode.h"
#include "tools/scapmerge/side.h"

#define NS_PER_S 1000000000

__extension__ typedef __int128 wide;

struct source {
	struct input *in;
	uint64_t due;         /* time of its block that waits */
	uint64_t ts;          /* of the block it is at, or of the last block that had one */
	struct packet packet; /* if that is a packet */
	uint32_t *ids;        /* interface of its section -> interface of ours */
	uint32_t nids, cap;
	struct side_state side;
	struct buf lead;      /* interfaces it starts with: { length, body }... */
	struct window window; /* when sorting */
	bool over;            /* all is in the window */
};

struct mix {
	const struct mix_opts *opts;
	struct writer *w;
	struct source *sources;
	struct source **heap; /* earliest first */
	size_t n, waiting;    /* sources, and those in the heap */
	struct ifs ifs;
	struct buf notes; /* options for a packet */
	const struct source *events; /* whose events ours are, and of which section, when together */
	unsigned section;
	uint64_t *last;
};

/* Among equal times, the order of the inputs. */
static bool is_before(const struct mix *m, const struct source *a, const struct source *b)
{
	return a->due != b->due && !m->opts->append ? a->due < b->due : a < b;
}

static void heap_add(struct mix *m, struct source *s)
{
	size_t i = m->waiting++;

	for (; i > 0 && is_before(m, s, m->heap[(i - 1) / 2]); i = (i - 1) / 2)
		m->heap[i] = m->heap[(i - 1) / 2];
	m->heap[i] = s;
}

/* Finds the place of s, which takes that of the first. */
static void heap_sink(struct mix *m, struct source *s)
{
	size_t i = 0;

	for (;;) {
		size_t child = 2 * i + 1;

		if (child + 1 < m->waiting && is_before(m, m->heap[child + 1], m->heap[child]))
			child++;
		if (child >= m->waiting || is_before(m, s, m->heap[child]))
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

static int add_id(struct source *s, uint32_t id, struct err *err)
{
	if (s->nids == s->cap) {
		uint32_t cap = s->cap ? 2 * s->cap : 8;
		uint32_t *ids = reallocarray(s->ids, cap, sizeof(*ids));

		if (!ids)
			return err_memory(err);
		s->ids = ids;
		s->cap = cap;
	}
	s->ids[s->nids++] = id;
	return 0;
}

/* An interface in the writer, of which the body was put. */
static int write_interface(struct mix *m, struct source *s, struct err *err)
{
	struct buf *body = &m->w->block;
	uint32_t id;
	int new;

	if (body->failed)
		return err_memory(err);
	new = ifs_number(&m->ifs, span_of(body->p + WRITER_BODY, body->n - WRITER_BODY), &id, err);
	if (new < 0 || add_id(s, id, err) < 0)
		return -1;
	return new ? writer_end(m->w, err) : 0;
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
 * A packet whose own form cannot say what is to be said of it. A simple packet has no time either: it
 * gets that of the packet before it.
 */
static struct buf *put_enhanced(struct mix *m, struct source *s, uint32_t id)
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
	return to;
}

/* Appends what was found out of a packet to its options, which are at the end of to. */
static void put_notes(const struct mix *m, const struct source *s, struct buf *to)
{
	struct cursor c = s->packet.options;
	size_t all = cursor_left(&c), kept = 0;
	struct option_view opt;

	while (option_next(&c, &opt) == 1)
		kept += 4 + pad4(opt.value.n);
	if (c.bad || to->failed)
		return;
	to->n -= all - MIN(kept, all); /* their end */
	buf_span(to, buf_view(&m->notes));
	option_put_end(to);
}

/* Finds out whose the packet is that s is at. Returns whether it is known, or -1 (err). */
static int find_notes(struct mix *m, struct source *s, struct err *err)
{
	const struct reader_if *i = reader_if(s->in->reader, s->packet.interface);
	struct option_view said;

	if (!m->opts->whose.n || !i)
		return 0;
	/* What an earlier merge or whoever captured it said stays. */
	if (option_find(s->packet.options, OPT_EPB_PROCESS, &said)) {
		s->in->noted++;
		return 0;
	}
	buf_clear(&m->notes);
	m->notes.big = m->w->block.big;
	return attribute_packet(&m->opts->whose, &s->packet, i->linktype, &m->notes, err);
}

/* Puts the packet that s is at into the writer. */
static int put_packet(struct mix *m, struct source *s, struct err *err)
{
	uint32_t type = s->in->block.info->type;
	uint32_t id = s->ids[s->packet.interface];
	int noted = find_notes(m, s, err);
	struct buf *to;

	if (noted < 0)
		return -1;
	if ((type == BT_SPB && id != 0) || (type == BT_PB && (id > UINT16_MAX || noted))) {
		to = put_enhanced(m, s, id);
	} else {
		to = put_block(m, s);
		if (type == BT_EPB)
			set_interface(to, id);
		else if (type == BT_PB && to && !to->failed)
			store_u16(to->p + WRITER_BODY, (uint16_t)id, to->big);
	}
	if (noted && to) {
		put_notes(m, s, to);
		s->in->noted++;
	}
	s->in->packets++;
	return 0;
}

/* Something that keeps its place in its file. */
static int write_other(struct mix *m, struct source *s, struct err *err)
{
	switch (s->in->block.info->kind) {
	case BLOCK_INTERFACE:
		(void)put_block(m, s);
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

/* Lets the block that s is at wait in its window. */
static int to_window(struct mix *m, struct source *s, struct err *err)
{
	struct span raw = s->in->block.raw;

	if (s->in->block.info->kind == BLOCK_PACKET &&
		(put_packet(m, s, err) < 0 || writer_finish(m->w, &raw, err) < 0))
		return -1;
	return window_put(&s->window, s->ts, raw) ? 0 : err_memory(err);
}

static bool is_sorting(const struct mix *m)
{
	return m->opts->sort.records || m->opts->sort.ns;
}

/* Goes on to the block of s that is to be written next. Returns 1, 0 at the end, -1 (err). */
static int next(struct mix *m, struct source *s, struct err *err)
{
	uint64_t before = s->due;
	int got = 1;

	if (is_sorting(m)) {
		while (got == 1 && !s->over && !window_full(&s->window, &m->opts->sort)) {
			got = advance(m, s, err);
			s->over = got == 0;
			if (got < 0 || (got && to_window(m, s, err) < 0))
				return -1;
		}
		got = s->window.n > 0;
		s->due = got ? window_ts(&s->window) : s->due;
	} else {
		got = advance(m, s, err);
		s->due = s->ts;
	}
	s->in->disorder += got == 1 && s->due < before;
	return got;
}

static int write_waiting(struct mix *m, struct source *s, struct err *err)
{
	int status;

	if (is_sorting(m)) {
		status = writer_raw(m->w, window_block(&s->window), err);
		window_pop(&s->window);
		return status;
	}
	if (s->in->block.info->kind != BLOCK_PACKET)
		return writer_raw(m->w, s->in->block.raw, err);
	return put_packet(m, s, err) < 0 ? -1 : writer_end(m->w, err);
}

/* --- the start ------------------------------------------------------------------------------ */

/* Reads the interfaces that s starts with. The block behind them stays its next one. */
static int take_lead(struct mix *m, struct source *s, struct err *err)
{
	const struct block *b = &s->in->block;
	unsigned section = 0;

	while (input_next(s->in)) {
		struct buf *body;

		s->in->waiting = true;
		section = section ? section : b->section;
		if (b->info->kind != BLOCK_INTERFACE || b->section != section)
			return 0;
		s->in->waiting = false;
		(void)side_of(&s->side, b);
		body = put_block(m, s);
		buf_u32(&s->lead, (uint32_t)(body->n - WRITER_BODY));
		buf_put(&s->lead, body->p + WRITER_BODY, body->n - WRITER_BODY);
		if (s->lead.failed || body->failed)
			return err_memory(err);
	}
	return 0;
}

/* The source whose first interfaces are those of s as well, which is s where they are its own. */
static const struct source *twin(const struct mix *m, const struct source *s)
{
	const struct source *first = NULL;

	for (size_t i = 0; i < m->n; i++) {
		const struct source *other = &m->sources[i];

		if (!other->lead.n)
			continue;
		if (first && !span_eq(buf_view(&first->lead), buf_view(&other->lead)))
			return s;
		first = first ? first : other;
	}
	return m->opts->share == IFS_SHARE_ALL ? first : s;
}

static int write_lead(struct mix *m, struct source *s, struct err *err)
{
	const struct source *of = twin(m, s);
	struct cursor c = cursor_of(buf_view(&s->lead), false);

	while (cursor_left(&c)) {
		struct span body = cursor_span(&c, cursor_u32(&c));

		if (of != s) {
			if (add_id(s, of->ids[s->nids], err) < 0)
				return -1;
			continue;
		}
		buf_span(writer_begin(m->w, BT_IDB), body);
		if (write_interface(m, s, err) < 0)
			return -1;
	}
	return 0;
}

/* Brings the sources to their first blocks in time: those with interfaces in front, or the others. */
static int start_some(struct mix *m, bool with_lead, struct err *err)
{
	for (size_t i = 0; i < m->n; i++) {
		struct source *s = &m->sources[i];
		int got;

		if ((s->lead.n > 0) != with_lead)
			continue;
		got = next(m, s, err);
		if (got < 0)
			return -1;
		if (got == 1)
			heap_add(m, s);
	}
	return 0;
}

/* Lists of events come before the interfaces: by its first block a file is told to be of events. */
static int start(struct mix *m, struct input *const *in, struct err *err)
{
	for (size_t i = 0; i < m->n; i++) {
		m->sources[i].in = in[i];
		if (take_lead(m, &m->sources[i], err) < 0)
			return -1;
	}
	if (start_some(m, false, err) < 0)
		return -1;
	for (size_t i = 0; i < m->n; i++) {
		if (write_lead(m, &m->sources[i], err) < 0)
			return -1;
	}
	return start_some(m, true, err);
}

static int run(struct mix *m, struct err *err)
{
	while (m->waiting) {
		struct source *s = m->heap[0];
		int got;

		if (write_waiting(m, s, err) < 0)
			return -1;
		got = next(m, s, err);
		if (got < 0)
			return -1;
		if (got == 0)
			s = m->heap[--m->waiting];
		if (m->waiting)
			heap_sink(m, s);
	}
	return 0;
}

static void release(struct mix *m)
{
	for (size_t i = 0; m->sources && i < m->n; i++) {
		free(m->sources[i].ids);
		buf_release(&m->sources[i].lead);
		window_release(&m->sources[i].window);
	}
	free(m->sources);
	free(m->heap);
	ifs_release(&m->ifs);
	buf_release(&m->notes);
}

int mix_inputs(const struct mix_opts *opts, struct input *const *in, size_t n, struct writer *w,
	uint64_t *last, struct err *err)
{
	struct mix m = {.opts = opts, .w = w, .n = n, .last = last};
	int ret = -1;

	ifs_init(&m.ifs, opts->share);
	m.sources = calloc(n + 1, sizeof(*m.sources));
	m.heap = calloc(n + 1, sizeof(struct source *));
	if (!m.sources || !m.heap)
		err_memory(err);
	else if (start(&m, in, err) == 0)
		ret = run(&m, err);
	release(&m);
	return ret;
}
