/* SPDX-License-Identifier: MIT */
/*
 * A record passes the filters as of the moment it happened, so they have a state of their own, which
 * is ahead of whoever takes the picks. Without --around nothing waits and nothing is copied.
 */
#include "tools/scapedit/choose.h"

#include <stdlib.h>

#include "pcapng/packet.h"
#include "state/state.h"

/* A block that came, with what its kind needs to be selected. */
struct held {
	struct block block; /* its spans are of raw, when it waits */
	struct buf raw;
	struct event ev;
	uint64_t ts;   /* 0: none */
	uint64_t at;   /* the time it counts as being at */
	bool whole;    /* decoded */
	bool passes;   /* the filter */
	bool near;     /* to a record that passes around */
};

struct choose {
	struct reader *reader;
	struct before before;
	struct selection sel;
	struct state *state; /* NULL: no filter looks at it */
	struct place place;
	uint64_t read, num;  /* events that were read, that were picked */
	bool rest;
	bool restless;       /* there shall be no rest */
	bool over;           /* all is read */
	struct err end;
	/* Blocks that wait, a ring; slots keep their buffers. */
	struct held *ring;
	size_t cap, first, n;
	uint64_t last;        /* time of the last record that has one */
	uint64_t now;         /* the latest time in this section, or before its first one */
	bool anew;            /* a section began: its first time can be an earlier one */
	uint64_t from, until; /* records of these times are near */
	bool hot;             /* there was one that passes around */
	struct held one;      /* the block that does not wait */
};

struct choose *choose_new(
	const struct select *what, struct reader *r, const struct before *before, struct err *err)
{
	struct choose *c = calloc(1, sizeof(*c));

	if (!c) {
		err_memory(err);
		return NULL;
	}
	c->reader = r;
	c->before = *before;
	c->sel.what = what;
	c->rest = selection_rest(&c->sel);
	if (what->filter)
		filter_restart(what->filter);
	if (what->around)
		filter_restart(what->around);
	if ((what->filter && filter_needs_state(what->filter)) ||
		(what->around && filter_needs_state(what->around))) {
		c->state = state_new(err);
		if (!c->state) {
			choose_free(c);
			return NULL;
		}
	}
	return c;
}

void choose_free(struct choose *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->cap; i++)
		buf_release(&c->ring[i].raw);
	free(c->ring);
	state_free(c->state);
	free(c);
}

void choose_decode_all(struct choose *c)
{
	c->rest = false;
	c->restless = true;
}

const struct selection *choose_selection(const struct choose *c)
{
	return &c->sel;
}

struct reader *choose_reader(const struct choose *c)
{
	return c->reader;
}

/* --- what passes ---------------------------------------------------------------------------- */

/* A record passes around: so what is near in time, and waits, does. */
static void heat(struct choose *c, uint64_t at)
{
	uint64_t near = c->sel.what->near;
	uint64_t from = at > near ? at - near : 0;
	uint64_t until = at > UINT64_MAX - near ? UINT64_MAX : at + near;
	bool overlap;

	for (size_t i = 0; i < c->n; i++) {
		struct held *h = &c->ring[(c->first + i) % c->cap];

		h->near |= h->at >= from && h->at <= until;
	}
	overlap = c->hot && from <= c->until && until >= c->from;
	c->from = overlap ? MIN(c->from, from) : from;
	c->until = overlap ? MAX(c->until, until) : until;
	c->hot = true;
}

static void set_time(struct choose *c, struct held *h)
{
	h->at = h->ts ? h->ts : c->last;
	if (!h->ts)
		return;
	c->now = c->anew ? h->ts : MAX(c->now, h->ts);
	c->last = h->ts;
	c->anew = false;
}

static void set_near(struct choose *c, struct held *h, bool center)
{
	set_time(c, h);
	if (center)
		heat(c, h->at);
	h->near = c->hot && h->at >= c->from && h->at <= c->until;
}

/* Hidden records are there for the state: no filter is about them. */
static bool passes(struct choose *c, struct filter *f, const struct moment *m)
{
	enum filter_answer answer;

	if (m->ev->flags & EVENT_HIDDEN)
		return false;
	answer = filter_kind(f, record_kind(m->ev));
	return answer == FILTER_LOOK ? filter_match(f, c->state, m, &c->place)
				     : answer == FILTER_YES;
}

static int filter_event(struct choose *c, struct held *h, struct err *err)
{
	const struct select *w = c->sel.what;
	struct moment m = {.ev = &h->ev, .fd = -1};

	if (!h->whole) {
		c->place.frame++;
		h->passes = !w->filter;
		set_near(c, h, false);
		return 0;
	}
	if (c->state && state_apply(c->state, &h->ev, &m, err) < 0)
		return -1;
	place_event(&c->place, &h->ev);
	c->place.num = c->read;
	h->passes = !w->filter || passes(c, w->filter, &m);
	set_near(c, h, w->around && passes(c, w->around, &m));
	return 0;
}

static bool packet_passes(struct choose *c, struct filter *f, const struct packet *p)
{
	return p && filter_match_packet(f, p, p->via->linktype, &c->place);
}

static void take_packet(struct choose *c, struct held *h)
{
	const struct select *w = c->sel.what;
	struct err damage = {0};
	struct packet packet;
	const struct packet *p = NULL;

	if (packet_decode(&packet, &h->block, c->reader, &damage) == 0) {
		p = &packet;
		h->ts = packet.has_ts ? packet.ts : 0;
		place_packet(&c->place, p);
	} else {
		reader_warn(c->reader, h->block.offset, "%s", damage.text);
		c->place.frame++;
	}
	h->passes = !w->filter || packet_passes(c, w->filter, p);
	set_near(c, h, w->around && packet_passes(c, w->around, p));
}

