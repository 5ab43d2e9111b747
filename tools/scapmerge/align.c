/* SPDX-License-Identifier: MIT */
/*
 * Data is known again by its ends and its first bytes, as a packet or as what a call sent or received.
 * What an input saw at other times than the ones before it tells how far its clock is off; what goes
 * one way takes its time and what comes back, too, so the middle of both ways is taken. The first
 * input that has any data is what the others are compared to.
 */
#include "tools/scapmerge/align.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/map.h"
#include "pcapng/packet.h"
#include "scap/event.h"
#include "state/state.h"
#include "tools/scapmerge/owners.h"
#include "tools/scapmerge/seen.h"

#define PREFIX    16         /* bytes of data that tell it from other data */
#define SIGHTS    (1u << 18) /* of an input; what comes later is not looked at */
#define ENOUGH    3          /* matches */
#define WAYS      2

enum kind {
	KIND_PACKET,
	KIND_SENT,
	KIND_RECEIVED,
};

struct sight {
	uint64_t ts;
	uint8_t kind;   /* enum kind */
	uint8_t way;    /* from the smaller end to the greater one, or back */
	bool ambiguous; /* the same data was there twice */
};

struct times {
	int64_t *v;
	size_t n, cap;
};

static uint8_t way_of(const struct flow *f)
{
	int order = memcmp(f->src, f->dst, sizeof(f->src));

	return order ? order > 0 : f->sport > f->dport;
}

static bool see(struct map *sights, const struct flow *f, struct span data, uint64_t ts,
	enum kind kind)
{
	size_t before = sights->n;
	struct sight *s;

	if (data.n < PREFIX)
		return true;
	s = map_put(sights, flow_key(f) ^ seen_key(span_of(data.p, PREFIX)));
	if (!s)
		return false;
	if (sights->n > before)
		*s = (struct sight){.ts = ts, .kind = (uint8_t)kind, .way = way_of(f)};
	else
		s->ambiguous |= s->kind == kind;
	return true;
}

static bool see_packet(struct map *sights, const struct input *in)
{
	const struct reader_if *i;
	struct err damage = {0};
	struct span payload;
	struct packet p;
	struct flow f;

	if (packet_decode(&p, &in->block, in->reader, &damage) < 0 || !p.has_ts)
		return true;
	i = reader_if(in->reader, p.interface);
	if (!i || !flow_of_packet(&f, &payload, i->linktype, p.data))
		return true;
	return see(sights, &f, payload, p.ts, KIND_PACKET);
}

static bool see_event(struct map *sights, struct state *st, const struct block *b, struct err *err)
{
	struct err damage = {0};
	struct moment m;
	struct event ev;
	struct flow f;
	int data;

	if (event_decode(&ev, b, &damage) < 0)
		return true;
	if (state_apply(st, &ev, &m, err) < 0)
		return false;
	data = m.entry && ev.info ? event_param(&ev, "data") : -1;
	if (data < 0 || !flow_of_socket(&f, m.entry) || !f.dport)
		return true;
	if (ev.info->flags & EF_WRITES_TO_FD)
		return see(sights, &f, ev.params[data], owners_begin_of_call(&m), KIND_SENT);
	f = flow_back(&f);
	return see(sights, &f, ev.params[data], ev.ts, KIND_RECEIVED);
}

/* All that a file saw. */
static int look(const struct input *of, struct map *sights, struct err *err)
{
	struct input in = {.path = of->path, .shift = of->shift};
	struct state *st = state_new(err);
	bool ok = st != NULL;
	unsigned section = 0;

	for (bool more = ok && input_open(&in) == 0; more && ok && sights->n < SIGHTS;) {
		struct err damage = {0};

		more = input_next(&in);
		if (!more)
			break;
		if (section != in.block.section) { /* its header went by: the state starts anew */
			state_free(st);
			st = state_new(err);
			section = in.block.section;
		}
		if (!st)
			ok = false;
		else if (in.block.info->kind == BLOCK_PACKET)
			ok = see_packet(sights, &in);
		else if (in.block.info->kind == BLOCK_EVENT)
			ok = see_event(sights, st, &in.block, err);
		else
			ok = state_load(st, &in.block, &damage) == 0 || damage.code != ERR_MEMORY;
	}
	state_free(st);
	input_close(&in);
	return ok ? 0 : err_memory(err);
}

