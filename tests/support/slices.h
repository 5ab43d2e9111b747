/* SPDX-License-Identifier: MIT */
/* Captures put through scapedit's copy in memory, and a story that gives slices something to lose. */
#ifndef SUPPORT_SLICES_H
#define SUPPORT_SLICES_H

#include "base/buf.h"
#include "support/build.h"
#include "tools/scapedit/edit.h"
#include "tools/scapedit/verify.h"

/* What is selected of in, appended to out. Fails the test when the copy fails. */
struct edit_report slice_bytes(const struct select *what, struct span in, struct buf *out);

/* The selection of one range; release it. */
struct select slice_range(uint64_t first, uint64_t last);

/*
 * Fails the test, naming the capture, unless every kept event of part reads as it did in whole.
 * Returns how many records were compared.
 */
uint64_t slice_expect_same(const char *name, const struct select *what, struct span whole,
	struct span part);

/* How many event blocks there are; shown ones are those without the hidden flag. */
struct slice_events {
	uint64_t all, shown, sections;
};
struct slice_events slice_count(struct span capture);

/* Appends a section with lists and some sixty events of five threads. */
void slice_story(struct build *b);

#endif
