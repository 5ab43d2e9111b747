/* SPDX-License-Identifier: MIT */
/* From one open capture to another, as the command line has it. */
#ifndef SCAPEDIT_COPY_H
#define SCAPEDIT_COPY_H

#include "tools/scapedit/args.h"
#include "tools/scapedit/edit.h"
#include "tools/scapedit/redacting.h"

/*
 * Opens a capture, also one in an archive. Returns NULL after a message (err); *src is to be closed
 * in any case.
 */
MUST_CHECK struct reader *open_capture(
	const char *path, bool damaged, struct src **src, struct err *err);

/* Whether a path is that of a file, which can be read again, and not of a pipe. */
bool can_read_again(const char *path);

/*
 * Opens a->in a second time if the selection has to read it twice and can; else *r stays NULL.
 * Returns 0, or -1 on failure (err). Free *r and close *src in either case.
 */
MUST_CHECK int open_again(
	const struct args *a, struct reader **r, struct src **src, struct err *err);

/* Says what failed: the input, which could not be made into what was asked for, or else the output. */
void tell_failure(const struct args *a, const char *output, const struct err *err);

/* How a copy went. */
struct copy_report {
	struct edit_report edit;
	int status; /* what the steps leave us with */
};

/*
 * Copies what is selected from r, which reads a->in, to sink, and says what that holds of the machine
 * where something was left out. x, of zeros, is for redacting_end; release it in either case. Returns
 * 0, or -1 on failure (err).
 */
MUST_CHECK int copy_capture(struct args *a, struct reader *r, struct redacting *x,
	struct sink *sink, struct copy_report *rep, struct err *err);

#endif
