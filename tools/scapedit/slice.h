/* SPDX-License-Identifier: MIT */
/*
 * Writes the selected records of a capture so that each renders as it did in the whole: the state
 * at the cut goes in front of them, and what was left out but changes what later ones mean stays as
 * hidden records.
 */
#ifndef SCAPEDIT_SLICE_H
#define SCAPEDIT_SLICE_H

#include "io/sink.h"
#include "state/reach.h"
#include "tools/scapedit/choose.h"

struct slice;

/*
 * For what c picks. reach is what its kept events show: nothing else of the state is written; NULL
 * unless that was asked for. All arguments are borrowed until slice_free. Returns NULL on failure
 * (err).
 */
MUST_CHECK struct slice *slice_new(
	struct choose *c, const struct reach *reach, struct sink *sink, struct err *err);

/* Accepts NULL. */
void slice_free(struct slice *s);

/* Takes in what c picked next. Returns 0, or -1 on failure (err). */
MUST_CHECK int slice_pick(struct slice *s, const struct pick *p, struct err *err);

/* Whether the rest of the input cannot add anything. */
bool slice_over(const struct slice *s);

/* Call after the last block. Returns 0, or -1 on failure (err). */
MUST_CHECK int slice_finish(struct slice *s, struct err *err);

/* After slice_finish: whether nothing was selected. Then the state as of the end was written. */
bool slice_empty(const struct slice *s);

#endif
