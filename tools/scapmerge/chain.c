/* SPDX-License-Identifier: MIT */
/*
 * A strand stands at its next event in time; what its section has in front of that is its head. With
 * one strand heads and events are passed on as they are. With several the state follows what is
 * written, so that it can be asked at each head whether that would tell anything new.
 */
#include "tools/scapmerge/chain.h"

#include <stdlib.h>

#include "scap/machine.h"
#include "state/state.h"
#include "tools/scapmerge/heads.h"
#include "tools/scapmerge/seen.h"

/* The clock is set while a machine runs, and with it moves when it seems to have been started. */
#define BOOT_TOLERANCE UINT64_C(5000000000)

struct chain {
	const struct chain_opts *opts;
	struct strand *const *strands;
	size_t n;
	struct state *state; /* NULL where nobody needs it */
	struct seen seen;
	struct machine_id machine;
	struct strand *writer; /* whose event was the last one */
	uint64_t last;         /* the latest time that was written */
};

/* --- strands -------------------------------------------------------------------------------- */

static void take_machine(struct strand *s, const struct block *b)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct meta_machine m;
	size_t n;

	machine_read(&c, &m);
	n = MIN(m.host.n, sizeof(s->machine.host) - 1);
	s->machine = (struct machine_id){
		.known = n > 0, .cpus = m.cpus, .memory = m.memory, .boot_ts = m.boot_ts};
	if (n)
		memcpy(s->machine.host, m.host.p, n);
	memcpy(s->renumber.name, s->machine.host, sizeof(s->machine.host));
}

/* Records without a time, and hidden ones, in front of all others are part of the state they make. */
static bool is_head(const struct strand *s)
{
	return !s->is_event || s->ev.ts == 0 || s->ev.flags & EVENT_HIDDEN;
}

/* A block of the events' side. Returns whether it is to wait for its time, or -1 (err). */
static int take(struct strand *s, struct err *err)
{
	struct block *b = &s->in->block;
	struct err damage = {0};

	if (s->section != b->section) {
		if (s->begun)
			buf_clear(&s->head);
		s->begun = false;
		s->section = b->section;
		s->machine.known = false;
		buf_span(&s->head, buf_view(&s->in->header));
	}
	if (b->info->kind == BLOCK_MACHINE)
		take_machine(s, b);
	if (s->moves && renumber_block(&s->renumber, b, err) < 0)
		return -1;
	s->is_event = b->info->kind == BLOCK_EVENT && event_decode(&s->ev, b, &damage) == 0;
	if (s->is_event && s->ev.ts)
		s->ts = s->ev.ts;
	if (s->begun || !is_head(s))
		return 1;
	buf_span(&s->head, b->raw);
	return s->head.failed ? err_memory(err) : 0;
}

static int advance(struct strand *s, struct err *err)
{
	int got = 0;

	while (got == 0 && input_next(s->in)) {
		enum side side = side_of(&s->side, &s->in->block);

		if (side == SIDE_PACKETS)
			got = input_spool(s->in, s->in, err);
		else if (side == SIDE_EVENTS)
			got = take(s, err);
	}
	s->waiting = got == 1;
	return got < 0 ? -1 : 0;
}

int strand_start(struct strand *s, struct input *in, int host, struct err *err)
{
	*s = (struct strand){.in = in, .moves = host >= 0};
	renumber_init(&s->renumber, s->moves ? (unsigned)host : 0, in->block.big);
	return advance(s, err);
}

void strand_release(struct strand *s)
{
	buf_release(&s->head);
	renumber_release(&s->renumber);
}

static bool same_machine(const struct machine_id *a, const struct machine_id *b)
{
	uint64_t apart = MAX(a->boot_ts, b->boot_ts) - MIN(a->boot_ts, b->boot_ts);

	return a->known && b->known && strcmp(a->host, b->host) == 0 && a->cpus == b->cpus &&
	       a->memory == b->memory &&
	       (!a->boot_ts || !b->boot_ts || apart <= BOOT_TOLERANCE);
}

bool strand_same_machine(const struct strand *a, const struct strand *b)
{
	return a->in->block.big == b->in->block.big && same_machine(&a->machine, &b->machine);
}

/* --- states --------------------------------------------------------------------------------- */

static int load_block(struct state *st, const struct block *b, struct err *err)
{
	struct err damage = {0};
	struct event ev;
	struct moment m;

	if (b->info->kind == BLOCK_EVENT)
		return event_decode(&ev, b, &damage) < 0 ? 0 : state_apply(st, &ev, &m, err);
	/* Damaged lists are written as they are; what is whole of them counts. */
	return state_load(st, b, &damage) < 0 && damage.code == ERR_MEMORY ? err_memory(err) : 0;
}