static int take_event(struct choose *c, struct held *h, struct err *err)
{
	struct err damage;

	err_clear(&damage);
	c->read++;
	h->whole = event_decode(&h->ev, &h->block, &damage) == 0;
	h->ts = h->whole ? h->ev.ts : 0;
	if (!h->whole)
		reader_warn(c->reader, h->block.offset, "%s", damage.text);
	if (c->sel.what->filter || c->sel.what->around)
		return filter_event(c, h, err);
	h->passes = true;
	return 0;
}

/* Whoever takes the picks tells of damaged lists. */
static int take_list(struct choose *c, struct held *h, struct err *err)
{
	struct err damage;

	err_clear(&damage);
	if (c->state && state_load(c->state, &h->block, &damage) < 0 && damage.code == ERR_MEMORY)
		return err_memory(err);
	return 0;
}

static int take(struct choose *c, struct held *h, struct err *err)
{
	h->whole = h->passes = h->near = false;
	h->ts = 0;
	h->at = c->last;
	c->anew |= h->block.info->kind == BLOCK_SECTION;
	if (!select_wants(c->sel.what, h->block.info->kind) || c->rest)
		return 0;
	if (h->block.info->kind == BLOCK_EVENT)
		return take_event(c, h, err);
	if (h->block.info->kind != BLOCK_PACKET)
		return take_list(c, h, err);
	take_packet(c, h);
	return 0;
}

/* --- what waits ----------------------------------------------------------------------------- */

static int grow(struct choose *c, struct err *err)
{
	size_t cap = c->cap ? 2 * c->cap : 64;
	struct held *ring = calloc(cap, sizeof(*ring));

	if (!ring)
		return err_memory(err);
	for (size_t i = 0; i < c->cap; i++)
		ring[i] = c->ring[(c->first + i) % c->cap];
	free(c->ring);
	c->ring = ring;
	c->cap = cap;
	c->first = 0;
	return 0;
}

/* Copies the block in h, so that it can wait. */
static int hold(struct choose *c, const struct held *h, struct err *err)
{
	struct held *to;
	struct buf raw;

	if (c->n == c->cap && grow(c, err) < 0)
		return -1;
	to = &c->ring[(c->first + c->n++) % c->cap];
	raw = to->raw;
	*to = *h;
	buf_clear(&raw);
	buf_span(&raw, h->block.raw);
	to->raw = raw;
	if (raw.failed)
		return err_memory(err);
	to->block.raw = buf_view(&raw);
	to->block.body = span_of(raw.p + (h->block.body.p - h->block.raw.p), h->block.body.n);
	return 0;
}

static bool is_record(const struct held *h)
{
	return h->block.info->kind == BLOCK_EVENT || h->block.info->kind == BLOCK_PACKET;
}

/* Whether nothing that is still to come can say more of h. */
static bool is_decided(const struct choose *c, const struct held *h)
{
	uint64_t apart = c->now > h->at ? c->now - h->at : h->at - c->now;

	return c->over || h->near || !is_record(h) || apart > c->sel.what->near;
}

/* --- picks ---------------------------------------------------------------------------------- */

static int give(struct choose *c, struct held *h, struct pick *p)
{
	bool passes = h->passes && (!c->sel.what->around || h->near);

	p->block = h->block;
	p->ev = h->whole ? &h->ev : NULL;
	p->keep = p->rest = c->rest;
	if (c->rest || !select_wants(c->sel.what, h->block.info->kind) || !is_record(h))
		return 1;
	if (h->block.info->kind == BLOCK_PACKET) {
		p->keep = selection_packet(&c->sel, h->ts, passes);
		return 1;
	}
	p->keep = selection_event(&c->sel, ++c->num, h->ts, passes);
	p->rest = c->rest = p->keep && !c->restless && selection_rest(&c->sel);
	return 1;
}

static int give_held(struct choose *c, struct pick *p)
{
	struct held *h = &c->ring[c->first];
	struct err damage;

	err_clear(&damage);
	c->first = (c->first + 1) % c->cap;
	c->n--;
	if (h->whole)
		h->whole = event_decode(&h->ev, &h->block, &damage) == 0;
	return give(c, h, p);
}

/* Returns 1, 0 when nothing is left of b, -1 on failure (err). */
static int prepare(struct choose *c, struct block *b, struct err *err)
{
	const struct before *before = &c->before;
	int got = before->repair ? repair_block(before->repair, b, c->reader, err) : 1;

	return got == 1 && before->comments ? comments_block(before->comments, b, err) : got;
}

/* Returns 1, 0 at the end, -1 on failure (err). */
static int read_block(struct choose *c, struct block *b, struct err *err)
{
	int got = 0;

	while (got == 0) {
		if (reader_next(c->reader, b, &c->end) != 1)
			return 0;
		got = prepare(c, b, err);
	}
	return got;
}

int choose_next(struct choose *c, struct pick *p, struct err *end, struct err *err)
{
	int got;

	for (;;) {
		if (c->n && is_decided(c, &c->ring[c->first]))
			return give_held(c, p);
		if (c->over) {
			if (c->end.code)
				err_copy(end, &c->end);
			return 0;
		}
		got = read_block(c, &c->one.block, err);
		if (got < 0)
			return -1;
		c->over = !got;
		if (c->over)
			continue;
		if (take(c, &c->one, err) < 0)
			return -1;
		if (!c->sel.what->around)
			return give(c, &c->one, p);
		if (hold(c, &c->one, err) < 0)
			return -1;
	}
}
