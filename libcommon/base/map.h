/* SPDX-License-Identifier: MIT */
/*
 * The one hash table: u64 keys to values of a fixed size, open addressing: linear
 * probing with backward-shift deletion, so there are no tombstones and memory follows the live
 * entries.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/base.h"

struct map {
	uint8_t *slots;
	size_t slot_size;  /* key, flag and value, 8-aligned */
	size_t value_size;
	size_t cap;        /* a power of two, or 0 */
	size_t n;          /* entries */
};

/* An empty map of values of value_size bytes; allocates nothing yet. */
void map_init(struct map *m, size_t value_size);

/* Frees the table. What values point to is the caller's. */
void map_release(struct map *m);

/* The value of key or NULL. Valid until the next put or delete. */
void *map_get(const struct map *m, uint64_t key);

/*
 * The value of key, made and zeroed if it was not there. NULL without memory. Valid until the next
 * put or delete.
 */
void *map_put(struct map *m, uint64_t key);

/* Removes key. Returns whether it was there. */
bool map_del(struct map *m, uint64_t key);

/*
 * Removes every entry that keep does not want. An entry that is wanted may be asked for twice; when
 * it is not, keep releases what its value points to.
 */
void map_filter(struct map *m, bool (*keep)(uint64_t key, void *value, void *ctx), void *ctx);

/* Removes all entries and keeps the memory. */
void map_clear(struct map *m);

/*
 * Walks all entries in no particular order: start with *pos = 0; returns the value and sets *key, or
 * NULL at the end. The map must not change meanwhile.
 */
void *map_next(const struct map *m, size_t *pos, uint64_t *key);

#endif
