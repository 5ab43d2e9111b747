/* SPDX-License-Identifier: MIT */
/* Gives bytes to a function of the caller, at once. */
#include "io/sink_priv.h"

#include <stdlib.h>

struct call_backend {
	struct sink_backend base;
	sink_fn *take;
	void *user;
};

static int call_write(struct sink_backend *b, struct span bytes, struct err *err)
{
	struct call_backend *cb = (struct call_backend *)b;

	return cb->take(cb->user, bytes, err);
}

static int call_flush(struct sink_backend *b UNUSED, struct err *err UNUSED)
{
	return 0;
}

static int call_close(struct sink_backend *b, struct err *err UNUSED)
{
	free(b);
	return 0;
}

static void call_drop(struct sink_backend *b)
{
	free(b);
}

static const struct sink_backend_ops call_ops = {
	call_write, call_flush, call_close, call_drop, true};

struct sink_backend *sink_call_backend(sink_fn *take, void *user, struct err *err)
{
	struct call_backend *cb = calloc(1, sizeof(*cb));

	if (!cb) {
		err_memory(err);
		return NULL;
	}
	*cb = (struct call_backend){.base.ops = &call_ops, .take = take, .user = user};
	return &cb->base;
}
