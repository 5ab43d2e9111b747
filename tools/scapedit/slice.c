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
 * Where only what is reached may be written, lists never pass as they were: the base is stale until
 * it is written from the state, and hidden records, also those of the input, are looked at one by
 * one.
 *
 * Readers of scap want an event in every section they come to. So one that was opened for packets
 * alone ends with its first event, hidden.
 */
#include "tools/scapedit/slice.h"

#include <stdlib.h>
#include <string.h>

#include "scap/hide.h"
#include "state/births.h"
#include "state/open_calls.h"
#include "state/record.h"
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
	const struct selection *sel;
	enum select_state policy;
	const struct reach *reach; /* NULL: nothing is left out of the state */
	struct state *state;
	struct writer writer;
	struct calls calls;
	struct births births;
	uint64_t now; /* time of the last event */
	bool rest;    /* everything from here on passes as it is */
	bool wrote;   /* any section was opened */
	/* The section being read: */
	struct buf header;
	struct buf base; /* what gap goes on from, unless written: lists as they were, or a state */
	struct buf others; /* blocks that are not ours, waiting for the section to be opened */
	struct buf ifs;    /* its interfaces, for a section that is written in parts */
	struct buf first;  /* its first event, hidden, if that may be written */
	struct buf blanked; /* a record without what may not be told */
	struct buf gap;    /* hidden records since the base, or since the last kept event */
	bool met;          /* it has an event */
	bool stale;        /* lists came that base does not have */
	bool opened;       /* the header is written */
	bool cut;          /* the state is written, events may follow */
	bool kept;         /* events did follow */
	bool empty;        /* nothing was selected of the whole capture */
};

struct slice *slice_new(
	struct choose *c, const struct reach *reach, struct sink *sink, struct err *err)
{
	struct slice *s = calloc(1, sizeof(*s));

	if (!s) {
		err_memory(err);
		return NULL;
	}
	s->reader = choose_reader(c);
	s->sel = choose_selection(c);
	s->policy = s->sel->what->state;
	s->reach = reach;
	s->rest = selection_rest(s->sel);
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
	buf_release(&s->blanked);
	free(s);
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
	if (!s->stale && (!s->gap.n || births_waiting(&s->births, s->now)))
		return flush(s, &s->base, err);
	buf_clear(&s->gap);
	buf_clear(&s->base);
	s->stale = false;
	return state_dump_reached(s->state, s->reach, &s->writer, err);
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
	status = state_dump_reached(s->state, s->reach, &w, err);
	writer_release(&w);
	if (sink_close(sink, err) < 0 || status < 0)
		return -1;
	s->cut = s->stale = false;
	buf_clear(&s->gap);
	calls_forget_written(&s->calls);
	return 0;
}

/* A hidden event that says nothing. */
static int put_nothing(struct slice *s, struct err *err)
{
	struct record r;
	int status;

	record_init(&r, &s->writer, s->now);
	record_begin(&r, PPME_SCAPEVENT_E, -1);
	record_rest(&r);
	status = record_end(&r, err);
	record_release(&r);
	return status;
}

static int end_section(struct slice *s, struct err *err)
{
	if (!s->opened || s->kept || !s->met)
		return 0;
	return s->first.n ? flush(s, &s->first, err) : put_nothing(s, err);
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
	s->opened = s->cut = s->kept = s->met = false;
	s->stale = s->reach != NULL;
	if (keep_bytes(&s->header, b->raw, err) < 0)
		return -1;
	return load_state(s, b, err);
}

