/* SPDX-License-Identifier: MIT */
/* Merges in memory. What comes out is compared as text, a word or two per block. */
#ifndef SUPPORT_MERGES_H
#define SUPPORT_MERGES_H

#include "support/build.h"
#include "tools/scapmerge/merge.h"

/*
 * Merges what was built, all of in zero or set as wanted; the inputs can be looked at afterwards.
 * Returns what merge_run does.
 */
int merges_run(const struct merge_opts *opts, const struct build *from, struct input *in, size_t n,
	struct buf *out);

/*
 * Fails the test unless out is these blocks: " SHB IDB:1 EPB0@5=data(comment) ev3@7", times in ticks
 * of milliseconds since the epoch of what we build.
 */
void merges_expect_blocks(const struct buf *out, const char *want);

/* Merges and expects these blocks and no complaints. Releases what was built. */
void merges_expect(const struct merge_opts *opts, struct build *from, size_t n, const char *want);

#endif
