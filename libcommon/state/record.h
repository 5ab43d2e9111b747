/* SPDX-License-Identifier: MIT */
/* Hidden events put together value by value, as state_dump writes them. */
#ifndef STATE_RECORD_H
#define STATE_RECORD_H

#include "pcapng/writer.h"
#include "scap/addr.h"
#include "scap/event.h"

struct record {
	struct writer *w;
	struct buf values;
	struct event ev;
	size_t ends[EVENT_MAX_PARAMS]; /* of each parameter, in values */
};

/* For events to w at this time. */
void record_init(struct record *r, struct writer *w, uint64_t ts);
void record_release(struct record *r);

/* Starts a record; then its parameters, in order. */
void record_begin(struct record *r, uint16_t type, int64_t tid);
void record_u8(struct record *r, uint8_t v);
void record_u32(struct record *r, uint32_t v);
void record_i64(struct record *r, int64_t v);
void record_text(struct record *r, struct span s); /* with a NUL behind it */
void record_bytes(struct record *r, struct span s);
void record_addr(struct record *r, const struct addr_tuple *a);  /* the source, IPv4 or IPv6 */
void record_tuple(struct record *r, const struct addr_tuple *t); /* likewise */

/* The parameters that are still missing, as zeros or empty. */
void record_rest(struct record *r);

/* Writes the record. Returns 0, or -1 on failure (err). */
MUST_CHECK int record_end(struct record *r, struct err *err);

#endif
