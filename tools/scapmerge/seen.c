/* SPDX-License-Identifier: MIT */
/*
 * Captures that overlap have the same records in the same order, so a window of some ten thousand is
 * enough, and memory has a bound. Equal records that a file has by itself are told apart by counting
 * them.
 */
#include "tools/scapmerge/seen.h"

#include <stdlib.h>

#define WINDOW (1u << 16)

void seen_init(struct seen *s)
{
	*s = (struct seen){0};
	map_init(&s->keys, 1);
}

void seen_release(struct seen *s)
{
	map_release(&s->keys);
	free(s->window);
	s->window = NULL;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

uint64_t seen_key(struct span record)
{
	uint64_t h = record.n;
	size_t i = 0;

	for (; i + 8 <= record.n; i += 8) {
		uint64_t v;

		memcpy(&v, record.p + i, 8);
		h = mix(h, v);
	}
	for (; i < record.n; i++)
		h = mix(h, record.p[i]);
	return h;
}

int seen_put(struct seen *s, uint64_t key, uint32_t nth)
{
	key = mix(key, nth) | 1; /* 0 is a place of the ring that was not used */
	if (!s->window) {
		s->window = calloc(WINDOW, sizeof(*s->window));
		if (!s->window)
			return -1;
	}
	if (map_get(&s->keys, key))
		return 0;
	if (!map_put(&s->keys, key))
		return -1;
	if (s->window[s->next])
		map_del(&s->keys, s->window[s->next]);
	s->window[s->next] = key;
	s->next = (s->next + 1) % WINDOW;
	return 1;
}
