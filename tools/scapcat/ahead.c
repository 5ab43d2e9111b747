/* SPDX-License-Identifier: MIT */
/*
 * A ring of blocks in the order of the file, and a heap of the times at which those that end a call
 * say it began. Calls that began before what was taken out last are too late to be told.
 */
#include "tools/scapcat/ahead.h"

#include <stdlib.h>

#include "base/buf.h"
#include "scap/event.h"

#define MOST       4096u      /* blocks; a power of two */
#define MOST_BYTES (8u << 20) /* of them together */
#define KEPT_BYTES (4u << 10) /* memory of a slot that is kept for its next block */

struct slot {
	struct ahead_block out;
	struct buf raw;
	uint64_t ts;
};

struct start {
	uint64_t ts;
	uint32_t slot;
};

struct ahead {
	struct slot slots[MOST];
	uint32_t head, n;
	size_t bytes;
	uint64_t put_ts, taken_ts; /* of the event put in and the one taken out last */
	struct start starts[MOST]; /* a heap, earliest first */
	uint32_t nstarts;
};

struct ahead *ahead_new(struct err *err)
{
	struct ahead *a = calloc(1, sizeof(*a));

	if (!a)
		err_memory(err);
	return a;
}

void ahead_free(struct ahead *a)
{
	for (uint32_t i = 0; a && i < MOST; i++)
		buf_release(&a->slots[i].raw);
	free(a);
}

bool ahead_full(const struct ahead *a)
{
	return a->n == MOST || a->bytes >= MOST_BYTES;
}

static void starts_add(struct ahead *a, struct start s)
{
	uint32_t i = a->nstarts++;

	for (; i > 0 && s.ts < a->starts[(i - 1) / 2].ts; i = (i - 1) / 2)
		a->starts[i] = a->starts[(i - 1) / 2];
	a->starts[i] = s;
}

static uint32_t starts_take(struct ahead *a)
{
	uint32_t slot = a->starts[0].slot;
	struct start last = a->starts[--a->nstarts];
	uint32_t i = 0;

	for (;;) {
		uint32_t child = 2 * i + 1;

		if (child + 1 < a->nstarts && a->starts[child + 1].ts < a->starts[child].ts)
			child++;
		if (child >= a->nstarts || last.ts <= a->starts[child].ts)
			break;
		a->starts[i] = a->starts[child];
		i = child;
	}
	a->starts[i] = last;
	return slot;
}

/* When the record was written; and, of one that ends a call, when that began. */
static void note_times(struct ahead *a, uint32_t slot)
{
	struct slot *s = &a->slots[slot];
	struct err damage = {0};
	struct event ev;
	uint64_t ns;

	s->ts = a->put_ts;
	if (s->out.block.info->kind != BLOCK_EVENT || event_decode(&ev, &s->out.block, &damage) < 0)
		return;
	a->put_ts = s->ts = ev.ts;
	if (event_is_exit(ev.type) && event_duration(&ev, &ns) && ns <= ev.ts &&
		ev.ts - ns > a->taken_ts)
		starts_add(a, (struct start){ev.ts - ns, slot});
}

int ahead_put(
	struct ahead *a, const struct block *b, const struct ordinal *at, struct err *err)
{
	uint32_t slot = (a->head + a->n) % MOST;
	struct slot *s = &a->slots[slot];
	size_t body = (size_t)(b->body.p - b->raw.p);

	if (s->raw.cap > KEPT_BYTES)
		buf_release(&s->raw);
	buf_clear(&s->raw);
	buf_span(&s->raw, b->raw);
	if (s->raw.failed)
		return err_memory(err);
	s->out = (struct ahead_block){*b, *at, false};
	s->out.block.raw = buf_view(&s->raw);
	s->out.block.body = span_of(s->raw.p + body, b->body.n);
	a->n++;
	a->bytes += b->raw.n;
	note_times(a, slot);
	return 0;
}

const struct ahead_block *ahead_next(struct ahead *a)
{
	struct slot *s = &a->slots[a->head];

	if (!a->n)
		return NULL;
	if (a->nstarts && a->starts[0].ts <= s->ts) {
		s = &a->slots[starts_take(a)];
		s->out.begins = true;
		return &s->out;
	}
	s->out.begins = false;
	a->head = (a->head + 1) % MOST;
	a->n--;
	a->bytes -= s->raw.n;
	a->taken_ts = s->ts;
	return &s->out;
}
