/* SPDX-License-Identifier: MIT */
/* Interface list blocks, IL (1) and IL_V2 (2). */
#ifndef SCAP_IFLIST_H
#define SCAP_IFLIST_H

#include "base/buf.h"
#include "base/cursor.h"
#include "base/err.h"
#include "scap/meta.h"

#define IFLIST_NEWEST 2

/*
 * The next entry. Returns 1, 0 at the end, -1 when the rest cannot be decoded (err). Types we do
 * not know are stepped over in version 2 and an error in 1.
 */
MUST_CHECK int iflist_next(struct cursor *c, unsigned version, struct meta_if *i, struct err *err);

/* Appends an entry of IFLIST_NEWEST. */
void iflist_put(struct buf *b, const struct meta_if *i);

/*
 * Appends i, which was read from the entry at was and then changed, in all but its type, as an
 * entry of the same version; as proclist_put_again does. iflist_next steps over entries that we do
 * not know: to have was at the one it returns, move the cursor over them, and copy them, before.
 */
bool iflist_put_again(struct buf *b, unsigned version, struct cursor was, const struct meta_if *i);
struct span iflist_skip_unknown(struct cursor *c, unsigned version);

#endif
