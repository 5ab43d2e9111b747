/* SPDX-License-Identifier: MIT */
/* A ring like those of the BPF programs, filled by a thread of ours. */
#ifndef SCAPCAP_MEM_RING_H
#define SCAPCAP_MEM_RING_H

#include <stdatomic.h>

#include "base/err.h"
#include "base/span.h"

struct mem_ring {
	unsigned long consumer, producer;
	uint8_t *data; /* twice in a row; NULL: no ring */
	size_t size;
};

/* At least size bytes. Returns 0, or -1 on failure (err). Release r in any case. */
MUST_CHECK int mem_ring_init(struct mem_ring *r, size_t size, struct err *err);
void mem_ring_release(struct mem_ring *r);

/* Puts a record, waiting for room until stop is set. Returns whether it was put. */
bool mem_ring_put(struct mem_ring *r, struct span record, const atomic_bool *stop);

#endif
