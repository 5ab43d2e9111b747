/* SPDX-License-Identifier: MIT */
/*
 * Lists and section headers as sysdig 0.29.3 can read them: no kinds of descriptors above 16, no
 * fields of processes that libs 0.10 brought, no options on sections.
 */
#ifndef SCAPEDIT_OLD_LISTS_H
#define SCAPEDIT_OLD_LISTS_H

#include "pcapng/block.h"
#include "pcapng/writer.h"
#include "tools/scapedit/losses.h"

/*
 * Writes b, which is not an event, so that old readers take it: as it is if they do. Lists that
 * cannot be decoded stay as they are. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int old_lists_write(
	struct writer *w, const struct block *b, struct losses *losses, struct err *err);

#endif
