/* SPDX-License-Identifier: MIT */
/*
 * The rings that the BPF programs fill, one per processor, read as one stream in order of time.
 * Nothing is copied: records are handed on where they lie.
 *
 * A record may get into its ring a little after one with a later time got into another. So only
 * records up to some moment that lies far enough back are to be asked for.
 */
#ifndef SCAPCAP_RING_H
#define SCAPCAP_RING_H

#include <linux/bpf.h>

#include "base/err.h"
#include "base/span.h"

struct rings;

/* Takes a record (struct record), borrowed for the call. Returns 1, 0 to stop, -1 on failure (err).
 */
typedef int (*rings_fn)(void *arg, uint16_t cpu, struct span record, struct err *err);

/* Bytes of a record of len bytes in a ring. */
static inline size_t ring_space(size_t len)
{
	return (BPF_RINGBUF_HDR_SZ + len + 7) & ~(size_t)7;
}

/* No rings yet. Returns NULL without memory (err). */
MUST_CHECK struct rings *rings_new(struct err *err);

/* Unmaps what rings_map mapped. Accepts NULL. */
void rings_free(struct rings *r);

/*
 * Adds the ring of a processor: a BPF ring buffer of size bytes, a power of two, by the descriptor
 * of its map, which stays the caller's. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int rings_map(struct rings *r, uint16_t cpu, int fd, size_t size, struct err *err);

/*
 * The same for a ring in the caller's memory: positions of consumer and producer, and the data
 * twice in a row, so that no record is torn.
 */
MUST_CHECK int rings_add(struct rings *r, uint16_t cpu, unsigned long *consumer,
	const unsigned long *producer, const uint8_t *data, size_t size, struct err *err);

/*
 * Hands on all records with times before until, oldest first. Returns 1 when there are no more, 0
 * when fn stopped, -1 on failure (err). What was handed on is free for the programs again.
 */
MUST_CHECK int rings_consume(
	struct rings *r, uint64_t until, rings_fn fn, void *arg, struct err *err);

/* Whether one of them is more than a quarter full. */
bool rings_filling(const struct rings *r);

/* How many records were handed on after one with a later time: the delay was too short. */
uint64_t rings_late(const struct rings *r);

#endif
