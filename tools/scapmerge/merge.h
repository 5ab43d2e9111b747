/* SPDX-License-Identifier: MIT */
/* Merges captures of events and of packets into one file. */
#ifndef SCAPMERGE_MERGE_H
#define SCAPMERGE_MERGE_H

#include "io/sink.h"
#include "tools/scapmerge/ifs.h"
#include "tools/scapmerge/input.h"
#include "tools/scapmerge/window.h"

enum merge_layout {
	MERGE_PORTABLE,    /* events first, packets in a section of their own behind them */
	MERGE_INTERLEAVED, /* one section, everything in order of time */
};

struct merge_opts {
	enum merge_layout layout;
	bool append;    /* one input after the other: no merging by time, nor of machines */
	bool join;      /* several machines as one section, with numbers of their own */
	bool align;     /* find out how far clocks are apart, from traffic that several files have */
	bool attribute; /* tell whose each packet is */
	enum ifs_share share;
	struct window_limit sort;
};

/*
 * Merges the n inputs, of which path (or src) is set, everything else zero, into sink. What went
 * wrong with an input is left in its err and warnings, what was found of it in joint, disorder and
 * noted; all that was whole of it is in the output.
 * Returns how many inputs could be opened (with none, nothing was written), or -1 when the output is
 * not complete (err). The inputs are closed.
 */
MUST_CHECK int merge_run(const struct merge_opts *opts, struct input *in, size_t n,
	struct sink *sink, struct err *err);

#endif
