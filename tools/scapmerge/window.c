/* SPDX-License-Identifier: MIT */
/* A heap of copies; their memory is used again. */
#include "tools/scapmerge/window.h"

#include <stdlib.h>

/* A second of a fast network is more than this seldom, and machines have it. */
#define BYTES_MAX (512u << 20)

struct window_item {
	uint64_t ts, arrival;
	struct buf block;
	struct window_item *next;
};

static void free_item(struct window_item *item)
{
	buf_release(&item->block);
	free(item);
}

void window_release(struct window *w)
{
	for (size_t i = 0; i < w->n; i++)
		free_item(w->heap[i]);
	while (w->spare) {
		struct window_item *next = w->spare->next;

		free_item(w->spare);
		w->spare = next;
	}
	free(w->heap);
	*w = (struct window){0};
}

static bool is_before(const struct window_item *a, const struct window_item *b)
{
	return a->ts != b->ts ? a->ts < b->ts : a->arrival < b->arrival;
}

static struct window_item *new_item(struct window *w)
{
	struct window_item *item = w->spare;

	if (!item)
		return calloc(1, sizeof(*item));
	w->spare = item->next;
	buf_clear(&item->block);
	return item;
}

static bool has_room(struct window *w)
{
	size_t cap = w->cap ? 2 * w->cap : 64;
	struct window_item **heap;

	if (w->n < w->cap)
		return true;
	heap = reallocarray(w->heap, cap, sizeof(struct window_item *));
	if (!heap)
		return false;
	w->heap = heap;
	w->cap = cap;
	return true;
}

bool window_put(struct window *w, uint64_t ts, struct span block)
{
	struct window_item *item = has_room(w) ? new_item(w) : NULL;
	size_t i = w->n;

	if (!item)
		return false;
	buf_span(&item->block, block);
	if (item->block.failed) {
		free_item(item);
		return false;
	}
	item->ts = ts;
	item->arrival = w->arrivals++;
	w->newest = MAX(w->newest, ts);
	w->bytes += block.n;
	for (w->n++; i > 0 && is_before(item, w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		w->heap[i] = w->heap[(i - 1) / 2];
	w->heap[i] = item;
	return true;
}

bool window_full(const struct window *w, const struct window_limit *limit)
{
	if (!w->n)
		return false;
	if (w->bytes > BYTES_MAX)
		return true;
	return limit->records ? w->n > limit->records : w->newest - w->heap[0]->ts >= limit->ns;
}

uint64_t window_ts(const struct window *w)
{
	return w->heap[0]->ts;
}

struct span window_block(const struct window *w)
{
	return buf_view(&w->heap[0]->block);
}

void window_pop(struct window *w)
{
	struct window_item *first = w->heap[0], *last = w->heap[--w->n];
	size_t i = 0;

	while (2 * i + 1 < w->n) {
		size_t child = 2 * i + 1;

		if (child + 1 < w->n && is_before(w->heap[child + 1], w->heap[child]))
			child++;
		if (is_before(last, w->heap[child]))
			break;
		w->heap[i] = w->heap[child];
		i = child;
	}
	if (w->n)
		w->heap[i] = last;
	w->bytes -= first->block.n;
	first->next = w->spare;
	w->spare = first;
}
