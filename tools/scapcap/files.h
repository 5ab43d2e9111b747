/* SPDX-License-Identifier: MIT */
/*
 * An outlet into one file, or one file after another. Each begins with the state as of its first
 * event, so that it can be read by itself and reads as that part of the whole.
 */
#ifndef SCAPCAP_FILES_H
#define SCAPCAP_FILES_H

#include "tools/scapcap/limits.h"
#include "tools/scapcap/outlet.h"
#include "tools/scapcap/parts.h"

struct files_opts {
	struct parts_opts parts;
	struct limits next;      /* when the next file begins; several is to say whether one may */
	struct limits stop;      /* bytes of a file, and files: the rest is whoever captures' own */
	bool live;               /* it is this machine's capture; see resume.h */
	const char *application; /* for the section header; NULL: none */
};

/* Opens no file yet. opts is copied. Returns NULL on failure (err); else end it. */
MUST_CHECK struct outlet *files_new(const struct files_opts *opts, struct err *err);

/* Whether nobody has the other end of standard output any more. */
bool files_reader_left(void);

#endif
