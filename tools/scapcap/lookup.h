/* SPDX-License-Identifier: MIT */
/*
 * Asks for containers in a thread of its own, so that an engine that is slow or dead holds up
 * nobody.
 */
#ifndef SCAPCAP_LOOKUP_H
#define SCAPCAP_LOOKUP_H

#include "base/err.h"
#include "tools/scapcap/box.h"

#define SOCKETS_MAX 8

struct lookup;

struct lookup_opts {
	const char *sockets[SOCKETS_MAX]; /* of engines, asked in this order; NULL ends. Borrowed */
	bool users;                       /* for containers of a user, those of that user first */
	const char *root;                 /* in front of paths that are not given; "". Borrowed */
};

/* Starts the thread. Returns NULL on failure (err). */
MUST_CHECK struct lookup *lookup_new(const struct lookup_opts *opts, struct err *err);

/* Ends the thread, whatever it waits for. Accepts NULL. */
void lookup_free(struct lookup *l);

/* Asks for a container; for one that nobody knows yet, a few times. Returns 0, or -1 (err). */
MUST_CHECK int lookup_ask(struct lookup *l, const struct box_id *id, struct err *err);

/* The text of another record (box_put) that was found, appended to record. False: none yet. */
bool lookup_take(struct lookup *l, struct buf *record);

/*
 * Waits until all that was asked for since the last wait is known, or has been unknown for a while;
 * but no longer than ns, nor when enough (NULL: never) says so, which is asked every few milliseconds.
 * Returns whether all that is so.
 */
bool lookup_wait(struct lookup *l, uint64_t ns, bool (*enough)(void *), void *arg);

#endif
