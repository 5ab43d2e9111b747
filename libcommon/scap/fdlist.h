/* SPDX-License-Identifier: MIT */
/* Fd list blocks, FDL (1) and FDL_V2 (2): the descriptors of one thread. */
#ifndef SCAP_FDLIST_H
#define SCAP_FDLIST_H

#include "base/buf.h"
#include "base/cursor.h"
#include "base/err.h"
#include "scap/meta.h"

#define FDLIST_NEWEST 2

/* The thread the block is about, at its start. Sets c->bad when the block is too short. */
int64_t fdlist_tid(struct cursor *c);

/*
 * The next entry. Returns 1, 0 at the end, -1 when the rest of the block cannot be decoded (err). A
 * type we do not know is an entry with only fd, ino and type in version 2, and an error in 1.
 */
MUST_CHECK int fdlist_next(struct cursor *c, unsigned version, struct meta_fd *fd, struct err *err);

/* Appends the start of a block: the thread. */
void fdlist_put_tid(struct buf *b, int64_t tid);

/* Appends an entry of FDLIST_NEWEST. Names are cut at 1023 bytes, as libscap accepts. */
void fdlist_put(struct buf *b, const struct meta_fd *fd);

/*
 * Appends fd, which was read from the entry at was and then changed, in all but its type, as an
 * entry of the same version; as proclist_put_again does.
 */
bool fdlist_put_again(struct buf *b, unsigned version, struct cursor was, const struct meta_fd *fd);

/* What fd_types.def says of a type number; NULL for a number it does not have. */
const char *fd_type_name(uint8_t type); /* fd.type; NULL also for types without a name */
char fd_type_char(uint8_t type);        /* '?' for unknown numbers */

#endif
