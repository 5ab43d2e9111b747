/* SPDX-License-Identifier: MIT */
/*
 * What a backend of a source is: something that fills a buffer. Backends stack: gzip and libarchive
 * read their packed bytes from another backend.
 */
#ifndef IO_SRC_PRIV_H
#define IO_SRC_PRIV_H

#include "io/src.h"

struct src_backend;

struct src_backend_ops {
	/*
	 * Up to n bytes into to. Returns how many, 0 at the end of the data, -1 on failure (err).
	 * May return fewer than there are.
	 */
	ptrdiff_t (*read)(struct src_backend *b, uint8_t *to, size_t n, struct err *err);
	void (*close)(struct src_backend *b);
	const char *packing; /* what src_packing says, NULL for plain bytes */
};

/* Backends embed this first. */
struct src_backend {
	const struct src_backend_ops *ops;
	const char *packing; /* found out later than at creation; wins over ops->packing */
};

/* Each returns NULL on failure (err); those over another backend own it from then on, even so. */
MUST_CHECK struct src_backend *src_fd_backend(int fd, struct err *err); /* owns fd unless it is 0 */
MUST_CHECK struct src_backend *src_span_backend(struct span bytes, struct err *err);
MUST_CHECK struct src_backend *src_gzip_backend(struct src_backend *inner, struct err *err);
MUST_CHECK struct src_backend *src_archive_backend(struct src_backend *inner,
	const struct src_opts *opts, struct err *err);

/* Runs inner in a thread of its own, a few buffers ahead. */
MUST_CHECK struct src_backend *src_thread_backend(struct src_backend *inner, struct err *err);

/* Puts head, bytes that were read from inner to look at them, in front of inner again. Copies head. */
MUST_CHECK struct src_backend *src_unread_backend(struct src_backend *inner, struct span head,
	struct err *err);

#endif
