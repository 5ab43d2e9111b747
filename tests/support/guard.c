/* SPDX-License-Identifier: MIT */
/* One mapping, whose last page loses its permissions. */
#include "support/guard.h"

#include <sys/mman.h>
#include <unistd.h>

bool guard_init(struct guard *g, size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	g->room = (n + page - 1) / page * page;
	g->map = mmap(NULL, g->room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return g->map != MAP_FAILED && mprotect(g->map + g->room, page, PROT_NONE) == 0;
}

void guard_release(struct guard *g)
{
	munmap(g->map, g->room + (size_t)sysconf(_SC_PAGESIZE));
}

struct span guard_put(struct guard *g, struct span bytes)
{
	uint8_t *to = g->map + g->room - bytes.n;

	if (bytes.n)
		memcpy(to, bytes.p, bytes.n);
	return span_of(to, bytes.n);
}
