/* SPDX-License-Identifier: MIT */
/* What the files of one capture are called. */
#ifndef SCAPCAP_FILE_NAME_H
#define SCAPCAP_FILE_NAME_H

#include "base/buf.h"

/*
 * Appends the name, NUL-terminated, of the file with this number (from 1) that begins at ts (ns since
 * 1970), in local time: path with strftime's codes replaced if it has any; else as dumpcap does it,
 * "dir/trace.scap" becoming "dir/trace_00001_20261125020000.scap". again, unless 0, goes in front of
 * the suffix of the former: another file has that name already.
 */
void file_name(struct buf *to, const char *path, uint64_t number, uint64_t ts, unsigned again);

/* Whether path has codes of strftime. */
bool file_name_has_codes(const char *path);

#endif
