/* SPDX-License-Identifier: MIT */
/* Makes records of older writers those of the newest schema, by the rows of conversions.def. */
#ifndef SCAPEDIT_FOLD_H
#define SCAPEDIT_FOLD_H

#include "scap/event.h"

/* A struct fold of zeros is ready. */
struct fold {
	struct span before[EVENT_MAX_PARAMS];
	struct buf json;
};

/* Frees the memory. */
void fold_release(struct fold *f);

/*
 * Takes ev as far as rows lead. enter is the last enter record of its thread, or NULL; a row takes
 * from it only if it is the one that belongs to the record at that step. Returns whether ev changed;
 * its parameters then borrow from the block, from enter, and from f until the next call.
 */
bool fold_event(struct fold *f, struct event *ev, const struct event *enter);

/* Whether a parameter is one that a row made up: it says nothing. */
bool fold_made_up(struct span param);

#endif
