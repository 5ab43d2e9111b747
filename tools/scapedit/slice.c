/* SPDX-License-Identifier: MIT */
/*
 * What is written of a section, in this order: its header as it was, blocks that are not ours, then
 * at the first kept event the state and the calls that threads are in, then events.
 *
 * Every event goes through the state. One that is left out waits in gap as a hidden record, if it
 * can matter to later ones. Where the gap begins there is a base: what is written already, or the
 * section's own lists as they were, or a copy of the state. So there are two ways to a kept event:
 * the base and the gap, or the state as of now. The latter is smaller and tells less of what was
 * left out; it is taken where nothing is written of the section yet and no clone is half told
 * (births.h). A gap that outgrows a copy of the state is replaced by one; if something is written
 * by then, the next kept event begins a section of its own.
 *
 * Readers of scap want an event in every section they come to. So one that was opened for packets
 * alone ends with its first event, hidden.
 */
#include "tools/scapedit/slice.h"

#include <stdlib.h>

#include "pcapng/packet.h"
#include "scap/hide.h"
#include "state/births.h"
#include "state/open_calls.h"
#include "state/state.h"

/*
 * Hidden records worth more than this are replaced by the state, a few hundred KiB as a rule; but
 * only worth more than the second where a clone is half told.
 */
#define GAP_ENOUGH (1u << 20)
#define GAP_MAX    (16u << 20)

/* So much of blocks that are not ours waits for a reason to open the section. */
#define OTHERS_MAX (16u << 20)

struct slice {
	struct reader *reader;
	struct selection sel;
	struct state *state;
	struct writer writer;
	struct calls calls;
	struct births births;
	uint64_t num; /* of the last event */
	uint64_t now; /* its time */
	bool rest;    /* everything from here on passes as it is */
	bool wrote;   /* any section was opened */
	/* The section being read: */
	struct buf header;
	struct buf base; /* what gap goes on from, unless written: lists as they were, or a state */
	struct buf others; /* blocks that are not ours, waiting for the section to be opened */
	struct buf ifs;    /* its interfaces, for a section that is written in parts */
	struct buf first;  /* its first event, hidden */
	struct buf gap;    /* hidden records since the base, or since the last kept event */
	bool opened;       /* the header is written */
	bool cut;          /* the state is written, events may follow */
	bool kept;         /* events did follow */
	bool empty;        /* nothing was selected of the whole capture */
};

struct slice *slice_new(
	const struct select *what, struct reader *r, struct sink *sink, struct err *err)
{
	struct slice *s = calloc(1, sizeof(*s));

	if (!s) {
		err_memory(err);
		return NULL;
	}
	s->reader = r;
	s->sel.what = what;
	s->rest = selection_rest(&s->sel);
	writer_init(&s->writer, sink, false);
	calls_init(&s->calls);
	births_init(&s->births);
	s->state = state_new(err);
	if (!s->state) {
		slice_free(s);
		return NULL;
	}
	return s;
}

void slice_free(struct slice *s)
{
	if (!s)
		return;
	state_free(s->state);
	writer_release(&s->writer);
	calls_release(&s->calls);
	births_release(&s->births);
	buf_release(&s->header);
	buf_release(&s->base);
	buf_release(&s->others);
	buf_release(&s->ifs);
	buf_release(&s->first);
	buf_release(&s->gap);
	free(s);
}

const struct selection *slice_selection(const struct slice *s)
{
	return &s->sel;
}

bool slice_empty(const struct slice *s)
{
	return s->empty;
}

/* Writes what is in b and empties it. */
static int flush(struct slice *s, struct buf *b, struct err *err)
{
	if (b->failed || s->calls.failed || s->births.failed)
		return err_memory(err);
	if (b->n && sink_write(s->writer.sink, buf_view(b), err) < 0)
		return -1;
	buf_clear(b);
	return 0;
}

static int keep_bytes(struct buf *to, struct span bytes, struct err *err)
{
	buf_span(to, bytes);
	return to->failed ? err_memory(err) : 0;
}