/* What lists say of sockets is put in order with the next event: this one changes nothing else. */
static int settle(struct state *st, struct err *err)
{
	const struct event nothing = {
		.tid = -1,
		.type = PPME_SOCKET_GETSOCKNAME_E,
		.info = event_info(PPME_SOCKET_GETSOCKNAME_E),
	};
	struct moment m;

	return state_apply(st, &nothing, &m, err);
}

/* Loads a head into the state, which it replaces or is added to. */
static int load_head(struct state *st, struct span head, bool replaces, struct err *err)
{
	struct src *src = src_mem(head, NULL, err);
	struct reader *r = src ? reader_new(src, err) : NULL;
	struct block b;
	int got = r ? 1 : -1;

	while (got == 1 && (got = reader_next(r, &b, err)) == 1) {
		if ((b.info->kind != BLOCK_SECTION || replaces) && load_block(st, &b, err) < 0)
			got = -1;
	}
	reader_free(r);
	src_close(src);
	return got < 0 ? -1 : settle(st, err);
}

/* Whether st knows the descriptors of t, a thread of other, as those of known. */
static bool knows_fds(const struct state *st, const struct thread *known,
	const struct state *other, const struct thread *t)
{
	const struct thread *owner = state_main(other, t);
	const struct fd *fd, *same;
	size_t pos = 0;
	uint64_t key;

	if (owner && owner != t)
		return true; /* they are compared with that thread */
	while ((fd = map_next(&t->fds, &pos, &key))) {
		same = state_fd(st, known, (int64_t)key);
		if (!same || same->m.type != fd->m.type || !span_eq(same->m.name, fd->m.name))
			return false;
	}
	return true;
}

/* Whether st knows all that other does. */
static bool knows(const struct state *st, const struct state *other)
{
	const struct container *c;
	const struct thread *t, *known;
	size_t pos = 0;

	while ((t = state_next_thread(other, &pos))) {
		known = state_thread(st, t->p.tid);
		if (t->placeholder)
			continue;
		if (!known || known->p.pid != t->p.pid || !span_eq(known->p.comm, t->p.comm) ||
			!knows_fds(st, known, other, t))
			return false;
	}
	pos = 0;
	while ((c = state_next_container(other, &pos))) {
		if (!state_container(st, c->id))
			return false;
	}
	return true;
}

/* --- heads ---------------------------------------------------------------------------------- */

static int put(struct chain *c, struct span blocks, struct err *err)
{
	return c->opts->write(c->opts->to, blocks, err);
}

/* A section with the head as it is. */
static int begin(struct chain *c, struct strand *s, struct err *err)
{
	if (put(c, buf_view(&s->head), err) < 0)
		return -1;
	return c->state ? load_head(c->state, buf_view(&s->head), true, err) : 0;
}

/* A section with what is known and what the head adds to it. */
static int begin_with_both(struct chain *c, struct strand *s, struct err *err)
{
	struct buf blocks = {0};
	struct sink *sink = sink_mem(&blocks, NULL, err);
	struct writer w;
	int status = -1;

	if (!sink)
		return -1;
	writer_init(&w, sink, s->in->block.big);
	if (load_head(c->state, buf_view(&s->head), false, err) == 0 &&
		sink_write(sink, buf_view(&s->in->header), err) == 0)
		status = state_dump(c->state, &w, err);
	writer_release(&w);
	if (status == 0)
		status = sink_close(sink, err);
	else
		sink_abort(sink);
	if (status == 0)
		status = put(c, buf_view(&blocks), err);
	buf_release(&blocks);
	return status;
}

/* A section with the heads of all. */
static int begin_together(struct chain *c, struct err *err)
{
	struct span *heads = calloc(c->n, sizeof(*heads));
	struct buf blocks = {0};
	int status;

	if (!heads)
		return err_memory(err);
	for (size_t i = 0; i < c->n; i++) {
		heads[i] = buf_view(&c->strands[i]->head);
		c->strands[i]->begun = true;
	}
	status = heads_join(heads, c->n, c->strands[0]->in->block.big, &blocks, err);
	if (status == 0)
		status = put(c, buf_view(&blocks), err);
	if (status == 0 && c->state)
		status = load_head(c->state, buf_view(&blocks), true, err);
	buf_release(&blocks);
	free(heads);
	return status;
}

/* Whether somebody else's events go on at the time of s. */
static bool overlaps(const struct chain *c, const struct strand *s)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct strand *other = c->strands[i];

		if (other != s && other->waiting && other->begun)
			return true;
	}
	return s->ts <= c->last;
}

/* The head of s, where others came before. */
static int join(struct chain *c, struct strand *s, struct err *err)
{
	struct input_joint *joint = &s->in->joint;
	bool within = overlaps(c, s);
	struct state *there = state_new(err);
	int status = there ? load_head(there, buf_view(&s->head), true, err) : -1;

	if (!joint->to && c->writer && c->writer != s) {
		joint->to = c->writer->in->path;
		joint->overlaps = within;
		joint->gap = within ? 0 : s->ts - c->last;
	}
	if (status == 0 && !(knows(c->state, there) && (within || knows(there, c->state)))) {
		joint->renewed = true;
		status = within ? begin_with_both(c, s, err) : begin(c, s, err);
	}
	state_free(there);
	return status;
}

