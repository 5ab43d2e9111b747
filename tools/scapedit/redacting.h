/* SPDX-License-Identifier: MIT */
/* --redact from the command line to the last message: key, names, the search of the output. */
#ifndef SCAPEDIT_REDACTING_H
#define SCAPEDIT_REDACTING_H

#include <stdio.h>

#include "tools/scapedit/args.h"
#include "tools/scapedit/redact.h"

/* A struct redacting of zeros is ready. */
struct redacting {
	struct redact *redact; /* NULL: nothing is to be redacted */
	struct stage *stage;
	FILE *spool;           /* the output again, where it cannot be read back */
	struct sink *to, *tee;
};

/*
 * Prepares what a asks for; *to, the output, is replaced by what redacts in front of it, and valid
 * until the release. Returns 0, or -1 on failure (err). Release it in either case.
 */
MUST_CHECK int redacting_begin(
	struct redacting *x, const struct args *a, struct sink **to, struct err *err);

/* When the output is closed: searches it and says what was done. Returns an exit status. */
int redacting_end(struct redacting *x, const struct args *a);

/*
 * The same for a capture that is split behind it: prepares; for each time that the capture is read,
 * replaces *to by what redacts in front of it, valid until the next time; searches the n parts.
 */
MUST_CHECK int redacting_init(struct redacting *x, const struct args *a, struct err *err);
MUST_CHECK int redacting_pass(struct redacting *x, struct sink **to, struct err *err);
int redacting_end_parts(struct redacting *x, const struct args *a, char *const *paths, size_t n);

/* Frees everything, the temporary file with it. */
void redacting_release(struct redacting *x);

#endif
