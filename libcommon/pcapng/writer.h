/* SPDX-License-Identifier: MIT */
/*
 * Writes blocks to a sink: either raw ones, passed through byte for byte, or new ones, whose lengths
 * and padding the writer fills in.
 */
#ifndef PCAPNG_WRITER_H
#define PCAPNG_WRITER_H

#include "base/buf.h"
#include "base/err.h"
#include "io/sink.h"

struct writer {
	struct sink *sink; /* borrowed */
	struct buf block;  /* the block being built; its memory is reused; .big is the section's order */
};

/* A writer to sink, which stays the caller's, for sections of this byte order. */
void writer_init(struct writer *w, struct sink *sink, bool big);

/* Frees the memory, not the sink. */
void writer_release(struct writer *w);

/* Writes a whole block as it is. Returns 0, or -1 on failure (err). */
MUST_CHECK int writer_raw(struct writer *w, struct span raw, struct err *err);

/*
 * Starts a block of this type. Returns where its body is to be put, never NULL; body offset 0 is at
 * WRITER_BODY in the buffer. Only one block at a time.
 */
struct buf *writer_begin(struct writer *w, uint32_t type);
#define WRITER_BODY 8

/* Pads, fills in both lengths and writes the block. Returns 0, or -1 on failure (err). */
MUST_CHECK int writer_end(struct writer *w, struct err *err);

/*
 * The same without writing: *raw is the whole block, borrowed until the next writer_begin. Returns 0,
 * or -1 on failure (err).
 */
MUST_CHECK int writer_finish(struct writer *w, struct span *raw, struct err *err);

/* A section header block of version 1.minor; application and comment may be NULL: no such option. */
MUST_CHECK int writer_section(struct writer *w, uint16_t minor, const char *application,
	const char *comment, struct err *err);

#endif
