/* SPDX-License-Identifier: MIT */
/*
 * What a backend of a source is: something that fills a buffer. Backends stack: gzip and libarchive
 * read their packed bytes from another backend.
 */
#ifndef IO_SRC_PRIV_H
#define IO_SRC_PRIV_H

#include <stdatomic.h>

#include "io/src.h"

/* What the first bytes of data say about how it is packed. */
enum src_kind {
	SRC_KIND_MORE,    /* more bytes are needed to tell */
	SRC_KIND_PLAIN,   /* not packed */
	SRC_KIND_GZIP,    /* src_gzip_backend unpacks it */
	SRC_KIND_ZSTD,    /* src_zstd_backend does */
	SRC_KIND_ARCHIVE, /* src_archive_backend does */
};

/* Tells by the bytes data starts with. whole: there are no more, so SRC_KIND_MORE is no answer. */
enum src_kind src_sniff(struct span head, bool whole);

/* Appends name to names of size bytes, "gzip" to "gzip+tar"; cuts what does not fit. */
void src_add_packing(char *names, size_t size, const char *name);

struct src_backend;

struct src_backend_ops {
	/*
	 * Up to n bytes into to. Returns how many, 0 at the end of the data, -1 on failure (err), and
	 * then again so. May return fewer than there are, but waits for more only if it has none.
	 */
	ptrdiff_t (*read)(struct src_backend *b, uint8_t *to, size_t n, struct err *err);
	/* Frees b and those it owns. */
	void (*close)(struct src_backend *b);
	/*
	 * Makes a read that waits in another thread, and all reads from now on, fail soon. NULL: reads
	 * never wait.
	 */
	void (*stop)(struct src_backend *b);
};

/* Backends embed this first. */
struct src_backend {
	const struct src_backend_ops *ops;
	const char *packing;        /* what src_packing says of what this one unpacks, or NULL */
	_Atomic uint64_t bytes_out; /* counted by those at the bottom: bytes of the file, as they are */
};

/* Owns fd unless it is standard input. */
MUST_CHECK struct src_backend *src_fd_backend(int fd, struct err *err);

/* The bytes stay the caller's, who keeps them. */
MUST_CHECK struct src_backend *src_span_backend(struct span bytes, struct err *err);

/*
 * Those over another backend own it from then on, also when they return NULL (err).
 *
 * A gzip file: members one after the other; what follows them and is none is ignored.
 */
MUST_CHECK struct src_backend *src_gzip_backend(struct src_backend *inner, struct err *err);

/* A zstd file: frames one after the other. */
MUST_CHECK struct src_backend *src_zstd_backend(struct src_backend *inner, struct err *err);

/* Whatever libarchive can unpack without seeking: xz, lz4, bzip2, and members of zip and tar. */
MUST_CHECK struct src_backend *src_archive_backend(struct src_backend *inner,
	const struct src_opts *opts, struct err *err);

/* Runs inner in a thread of its own, a few buffers ahead. Stop the bottom before closing it. */
MUST_CHECK struct src_backend *src_thread_backend(struct src_backend *inner, struct err *err);

/* Puts head, bytes that were read from inner to look at them, in front of inner again. Copies head. */
MUST_CHECK struct src_backend *src_unread_backend(struct src_backend *inner, struct span head,
	struct err *err);

#endif
