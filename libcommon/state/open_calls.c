/* SPDX-License-Identifier: MIT */
/*
 * An entry lives as long as its thread does and its buffer is reused from call to call, so that
 * nothing is allocated per event. A thread is in one call at a time: a new enter record replaces
 * the former, any exit record ends it.
 */
#include "state/open_calls.h"

#include <stdlib.h>

#include "scap/hide.h"

struct call {
	struct buf hidden; /* the enter record */
	uint64_t order;
	bool open;
	bool written;
};

void calls_init(struct calls *c)
{
	*c = (struct calls){0};
	map_init(&c->by_tid, sizeof(struct call));
}

void calls_release(struct calls *c)
{
	size_t pos = 0;
	uint64_t tid;
	struct call *call;

	while ((call = map_next(&c->by_tid, &pos, &tid)))
		buf_release(&call->hidden);
	map_release(&c->by_tid);
	calls_init(c);
}

static bool is_call(const struct event *ev)
{
	return ev->info && (ev->info->category & EC_SYSCALL);
}

static bool is_procexit(uint16_t type)
{
	return type == PPME_PROCEXIT_E || type == PPME_PROCEXIT_1_E;
}

static void drop(struct calls *c, int64_t tid)
{
	struct call *call = map_get(&c->by_tid, (uint64_t)tid);

	if (!call)
		return;
	buf_release(&call->hidden);
	map_del(&c->by_tid, (uint64_t)tid);
}

static void enter(struct calls *c, const struct event *ev, const struct block *b, bool written)
{
	struct call *call = map_put(&c->by_tid, (uint64_t)ev->tid);

	if (!call) {
		c->failed = true;
		return;
	}
	buf_clear(&call->hidden);
	hide_event(&call->hidden, b);
	c->failed |= call->hidden.failed;
	call->open = true;
	call->written = written;
	call->order = c->seen++;
}

static struct call *call_ended_by(const struct calls *c, const struct event *ev)
{
	struct call *call;

	if (!is_call(ev) || !event_is_exit(ev->type))
		return NULL;
	call = map_get(&c->by_tid, (uint64_t)ev->tid);
	return call && call->open ? call : NULL;
}

void calls_note(struct calls *c, const struct event *ev, const struct block *b, bool written)
{
	struct call *ended = call_ended_by(c, ev);

	if (ended)
		ended->open = false;
	else if (is_procexit(ev->type))
		drop(c, ev->tid);
	else if (is_call(ev) && !event_is_exit(ev->type))
		enter(c, ev, b, written);
}

static void put(struct calls *c, struct call *call, struct buf *to)
{
	if (call->written)
		return;
	buf_span(to, buf_view(&call->hidden));
	call->written = true;
	c->failed |= to->failed;
}

void calls_put_enter(struct calls *c, const struct event *ev, struct buf *to)
{
	struct call *call = call_ended_by(c, ev);

	if (call)
		put(c, call, to);
}

void calls_put_thread(struct calls *c, int64_t tid, struct buf *to)
{
	struct call *call = map_get(&c->by_tid, (uint64_t)tid);

	if (call && call->open)
		put(c, call, to);
}

bool calls_ends_written(const struct calls *c, const struct event *ev)
{
	const struct call *call = call_ended_by(c, ev);

	return call && call->written;
}

bool calls_matter(const struct calls *c, const struct event *ev)
{
	return !ev->info || state_changes(ev->type) || calls_ends_written(c, ev);
}

struct waiting {
	uint64_t tid;
	uint64_t order;
};

static int by_order(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	return x->order < y->order ? -1 : x->order > y->order;
}

/* A thread that the state no longer has must not come back by its enter record. */
static bool is_waiting(const struct call *call, const struct state *st, uint64_t tid)
{
	return call->open && !call->written && state_thread(st, (int64_t)tid);
}

void calls_put_all(struct calls *c, const struct state *st, struct buf *to)
{
	struct waiting *list;
	const struct call *call;
	size_t pos = 0, n = 0, i;
	uint64_t tid;

	list = malloc((c->by_tid.n + 1) * sizeof(*list));
	if (!list) {
		c->failed = true;
		return;
	}
	while ((call = map_next(&c->by_tid, &pos, &tid)))
		if (is_waiting(call, st, tid))
			list[n++] = (struct waiting){tid, call->order};
	qsort(list, n, sizeof(*list), by_order);
	for (i = 0; i < n; i++)
		put(c, map_get(&c->by_tid, list[i].tid), to);
	free(list);
}

void calls_forget_written(struct calls *c)
{
	size_t pos = 0;
	uint64_t tid;
	struct call *call;

	while ((call = map_next(&c->by_tid, &pos, &tid)))
		call->written = false;
}
