/* SPDX-License-Identifier: MIT */
/*
 * From records of the rings to blocks of the file: the event's bytes as they are, the processor in
 * front of them, the duration of the call as an option behind.
 */
#ifndef SCAPCAP_OUT_H
#define SCAPCAP_OUT_H

#include "base/err.h"
#include "base/span.h"
#include "pcapng/writer.h"
#include "scap/event.h"
#include "tools/scapcap/outlet.h"
#include "tools/scapcap/sieve.h"

struct out {
	struct outlet *to; /* borrowed */
	struct writer w;   /* where blocks are built; release it */
	struct sieve *sieve; /* what is left out; borrowed; NULL: nothing */
	uint64_t limit;    /* events to write; UINT64_MAX: all */
	uint64_t events;   /* written so far, without those about losses and hidden ones */
	uint64_t hidden;   /* written for the state that they change */
	uint64_t refused;  /* that the outlet did not take, of those that count as events */
	uint64_t last_ts;  /* of the last one; before the first, when the capture began */
};

/*
 * Writes a record of a processor's ring. Returns 1, 0 when the limit is reached or the outlet wants no
 * more, -1 on failure (err).
 */
MUST_CHECK int out_record(struct out *o, uint16_t cpu, struct span record, struct err *err);

/* Writes an event that is not from the rings, if it passes the sieve. Returns 0, or -1 on failure (err). */
MUST_CHECK int out_event(struct out *o, const struct event *ev, struct err *err);

/*
 * Writes that n events of a processor were lost about now: a notification event, which readers of
 * all versions show. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int out_loss(struct out *o, uint16_t cpu, uint64_t n, struct err *err);

#endif
