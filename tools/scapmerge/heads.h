/* SPDX-License-Identifier: MIT */
/* What sections of several machines have in front of their events, as that of one section. */
#ifndef SCAPMERGE_HEADS_H
#define SCAPMERGE_HEADS_H

#include "base/buf.h"
#include "base/err.h"

/*
 * Appends to out: the header and the machine of the first of n heads (each a section up to its
 * events), one list of all interfaces and one of all users, since readers take the last one for all,
 * then the other lists, then records without a time. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int heads_join(const struct span *heads, size_t n, bool big, struct buf *out,
	struct err *err);

#endif