/* The rest of s cannot be taken in. */
static int refuse(struct strand *s, const char *why)
{
	err_set(&s->in->err, ERR_UNSUPPORTED, "%s", why);
	s->in->over = true;
	s->waiting = false;
	return 0;
}

static int take_head(struct chain *c, struct strand *s, struct err *err)
{
	bool alone = c->n == 1 || !c->writer;
	int status;

	s->begun = true;
	if (!c->writer)
		c->machine = s->machine;
	if (c->writer && c->opts->join)
		return refuse(s, "a second section: machines that are joined have one each");
	if (!alone && !same_machine(&s->machine, &c->machine))
		return refuse(s, "a section of another machine than in front of it: merge it by itself");
	if (c->opts->join)
		status = begin_together(c, err);
	else
		status = alone ? begin(c, s, err) : join(c, s, err);
	if (status < 0)
		return -1;
	if (c->opts->owners)
		owners_restart(c->opts->owners);
	return 0;
}

/* --- events --------------------------------------------------------------------------------- */

/* Whether another strand had this record already. Returns 1, 0, or -1 without memory (err). */
static int is_duplicate(struct chain *c, struct strand *s, struct err *err)
{
	uint64_t key = seen_key(s->in->block.raw);
	int new;

	s->equal = key == s->last_key ? s->equal + 1 : 0;
	s->last_key = key;
	new = seen_put(&c->seen, key, s->equal);
	if (new < 0)
		return err_memory(err);
	s->in->joint.duplicates += !new;
	return !new;
}

static int note(struct chain *c, struct strand *s, struct err *err)
{
	struct moment m;

	if (!s->is_event)
		return load_block(c->state, &s->in->block, err);
	if (state_apply(c->state, &s->ev, &m, err) < 0)
		return -1;
	return c->opts->owners ? owners_note(c->opts->owners, c->state, &m, err) : 0;
}

static int put_block(struct chain *c, struct strand *s, struct err *err)
{
	int known = 0;

	if (!s->begun && take_head(c, s, err) < 0)
		return -1;
	if (!s->waiting)
		return 0;
	if (c->n > 1 && s->is_event && !c->opts->join)
		known = is_duplicate(c, s, err);
	if (known)
		return known < 0 ? -1 : 0;
	c->writer = s;
	if (s->is_event)
		c->last = MAX(c->last, s->ev.ts);
	if (put(c, s->in->block.raw, err) < 0)
		return -1;
	return c->state ? note(c, s, err) : 0;
}

/* The strand whose block is next, and until when it stays that (among equal times, their order). */
static struct strand *earliest(const struct chain *c, uint64_t *until)
{
	struct strand *first = NULL;

	*until = UINT64_MAX;
	for (size_t i = 0; i < c->n; i++) {
		struct strand *s = c->strands[i];

		if (!s->waiting)
			continue;
		if (!first || s->ts < first->ts) {
			if (first)
				*until = MIN(*until, first->ts);
			first = s;
		} else {
			*until = MIN(*until, s->ts);
		}
	}
	return first;
}

static int run(struct chain *c, struct err *err)
{
	struct strand *s;
	uint64_t until;

	while ((s = earliest(c, &until))) {
		do {
			if (put_block(c, s, err) < 0 || advance(s, err) < 0)
				return -1;
		} while (s->waiting && s->ts < until);
	}
	/* A section without events says something only if there is nothing else of its machine. */
	s = c->strands[0];
	if (!s->begun && s->head.n && (c->n == 1 || !c->writer))
		return put(c, buf_view(&s->head), err);
	return 0;
}

/* Who begins first is first among equal times, too: what others have as well is a duplicate there. */
static void sort(struct strand **strands, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct strand *s = strands[i];
		size_t k = i;

		for (; k > 0 && s->ts < strands[k - 1]->ts; k--)
			strands[k] = strands[k - 1];
		strands[k] = s;
	}
}

int chain_run(const struct chain_opts *opts, struct strand **strands, size_t n,
	uint64_t *last, struct err *err)
{
	struct chain c = {.opts = opts, .strands = strands, .n = n};
	int status = -1;

	sort(strands, n);
	seen_init(&c.seen);
	if ((n > 1 && !opts->join) || opts->owners)
		c.state = state_new(err);
	if (c.state || !err->code)
		status = run(&c, err);
	*last = MAX(*last, c.last);
	for (size_t i = 0; i < n; i++)
		*last = MAX(*last, strands[i]->ts); /* where all are hidden */
	state_free(c.state);
	seen_release(&c.seen);
	return status;
}
