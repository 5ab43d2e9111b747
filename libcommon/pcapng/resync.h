/* SPDX-License-Identifier: MIT */
/* The way back into damaged data: where a block can be. Rules of a reader, for its own use. */
#ifndef PCAPNG_RESYNC_H
#define PCAPNG_RESYNC_H

#include "base/err.h"
#include "io/src.h"

/*
 * Whether a whole block stands at the current position: of a known type, with two equal lengths,
 * and behind it the end or what could be another. big is the byte order expected; a section header
 * brings its own. Moves nothing.
 */
bool resync_here(struct src *src, bool big);

/* Moves on to the next such position, or to the end of what can be read. Returns the bytes passed.
 */
uint64_t resync(struct src *src, bool big);

/*
 * Moves on to the first such position in either byte order, if not here, or to the end. *big is the
 * order to try first, and then the one it was. Returns the bytes passed.
 */
uint64_t resync_start(struct src *src, bool *big);

/*
 * How long an interface list block at the current position really is, trailer included, when its
 * header says length: sysdig writes old interface lists anew with a length that is too small by
 * four bytes per entry. 0: this is not such a block.
 */
size_t resync_iflist(struct src *src, uint32_t length, bool big);

#endif
