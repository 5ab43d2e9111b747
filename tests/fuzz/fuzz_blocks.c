/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a capture: unpacked, framed, decoded, taken into the state, rendered; and each block
 * written again, in either byte order.
 */
#include <stdlib.h>

#include "io/src.h"
#include "pcapng/pcapng.h"
#include "pcapng/reader.h"
#include "scap/rewrite.h"
#include "scap/turn.h"
#include "support/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same_proc(void *self, struct meta_proc *p)
{
	return !self && p;
}

static bool same_fd(void *self, int64_t tid, struct meta_fd *fd)
{
	return !self && fd && (tid || !tid);
}

static bool same_interface(void *self, struct meta_if *i)
{
	return !self && i;
}

static bool same_user(void *self, struct meta_user *u)
{
	return !self && u;
}

static void same_machine(void *self, struct meta_machine *m)
{
	(void)self;
	(void)m;
}

static bool is_list(const struct block *b)
{
	return b->info->kind >= BLOCK_MACHINE && b->info->kind <= BLOCK_USERLIST;
}

/* Whole lists must come out as they were but for their padding; whatever can be turned, twice. */
static void rewrite(const struct block *b)
{
	static const struct rewrite_ops ops = {same_machine, same_proc, same_fd, same_interface,
		same_user};
	struct err err = {0}, damage = {0};
	struct buf made = {0}, back = {0};
	struct sink *to = sink_mem(&made, NULL, &err);
	struct turn turn = {0};
	struct block other = *b;
	struct writer w;

	writer_init(&w, to, b->big);
	if (is_list(b) && rewrite_list(&w, b, &ops, NULL, &damage, &err) == 1 &&
		(made.n != pad4(b->body.n) + PCAPNG_OVERHEAD ||
			(b->body.n > 3 && memcmp(made.p + 8, b->body.p, b->body.n - 3) != 0)))
		abort();
	made.n = 0;
	w.block.big = !b->big;
	if (turn_block(&turn, &w, b, &err) == 0) {
		other.big = !b->big;
		block_become(&other, buf_view(&made));
		sink_abort(w.sink);
		w.sink = sink_mem(&back, NULL, &err);
		w.block.big = b->big;
		if (turn_block(&turn, &w, &other, &err) < 0)
			abort();
	}
	sink_abort(w.sink);
	turn_release(&turn);
	writer_release(&w);
	buf_release(&made);
	buf_release(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct src_opts opts = {.wanted = reader_wants};
	struct err err = {0};
	struct src *src = src_mem(span_of(data, size), &opts, &err);
	struct reader *r = src ? reader_new(src, &err) : NULL;
	static struct decoder d;
	struct block b;

	if (decoder_start(&d))
		while (r && reader_next(r, &b, &err) == 1) {
			decoder_take(&d, &b, r);
			rewrite(&b);
		}
	reader_free(r);
	src_close(src);
	return 0;
}
