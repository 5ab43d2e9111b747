/* SPDX-License-Identifier: MIT */
/* Appends to a buffer of the caller, at once. */
#include "io/sink_priv.h"

#include <stdlib.h>

struct mem_backend {
	struct sink_backend base;
	struct buf *to;
};

static int mem_write(struct sink_backend *b, struct span bytes, struct err *err)
{
	struct mem_backend *mb = (struct mem_backend *)b;

	buf_span(mb->to, bytes);
	return mb->to->failed ? err_memory(err) : 0;
}

static int mem_flush(struct sink_backend *b UNUSED, struct err *err UNUSED)
{
	return 0;
}

static int mem_close(struct sink_backend *b, struct err *err UNUSED)
{
	free(b);
	return 0;
}

static void mem_drop(struct sink_backend *b)
{
	free(b);
}

static const struct sink_backend_ops mem_ops = {mem_write, mem_flush, mem_close, mem_drop, true};

struct sink_backend *sink_mem_backend(struct buf *to, struct err *err)
{
	struct mem_backend *mb = calloc(1, sizeof(*mb));

	if (!mb) {
		err_memory(err);
		return NULL;
	}
	mb->base.ops = &mem_ops;
	mb->to = to;
	return &mb->base;
}
