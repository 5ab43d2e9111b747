/* SPDX-License-Identifier: MIT */
/* Runs a tool of this build and keeps what it says. */
#ifndef SUPPORT_RUN_H
#define SUPPORT_RUN_H

#include "base/buf.h"

struct run {
	int status;     /* exit status; 128 and the signal's number if one ended it; -1: did not run */
	struct buf out; /* standard output */
	struct buf err; /* standard error; both have a NUL behind their end */
};

/* The folder of this build: TOOLS_DIR, or build/release. */
const char *tools_dir(void);

/*
 * Runs the tool argv[0] of this build with in as its standard input, to its end. argv ends with NULL. r
 * needs no initialisation; free it with run_release.
 */
void run_tool(struct run *r, const char *const *argv, struct span in);

void run_release(struct run *r);

/* Skips the test where the machine or the user may not capture. */
void run_needs_capture(void);

/* RUN(&r, "scapcat", "-h") without input. */
#define RUN(r, ...) run_tool(r, (const char *const[]){__VA_ARGS__, NULL}, span_of(NULL, 0))

#endif
