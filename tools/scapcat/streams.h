/* SPDX-License-Identifier: MIT */
/*
 * A folder with a file for each descriptor and direction: what went through it, in the order of the
 * capture, and lists of them:
 *
 *	000007-curl-4242-fd5.in, .out   what process 4242 read, and what it wrote
 *	index.tsv                       a line for each descriptor, when it is closed
 *	holes.tsv                       a line for each place where bytes are missing
 *
 * Memory follows the descriptors that are open.
 */
#ifndef SCAPCAT_STREAMS_H
#define SCAPCAT_STREAMS_H

#include "tools/scapcat/piece.h"

struct streams;

/*
 * The folder is made; if there is one of that name, it has to be empty. Returns NULL on failure
 * (err).
 */
MUST_CHECK struct streams *streams_new(const char *folder, struct err *err);

/* Frees s; lists that streams_close has not completed are dropped. Accepts NULL. */
void streams_free(struct streams *s);

/* Appends a piece of event number num. Returns 0, or -1 on failure, which streams_close tells. */
MUST_CHECK int streams_put(struct streams *s, const struct state *st, const struct moment *m,
	uint64_t num, const struct piece *p);

/* Events were lost before the next one: each open descriptor may miss something. */
void streams_lost(struct streams *s);

/* A capture is over: lists all its descriptors. Returns 0, or -1 on failure, which streams_close tells. */
MUST_CHECK int streams_end(struct streams *s);

/* Completes the lists, unless something failed before. Returns 0, or -1 on failure (err). */
MUST_CHECK int streams_close(struct streams *s, struct err *err);

#endif
