/* SPDX-License-Identifier: MIT */
/* Copies a capture, whole or in part. */
#ifndef SCAPEDIT_EDIT_H
#define SCAPEDIT_EDIT_H

#include "io/sink.h"
#include "pcapng/reader.h"
#include "tools/scapedit/select.h"

struct edit_report {
	struct err input; /* why reading ended early; everything whole before was used */
	bool empty;       /* nothing was selected: the output is a state without records */
	uint64_t untimed; /* events left out only because they have no time of their own */
	uint64_t mended;  /* blocks put right */
	uint64_t dropped; /* bytes of blocks that were not to be put right */
};

/*
 * Copies what is selected from r to sink; both stay the caller's. With repair, blocks are put right
 * first. Returns 0, also when the input is
 * damaged (rep->input), or -1 when the output is not complete (err).
 */
MUST_CHECK int edit_run(const struct select *what, bool repair, struct reader *r,
	struct sink *sink, struct edit_report *rep, struct err *err);

#endif
