/* SPDX-License-Identifier: MIT */
/* From one open capture to another, as the command line has it. */
#ifndef SCAPEDIT_COPY_H
#define SCAPEDIT_COPY_H

#include "pcapng/reader.h"

/*
 * Opens a capture, also one in an archive. Returns NULL after a message (err); *src is to be closed
 * in any case.
 */
MUST_CHECK struct reader *open_capture(
	const char *path, bool damaged, struct src **src, struct err *err);

#endif
