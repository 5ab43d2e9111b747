/* SPDX-License-Identifier: MIT */
/* From one open capture to another, as the command line has it. */
#ifndef SCAPEDIT_COPY_H
#define SCAPEDIT_COPY_H

#include "tools/scapedit/args.h"
#include "tools/scapedit/edit.h"

/*
 * Opens a capture, also one in an archive. Returns NULL after a message (err); *src is to be closed
 * in any case.
 */
MUST_CHECK struct reader *open_capture(
	const char *path, bool damaged, struct src **src, struct err *err);

/*
 * Copies what is selected from r, which reads a->in, to sink, and says what that holds of the machine
 * where something was left out. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int copy_capture(const struct args *a, struct reader *r, struct sink *sink,
	struct edit_report *rep, struct err *err);

#endif
