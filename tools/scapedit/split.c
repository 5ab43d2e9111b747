/* SPDX-License-Identifier: MIT */
/*
 * One state for all parts. Whatever can matter to later events goes into a log, too, as hidden
 * records (slice.c has the same as its gap). A log begins with a base: the section's own lists as
 * they were, or a copy of the state. A part begins with the base and the log so far, wherever that
 * is; before each of its events it gets what the log has had since. A log that is too long is
 * replaced by a new base, but not where a clone is half told (births.h); what is little of it then
 * goes to those parts that are in use, and the others, should they have another event, go on with
 * a section of their own.
 *
 * Where parts come one after the other, a new base is made for each.
 *
 * Enter records are not logged, since most of them change nothing: they go where their exit record
 * goes, in front of it. Where one was kept, its exit record follows, hidden.
 */
#include "tools/scapedit/split.h"

#include <stdlib.h>

#include "format/text.h"
#include "pcapng/packet.h"
#include "scap/hide.h"
#include "state/births.h"
#include "state/open_calls.h"
#include "state/record.h"
#include "state/state.h"
#include "tools/scapedit/split_log.h"

/* So much of blocks that are not ours waits for the first record of its section. */
#define COMMON_MAX (16u << 20)

/* Has the enter record of the call that a thread is in. */
struct holder {
	struct split_part *part;
	unsigned headers; /* of the part then: it forgets at each */
};

struct split {
	struct split_parts *parts;
	const struct split_opts *opts;
	struct text *key, *name; /* SPLIT_KEYS */
	struct stage *in;
	struct split_log log;
	struct split_part *now; /* has the last record; NULL: that was for another pass */
	uint64_t num, frame;
	struct buf text; /* a key, or a name */
	struct buf enter;
	struct map holders; /* struct holder by tid */
	bool seen;          /* a record of this section */
	unsigned section;   /* of the last record that is shown */
	bool scap;          /* the capture has events, or lists for them */
	uint64_t first_ts;  /* of all records that have a time */
	struct split_damage damage;
};

static int note_damage(struct split *s, const struct err *why, struct err *err)
{
	if (why->code == ERR_MEMORY)
		return err_memory(err);
	if (!s->damage.count++)
		err_copy(&s->damage.first, why);
	return 0;
}

/* --- which part a record goes to ------------------------------------------------------------ */

static bool lost_holder(uint64_t tid UNUSED, void *holder, void *part)
{
	return ((const struct holder *)holder)->part != part;
}

static int end_part(struct split *s, struct split_part *part, struct err *err)
{
	int status = split_log_leave(&s->log, part, s->scap, err);

	map_filter(&s->holders, lost_holder, part);
	if (s->now == part)
		s->now = NULL;
	return split_parts_end(s->parts, part, err) < 0 ? -1 : status;
}

/* Interval of a time, counted from the first one. */
static uint64_t interval(const struct split *s, uint64_t ts)
{
	return ts > s->first_ts ? (ts - s->first_ts) / s->opts->limit : 0;
}

/*
 * Whether the record at ts (0: no time) is not to go into the open part any more. first: of its
 * section.
 */
static bool is_full(const struct split *s, uint64_t ts, bool first)
{
	const struct split_part *p = s->parts->open[0];
	uint64_t bytes, of_record, of_part;

	switch (s->opts->by) {
	case SPLIT_EVENTS:
		return p->records >= s->opts->limit;
	case SPLIT_SECONDS:
		of_record = ts ? interval(s, ts) : 0;
		of_part = interval(s, p->began);
		/* Back in time only with a section: a capture need not be in order. */
		return ts && (of_record > of_part || (first && of_record < of_part));
	default:
		bytes = sink_offset(p->file);
		return p->records && bytes >= s->opts->limit && bytes - p->head >= p->head;
	}
}

/* The part of the next record where parts follow each other. */
static int next_part(struct split *s, uint64_t ts, struct err *err)
{
	bool first = s->section != s->log.section;

	s->section = s->log.section;
	if (ts && !s->first_ts)
		s->first_ts = ts;
	if (s->parts->n && is_full(s, ts, first)) {
		if (end_part(s, s->parts->open[0], err) < 0 || split_log_restart(&s->log, err) < 0)
			return -1;
	}
	if (s->parts->n) {
		s->now = s->parts->open[0];
		return 0;
	}
	if (split_parts_numbered(s->parts, ts ? ts : s->log.now, &s->now, err) < 0)
		return -1;
	s->now->began = ts ? ts : s->log.now;
	return 0;
}

/* What a template says, or nothing. */
static struct span said(const struct split *s)
{
	struct span text = buf_view(&s->text);
	bool nobody = s->opts->nobody && span_eq(text, span_str(s->opts->nobody));

	return nobody || span_eq(text, span_str("<NA>")) ? span_of(NULL, 0) : text;
}

