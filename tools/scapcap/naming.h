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

struct naming {
	struct lookup *lookup;
	struct map seen; /* struct seen by hash of the id: what was asked for */
	bool users;      /* they are wanted, too */
	struct buf record, texts;
	int8_t cgroups[EVENT_TYPES]; /* which parameter they are; -1: none */
	bool impatient;  /* an engine let us wait in vain */
};

/* Starts looking up. users: also those. Returns 0, or -1 on failure (err). Release n in any case. */
MUST_CHECK int naming_init(struct naming *n, const struct lookup_opts *opts, bool users,
	struct err *err);
void naming_release(struct naming *n);

/* Asks for the containers of a capture's first blocks. Returns 0, or -1 on failure (err). */
MUST_CHECK int naming_head(struct naming *n, struct span head, struct err *err);

/*
 * Looks at a record of the rings that is about to be written. For the first one of a container, waits
 * a moment for the answer, so that it comes in front; the rings go on filling meanwhile. Returns 0,
 * or -1 on failure (err).
 */
MUST_CHECK int naming_record(struct naming *n, struct span record, struct out *out,
	struct err *err);

/* Writes what has been found. Returns 0, or -1 on failure (err). */
MUST_CHECK int naming_write(struct naming *n, struct out *out, struct err *err);

/* The same, when it is worth while to wait a little: in front of the first event. */
MUST_CHECK int naming_settle(struct naming *n, struct out *out, struct err *err);

#endif
