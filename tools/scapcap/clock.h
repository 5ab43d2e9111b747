/* SPDX-License-Identifier: MIT */
/* The time that a clock shows, in ns. */
#ifndef SCAPCAP_CLOCK_H
#define SCAPCAP_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

#endif
