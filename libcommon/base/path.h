/* SPDX-License-Identifier: MIT */
/* Paths as a process names them, made absolute the way the names of descriptors are. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include "base/buf.h"

/* A joined path that would be longer is replaced by PATH_TOO_LONG, as libsinsp does. */
#define PATH_LONGEST  1023
#define PATH_TOO_LONG "/DIR_TOO_LONG/FILENAME_TOO_LONG"

/*
 * Appends path, seen from the directory base (with or without a '/' at its end), without "//", "."
 * and "..", never above the root, and without a '/' at its end. An absolute path needs no base. A
 * base that is not absolute, "<UNKNOWN>" for example, stays what it is. Nothing is read from a file
 * system.
 */
void path_join(struct buf *b, struct span base, struct span path);

static inline bool path_is_absolute(struct span path)
{
	return path.n && path.p[0] == '/';
}

#endif
