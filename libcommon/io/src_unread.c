/* SPDX-License-Identifier: MIT */
/* Gives bytes back that were read to find out what they are: first those, then the rest. */
#include "io/src_priv.h"

#include <stdlib.h>

struct unread_backend {
	struct src_backend base;
	struct src_backend *inner;
	size_t at, n;
	uint8_t head[];
};

static ptrdiff_t unread_read(struct src_backend *b, uint8_t *to, size_t n, struct err *err)
{
	struct unread_backend *ub = (struct unread_backend *)b;

	if (ub->at == ub->n)
		return ub->inner->ops->read(ub->inner, to, n, err);
	n = MIN(n, ub->n - ub->at);
	memcpy(to, ub->head + ub->at, n);
	ub->at += n;
	return (ptrdiff_t)n;
}

static void unread_close(struct src_backend *b)
{
	struct unread_backend *ub = (struct unread_backend *)b;

	ub->inner->ops->close(ub->inner);
	free(ub);
}

static const struct src_backend_ops unread_ops = {.read = unread_read, .close = unread_close};

struct src_backend *src_unread_backend(struct src_backend *inner, struct span head, struct err *err)
{
	struct unread_backend *ub = calloc(1, sizeof(*ub) + head.n);

	if (!ub) {
		inner->ops->close(inner);
		err_memory(err);
		return NULL;
	}
	ub->base.ops = &unread_ops;
	ub->inner = inner;
	ub->n = head.n;
	if (head.n)
		memcpy(ub->head, head.p, head.n);
	return &ub->base;
}
