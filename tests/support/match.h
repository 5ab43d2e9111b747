/* SPDX-License-Identifier: MIT */
/* Filters over captures: which records pass. */
#ifndef SUPPORT_MATCH_H
#define SUPPORT_MATCH_H

#include "base/buf.h"
#include "filter/filter.h"

/* A filter and the records that pass it. */
struct match {
	const char *text;
	struct filter *filter;
	size_t n;
	struct buf numbers; /* of frames, with blanks between: "6 7 30" */
};

/*
 * Runs n filters over a capture, with the state behind it. Times are UTC. Records that scapcat does
 * not show (internal ones, hidden ones, what describes the machine at the start) do not count. Fails
 * the test when a filter is wrong or something cannot be read. Release the matches.
 */
void match_run(struct span capture, struct match *matches, size_t n, const struct macros *macros);

void match_release(struct match *matches, size_t n);

#endif
