/* SPDX-License-Identifier: MIT */
/*
 * A byte source: peek at what comes next, then consume it. Files, pipes, memory and compressed data
 * look alike; what the data is packed in is found out from its first bytes, never from its name.
 * No source needs to seek.
 */
#ifndef IO_SRC_H
#define IO_SRC_H

#include "base/err.h"
#include "base/span.h"

struct src;

struct src_opts {
	/*
	 * For zip and tar archives: whether a member that starts with these bytes (up to 64) is
	 * wanted. Unwanted members are skipped, wanted ones are read one after the other as one
	 * stream. NULL wants all.
	 */
	bool (*wanted)(struct span head);
};

/*
 * Opens a file, or standard input for "-". opts may be NULL. Directories are refused with a reason.
 * Returns NULL on failure (err). Close it with src_close.
 */
MUST_CHECK struct src *src_open(const char *path, const struct src_opts *opts, struct err *err);

/* A source over bytes that the caller keeps until src_close. Compressed bytes are unpacked too. */
MUST_CHECK struct src *src_mem(struct span bytes, const struct src_opts *opts, struct err *err);

/*
 * A source that gets its bytes piece by piece: it ends where they end, and goes on when it is fed
 * again. They are taken as they are, never unpacked. Returns NULL on failure (err).
 */
MUST_CHECK struct src *src_fed(struct err *err);

/* The next bytes of such a source, whose others are all consumed; kept by the caller until then. */
void src_feed(struct src *s, struct span bytes);

/* Accepts NULL. */
void src_close(struct src *s);

/*
 * The bytes at the current position, at least n of them if the data has that many, without moving:
 * *avail says how many there are, and *avail < n means that the data ends there. Returns NULL on
 * failure (err), for example when compressed data is damaged before that many bytes came out; then
 * src_buffered still gives what came out. Borrowed: valid until the next call on s.
 */
MUST_CHECK const uint8_t *src_peek(struct src *s, size_t n, size_t *avail, struct err *err);

/* What can be had without reading further, possibly nothing. Valid until the next call on s. */
struct span src_buffered(const struct src *s);

/* Moves over n bytes, all of which were peeked at. */
void src_consume(struct src *s, size_t n);

/* Position in the unpacked data: bytes consumed so far. */
uint64_t src_offset(const struct src *s);

/* Bytes read from the file so far, packed as they are; equals the file's size at its end. */
uint64_t src_bytes_in(const struct src *s);

/* Size of the file on disk, or 0 when it is a pipe or memory. For progress. */
uint64_t src_file_size(const struct src *s);

/* "none", "gzip", "zstd", "xz", "lz4", "bzip2", "zip", "tar", ..., known once something was peeked. */
const char *src_packing(const struct src *s);

#endif
