/* SPDX-License-Identifier: MIT */
/*
 * Gives the containers of a capture their names, and their users and groups theirs: sees in cgroups
 * which there are, has them looked up, and writes what comes back as events.
 */
#ifndef SCAPCAP_NAMING_H
#define SCAPCAP_NAMING_H

#include "base/map.h"
#include "scap/event_table.h"
#include "tools/scapcap/lookup.h"
#include "tools/scapcap/out.h"
#include "tools/scapcap/ring.h"

struct naming {
	struct lookup *lookup;
	struct map seen; /* struct seen by hash of the id: what was asked for */
	bool accounts;   /* users and groups are wanted, too */
	struct buf record, texts;
	int8_t cgroups[EVENT_TYPES]; /* which parameter they are; -1: none */
	const struct rings *rings; /* nobody waits while they get full; NULL: none */
	uint64_t credit; /* ns that may be waited in vain */
	uint64_t credited; /* when it was counted */
	uint64_t waited; /* the last time, if it was in vain so far */
};

/*
 * Starts looking up; rings, of which it looks how full they are, may be NULL; accounts: also users and
 * groups. Returns 0, or -1 on failure (err). Release n in any case.
 */
MUST_CHECK int naming_init(struct naming *n, const struct lookup_opts *opts,
	const struct rings *rings, bool accounts, struct err *err);
void naming_release(struct naming *n);

/* Asks for the containers of a capture's first blocks. Returns 0, or -1 on failure (err). */
MUST_CHECK int naming_head(struct naming *n, struct span head, struct err *err);

/*
 * Looks at a record of the rings that is about to be written; settles for the first one of a
 * container. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int naming_record(struct naming *n, struct span record, struct out *out,
	struct err *err);

/* Writes what has been found. Returns 0, or -1 on failure (err). */
MUST_CHECK int naming_write(struct naming *n, struct out *out, struct err *err);

/*
 * Waits a moment for what was asked, so that it comes in front of events of these containers, and
 * writes it. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int naming_settle(struct naming *n, struct out *out, struct err *err);

#endif