/* The part of the key in s->text. m: of the event, or NULL. */
static int keyed_part(struct split *s, const struct moment *m, struct err *err)
{
	struct buf key = {0};
	int status;

	if (s->text.failed)
		return err_memory(err);
	if (split_parts_find(s->parts, said(s), &s->now))
		return 0;
	buf_span(&key, said(s));
	if (key.n && m) {
		buf_clear(&s->text);
		text_put(s->name, s->log.state, m, s->num, &s->text);
	}
	status = key.failed || s->text.failed
			 ? err_memory(err)
			 : split_parts_keyed(s->parts, buf_view(&key),
				   said(s).n ? said(s) : buf_view(&key), &s->now, err);
	buf_release(&key);
	return status;
}

/* Sets s->now for a record of which nothing is known but its time. */
static int part_without_key(struct split *s, uint64_t ts, struct err *err)
{
	if (!s->key)
		return next_part(s, ts, err);
	buf_clear(&s->text);
	return keyed_part(s, NULL, err);
}

/* --- records -------------------------------------------------------------------------------- */

/* The record itself, behind what has to be in front of it. */
static int put_record(struct split *s, const struct block *b, struct err *err)
{
	struct split_part *p = s->now;

	if (!p->records++)
		p->head = sink_offset(p->file);
	return sink_write(split_part_sink(p), b->raw, err);
}

static bool is_call(const struct event *ev)
{
	return ev->info && (ev->info->category & EC_SYSCALL);
}

/* Who else than p has the enter record of the call that ev ends. */
static struct split_part *other_holder(
	const struct split *s, const struct event *ev, const struct split_part *p)
{
	const struct holder *h = map_get(&s->holders, (uint64_t)ev->tid);

	return h && h->part != p && h->part->headers == h->headers ? h->part : NULL;
}

static bool holds(const struct split *s, const struct event *ev, const struct split_part *p)
{
	const struct holder *h = map_get(&s->holders, (uint64_t)ev->tid);

	return h && h->part == p && p->headers == h->headers;
}

/* Writes an event to its part. The log does not have it yet. */
static int keep_event(
	struct split *s, const struct event *ev, const struct block *b, struct err *err)
{
	struct split_part *p = s->now;

	if (split_log_catch_up(&s->log, p, err) < 0)
		return -1;
	p->has_event = p->active = true;
	if (ev && s->enter.n && !holds(s, ev, p) &&
		sink_write(split_part_sink(p), buf_view(&s->enter), err) < 0)
		return -1;
	return put_record(s, b, err);
}

/* What others than the event's part, p or NULL, must know of it. */
static int tell_others(struct split *s, const struct event *ev, const struct block *b,
	struct split_part *p, struct err *err)
{
	struct split_part *other = other_holder(s, ev, p);

	if (!ev->info || state_changes(ev->type)) {
		split_log_event(&s->log, buf_view(&s->enter), b);
		if (p)
			p->logged = s->log.records.n;
		return s->log.records.failed ? err_memory(err) : 0;
	}
	if (!other || !is_call(ev))
		return 0;
	buf_clear(&s->enter);
	hide_event(&s->enter, b);
	return s->enter.failed ? err_memory(err)
			       : sink_write(split_part_sink(other), buf_view(&s->enter), err);
}

/* A thread entered a call in p, NULL: in none. */
static int note_holder(
	struct split *s, const struct event *ev, struct split_part *p, struct err *err)
{
	struct holder *h;

	if (!p) {
		map_del(&s->holders, (uint64_t)ev->tid);
		return 0;
	}
	h = map_put(&s->holders, (uint64_t)ev->tid);
	if (!h)
		return err_memory(err);
	*h = (struct holder){p, p->headers};
	return 0;
}

static int spread(struct split *s, const struct event *ev, const struct block *b,
	struct split_part *p, struct err *err)
{
	if (p && keep_event(s, ev, b, err) < 0)
		return -1;
	if (is_call(ev) && !event_is_exit(ev->type))
		return note_holder(s, ev, p, err);
	if (tell_others(s, ev, b, p, err) < 0)
		return -1;
	if (is_call(ev))
		map_del(&s->holders, (uint64_t)ev->tid);
	return 0;
}

static int take_whole(
	struct split *s, const struct event *ev, const struct block *b, struct err *err)
{
	bool shown = !(ev->flags & EVENT_HIDDEN);
	struct moment m;

	if (split_log_shorten(&s->log, s->parts, err) < 0)
		return -1;
	if (shown && !s->key && next_part(s, ev->ts, err) < 0)
		return -1;
	buf_clear(&s->enter);
	calls_put_enter(&s->log.calls, ev, &s->enter);
	if (state_apply(s->log.state, ev, &m, err) < 0)
		return -1;
	if (s->key)
		text_note(s->key, ev);
	if (shown && s->key) {
		buf_clear(&s->text);
		text_put(s->key, s->log.state, &m, s->num, &s->text);
		if (keyed_part(s, &m, err) < 0)
			return -1;
	}
	if (spread(s, ev, b, shown ? s->now : NULL, err) < 0)
		return -1;
	return split_log_note(&s->log, ev, b, err);
}

static int take_event(
	struct split *s, const struct block *b, const struct reader *r UNUSED, struct err *err)
{
	struct err damage = {0};
	struct event ev;
	bool whole = event_decode(&ev, b, &damage) == 0;
	int status;

