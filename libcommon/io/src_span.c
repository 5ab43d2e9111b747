/* SPDX-License-Identifier: MIT */
/* Memory as the bottom of a stack, for packed bytes; plain ones src_mem hands out as they are. */
#include "io/src_priv.h"

#include <stdlib.h>

struct span_backend {
	struct src_backend base;
	struct span left;
};

static ptrdiff_t span_read(struct src_backend *b, uint8_t *to, size_t n, struct err *err UNUSED)
{
	struct span_backend *sb = (struct span_backend *)b;

	n = MIN(n, sb->left.n);
	if (n) {
		memcpy(to, sb->left.p, n);
		sb->left = span_of(sb->left.p + n, sb->left.n - n);
	}
	atomic_fetch_add_explicit(&b->bytes_out, n, memory_order_relaxed);
	return (ptrdiff_t)n;
}

static void span_close(struct src_backend *b)
{
	free(b);
}

static const struct src_backend_ops span_ops = {.read = span_read, .close = span_close};

struct src_backend *src_span_backend(struct span bytes, struct err *err)
{
	struct span_backend *sb = calloc(1, sizeof(*sb));

	if (!sb) {
		err_memory(err);
		return NULL;
	}
	sb->base.ops = &span_ops;
	sb->left = bytes;
	return &sb->base;
}
