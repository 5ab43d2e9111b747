/* SPDX-License-Identifier: MIT */
/* What is behind the buffer of a sink: where bytes go, and what packs them on the way. */
#ifndef IO_SINK_PRIV_H
#define IO_SINK_PRIV_H

#include "io/sink.h"

struct sink_backend;

struct sink_backend_ops {
	/* Takes all bytes. Returns 0, or -1 on failure (err). */
	int (*write)(struct sink_backend *b, struct span bytes, struct err *err);
	/* Hands on what it keeps. Returns 0, or -1 on failure (err). */
	int (*flush)(struct sink_backend *b, struct err *err);
	/* Completes what was written and frees b and those it owns. Returns 0, or -1 on failure (err). */
	int (*close)(struct sink_backend *b, struct err *err);
	/* Drops what was written, if that is possible, and frees b and those it owns. */
	void (*drop)(struct sink_backend *b);
	bool unbuffered; /* takes small pieces as gladly as large ones */
};

/* Backends embed this first. */
struct sink_backend {
	const struct sink_backend_ops *ops;
};

/* A file, a pipe, a device, standard output. Returns NULL on failure (err). */
MUST_CHECK struct sink_backend *sink_file_backend(
	const char *path, const struct sink_opts *opts, struct err *err);

/* A function of the caller. Returns NULL on failure (err). */
MUST_CHECK struct sink_backend *sink_call_backend(sink_fn *take, void *user, struct err *err);

/* Pack for inner, which they own from then on, also when they return NULL (err). Level 0: their own. */
MUST_CHECK struct sink_backend *sink_gzip_backend(
	struct sink_backend *inner, int level, struct err *err);
MUST_CHECK struct sink_backend *sink_zstd_backend(
	struct sink_backend *inner, int level, struct err *err);

#endif
