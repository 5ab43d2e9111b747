/* SPDX-License-Identifier: MIT */
/* Proves a slice: every kept event reads as it did in the whole capture, but for its number. */
#ifndef SCAPEDIT_VERIFY_H
#define SCAPEDIT_VERIFY_H

#include "base/buf.h"
#include "pcapng/reader.h"
#include "tools/scapedit/select.h"

/* The first record that differs; zeros before verify_run. */
struct verify_report {
	uint64_t compared; /* records that are the same */
	uint64_t num; /* of the event in the whole; 0: a packet, or a record the whole has not */
	struct buf whole; /* how it reads there, without a line feed; empty when it is not there */
	struct buf part;
};

/* Frees the texts. */
void verify_release(struct verify_report *rep);

/*
 * Reads both captures, the whole with the selection that the part was made with. Returns 1 when all
 * records that are shown read the same, 0 at the first that does not (rep), -1 on failure (err). A
 * whole that is cut short ends there; a part may not.
 */
MUST_CHECK int verify_run(const struct select *what, struct reader *whole, struct reader *part,
	struct verify_report *rep, struct err *err);

#endif
