/* SPDX-License-Identifier: MIT */
/* What is left of a file when the disk is full: whole blocks, and not the beginning of one more. */
#ifndef SCAPCAP_SALVAGE_H
#define SCAPCAP_SALVAGE_H

#include "base/span.h"

/* Whether readers show the event of a block of the machine's byte order; not those of other blocks. */
bool salvage_shown(struct span head);

#define SALVAGE_HEAD 14u /* bytes of a block that salvage_shown looks at */

/*
 * Cuts off what stands behind the last whole block of a file in which a block begins at from. Returns
 * how many events there are from there on that readers show; 0, too, when it is no file, or one that
 * cannot be changed.
 */
uint64_t salvage_file(const char *path, uint64_t from);

#endif
