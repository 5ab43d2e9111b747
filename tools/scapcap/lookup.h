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

/*
 * Asks for the users and groups below root, the folder of a container's threads; closes it. Returns 0,
 * or -1 (err).
 */
MUST_CHECK int lookup_ask_accounts(struct lookup *l, const struct box_id *id, int root,
	struct err *err);

enum answer_kind {
	ANSWER_NAMES,    /* the text of a container record (box_put) */
	ANSWER_ACCOUNTS, /* u8 length, the container's id, entries of a user list */
};

/* Another answer that was found, appended to record. False: none yet. */
bool lookup_take(struct lookup *l, enum answer_kind *kind, struct buf *record);

/*
 * Waits until all that was asked for since the last wait is known, or has been unknown for a while;
 * but no longer than ns, nor when enough says so, which is asked every few milliseconds.
 */
void lookup_wait(struct lookup *l, uint64_t ns, bool (*enough)(void *), void *arg);

#endif
