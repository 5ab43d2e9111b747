/* SPDX-License-Identifier: MIT */
/*
 * The part of a file that nobody is waiting for while it grows: it goes to the disk at once and out
 * of memory, except for the newest end. So a long capture leaves the memory of the machine it watches
 * to the others, and goes on with pages that are warm: on virtual machines each new one costs more
 * than what is written to it.
 */
#ifndef IO_TRAIL_H
#define IO_TRAIL_H

#include <stdint.h>

struct trail;

/*
 * A regular file that is written from its beginning has size bytes now. When it is long, it is looked
 * after by a thread of its own, so that a slow disk holds up nobody; *t, NULL at first, is that. fd is
 * borrowed until trail_free. Where it cannot be had the system does as it does with other files.
 */
void trail_grown(struct trail **t, int fd, uint64_t size);

/* Ends looking after it. Accepts NULL. */
void trail_free(struct trail *t);

#endif
