/* SPDX-License-Identifier: MIT */
/*
 * A slot is { u64 key, u64 used, value }. Linear probing from a mixed hash; deletion shifts the
 * entries behind back, so lookups never walk over holes.
 */
#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#define MAP_FIRST 16
#define SLOT_HEAD 16

static uint64_t mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15u;
	x ^= x >> 29;
	return x;
}

static uint8_t *slot_at(const struct map *m, size_t i)
{
	return m->slots + i * m->slot_size;
}

static uint64_t slot_key(const uint8_t *s)
{
	uint64_t k;

	memcpy(&k, s, sizeof(k));
	return k;
}

static bool slot_used(const uint8_t *s)
{
	return s[8] != 0;
}

static void slot_set(uint8_t *s, uint64_t key)
{
	memcpy(s, &key, sizeof(key));
	s[8] = 1;
}

void map_init(struct map *m, size_t value_size)
{
	*m = (struct map){
		.value_size = value_size,
		.slot_size = SLOT_HEAD + ((value_size + 7) & ~(size_t)7),
	};
}

void map_release(struct map *m)
{
	free(m->slots);
	map_init(m, m->value_size);
}

/* The slot of key, or the free slot where it would go. */
static size_t find(const struct map *m, uint64_t key)
{
	size_t i = mix(key) & (m->cap - 1);

	while (slot_used(slot_at(m, i)) && slot_key(slot_at(m, i)) != key)
		i = (i + 1) & (m->cap - 1);
	return i;
}

void *map_get(const struct map *m, uint64_t key)
{
	uint8_t *s;

	if (!m->n)
		return NULL;
	s = slot_at(m, find(m, key));
	return slot_used(s) ? s + SLOT_HEAD : NULL;
}

static bool grow(struct map *m)
{
	struct map old = *m;
	size_t cap = m->cap ? m->cap * 2 : MAP_FIRST;
	size_t i;

	m->slots = calloc(cap, m->slot_size);
	if (!m->slots) {
		*m = old;
		return false;
	}
	m->cap = cap;
	for (i = 0; i < old.cap; i++) {
		uint8_t *from = slot_at(&old, i);

		if (slot_used(from))
			memcpy(slot_at(m, find(m, slot_key(from))), from, m->slot_size);
	}
	free(old.slots);
	return true;
}

void *map_put(struct map *m, uint64_t key)
{
	void *v = map_get(m, key);
	uint8_t *s;

	if (v)
		return v;
	if (m->n * 4 >= m->cap * 3 && !grow(m))
		return NULL;
	s = slot_at(m, find(m, key));
	slot_set(s, key);
	memset(s + SLOT_HEAD, 0, m->slot_size - SLOT_HEAD);
	m->n++;
	return s + SLOT_HEAD;
}

bool map_del(struct map *m, uint64_t key)
{
	size_t mask = m->cap - 1;
	size_t hole, i;

	if (!map_get(m, key))
		return false;
	hole = find(m, key);
	for (i = (hole + 1) & mask; slot_used(slot_at(m, i)); i = (i + 1) & mask) {
		size_t home = mix(slot_key(slot_at(m, i))) & mask;

		/* An entry may move back only if its home is not between the hole and itself. */
		if (((i - home) & mask) >= ((i - hole) & mask)) {
			memcpy(slot_at(m, hole), slot_at(m, i), m->slot_size);
			hole = i;
		}
	}
	memset(slot_at(m, hole), 0, m->slot_size);
	m->n--;
	return true;
}

/*
 * A deletion moves entries from behind into the slot, which is looked at again. Those that come
 * around from the table's start were kept before and are asked for a second time.
 */
void map_filter(struct map *m, bool (*keep)(uint64_t key, void *value, void *ctx), void *ctx)
{
	for (size_t i = 0; i < m->cap; i++) {
		uint8_t *s = slot_at(m, i);

		while (slot_used(s) && !keep(slot_key(s), s + SLOT_HEAD, ctx))
			map_del(m, slot_key(s));
	}
}

void map_clear(struct map *m)
{
	if (m->n)
		memset(m->slots, 0, m->cap * m->slot_size);
	m->n = 0;
}

void *map_next(const struct map *m, size_t *pos, uint64_t *key)
{
	while (*pos < m->cap) {
		uint8_t *s = slot_at(m, (*pos)++);

		if (slot_used(s)) {
			*key = slot_key(s);
			return s + SLOT_HEAD;
		}
	}
	return NULL;
}
