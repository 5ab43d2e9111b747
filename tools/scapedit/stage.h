/* SPDX-License-Identifier: MIT */
/*
 * A step between what was selected and the file: a sink that takes whole blocks and writes to
 * another sink what becomes of them. Stages stack; what changes nothing is not on the stack.
 */
#ifndef SCAPEDIT_STAGE_H
#define SCAPEDIT_STAGE_H

#include "io/sink.h"
#include "pcapng/reader.h"
#include "pcapng/writer.h"

struct stage;

struct stage_ops {
	/*
	 * Writes to out what becomes of b: nothing, b itself (writer_raw), other blocks. r knows
	 * the section and its interfaces; out has the byte order of b's section. b is valid during
	 * the call. Returns 0, or -1 on failure (err).
	 */
	int (*take)(void *self, const struct block *b, const struct reader *r, struct writer *out,
		struct err *err);
	/* Writes what waited for more, after the last block. NULL: nothing ever does. */
	int (*end)(void *self, struct writer *out, struct err *err);
};

/* A stage in front of to. self and to stay the caller's. Returns NULL on failure (err). */
MUST_CHECK struct stage *stage_new(
	const struct stage_ops *ops, void *self, struct sink *to, struct err *err);

/* Where blocks go in: every write is one or more whole blocks. Valid until stage_free. */
struct sink *stage_sink(struct stage *s);

/* Call after the last block. Returns 0, or -1 on failure (err). */
MUST_CHECK int stage_end(struct stage *s, struct err *err);

/* Accepts NULL. Does not end it. */
void stage_free(struct stage *s);

#define STAGES_MAX 8

/* Stages one behind the other. A struct stages { .top = sink } is ready, without any. */
struct stages {
	struct sink *top; /* where blocks go in; borrowed when there are no stages */
	struct stage *stage[STAGES_MAX];
	size_t n;
};

/* Puts a stage in front of all others. Returns 0, or -1 on failure (err). */
MUST_CHECK int stages_add(
	struct stages *s, const struct stage_ops *ops, void *self, struct err *err);

/* Call after the last block: ends them in the order of the blocks. Returns 0, or -1 (err). */
MUST_CHECK int stages_end(struct stages *s, struct err *err);

/* Frees all stages; the sink stays. */
void stages_release(struct stages *s);

#endif
