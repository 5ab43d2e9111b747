/* SPDX-License-Identifier: MIT */
/*
 * What the five tools say and how they end. Diagnostics have one form, on standard error:
 * "tool: file: what: why", with the offset for format errors.
 */
#ifndef CLI_MSG_H
#define CLI_MSG_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/* Exit statuses, the same in every tool. */
enum exit_status {
	STATUS_OK = 0,
	STATUS_DATA = 1,  /* data or I/O trouble, after delivering all that was whole */
	STATUS_USAGE = 2,
};

/* "tool: file: text"; file may be NULL, "-" reads as "standard input". Flushes stdout first. */
void msg_warn(const char *file, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The same for a failure of the library, "tool: file: offset 1234: text". */
void msg_err(const char *file, const struct err *err);

/* What an output is called as the file of a message: path, or "standard output" for "-". */
const char *msg_output(const char *path);

/*
 * What was wrong with single records of a file, if anything: the first of count, with its offset, and
 * how many more there were.
 */
void msg_damage(const char *file, uint64_t count, uint64_t offset, const char *first);

/* A usage error: "tool: text" and a pointer to --help. Returns STATUS_USAGE. */
int msg_usage(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Shows where in a text an error is (err->offset), if it says: in lines that point_out makes of both. */
void msg_mark(const struct err *err, const char *text,
	void (*point_out)(const char *text, size_t offset, struct buf *b));

/*
 * Flushes and checks standard output; a reader that went away (EPIPE) is no failure. Every main ends
 * with return msg_finish(status). Returns status, or STATUS_DATA when output was lost.
 */
int msg_finish(int status);

/* The same for who has seen a write to standard output fail: why is its errno; 0: none has. */
int msg_finish_failed(int status, int why);

#endif