	s->num++;
	s->frame++;
	s->scap = s->log.begun = true;
	if (whole) {
		status = take_whole(s, &ev, b, err);
	} else {
		if (s->key)
			text_note_damaged(s->key);
		status = note_damage(s, &damage, err);
		if (status == 0)
			status = part_without_key(s, 0, err);
		if (status == 0 && s->now)
			status = keep_event(s, NULL, b, err);
	}
	s->seen = true;
	return status;
}

static int take_packet(
	struct split *s, const struct block *b, const struct reader *r, struct err *err)
{
	struct err damage = {0};
	struct packet p;
	bool whole = packet_decode(&p, b, r, &damage) == 0;

	s->frame++;
	buf_clear(&s->text);
	if (!whole && note_damage(s, &damage, err) < 0)
		return -1;
	if (whole && s->key) {
		text_note_packet(s->key, &p);
		if (text_has_packets(s->key)) {
			text_packet(s->key, &p, s->frame, &s->text);
			s->text.n -= s->text.n > 0; /* the line feed */
		}
	}
	if ((s->key ? keyed_part(s, NULL, err) : next_part(s, whole && p.has_ts ? p.ts : 0, err)) <
		0)
		return -1;
	s->seen = true;
	if (!s->now)
		return 0;
	if (split_log_open(&s->log, s->now, err) < 0)
		return -1;
	return put_record(s, b, err);
}

/* --- other blocks --------------------------------------------------------------------------- */

static int take_section(
	struct split *s, const struct block *b, const struct reader *r UNUSED, struct err *err)
{
	for (size_t i = 0; i < s->parts->n; i++)
		if (split_log_leave(&s->log, s->parts->open[i], s->scap, err) < 0)
			return -1;
	s->seen = false;
	map_clear(&s->holders);
	return split_log_section(&s->log, b, err);
}

static int take_list(
	struct split *s, const struct block *b, const struct reader *r UNUSED, struct err *err)
{
	struct err damage = {0};

	s->scap = true;
	if (split_log_list(&s->log, b, &damage) == 0)
		return 0;
	return note_damage(s, &damage, err);
}

/* What every part needs, if it comes late. */
static bool is_for_all(enum block_kind kind)
{
	return kind == BLOCK_INTERFACE || kind == BLOCK_NAMES || kind == BLOCK_SECRETS;
}

/* In front of the first record blocks are for all parts; then they go with the record before. */
static int take_other(
	struct split *s, const struct block *b, const struct reader *r UNUSED, struct err *err)
{
	if (is_for_all(b->info->kind) || (!s->seen && s->log.common.n < COMMON_MAX))
		return split_log_common(&s->log, b, err);
	if (!s->seen) {
		if (part_without_key(s, 0, err) < 0)
			return -1;
		s->seen = true;
	}
	if (!s->now)
		return 0;
	if (split_log_open(&s->log, s->now, err) < 0)
		return -1;
	return sink_write(split_part_sink(s->now), b->raw, err);
}

typedef int take_fn(
	struct split *s, const struct block *b, const struct reader *r, struct err *err);

static int take(void *self, const struct block *b, const struct reader *r,
	struct writer *out UNUSED, struct err *err)
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
	take_fn *fn = kind < ARRAY_SIZE(takers) && takers[kind] ? takers[kind] : take_other;

	return fn(self, b, r, err);
}

/* --- all of it ------------------------------------------------------------------------------ */

static const struct stage_ops split_ops = {.take = take};

static int set_up(struct split *s, struct err *err)
{
	s->opts = &s->parts->args->split;
	map_init(&s->holders, sizeof(struct holder));
	if (split_log_init(&s->log, err) < 0)
		return -1;
	if (s->opts->by == SPLIT_KEYS) {
		s->key = text_new(&(struct text_opts){.template = s->opts->key}, err);
		s->name = text_new(&(struct text_opts){.template = s->opts->name}, err);
		if (!s->key || !s->name)
			return -1;
	}
	s->in = stage_new(&split_ops, s, NULL, err);
	return s->in ? 0 : -1;
}

struct split *split_new(struct split_parts *parts, struct err *err)
{
	struct split *s = calloc(1, sizeof(*s));

	if (!s) {
		err_memory(err);
		return NULL;
	}
	s->parts = parts;
	parts->more = false;
	if (set_up(s, err) < 0) {
		split_free(s);
		return NULL;
	}
	return s;
}

void split_free(struct split *s)
{
	if (!s)
		return;
	stage_free(s->in);
	text_free(s->key);
	text_free(s->name);
	split_log_release(&s->log);
	map_release(&s->holders);
	buf_release(&s->text);
	buf_release(&s->enter);
	free(s);
}

struct sink *split_sink(struct split *s)
{
	return stage_sink(s->in);
}

int split_end(struct split *s, struct err *err)
{
	while (s->parts->n)
		if (end_part(s, s->parts->open[0], err) < 0)
			return -1;
	return 0;
}

const struct split_damage *split_damage(const struct split *s)
{
	return &s->damage;
}