/* Lists among the events are rare, but who has read them before goes on having done so. */
static int take_list(struct slice *s, const struct block *b, struct err *err)
{
	if (s->policy == SELECT_STATE_NONE && (b->info->kind != BLOCK_MACHINE || s->cut))
		return 0;
	if (load_state(s, b, err) < 0)
		return -1;
	s->stale = s->reach != NULL;
	if (s->stale)
		return 0;
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

static int take_packet(struct slice *s, const struct pick *p, struct err *err)
{
	if (!p->keep)
		return 0;
	if (open_section(s, err) < 0)
		return -1;
	return writer_raw(&s->writer, p->block.raw, err);
}

/* From a gap back to kept events: what is in between, and the calls threads are in. */
static int resume(struct slice *s, struct err *err)
{
	if (s->stale && s->cut) {
		s->cut = false;
		calls_forget_written(&s->calls);
	}
	if (!s->cut && cut_section(s, err) < 0)
		return -1;
	calls_put_all(&s->calls, s->state, &s->gap);
	return flush(s, &s->gap, err);
}

static int keep_event(struct slice *s, const struct pick *p, struct err *err)
{
	if (resume(s, err) < 0)
		return -1;
	s->kept = true;
	s->rest = p->rest;
	return writer_raw(&s->writer, p->block.raw, err);
}

static bool can_matter(const struct slice *s, const struct event *ev)
{
	bool call = ev->info && (ev->info->category & EC_SYSCALL);

	if (call && !event_is_exit(ev->type))
		return false; /* written with its exit record or at the next kept event */
	return calls_matter(&s->calls, ev);
}

/* Overwrites a parameter of ev with zeros in raw, a copy of its block. */
static void blank(const struct event *ev, const struct block *b, const char *name, struct buf *raw)
{
	int i = event_param(ev, name);

	if (i >= 0 && (uint32_t)i < ev->nparams && ev->params[i].n)
		memset(raw->p + (ev->params[i].p - b->raw.p), 0, ev->params[i].n);
}

/* Of a thread that is only named, no record may say with which arguments it runs. */
static void hide_named(struct slice *s, const struct event *ev, const struct block *b)
{
	struct block blanked = *b;

	buf_clear(&s->blanked);
	buf_span(&s->blanked, b->raw);
	if (s->blanked.failed) {
		s->gap.failed = true;
		return;
	}
	blank(ev, b, "args", &s->blanked);
	blank(ev, b, "env", &s->blanked);
	blanked.raw = buf_view(&s->blanked);
	blanked.body = span_of(s->blanked.p + (b->body.p - b->raw.p), b->body.n);
	hide_event(&s->gap, &blanked);
}

static int leave_event(
	struct slice *s, const struct event *ev, const struct block *b, struct err *err)
{
	if (!can_matter(s, ev))
		return 0;
	if (s->stale || s->gap.n > GAP_MAX || (s->gap.n > GAP_ENOUGH && !births_waiting(&s->births, s->now))) {
		if (begin_gap_anew(s, err) < 0)
			return -1;
	}
	calls_put_enter(&s->calls, ev, &s->gap);
	if (s->reach && reach_thread(s->reach, ev->tid) == REACH_NAME)
		hide_named(s, ev, b);
	else
		hide_event(&s->gap, b);
	return s->gap.failed || s->calls.failed ? err_memory(err) : 0;
}

/* The state comes last: at a cut it has to be as of before this event. */
static int pass_event(struct slice *s, const struct pick *p, bool keep, struct err *err)
{
	bool reached = !s->reach || keep || reach_event(s->reach, p->ev);
	struct moment m;
	int status = 0;

	if (keep)
		status = keep_event(s, p, err);
	else if (reached)
		status = leave_event(s, p->ev, &p->block, err);
	if (status < 0 || s->rest)
		return status;
	if (reached)
		calls_note(&s->calls, p->ev, &p->block, keep);
	if (state_apply(s->state, p->ev, &m, err) < 0)
		return -1;
	births_note(&s->births, s->state, p->ev);
	s->now = p->ev->ts;
	return 0;
}

/* Records that show nothing are kept for the state only. */
static bool is_shown(const struct slice *s, const struct pick *p)
{
	return s->policy == SELECT_STATE_ALL || !p->ev || !(p->ev->flags & EVENT_HIDDEN);
}

static bool says_nothing(const struct event *ev)
{
	return ev && ev->tid <= 0 && !ev->nparams;
}

static int take_event(struct slice *s, const struct pick *p, struct err *err)
{
	bool keep = p->keep && is_shown(s, p);

	if (!s->met && (s->policy == SELECT_STATE_ALL || says_nothing(p->ev)))
		hide_event(&s->first, &p->block);
	s->met = true;
	if (s->first.failed)
		return err_memory(err);
	if (!keep && selection_events_over(s->sel))
		return 0;
	if (p->ev && s->policy != SELECT_STATE_NONE)
		return pass_event(s, p, keep, err);
	return keep ? keep_event(s, p, err) : 0;
}

int slice_pick(struct slice *s, const struct pick *p, struct err *err)
{
	const struct block *b = &p->block;

	if (!select_wants(s->sel->what, b->info->kind))
		return 0;
	if (s->rest)
		return writer_raw(&s->writer, b->raw, err);
	switch (b->info->kind) {
	case BLOCK_SECTION:
		return take_section(s, b, err);
	case BLOCK_PACKET:
		return take_packet(s, p, err);
	case BLOCK_EVENT:
		return take_event(s, p, err);
	case BLOCK_MACHINE:
	case BLOCK_PROCLIST:
	case BLOCK_FDLIST:
	case BLOCK_IFLIST:
	case BLOCK_USERLIST:
		return take_list(s, b, err);
	default:
		return take_other(s, b, err);
	}
}

bool slice_over(const struct slice *s)
{
	bool lacks_event = s->opened && !s->kept && !s->met;

	return selection_over(s->sel) && !lacks_event;
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
	return state_dump_reached(s->state, s->reach, &s->writer, err);
}
