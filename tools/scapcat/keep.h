/* SPDX-License-Identifier: MIT */
/*
 * A capture of what passes a filter, which shows it as the whole did: blocks that are neither
 * events nor packets pass as they are, and so do events and packets that pass the filter. Of the
 * others, events that change what later ones mean stay as hidden records.
 */
#ifndef SCAPCAT_KEEP_H
#define SCAPCAT_KEEP_H

#include "base/err.h"
#include "scap/event.h"

struct keep;

/*
 * A capture in path, "-" for standard output, where a terminal is refused. all says that everything
 * passes. Returns NULL on failure (err). End it with keep_close.
 */
MUST_CHECK struct keep *keep_open(const char *path, bool all, struct err *err);

/* What becomes of an event. */
enum keep_fate {
	KEEP_SHOWN,  /* it passes */
	KEEP_STATE,  /* it passes, if it matters to others: what is not shown anyway */
	KEEP_HIDDEN, /* it does not pass, but may matter to others */
};

/*
 * Take in the blocks of all files in turn: an event; any other block, packets that do not pass left
 * out. Return 0, or -1 when the output takes no more, of which keep_close tells.
 */
MUST_CHECK int keep_event(
	struct keep *k, const struct event *ev, const struct block *b, enum keep_fate fate);
MUST_CHECK int keep_block(struct keep *k, const struct block *b);

/* Nothing more is there for the moment: hands on what was written. The same returns. */
MUST_CHECK int keep_flush(struct keep *k);

/*
 * Completes the capture and frees k. When there was no block at all, a file is left as it was, or
 * not made. Returns 0, or -1 when it could not be written (err); err is empty when that is because
 * its reader went away. Accepts NULL.
 */
MUST_CHECK int keep_close(struct keep *k, struct err *err);

/* Frees k without completing a file. Accepts NULL. */
void keep_abort(struct keep *k);

#endif
