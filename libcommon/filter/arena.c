/* SPDX-License-Identifier: MIT */
/* A list of chunks; small pieces are cut off the newest one, large ones get a chunk of their own. */
#include "filter/arena.h"

#include <stdlib.h>

#define CHUNK 4096
#define ALIGN 16

struct arena_chunk {
	struct arena_chunk *next;
	_Alignas(ALIGN) uint8_t bytes[];
};

static uint8_t *new_chunk(struct arena *a, size_t n)
{
	struct arena_chunk *c = n < SIZE_MAX - sizeof(*c) ? calloc(1, sizeof(*c) + n) : NULL;

	if (!c) {
		a->failed = true;
		return NULL;
	}
	c->next = a->chunks;
	a->chunks = c;
	return c->bytes;
}

void *arena_zeros(struct arena *a, size_t n)
{
	size_t need = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	uint8_t *p;

	if (need < n || need > CHUNK / 4)
		return new_chunk(a, n);
	if (a->left < need) {
		p = new_chunk(a, CHUNK);
		if (!p)
			return NULL;
		a->p = p;
		a->left = CHUNK;
	}
	p = a->p;
	a->p += need;
	a->left -= need;
	return p;
}

struct span arena_copy(struct arena *a, struct span s)
{
	uint8_t *p = arena_zeros(a, s.n + 1);

	if (!p)
		return span_of("", 0);
	if (s.n)
		memcpy(p, s.p, s.n);
	return span_of(p, s.n);
}

void arena_release(struct arena *a)
{
	while (a->chunks) {
		struct arena_chunk *next = a->chunks->next;

		free(a->chunks);
		a->chunks = next;
	}
	*a = (struct arena){0};
}
