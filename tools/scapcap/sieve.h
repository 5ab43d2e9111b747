/* SPDX-License-Identifier: MIT */
/*
 * Filters between the rings and the outlet, with the state as of each event. What does not pass but
 * changes what later events mean becomes a hidden record, everything else is dropped.
 */
#ifndef SCAPCAP_SIEVE_H
#define SCAPCAP_SIEVE_H

#include "base/err.h"
#include "filter/filter.h"
#include "tools/scapcap/push.h"

struct sieve;

struct sieve_opts {
	struct filter *keep;     /* what is recorded; NULL: everything */
	struct filter *trigger;  /* what of that is worth a file of its own; NULL: nothing */
	const struct push *push; /* of keep; NULL without it */
	bool *hit;               /* becomes true when an event passes trigger */
};

/* What becomes of an event: blocks, valid until the next one comes; empty if there are none. */
struct sieved {
	struct span enter; /* a hidden record that belongs in front of it */
	struct span event;
	bool hidden;       /* event is there for the state only */
};

/* The filters are borrowed. Returns NULL on failure (err). */
MUST_CHECK struct sieve *sieve_new(const struct sieve_opts *opts, struct err *err);

/* Accepts NULL. */
void sieve_free(struct sieve *s);

/* Takes in the first blocks of a capture: section header and lists. Returns 0, or -1 (err). */
MUST_CHECK int sieve_head(struct sieve *s, struct span head, struct err *err);

/* Whether records of this type are to come as if the BPF programs had hidden none of them. */
bool sieve_judges(const struct sieve *s, uint16_t type);

/*
 * Takes in an event block of the machine's byte order and says what becomes of it. Allocates nothing,
 * once memory is warm. Returns 0, or -1 without memory (err).
 */
MUST_CHECK int sieve_event(struct sieve *s, struct span raw, struct sieved *out, struct err *err);

#endif
