/* SPDX-License-Identifier: MIT */
/*
 * The portable layout, in which readers of scap find what they know and readers of packets the rest:
 *
 *	section header, lists, events      of each machine, as chain.c puts them together
 *	section header, interfaces, packets of all inputs by time, a hidden event
 *	section header, lists, events      of inputs that start with packets but have events too
 *
 * The hidden event is missing where there are no events at all: then it is a packet file as others
 * write it. What comes too early for its place waits in an unnamed file.
 */
#include "tools/scapmerge/merge.h"

#include <stdlib.h>

#include "pcapng/option.h"
#include "pcapng/pcapng.h"
#include "scap/event.h"
#include "tools/scapmerge/align.h"
#include "tools/scapmerge/chain.h"
#include "tools/scapmerge/mix.h"
#include "tools/scapmerge/side.h"

#define SECTION_FIXED 16 /* bytes of a section header before its options */

#define CHUNK (256u << 10)

struct merge {
	const struct merge_opts *opts;
	struct sink *sink;
	struct writer w;        /* of the section of packets */
	struct strand *strands; /* the inputs that start with events */
	size_t nstrands;
	struct owners **owners; /* of the sockets of each machine, when packets are to be attributed */
	size_t nowners;
	struct input events;    /* the events to be interleaved */
	struct input *owner;    /* the first input they are from */
	struct input **packets; /* inputs of the section of packets */
	size_t npackets;
	bool has_events;        /* some were written, or wait to be */
	uint64_t last;          /* time of the last record so far */
};

/* An input whose first block belongs to events is taken for a scap file; it may have packets too. */
static bool starts_with_events(const struct input *in)
{
	struct side_state s = {0};

	return in->waiting && side_of(&s, &in->block) == SIDE_EVENTS;
}

static int write_events(void *to, struct span blocks, struct err *err)
{
	return sink_write(to, blocks, err);
}

static int spool_events(void *to, struct span blocks, struct err *err)
{
	return spool_write(to, blocks, err);
}

static int find_strands(struct merge *m, struct input *in, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		int host = m->opts->join ? (int)m->nstrands : -1;

		if (!in[i].reader || !starts_with_events(&in[i]))
			continue;
		if (host >= RENUMBER_HOSTS) {
			err_set(&in[i].err, ERR_UNSUPPORTED, "only %d machines can be joined",
				RENUMBER_HOSTS);
			continue;
		}
		if (strand_start(&m->strands[m->nstrands++], &in[i], host, err) < 0)
			return -1;
	}
	m->has_events = m->nstrands > 0;
	return 0;
}

static struct owners *new_owners(struct merge *m, struct err *err)
{
	struct owners *o = owners_new(err);

	if (o)
		m->owners[m->nowners++] = o;
	return o;
}

/* Writes the events of one machine, or keeps them for later. */
static int take_machine(struct merge *m, struct strand **same, size_t n, struct err *err)
{
	bool together = m->opts->layout == MERGE_INTERLEAVED;
	struct chain_opts opts = {write_events, m->sink, m->opts->join, NULL};

	if (together && m->owner) {
		for (size_t i = 0; i < n; i++)
			err_set(&same[i]->in->err, ERR_UNSUPPORTED,
				"events of a second machine: only one can be interleaved");
		return 0;
	}
	if (together) {
		m->owner = same[0]->in;
		opts.write = spool_events;
		opts.to = &m->events.spool;
	}
	if (m->opts->attribute) {
		opts.owners = new_owners(m, err);
		if (!opts.owners)
			return -1;
	}
	m->w.block.big = same[0]->in->block.big;
	return chain_run(&opts, same, n, &m->last, err);
}

/*
 * Whether s can stand in one section with the strands before it. Those of one machine would have
 * different numbers there.
 */
