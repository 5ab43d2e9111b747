/* SPDX-License-Identifier: MIT */
/* A process that makes calls whose parameters are known. */
#ifndef CAPTURE_WORKLOAD_H
#define CAPTURE_WORKLOAD_H

/* A text in memory that may be written to, as old interfaces want it. */
#define TEXT(s) ((char[]){s})

#define SLEPT_NS 3000000 /* by its nanosleep */

/*
 * Waits for SIGUSR1, which must be blocked, works in a folder of its own, which it removes, and
 * ends with exit status 7; 1 when it could not work.
 */
_Noreturn void workload(void);

#endif