/* Writes the section's header and the blocks that waited for it. */
static int open_section(struct slice *s, struct err *err)
{
	if (s->opened)
		return 0;
	s->opened = s->wrote = true;
	if (sink_write(s->writer.sink, buf_view(&s->header), err) < 0)
		return -1;
	return flush(s, &s->others, err);
}

/* A section header like the first one, with the same interfaces. */
static int open_part(struct slice *s, struct err *err)
{
	if (sink_write(s->writer.sink, buf_view(&s->header), err) < 0)
		return -1;
	return s->ifs.n ? sink_write(s->writer.sink, buf_view(&s->ifs), err) : 0;
}

/* Writes what events need in front of them. What then is in gap belongs there, too. */
static int cut_section(struct slice *s, struct err *err)
{
	if ((s->kept ? open_part(s, err) : open_section(s, err)) < 0)
		return -1;
	s->cut = true;
	if (!s->gap.n || births_waiting(&s->births, s->now))
		return flush(s, &s->base, err);
	buf_clear(&s->gap);
	buf_clear(&s->base);
	return state_dump(s->state, &s->writer, err);
}

/* The state as of now becomes the base of the gap. */
static int begin_gap_anew(struct slice *s, struct err *err)
{
	struct sink *sink;
	struct writer w;
	int status;

	buf_clear(&s->base);
	sink = sink_mem(&s->base, NULL, err);
	if (!sink)
		return -1;
	writer_init(&w, sink, s->writer.block.big);
	status = state_dump(s->state, &w, err);
	writer_release(&w);
	if (sink_close(sink, err) < 0 || status < 0)
		return -1;
	s->cut = false;
	buf_clear(&s->gap);
	calls_forget_written(&s->calls);
	return 0;
}

static int end_section(struct slice *s, struct err *err)
{
	return s->opened && !s->kept ? flush(s, &s->first, err) : 0;
}

static int load_state(struct slice *s, const struct block *b, struct err *err)
{
	struct err damage = {0};

	if (state_load(s->state, b, &damage) == 0)
		return 0;
	if (damage.code == ERR_MEMORY)
		return err_memory(err);
	reader_warn(s->reader, b->offset, "%s", damage.text);
	return 0;
}

static int take_section(struct slice *s, const struct block *b, struct err *err)
{
	if (end_section(s, err) < 0)
		return -1;
	s->writer.block.big = b->big;
	buf_clear(&s->header);
	buf_clear(&s->base);
	buf_clear(&s->others);
	buf_clear(&s->ifs);
	buf_clear(&s->first);
	buf_clear(&s->gap);
	calls_release(&s->calls);
	births_release(&s->births);
	s->opened = s->cut = s->kept = false;
	if (keep_bytes(&s->header, b->raw, err) < 0)
		return -1;
	return load_state(s, b, err);
}

/* Lists among the events are rare, but who has read them before goes on having done so. */
static int take_list(struct slice *s, const struct block *b, struct err *err)
{
	if (load_state(s, b, err) < 0)
		return -1;
	return keep_bytes(s->cut || s->gap.n ? &s->gap : &s->base, b->raw, err);
}

static int take_other(struct slice *s, const struct block *b, struct err *err)
{
	if (b->info->kind == BLOCK_INTERFACE && keep_bytes(&s->ifs, b->raw, err) < 0)
		return -1;
	if (s->opened)
		return writer_raw(&s->writer, b->raw, err);
	if (keep_bytes(&s->others, b->raw, err) < 0)
		return -1;
	return s->others.n > OTHERS_MAX ? open_section(s, err) : 0;
}

static int take_packet(struct slice *s, const struct block *b, struct err *err)
{
	struct err damage = {0};
	struct packet p;
	uint64_t ts = 0;

	if (packet_decode(&p, b, s->reader, &damage) == 0)
		ts = p.has_ts ? p.ts : 0;
	else
		reader_warn(s->reader, b->offset, "%s", damage.text);
	if (!selection_packet(&s->sel, ts))
		return 0;
	if (open_section(s, err) < 0)
		return -1;
	return writer_raw(&s->writer, b->raw, err);
}