static bool add_time(struct times *t, int64_t v)
{
	size_t cap = t->cap ? 2 * t->cap : 256;
	int64_t *more;

	if (t->n == t->cap) {
		more = reallocarray(t->v, cap, sizeof(*more));
		if (!more)
			return false;
		t->v = more;
		t->cap = cap;
	}
	t->v[t->n++] = v;
	return true;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t median(struct times *t)
{
	qsort(t->v, t->n, sizeof(*t->v), by_value);
	return t->v[t->n / 2];
}

/* How far the same data is apart, for each way. Returns whether there was memory. */
static bool compare(const struct map *known, const struct map *own, struct times ways[WAYS])
{
	const struct sight *s, *other;
	size_t pos = 0;
	uint64_t key;

	while ((s = map_next(own, &pos, &key))) {
		other = map_get(known, key);
		if (!other || s->ambiguous || other->ambiguous)
			continue;
		if (!add_time(&ways[s->way], (int64_t)(other->ts - s->ts)))
			return false;
	}
	return true;
}

static int64_t middle(struct times ways[WAYS])
{
	if (ways[0].n < ENOUGH || ways[1].n < ENOUGH)
		return median(&ways[ways[1].n > ways[0].n]);
	return median(&ways[0]) / 2 + median(&ways[1]) / 2;
}

/* What is left of the differences. */
static uint64_t rest(struct times ways[WAYS], int64_t offset)
{
	struct times *all = &ways[0];

	for (size_t i = 0; i < ways[1].n && add_time(all, ways[1].v[i]); i++)
		;
	for (size_t i = 0; i < all->n; i++)
		all->v[i] = llabs(all->v[i] - offset);
	return (uint64_t)median(all);
}

/* Puts what an input saw to what is known, at the times it would have by the common clock. */
static bool add_sights(struct map *known, const struct map *own, int64_t offset)
{
	const struct sight *s;
	struct sight *to;
	size_t pos = 0;
	uint64_t key;

	while ((s = map_next(own, &pos, &key))) {
		size_t before = known->n;

		to = map_put(known, key);
		if (!to)
			return false;
		if (known->n == before)
			continue;
		*to = *s;
		to->ts += (uint64_t)offset;
	}
	return true;
}

static int align(struct input *in, const struct map *own, struct map *known, struct err *err)
{
	struct times ways[WAYS] = {0};
	bool ok = compare(known, own, ways);

	in->clock.checked = true;
	in->clock.matches = ways[0].n + ways[1].n;
	if (ok && in->clock.matches >= ENOUGH) {
		in->clock.found = true;
		in->clock.offset = middle(ways);
		in->clock.residual = rest(ways, in->clock.offset);
		in->shift += in->clock.offset;
		ok = add_sights(known, own, in->clock.offset);
	}
	free(ways[0].v);
	free(ways[1].v);
	return ok ? 0 : err_memory(err);
}

/* In rounds, since what a later input saw can be what an earlier one is to be compared to. */
static int align_all(struct input *in, struct map *sights, size_t n, struct map *known, size_t first,
	struct err *err)
{
	bool more = true;

	in[first].clock = (struct input_clock){.found = true};
	while (more) {
		more = false;
		for (size_t i = 0; i < n; i++) {
			if (in[i].clock.found || !sights[i].n)
				continue;
			if (align(&in[i], &sights[i], known, err) < 0)
				return -1;
			more |= in[i].clock.found;
		}
	}
	for (size_t i = 0; i < n; i++)
		in[i].clock.checked |= !sights[i].n;
	return 0;
}

static bool can_be_read_twice(const struct input *in, struct err *err)
{
	struct stat st;

	if (stat(in->path, &st) < 0 || S_ISREG(st.st_mode))
		return true;
	err_set(err, ERR_USAGE, "%s is no file, so it cannot be read twice, as aligning does",
		in->path);
	return false;
}

int align_inputs(struct input *in, size_t n, struct err *err)
{
	struct map *sights = calloc(n + 1, sizeof(*sights));
	size_t first = n;
	int status = sights ? 0 : err_memory(err);

	for (size_t i = 0; status == 0 && i < n; i++) {
		map_init(&sights[i], sizeof(struct sight));
		status = can_be_read_twice(&in[i], err) ? look(&in[i], &sights[i], err) : -1;
		if (first == n && sights[i].n)
			first = i;
	}
	if (status == 0 && first < n) {
		struct map known;

		map_init(&known, sizeof(struct sight));
		status = add_sights(&known, &sights[first], 0) ? 0 : err_memory(err);
		if (status == 0)
			status = align_all(in, sights, n, &known, first, err);
		map_release(&known);
	}
	for (size_t i = 0; sights && i < n; i++)
		map_release(&sights[i]);
	free(sights);
	return status;
}
