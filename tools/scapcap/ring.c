/* SPDX-License-Identifier: MIT */
/*
 * The layout of a BPF ring buffer is part of the kernel's interface: a page with the consumer's
 * position, one with the producer's, then the data mapped twice in a row. Reading it ourselves,
 * instead of record by record through libbpf's callback, lets us look at the first record of every
 * ring and take the oldest: order costs no copy.
 *
 *   data:  | u32 length, busy and discard bits | u32 | record, padded to 8 | ...
 */
#include "tools/scapcap/ring.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/scapcap/record.h"

struct ring {
	unsigned long *consumer;
	const unsigned long *producer;
	const uint8_t *data;
	size_t mask;
	unsigned long pos; /* of the record looked at */
	unsigned long end; /* where the producer was when we last looked */
	uint64_t ts;       /* of the record looked at */
	struct span record;
	bool has_record;
	uint16_t cpu;
	size_t mapped; /* bytes from producer on; 0: the caller's memory */
};

struct rings {
	struct ring *ring;
	size_t n;
	uint64_t last_ts; /* handed on */
	uint64_t late;
};

struct rings *rings_new(struct err *err)
{
	struct rings *r = calloc(1, sizeof(*r));

	if (!r)
		err_memory(err);
	return r;
}

static void *unconst(const unsigned long *p)
{
	union {
		const unsigned long *from;
		void *to;
	} u = {p};

	return u.to;
}

void rings_free(struct rings *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n; i++) {
		if (!r->ring[i].mapped)
			continue;
		munmap(r->ring[i].consumer, (size_t)sysconf(_SC_PAGESIZE));
		munmap(unconst(r->ring[i].producer), r->ring[i].mapped);
	}
	free(r->ring);
	free(r);
}

int rings_add(struct rings *r, uint16_t cpu, unsigned long *consumer, const unsigned long *producer,
	const uint8_t *data, size_t size, struct err *err)
{
	struct ring *more = realloc(r->ring, (r->n + 1) * sizeof(*more));

	if (!more)
		return err_memory(err);
	r->ring = more;
	r->ring[r->n++] = (struct ring){.consumer = consumer,
		.producer = producer,
		.data = data,
		.mask = size - 1,
		.pos = *consumer,
		.end = *consumer,
		.cpu = cpu};
	return 0;
}

int rings_map(struct rings *r, uint16_t cpu, int fd, size_t size, struct err *err)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), rest = page + 2 * size;
	void *consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	void *producer = mmap(NULL, rest, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, (off_t)page);

	if (consumer == MAP_FAILED || producer == MAP_FAILED) {
		err_errno(err, "cannot map a ring of %zu bytes", size);
	} else if (rings_add(r, cpu, consumer, producer, (uint8_t *)producer + page, size, err) ==
		   0) {
		r->ring[r->n - 1].mapped = rest;
		return 0;
	}
	if (consumer != MAP_FAILED)
		munmap(consumer, page);
	if (producer != MAP_FAILED)
		munmap(producer, rest);
	return -1;
}

static unsigned long record_end(const struct ring *g)
{
	return g->pos + ring_space(g->record.n);
}

/* Looks at the record at pos; there is none while its producer is still busy. */
static void look(struct ring *g)
{
	const uint8_t *p;
	uint32_t len;

	g->has_record = false;
	if (g->pos == g->end)
		g->end = __atomic_load_n(g->producer, __ATOMIC_ACQUIRE);
	while (g->pos != g->end) {
		p = g->data + (g->pos & g->mask);
		len = __atomic_load_n((const uint32_t *)(const void *)p, __ATOMIC_ACQUIRE);
		if (len & BPF_RINGBUF_BUSY_BIT)
			return;
		g->record = span_of(p + BPF_RINGBUF_HDR_SZ, len & ~BPF_RINGBUF_DISCARD_BIT);
		if (!(len & BPF_RINGBUF_DISCARD_BIT) && g->record.n >= RECORD_HEAD) {
			memcpy(&g->ts, g->record.p + offsetof(struct record, ts), sizeof(g->ts));
			g->has_record = true;
			return;
		}
		g->pos = record_end(g);
	}
}

static void release(struct ring *g)
{
	__atomic_store_n(g->consumer, g->pos, __ATOMIC_RELEASE);
}

/* The ring with the oldest record before until, or NULL; *next is when another one's turn comes. */
static struct ring *oldest(struct rings *r, uint64_t until, uint64_t *next)
{
	struct ring *best = NULL;

	*next = until;
	for (size_t i = 0; i < r->n; i++) {
		struct ring *g = &r->ring[i];

		if (!g->has_record || g->ts >= until)
			continue;
		if (!best || g->ts < best->ts) {
			if (best)
				*next = best->ts;
			best = g;
		} else if (g->ts < *next) {
			*next = g->ts;
		}
	}
	return best;
}

/* Hands on the records of one ring up to the time next. Returns as fn does. */
static int drain(
	struct rings *r, struct ring *g, uint64_t next, rings_fn fn, void *arg, struct err *err)
{
	unsigned long released = g->pos;
	int got = 1;

	do {
		r->late += g->ts < r->last_ts;
		r->last_ts = MAX(r->last_ts, g->ts);
		got = fn(arg, g->cpu, g->record, err);
		g->pos = record_end(g);
		if (g->pos - released > g->mask / 8) {
			released = g->pos;
			release(g);
		}
		look(g);
	} while (got > 0 && g->has_record && g->ts < next);
	release(g);
	return got;
}

int rings_consume(struct rings *r, uint64_t until, rings_fn fn, void *arg, struct err *err)
{
	struct ring *g;
	uint64_t next;
	int got = 1;

	for (size_t i = 0; i < r->n; i++)
		look(&r->ring[i]);
	while (got > 0 && (g = oldest(r, until, &next)))
		got = drain(r, g, next, fn, arg, err);
	return got;
}

bool rings_filling(const struct rings *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct ring *g = &r->ring[i];

		if (__atomic_load_n(g->producer, __ATOMIC_ACQUIRE) - *g->consumer > g->mask / 4)
			return true;
	}
	return false;
}

uint64_t rings_late(const struct rings *r)
{
	return r->late;
}
