/* SPDX-License-Identifier: MIT */
/*
 * What of a filter the BPF programs can decide: which calls, by their types, and which threads, by
 * the parts of the filter that only name some. They never leave out what passes.
 */
#ifndef SCAPCAP_PUSH_H
#define SCAPCAP_PUSH_H

#include "base/buf.h"
#include "filter/filter.h"
#include "tools/scapcap/choose.h"

#define PUSHED_MAX 8

/* A part of the filter that became a choice. */
struct pushed {
	size_t part;
	const char *option; /* that does the same */
	const char *note;   /* how it differs; or NULL */
	struct buf list;    /* its argument, with a NUL behind it */
};

struct push {
	struct pushed threads[PUSHED_MAX];
	size_t n;
	/*
	 * The filter decides on records of these types even if the programs have hidden them: they
	 * judge a call when it begins, and it may be what makes its thread one that was asked for.
	 */
	bool judged[EVENT_TYPES];
};

/*
 * Adds to the choice that options have made what of the filter can be decided there; pairs as the
 * capture will have it. Release p in any case. Returns 0, or -1 without memory (err).
 */
MUST_CHECK int push_filter(struct push *p, struct choice_opts *choice, const struct filter *f,
	bool pairs, struct err *err);
void push_release(struct push *p);

#endif
