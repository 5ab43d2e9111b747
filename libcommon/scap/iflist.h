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
 * The next entry. Returns 1, 0 at the end, -1 when the rest cannot be decoded (err). Types we do not
 * know are stepped over in version 2 and an error in 1.
 */
MUST_CHECK int iflist_next(struct cursor *c, unsigned version, struct meta_if *i,
	struct err *err);

/* Appends an entry of IFLIST_NEWEST. */
void iflist_put(struct buf *b, const struct meta_if *i);

#endif
