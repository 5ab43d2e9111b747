/* SPDX-License-Identifier: MIT */
/* What files are called of which there are several under one name. */
#ifndef IO_FILE_NAME_H
#define IO_FILE_NAME_H

#include "base/buf.h"

/* Appends the name, NUL-terminated, with a word in it: "dir/trace.scap" as "dir/trace_WORD.scap". */
void file_name_with(struct buf *to, const char *path, const char *word);

/*
 * The same with a number (from 1) and a time (ns since 1970), which is written in local time, as
 * dumpcap does it: "dir/trace_00001_20261125020000.scap". A time of 0 is not known, and left out.
 */
void file_name_numbered(struct buf *to, const char *path, uint64_t number, uint64_t ts);

/*
 * Appends the name, NUL-terminated, of the file with this number (from 1) that begins at ts (ns since
 * 1970), in local time: path with strftime's codes replaced if it has any; else as
 * file_name_numbered. again, unless 0, goes in front of the suffix of the former: another file has
 * that name already.
 */
void file_name(struct buf *to, const char *path, uint64_t number, uint64_t ts, unsigned again);

/* Whether path has codes of strftime. */
bool file_name_has_codes(const char *path);

#endif
