/* SPDX-License-Identifier: MIT */
/* Comments that somebody put on a record: options of its block. */
#ifndef FILTER_COMMENTS_H
#define FILTER_COMMENTS_H

#include "base/buf.h"
#include "base/cursor.h"

/* The next comment among options. Returns whether there is one; borrowed from the block. */
bool comments_next(struct cursor *options, struct span *text);

/* Appends a line for each: "    # TEXT". */
void comments_put(struct cursor options, struct buf *b);

#endif
