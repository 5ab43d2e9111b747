/* SPDX-License-Identifier: MIT */
/* The base and the records since are bytes, which a part gets as they are; so parts cost little. */
#include "tools/scapedit/split_log.h"

#include "scap/hide.h"
#include "state/record.h"

/*
 * Records worth more than this, and more than half of the base, are replaced by the state; but only
 * worth more than the second where a clone is half told.
 */
#define LOG_ENOUGH (256u << 10)
#define LOG_MAX    (16u << 20)

/* The event for sections without: an enter record without parameters, of no thread. */
#define MARK_TYPE PPME_SOCKET_GETSOCKNAME_E

int split_log_init(struct split_log *l, struct err *err)
{
	*l = (struct split_log){0};
	calls_init(&l->calls);
	births_init(&l->births);
	l->state = state_new(err);
	return l->state ? 0 : -1;
}

void split_log_release(struct split_log *l)
{
	state_free(l->state);
	calls_release(&l->calls);
	births_release(&l->births);
	buf_release(&l->header);
	buf_release(&l->ifs);
	buf_release(&l->common);
	buf_release(&l->base);
	buf_release(&l->records);
}

/* --- blocks that come ----------------------------------------------------------------------- */

static int keep_bytes(struct buf *to, struct span bytes, struct err *err)
{
	buf_span(to, bytes);
	return to->failed ? err_memory(err) : 0;
}

int split_log_section(struct split_log *l, const struct block *b, struct err *err)
{
	l->section = b->section;
	l->begun = false;
	buf_clear(&l->header);
	buf_clear(&l->ifs);
	buf_clear(&l->common);
	buf_clear(&l->base);
	buf_clear(&l->records);
	calls_release(&l->calls);
	births_release(&l->births);
	l->header.big = b->big;
	if (keep_bytes(&l->header, b->raw, err) < 0)
		return -1;
	return state_load(l->state, b, err);
}

int split_log_list(struct split_log *l, const struct block *b, struct err *err)
{
	if (keep_bytes(l->begun ? &l->records : &l->base, b->raw, err) < 0)
		return -1;
	return state_load(l->state, b, err);
}

int split_log_common(struct split_log *l, const struct block *b, struct err *err)
{
	if (b->info->kind == BLOCK_INTERFACE && keep_bytes(&l->ifs, b->raw, err) < 0)
		return -1;
	return keep_bytes(&l->common, b->raw, err);
}

void split_log_event(struct split_log *l, struct span enter, const struct block *b)
{
	buf_span(&l->records, enter);
	hide_event(&l->records, b);
}

int split_log_note(
	struct split_log *l, const struct event *ev, const struct block *b, struct err *err)
{
	calls_note(&l->calls, ev, b, false);
	births_note(&l->births, l->state, ev);
	l->now = ev->ts;
	return l->calls.failed || l->births.failed ? err_memory(err) : 0;
}

/* --- the base ------------------------------------------------------------------------------- */

static int make_base(struct split_log *l, struct err *err)
{
	struct sink *sink;
	struct writer w;
	int status;

	buf_clear(&l->base);
	sink = sink_mem(&l->base, NULL, err);
	if (!sink)
		return -1;
	writer_init(&w, sink, l->header.big);
	status = state_dump(l->state, &w, err);
	writer_release(&w);
	if (sink_close(sink, err) < 0)
		return -1;
	return status;
}

int split_log_restart(struct split_log *l, struct err *err)
{
	if (!l->records.n || births_waiting(&l->births, l->now))
		return 0;
	buf_clear(&l->records);
	return make_base(l, err);
}

/* What part p lacks of the log; nothing when it begins with the base. */
static struct span missing(const struct split_log *l, const struct split_part *p)
{
	bool follows = p->section == l->section && p->cut && !p->stale;

	return follows ? span_of(l->records.p + p->logged, l->records.n - p->logged)
		       : span_of(NULL, 0);
}

int split_log_shorten(struct split_log *l, struct split_parts *parts, struct err *err)
{
	if (l->records.n <= MAX(LOG_ENOUGH, l->base.n / 2) ||
		(l->records.n <= LOG_MAX && births_waiting(&l->births, l->now)))
		return 0;
	if (make_base(l, err) < 0)
		return -1;
	for (size_t i = 0; i < parts->n; i++) {
		struct split_part *p = parts->open[i];
		struct span rest = missing(l, p);

		if (rest.n && (!p->active || rest.n > l->base.n))
			p->stale = true;
		else if (rest.n && sink_write(split_part_sink(p), rest, err) < 0)
			return -1;
		p->logged = 0;
		p->active = false;
	}
	buf_clear(&l->records);
	return 0;
}

/* --- parts ---------------------------------------------------------------------------------- */

static int put(struct split_part *p, struct span bytes, struct err *err)
{
	return bytes.n ? sink_write(split_part_sink(p), bytes, err) : 0;
}

static int put_header(struct split_log *l, struct split_part *p, struct err *err)
{
	p->headers++;
	p->cut = p->stale = p->has_event = false;
	return put(p, buf_view(&l->header), err);
}

int split_log_open(struct split_log *l, struct split_part *p, struct err *err)
{
	size_t from;

	if (p->section != l->section) {
		p->section = l->section;
		p->common = 0;
		if (put_header(l, p, err) < 0)
			return -1;
	}
	from = p->common;
	p->common = l->common.n;
	return put(p, span_of(l->common.p + from, l->common.n - from), err);
}

int split_log_catch_up(struct split_log *l, struct split_part *p, struct err *err)
{
	if (split_log_open(l, p, err) < 0)
		return -1;
	if (p->stale && (put_header(l, p, err) < 0 || put(p, buf_view(&l->ifs), err) < 0))
		return -1;
	if (!p->cut) {
		p->cut = true;
		p->logged = 0;
		if (put(p, buf_view(&l->base), err) < 0)
			return -1;
	}
	if (put(p, missing(l, p), err) < 0)
		return -1;
	p->logged = l->records.n;
	return 0;
}

static int put_mark(struct split_log *l, struct split_part *p, struct err *err)
{
	struct writer w;
	struct record r;
	int status;

	writer_init(&w, split_part_sink(p), l->header.big);
	record_init(&r, &w, l->now);
	record_begin(&r, MARK_TYPE, -1);
	status = record_end(&r, err);
	record_release(&r);
	writer_release(&w);
	return status;
}

int split_log_leave(struct split_log *l, struct split_part *p, bool scap, struct err *err)
{
	if (!scap || p->section != l->section || p->has_event)
		return 0;
	p->has_event = true;
	return put_mark(l, p, err);
}
