/* SPDX-License-Identifier: MIT */
/*
 * An event as a view over its block, and its encoding. Nothing is copied: parameters are spans into
 * the block.
 */
#ifndef SCAP_EVENT_H
#define SCAP_EVENT_H

#include "base/cursor.h"
#include "base/err.h"
#include "pcapng/block.h"
#include "pcapng/writer.h"
#include "scap/event_table.h"

/* Known types have at most 32; newer ones may bring more. */
#define EVENT_MAX_PARAMS 64

/* Bits of event.flags. */
#define EVENT_HIDDEN 1u /* kept for the state only; not to be shown */

struct event {
	uint64_t ts;    /* ns since 1970 */
	int64_t tid;    /* -1 or 0 for records without a thread */
	uint32_t flags; /* EVENT_HIDDEN, ... */
	uint16_t cpu;
	uint16_t type;    /* enum event_type, or a newer number */
	uint32_t nparams; /* in the record, at most EVENT_MAX_PARAMS */
	uint32_t length;  /* of the record: its header, lengths and parameters */
	bool big;
	bool large;                    /* parameter lengths of 32 bits */
	const struct event_info *info; /* NULL for types our table does not have */
	struct span params[EVENT_MAX_PARAMS];
	struct cursor options; /* pcapng options behind the event, at the first one */
};

/*
 * Views the event in b, whose kind must be BLOCK_EVENT. Returns 0, or -1 when its lengths do not
 * fit together (err, with the block's offset): then the record is to be dropped, the next block may
 * be fine. Valid as long as b.
 */
MUST_CHECK int event_decode(struct event *ev, const struct block *b, struct err *err);

/*
 * Writes ev as a V2 block (with flags, LARGE as needed), without options. Its parameters must be in
 * the writer's byte order. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int event_write(struct writer *w, const struct event *ev, struct err *err);

/*
 * Writes b again as ev, which was decoded from it and then changed: its header (but for big, large
 * and length, which follow from the rest), parameters and options, all in the writer's byte order.
 * Spans put in may be of any memory that lives until the return; options are whatever is left at
 * the cursor, their end included. The type of the block stays what it was, but a record that gets
 * flags has a block with flags, and one that gets a parameter of more than 64 KiB a LARGE one. An
 * event that was not changed is b, byte for byte. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int event_rewrite(
	struct writer *w, const struct block *b, const struct event *ev, struct err *err);

/* The type of event blocks of this version, which there must be: a LARGE one has EVB_COUNT, too. */
uint32_t event_block_type(unsigned version);

/*
 * Parameter i as a number of its type's width, sign-extended for signed types. Returns false, and
 * leaves *v alone, when it is missing, empty or shorter than its type.
 */
bool event_i64(const struct event *ev, uint32_t i, int64_t *v);
bool event_u64(const struct event *ev, uint32_t i, uint64_t *v);

/* Parameter i up to its first NUL; empty when missing. */
struct span event_str(const struct event *ev, uint32_t i);

/* Index of the parameter with this name, of today's, in the record, or -1. */
int event_param(const struct event *ev, const char *name);

/*
 * The name of parameter i, which the event's type must have, as readers show it: a few names have
 * changed when parameters were added, and records from before have the old one. event_param_shown
 * finds parameters by these names, and by today's.
 */
const char *event_param_name(const struct event *ev, uint32_t i);
int event_param_shown(const struct event *ev, const char *name);

/*
 * The duration of the call in ns, from scapcap's custom option. Returns whether there is one.
 */
bool event_duration(const struct event *ev, uint64_t *ns);

/* Pads the event in b, a block being built, and appends that option and the end of options. */
void event_put_duration(struct buf *b, uint64_t ns);

/* The name evt.type shows: the system call's for generic events, "unknown" without table row. */
const char *event_name(const struct event *ev);

#endif
