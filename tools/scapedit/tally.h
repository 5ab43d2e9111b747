/* SPDX-License-Identifier: MIT */
/* What a capture that is being written holds of a machine, for who is about to share it. */
#ifndef SCAPEDIT_TALLY_H
#define SCAPEDIT_TALLY_H

#include "tools/scapedit/stage.h"

struct tally;

/* Returns NULL on failure (err). */
MUST_CHECK struct tally *tally_new(struct err *err);

/* Accepts NULL. */
void tally_free(struct tally *t);

/* A stage that passes everything and looks at it; self is the tally. */
extern const struct stage_ops tally_ops;

/*
 * Appends "3 processes, 2 users, 14 descriptors, 3 environments". Call after the last block.
 */
void tally_put(const struct tally *t, struct buf *b);

/*
 * Appends the i-th line of who these are, "process 17 cat (with environment)", "user 0 root", without
 * a line feed. Returns false after the last.
 */
bool tally_put_item(struct tally *t, size_t i, struct buf *b);

#endif
