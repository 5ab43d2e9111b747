/* SPDX-License-Identifier: MIT */
/*
 * Where a capture goes: a file, one file after another, memory that keeps the newest events. Whoever
 * captures hands on whole blocks and knows none of them.
 */
#ifndef SCAPCAP_OUTLET_H
#define SCAPCAP_OUTLET_H

#include "base/err.h"
#include "base/span.h"

struct outlet;

struct outlet_ops {
	/* The section header and the lists in front of all events, at a time (ns since 1970). */
	int (*begin)(struct outlet *o, uint64_t now, struct span head, struct err *err);
	/* An event block and its time. Returns 1, 0 when it wants neither it nor more, -1 on failure (err). */
	int (*event)(struct outlet *o, uint64_t ts, struct span raw, struct err *err);
	/* The events before now have all come. Returns as event does. */
	int (*tick)(struct outlet *o, uint64_t now, struct err *err);
	/* Who reads along is to see what there is. Returns 0, or -1 on failure (err). */
	int (*flush)(struct outlet *o, struct err *err);
	/*
	 * It is over; status is the command's. Completes and frees o. *lost: how many events that were
	 * handed on, and are shown, did not get where they were to go, as far as that is known. Returns
	 * 0, or -1 (err).
	 */
	int (*end)(struct outlet *o, int status, uint64_t *lost, struct err *err);
};

/* Outlets embed this first. */
struct outlet {
	const struct outlet_ops *ops;
};

#endif