static bool can_join(struct strand **others, size_t n, struct strand *s)
{
	for (size_t i = 0; i < n; i++) {
		if (others[i]->in->block.big != s->in->block.big)
			err_set(&s->in->err, ERR_UNSUPPORTED,
				"its byte order is another one: it cannot be joined");
		else if (strand_same_machine(others[i], s))
			err_set(&s->in->err, ERR_UNSUPPORTED,
				"the same machine as %s: merge these first, then join", others[i]->in->path);
	}
	return s->in->err.code != ERR_UNSUPPORTED;
}

static int join_machines(struct merge *m, struct strand **all, struct err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nstrands; i++) {
		if (can_join(all, n, &m->strands[i]))
			all[n++] = &m->strands[i];
	}
	return n ? take_machine(m, all, n, err) : 0;
}

/* Machine by machine, in the order in which the inputs name them. */
static int take_machines(struct merge *m, struct strand **same, struct err *err)
{
	bool *taken = calloc(m->nstrands + 1, sizeof(*taken));
	int status = taken ? 0 : err_memory(err);

	for (size_t i = 0; status == 0 && i < m->nstrands; i++) {
		size_t n = 0;

		if (taken[i])
			continue;
		for (size_t k = i; k < m->nstrands; k++) {
			bool is_same = k == i || (!m->opts->append && !taken[k] &&
					     strand_same_machine(&m->strands[i], &m->strands[k]));

			if (!is_same)
				continue;
			taken[k] = true;
			same[n++] = &m->strands[k];
		}
		status = take_machine(m, same, n, err);
	}
	free(taken);
	return status;
}

/* Gathers the inputs of the section of packets. */
static int find_packets(struct merge *m, struct input *in, size_t n, struct err *err)
{
	size_t next = 0;

	for (size_t i = 0; i < n; i++) {
		bool events = next < m->nstrands && m->strands[next].in == &in[i];

		next += events;
		if (!in[i].reader || (events && !spool_used(&in[i].spool)))
			continue;
		if (events && in[i].err.code == ERR_UNSUPPORTED)
			continue;
		if (events && input_turn(&in[i], err) < 0)
			return -1;
		m->packets[m->npackets++] = &in[i];
	}
	return 0;
}

/* Reads what is there of events at the start, and gathers the inputs of the section of packets. */
static int take_inputs(struct merge *m, struct input *in, size_t n, struct err *err)
{
	struct strand **same = calloc(n + 1, sizeof(struct strand *));
	int status = -1;

	m->strands = calloc(n + 1, sizeof(*m->strands));
	m->owners = calloc(n + 1, sizeof(struct owners *));
	if (!same || !m->strands || !m->owners)
		err_memory(err);
	else if (find_strands(m, in, n, err) == 0)
		status = m->opts->join ? join_machines(m, same, err) : take_machines(m, same, err);
	if (status == 0)
		status = find_packets(m, in, n, err);
	for (size_t i = 0; i < m->nstrands; i++)
		strand_release(&m->strands[i]);
	free(m->strands);
	free(same);
	return status;
}

static struct mix_opts mix_opts(const struct merge *m)
{
	return (struct mix_opts){
		.together = m->opts->layout == MERGE_INTERLEAVED,
		.append = m->opts->append,
		.share = m->opts->share,
		.sort = m->opts->sort,
		.whose = {m->owners, m->nowners},
	};
}

/* The comments of the sections that become one. */
static void put_comments(struct merge *m, struct buf *to)
{
	for (size_t i = 0; i < m->npackets; i++) {
		const struct input *in = m->packets[i];
		struct cursor c = cursor_of(buf_view(&in->header), in->block.big);
		struct option_view opt;

		cursor_skip(&c, WRITER_BODY + SECTION_FIXED);
		c.end -= MIN(cursor_left(&c), sizeof(uint32_t)); /* the length at the end */
		while (option_next(&c, &opt) == 1) {
			if (opt.code == OPT_COMMENT)
				option_put(to, opt.code, opt.value);
		}
	}
}

