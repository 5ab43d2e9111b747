/* SPDX-License-Identifier: MIT */
/*
 * The blocks of a machine's state written again with entries changed, each in the version it came
 * in: who could read the original can read the copy. Events: event_rewrite.
 */
#ifndef SCAP_REWRITE_H
#define SCAP_REWRITE_H

#include "base/err.h"
#include "pcapng/block.h"
#include "pcapng/writer.h"
#include "scap/meta.h"

/*
 * What to do with each entry: it may be changed, and the functions return whether it is to stay.
 * The types of entries do not change. Texts put in live until the function is called again. Entries
 * without a function stay as they are.
 */
struct rewrite_ops {
	void (*machine)(void *self, struct meta_machine *m);
	bool (*proc)(void *self, struct meta_proc *p);
	bool (*fd)(void *self, int64_t tid, struct meta_fd *fd);
	bool (*interface)(void *self, struct meta_if *i);
	bool (*user)(void *self, struct meta_user *u);
};

/*
 * Writes b, a machine's block or a list, with its entries as ops leave them, in the byte order of
 * w. What an entry has beyond what we know of it is kept. A block without function for its entries
 * is copied byte for byte. Returns 1; 0 when something could not be decoded, or was not known and
 * would have had to be turned, and is left out (damage); -1 on failure (err).
 */
MUST_CHECK int rewrite_list(struct writer *w, const struct block *b, const struct rewrite_ops *ops,
	void *self, struct err *damage, struct err *err);

#endif
