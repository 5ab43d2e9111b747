/* SPDX-License-Identifier: MIT */
/*
 * Process list blocks, PL_V1 to PL_V9. The fields are rows with the version that brought them; one
 * loop reads all versions. Defaults of what a version lacks: ids -1 (ptid and pid always exist),
 * loginuid 0xffffffff, everything else zero or empty.
 */
#ifndef SCAP_PROCLIST_H
#define SCAP_PROCLIST_H

#include "base/buf.h"
#include "base/cursor.h"
#include "base/err.h"
#include "scap/meta.h"

#define PROCLIST_NEWEST 9

/*
 * The next entry at c, a cursor over the body of a process list block of this version. Returns 1, 0
 * at the end, -1 when the entry is damaged (err); then the rest of the block is lost. Texts borrow
 * from the block.
 */
MUST_CHECK int proclist_next(
	struct cursor *c, unsigned version, struct meta_proc *p, struct err *err);

/*
 * Appends an entry of PROCLIST_NEWEST. Texts are cut to what libscap accepts (1024 and 4096). What
 * only libs 0.10 and later know goes into a longer tail, which earlier readers take for other
 * fields; so while all of it is at its default (pidns_init_start_ts, tty, exe_upper_layer,
 * exe_lower_layer, exe_ino, exe_ctime, exe_mtime, exe_from_memfd zero, pgid -1), the short tail is
 * written, which all readers understand.
 */
void proclist_put(struct buf *b, const struct meta_proc *p);

/*
 * Appends p, which was read from the entry that the cursor was is at, and then changed, as an entry
 * of the same version with the same fields: what that one has no place for is lost, what it has
 * behind the fields we know is kept. An entry that was not changed comes out byte for byte. Returns
 * false when such unknown bytes had to be left out because b is in the other byte order.
 */
bool proclist_put_again(
	struct buf *b, unsigned version, struct cursor was, const struct meta_proc *p);

#endif