/* From a gap back to kept events: what is in between, and the calls threads are in. */
static int resume(struct slice *s, struct err *err)
{
	if (!s->cut && cut_section(s, err) < 0)
		return -1;
	calls_put_all(&s->calls, s->state, &s->gap);
	return flush(s, &s->gap, err);
}

static int keep_event(struct slice *s, const struct block *b, struct err *err)
{
	if (resume(s, err) < 0)
		return -1;
	s->kept = true;
	s->rest = selection_rest(&s->sel);
	return writer_raw(&s->writer, b->raw, err);
}

/* Types newer than our table may matter to readers that know them. */
static bool can_matter(const struct slice *s, const struct event *ev)
{
	bool call = ev->info && (ev->info->category & EC_SYSCALL);

	if (call && !event_is_exit(ev->type))
		return false; /* written with its exit record or at the next kept event */
	return !ev->info || state_changes(ev->type) || calls_ends_written(&s->calls, ev);
}

static int leave_event(
	struct slice *s, const struct event *ev, const struct block *b, struct err *err)
{
	if (!can_matter(s, ev))
		return 0;
	if (s->gap.n > GAP_MAX || (s->gap.n > GAP_ENOUGH && !births_waiting(&s->births, s->now))) {
		if (begin_gap_anew(s, err) < 0)
			return -1;
	}
	calls_put_enter(&s->calls, ev, &s->gap);
	hide_event(&s->gap, b);
	return s->gap.failed || s->calls.failed ? err_memory(err) : 0;
}

/* The state comes last: at a cut it has to be as of before this event. */
static int pass_event(
	struct slice *s, const struct event *ev, const struct block *b, bool keep, struct err *err)
{
	struct moment m;
	int status;

	status = keep ? keep_event(s, b, err) : leave_event(s, ev, b, err);
	if (status < 0 || s->rest)
		return status;
	calls_note(&s->calls, ev, b, keep);
	if (state_apply(s->state, ev, &m, err) < 0)
		return -1;
	births_note(&s->births, s->state, ev);
	s->now = ev->ts;
	return 0;
}

static int take_event(struct slice *s, const struct block *b, struct err *err)
{
	struct err damage = {0};
	struct event ev;
	bool whole = event_decode(&ev, b, &damage) == 0;
	bool keep = selection_event(&s->sel, ++s->num, whole ? ev.ts : 0);

	if (!s->first.n) {
		hide_event(&s->first, b);
		if (s->first.failed)
			return err_memory(err);
	}
	if (!keep && selection_events_over(&s->sel))
		return 0;
	if (whole)
		return pass_event(s, &ev, b, keep, err);
	reader_warn(s->reader, b->offset, "%s", damage.text);
	return keep ? keep_event(s, b, err) : 0;
}

typedef int take_fn(struct slice *s, const struct block *b, struct err *err);

int slice_block(struct slice *s, const struct block *b, struct err *err)
{
	static take_fn *const takers[] = {
		[BLOCK_SECTION] = take_section,
		[BLOCK_PACKET] = take_packet,
		[BLOCK_MACHINE] = take_list,
		[BLOCK_PROCLIST] = take_list,
		[BLOCK_FDLIST] = take_list,
		[BLOCK_IFLIST] = take_list,
		[BLOCK_USERLIST] = take_list,
		[BLOCK_EVENT] = take_event,
	};
	unsigned kind = b->info->kind;
	take_fn *take = kind < ARRAY_SIZE(takers) && takers[kind] ? takers[kind] : take_other;

	if (!select_wants(s->sel.what, b->info->kind))
		return 0;
	if (!s->rest)
		return take(s, b, err);
	return writer_raw(&s->writer, b->raw, err);
}

bool slice_over(const struct slice *s)
{
	bool lacks_event = s->opened && !s->kept && !s->first.n;

	return selection_over(&s->sel) && !lacks_event;
}

/* A capture of which nothing was selected still says whose it was. */
int slice_finish(struct slice *s, struct err *err)
{
	if (s->rest)
		return 0;
	s->empty = !s->wrote;
	if (!s->empty)
		return end_section(s, err);
	if (open_section(s, err) < 0)
		return -1;
	return state_dump(s->state, &s->writer, err);
}
