/* SPDX-License-Identifier: MIT */
/* Texts of a capture on their way to a terminal or a line of output. */
#ifndef FILTER_ESCAPE_H
#define FILTER_ESCAPE_H

#include "base/buf.h"

/*
 * Appends s as it is, but for what would break the line or command the terminal: control bytes
 * become \n, \r, \t or \xNN, and so do the C1 controls of UTF-8 (U+0080 to U+009F). Other bytes,
 * the backslash among them, stay.
 */
void escape_put(struct buf *b, struct span s);

#endif
