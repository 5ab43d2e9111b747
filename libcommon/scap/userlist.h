/* SPDX-License-Identifier: MIT */
/* User and group list blocks, UL (1) and UL_V2 (2). */
#ifndef SCAP_USERLIST_H
#define SCAP_USERLIST_H

#include "base/buf.h"
#include "base/cursor.h"
#include "base/err.h"
#include "scap/meta.h"

#define USERLIST_NEWEST 2

/* The next entry. Returns 1, 0 at the end, -1 when the rest cannot be decoded (err). */
MUST_CHECK int userlist_next(
	struct cursor *c, unsigned version, struct meta_user *u, struct err *err);

/* Appends an entry of USERLIST_NEWEST. Texts are cut at 255 bytes, as libscap accepts. */
void userlist_put(struct buf *b, const struct meta_user *u);

/*
 * Appends u, which was read from the entry at was and then changed, in all but is_group, as an
 * entry of the same version; as proclist_put_again does.
 */
bool userlist_put_again(
	struct buf *b, unsigned version, struct cursor was, const struct meta_user *u);

#endif
