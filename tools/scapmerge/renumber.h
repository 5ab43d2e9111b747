/* SPDX-License-Identifier: MIT */
/*
 * Blocks of a machine with other numbers, so that it can stand beside others: threads and processes,
 * users and groups.
 */
#ifndef SCAPMERGE_RENUMBER_H
#define SCAPMERGE_RENUMBER_H

#include "pcapng/block.h"
#include "pcapng/writer.h"

/* Added to numbers of the second machine; twice that to those of the third. */
#define RENUMBER_STEP 10000000

/* Numbers of that many machines fit into 31 bits, which is what readers have for them. */
#define RENUMBER_HOSTS 200

struct renumber {
	unsigned host;      /* 0 for the first machine, whose numbers stay */
	char name[128];     /* what its events are marked with; "" not at all */
	struct writer made; /* writes nowhere; holds the changed block */
};

/* Ready for blocks of the machine host in this byte order. */
void renumber_init(struct renumber *r, unsigned host, bool big);

/* Frees the changed block. */
void renumber_release(struct renumber *r);

/*
 * Gives b the numbers of its machine, and events a comment "host NAME". Numbers that stand for
 * nobody (0 and less, the user -1) stay. A changed block is valid until the next call. Entries of
 * lists that are damaged are left out. Returns 0, or -1 without memory (err).
 */
MUST_CHECK int renumber_block(struct renumber *r, struct block *b, struct err *err);

#endif
