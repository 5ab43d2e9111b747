/* SPDX-License-Identifier: MIT */
/*
 * A chained hash table of counted texts. An entry is one allocation, rounded up to a size class;
 * when its last holder goes it waits in the list of its class for the next text of that size. These
 * lists never hold more than what is in use (and a little), so that memory follows the capture down
 * as well as up.
 */
#include "base/intern.h"

#include <stdlib.h>

#define FIRST_BUCKETS 256
#define SMALLEST      32           /* bytes of the smallest class */
#define CLASSES       45           /* four to a doubling: up to 64 KiB; larger ones are not kept */
#define SPARE         (256u << 10) /* bytes the lists may hold when nothing is in use */

struct entry {
	struct entry *next; /* in its bucket, or in the list of free entries of its class */
	uint32_t hash;
	uint32_t holders;
	uint32_t n;
	uint8_t bytes[];
};

struct intern {
	struct entry **buckets;
	size_t bucket_count; /* a power of two */
	size_t count;
	size_t used_bytes;
	size_t free_bytes;
	struct entry *free[CLASSES];
	bool failed;
};

/* The size class of an entry for n bytes of text; *size is what is allocated for it. */
static unsigned class_of(size_t n, size_t *size)
{
	size_t last = offsetof(struct entry, bytes) + n - 1;
	unsigned log, shift;

	if (last < SMALLEST) {
		*size = SMALLEST;
		return 0;
	}
	log = 63 - (unsigned)__builtin_clzll(last);
	shift = log - 2;
	*size = ((last >> shift) + 1) << shift;
	return (log - 5) * 4 + (unsigned)((last >> shift) & 3) + 1;
}

/* The entry that a text of the pool is part of. */
static struct entry *entry_of(struct span s)
{
	return (struct entry *)((uintptr_t)s.p - offsetof(struct entry, bytes));
}

static uint64_t mix(uint64_t h, uint64_t word)
{
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}

static uint32_t hash_of(struct span s)
{
	uint64_t h = s.n, word = 0;

	for (; s.n >= sizeof(word); s.p += sizeof(word), s.n -= sizeof(word)) {
		memcpy(&word, s.p, sizeof(word));
		h = mix(h, word);
	}
	word = 0;
	memcpy(&word, s.p, s.n);
	h = mix(h, word);
	return (uint32_t)(h ^ (h >> 32));
}

struct intern *intern_new(void)
{
	struct intern *in = calloc(1, sizeof(*in));

	if (!in)
		return NULL;
	in->bucket_count = FIRST_BUCKETS;
	in->buckets = calloc(in->bucket_count, sizeof(struct entry *));
	if (!in->buckets) {
		free(in);
		return NULL;
	}
	return in;
}

static void free_chain(struct entry *e)
{
	while (e) {
		struct entry *next = e->next;

		free(e);
		e = next;
	}
}

void intern_free(struct intern *in)
{
	if (!in)
		return;
	for (size_t i = 0; i < in->bucket_count; i++)
		free_chain(in->buckets[i]);
	for (size_t i = 0; i < CLASSES; i++)
		free_chain(in->free[i]);
	free(in->buckets);
	free(in);
}

static struct entry **bucket_of(const struct intern *in, uint32_t hash)
{
	return &in->buckets[hash & (in->bucket_count - 1)];
}

/* Twice the buckets. Without memory the chains get longer, which is no failure. */
static void grow(struct intern *in)
{
	struct entry **old = in->buckets;
	size_t old_count = in->bucket_count;
	struct entry **more = calloc(old_count * 2, sizeof(struct entry *));

	if (!more)
		return;
	in->buckets = more;
	in->bucket_count = old_count * 2;
	for (size_t i = 0; i < old_count; i++) {
		for (struct entry *e = old[i], *next; e; e = next) {
			struct entry **to = bucket_of(in, e->hash);

			next = e->next;
			e->next = *to;
			*to = e;
		}
	}
	free(old);
}

/* Memory for an entry of n bytes: a free one of its class, or a new one. */
static struct entry *entry_new(struct intern *in, size_t n)
{
	size_t size;
	unsigned class = class_of(n, &size);
	struct entry *e = class < CLASSES ? in->free[class] : NULL;

	if (e) {
		in->free[class] = e->next;
		in->free_bytes -= size;
	} else {
		e = malloc(size);
	}
	if (e)
		in->used_bytes += size;
	return e;
}

/* Gives memory back, of the largest first, until the lists hold no more than they may. */
static void trim(struct intern *in)
{
	for (size_t class = CLASSES; class-- > 0;) {
		struct entry *e;
		size_t size;

		while ((e = in->free[class]) && in->free_bytes > in->used_bytes + SPARE) {
			class_of(e->n, &size);
			in->free[class] = e->next;
			in->free_bytes -= size;
			free(e);
		}
	}
}

static void entry_free(struct intern *in, struct entry *e)
{
	size_t size;
	unsigned class = class_of(e->n, &size);

	in->used_bytes -= size;
	if (class < CLASSES) {
		e->next = in->free[class];
		in->free[class] = e;
		in->free_bytes += size;
	} else {
		free(e);
	}
	if (in->free_bytes > in->used_bytes + SPARE)
		trim(in);
}

static struct entry *find(const struct intern *in, struct span s, uint32_t hash)
{
	struct entry *e = *bucket_of(in, hash);

	while (e && (e->hash != hash || e->n != s.n || memcmp(e->bytes, s.p, s.n) != 0))
		e = e->next;
	return e;
}

static struct entry *add(struct intern *in, struct span s, uint32_t hash)
{
	struct entry *e = s.n <= UINT32_MAX ? entry_new(in, s.n) : NULL;
	struct entry **to;

	if (!e) {
		in->failed = true;
		return NULL;
	}
	if (in->count >= in->bucket_count)
		grow(in);
	to = bucket_of(in, hash);
	*e = (struct entry){.next = *to, .hash = hash, .n = (uint32_t)s.n};
	memcpy(e->bytes, s.p, s.n);
	*to = e;
	in->count++;
	return e;
}

struct span intern_take(struct intern *in, struct span s)
{
	struct entry *e;
	uint32_t hash;

	if (!s.n)
		return span_of(NULL, 0);
	hash = hash_of(s);
	e = find(in, s, hash);
	if (!e)
		e = add(in, s, hash);
	if (!e)
		return span_of(NULL, 0);
	e->holders++;
	return span_of(e->bytes, e->n);
}

struct span intern_share(struct intern *in UNUSED, struct span s)
{
	if (s.n)
		entry_of(s)->holders++;
	return s;
}

void intern_drop(struct intern *in, struct span *s)
{
	struct entry *e, **at;

	if (s->n) {
		e = entry_of(*s);
		if (--e->holders == 0) {
			for (at = bucket_of(in, e->hash); *at != e;)
				at = &(*at)->next;
			*at = e->next;
			in->count--;
			entry_free(in, e);
		}
	}
	*s = span_of(NULL, 0);
}

void intern_set(struct intern *in, struct span *slot, struct span s)
{
	struct span fresh = intern_take(in, s);

	intern_drop(in, slot);
	*slot = fresh;
}

bool intern_failed(const struct intern *in)
{
	return in->failed;
}

size_t intern_count(const struct intern *in)
{
	return in->count;
}

size_t intern_memory(const struct intern *in)
{
	return sizeof(*in) + in->bucket_count * sizeof(struct entry *) + in->used_bytes +
	       in->free_bytes;
}
