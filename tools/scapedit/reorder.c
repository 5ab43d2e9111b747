/* SPDX-License-Identifier: MIT */
/*
 * An array of places in a buffer, in the order in which they are to be written. When it is full the
 * first half goes out and the bytes of the other half move to a fresh buffer: each byte moves once.
 */
#include "tools/scapedit/reorder.h"

#include <stdlib.h>

void reorder_release(struct reorder *r)
{
	free(r->items);
	buf_release(&r->bytes);
	buf_release(&r->spare);
	*r = (struct reorder){0};
}

static int write_first(struct reorder *r, size_t n, struct sink *to, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct reorder_item *it = &r->items[i];

		if (sink_write(to, span_of(r->bytes.p + it->at, it->n), err) < 0)
			return -1;
	}
	return 0;
}

/* Writes the first n and closes the ranks. */
static int let_go(struct reorder *r, size_t n, struct sink *to, struct err *err)
{
	struct buf emptied;

	if (write_first(r, n, to, err) < 0)
		return -1;
	buf_clear(&r->spare);
	for (size_t i = n; i < r->n; i++) {
		struct reorder_item it = r->items[i];
		size_t at = r->spare.n;

		buf_put(&r->spare, r->bytes.p + it.at, it.n);
		it.at = at;
		r->items[i - n] = it;
	}
	r->n -= n;
	emptied = r->bytes;
	r->bytes = r->spare;
	r->spare = emptied;
	return r->bytes.failed ? err_memory(err) : 0;
}

static int make_room(struct reorder *r, struct sink *to, struct err *err)
{
	if (!r->items) {
		r->items = calloc(2 * REORDER_BLOCKS, sizeof(*r->items));
		if (!r->items)
			return err_memory(err);
	}
	if (r->n == 2 * REORDER_BLOCKS)
		return let_go(r, REORDER_BLOCKS, to, err);
	return r->bytes.n > REORDER_BYTES ? let_go(r, (r->n + 1) / 2, to, err) : 0;
}

static int place(struct reorder *r, size_t i, struct span block, uint64_t ts, int64_t tid,
	struct err *err)
{
	size_t at = r->bytes.n;

	buf_span(&r->bytes, block);
	if (r->bytes.failed)
		return err_memory(err);
	memmove(&r->items[i + 1], &r->items[i], (r->n - i) * sizeof(*r->items));
	r->items[i] = (struct reorder_item){ts, tid, at, (uint32_t)block.n};
	r->n++;
	return 0;
}

int reorder_put(struct reorder *r, struct span block, uint64_t ts, int64_t tid, struct sink *to,
	struct err *err)
{
	if (make_room(r, to, err) < 0)
		return -1;
	return place(r, r->n, block, ts, tid, err);
}

int reorder_insert(struct reorder *r, struct span block, uint64_t ts, int64_t tid,
	struct sink *to, struct err *err)
{
	size_t i;

	if (make_room(r, to, err) < 0)
		return -1;
	i = r->n;
	while (i > 0 && r->items[i - 1].ts > ts && r->items[i - 1].tid != tid)
		i--;
	return place(r, i, block, ts, tid, err);
}

int reorder_flush(struct reorder *r, struct sink *to, struct err *err)
{
	if (write_first(r, r->n, to, err) < 0)
		return -1;
	r->n = 0;
	buf_clear(&r->bytes);
	return 0;
}
