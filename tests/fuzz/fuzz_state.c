/* SPDX-License-Identifier: MIT */
/* Any bytes as a capture: what the state makes of it is written and read back, twice. */
#include <stdlib.h>

#include "io/src.h"
#include "pcapng/reader.h"
#include "state/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take(struct state *st, const struct block *b)
{
	struct err err = {0};
	struct event ev;
	struct moment m;

	if (b->info->kind != BLOCK_EVENT)
		(void)!state_load(st, b, &err);
	else if (event_decode(&ev, b, &err) == 0 && state_apply(st, &ev, &m, &err) < 0)
		abort(); /* without memory only */
}

/* The state at the end of a capture; NULL when it is none. */
static struct state *state_of(struct span capture)
{
	struct err err = {0};
	struct src *src = src_mem(capture, NULL, &err);
	struct reader *r = src ? reader_new(src, &err) : NULL;
	struct state *st = r ? state_new(&err) : NULL;
	struct block b;

	while (st && reader_next(r, &b, &err) == 1)
		take(st, &b);
	reader_free(r);
	src_close(src);
	return st;
}

/* Writes the state, which is freed, as a capture of its own. */
static void dump(struct state *st, bool big, struct buf *out)
{
	struct err err = {0};
	struct sink *sink = sink_mem(out, NULL, &err);
	struct writer w;

	writer_init(&w, sink, big);
	if (!st || writer_section(&w, 2, NULL, NULL, &err) < 0 || state_dump(st, &w, &err) < 0 ||
		sink_close(sink, &err) < 0)
		abort();
	writer_release(&w);
	state_free(st);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct state *st = state_of(span_of(data, size));
	struct buf first = {0}, second = {0};

	if (!st)
		return 0;
	dump(st, size & 1, &first);
	dump(state_of(buf_view(&first)), size & 1, &second);
	buf_release(&first);
	buf_release(&second);
	return 0;
}