/* Options would keep sysdig 0.29.3 from reading the events. */
static int write_header(struct merge *m, struct err *err)
{
	struct buf *b;
	size_t fixed;

	if (!m->has_events && m->npackets)
		m->w.block.big = m->packets[0]->block.big;
	b = writer_begin(&m->w, BT_SHB);
	buf_u32(b, PCAPNG_MAGIC);
	buf_u16(b, 1);
	buf_u16(b, 0);
	buf_u64(b, UINT64_MAX); /* length of the section: not known */
	fixed = b->n;
	if (!m->has_events)
		put_comments(m, b);
	if (b->n > fixed)
		option_put_end(b);
	return writer_end(&m->w, err);
}

static bool has_late_events(const struct input *in)
{
	return !in->turned && spool_used(&in->spool);
}

/* The events of an input that started with packets, which waited for the packets' end. */
static int write_late_events(struct merge *m, struct input *in, struct err *err)
{
	struct src *src = spool_read(&in->spool, err);
	const uint8_t *p = NULL;
	size_t n = 1;

	while (src && n && (p = src_peek(src, CHUNK, &n, err))) {
		if (sink_write(m->sink, span_of(p, n), err) < 0) {
			p = NULL;
			break;
		}
		src_consume(src, n);
	}
	src_close(src);
	return p ? 0 : -1;
}

static int write_packets(struct merge *m, struct err *err)
{
	struct mix_opts opts = mix_opts(m);

	if (write_header(m, err) < 0 ||
		mix_inputs(&opts, m->packets, m->npackets, &m->w, &m->last, err) < 0)
		return -1;
	for (size_t i = 0; i < m->npackets; i++)
		m->has_events |= has_late_events(m->packets[i]);
	if (m->has_events && side_write_mark(&m->w, m->last, err) < 0)
		return -1;
	for (size_t i = 0; i < m->npackets; i++) {
		if (has_late_events(m->packets[i]) && write_late_events(m, m->packets[i], err) < 0)
			return -1;
	}
	return 0;
}

/* One section, which is that of the events if there are any. */
static int write_interleaved(struct merge *m, struct err *err)
{
	struct mix_opts opts = mix_opts(m);

	if (!spool_used(&m->events.spool)) {
		if (write_header(m, err) < 0)
			return -1;
	} else {
		if (input_turn(&m->events, err) < 0 ||
			sink_write(m->sink, buf_view(&m->events.header), err) < 0)
			return -1;
		m->w.block.big = m->events.block.big;
		memmove(m->packets + 1, m->packets, m->npackets++ * sizeof(*m->packets));
		m->packets[0] = &m->events;
	}
	if (mix_inputs(&opts, m->packets, m->npackets, &m->w, &m->last, err) < 0)
		return -1;
	if (m->events.err.code && !m->owner->err.code)
		m->owner->err = m->events.err;
	return 0;
}

static int write_all(struct merge *m, struct input *in, size_t n, struct err *err)
{
	if (take_inputs(m, in, n, err) < 0)
		return -1;
	if (m->opts->layout == MERGE_INTERLEAVED)
		return write_interleaved(m, err);
	return m->npackets ? write_packets(m, err) : 0;
}

int merge_run(const struct merge_opts *opts, struct input *in, size_t n, struct sink *sink,
	struct err *err)
{
	struct merge m = {.opts = opts, .sink = sink};
	int opened = 0;
	int status = 0;

	writer_init(&m.w, sink, false);
	m.packets = calloc(n + 1, sizeof(struct input *));
	if (!m.packets)
		status = err_memory(err);
	if (status == 0 && opts->align)
		status = align_inputs(in, n, err);
	for (size_t i = 0; status == 0 && i < n; i++)
		opened += input_open(&in[i]) == 0;
	if (status == 0 && opened)
		status = write_all(&m, in, n, err);
	for (size_t i = 0; i < n; i++)
		input_close(&in[i]);
	input_close(&m.events);
	writer_release(&m.w);
	for (size_t i = 0; i < m.nowners; i++)
		owners_free(m.owners[i]);
	free(m.owners);
	free(m.packets);
	return status < 0 ? -1 : opened;
}
