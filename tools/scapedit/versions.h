/* SPDX-License-Identifier: MIT */
/* Whose readers an output is for, as users name them, and what these can read. */
#ifndef SCAPEDIT_VERSIONS_H
#define SCAPEDIT_VERSIONS_H

#include "base/err.h"
#include "scap/event_table.h"

/* A setter for options: dest is a const struct schema *. A version of libs, or a program with one. */
int version_set(void *dest, const char *arg, struct err *err);

/* What --upgrade writes unless told otherwise. */
const struct schema *version_default(void);

/* Whether what it writes are single records with all of a call, the exit records. */
bool version_has_exits(const struct schema *s);

/* Whether it reads files of version 1.2, as all that we write anew is. */
bool version_reads_counts(const struct schema *s);

/* PPM_SC codes from here on are not known there. */
uint32_t version_codes(const struct schema *s);

#endif
