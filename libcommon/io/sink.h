/* SPDX-License-Identifier: MIT */
/*
 * A byte sink. A regular file is written without a name, or under a temporary one in its folder, and
 * gets its real name only when it is complete; "-", pipes and devices are written directly.
 */
#ifndef IO_SINK_H
#define IO_SINK_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct sink;

enum sink_packing {
	SINK_PLAIN,
	SINK_GZIP,
	SINK_ZSTD,
};

struct sink_opts {
	enum sink_packing packing;
	int level; /* 1 to 9, of zstd to 22; 0 for the packer's own choice */
	bool live; /* write the real file at once: its reader follows while we write */
	bool fresh; /* with live: fail if there is such a file already */
	bool named; /* failures say the path, too: it is one file of several */
	/*
	 * Asked when signals have interrupted a write to who does not read so often in a row: whether
	 * to give up. NULL: never.
	 */
	bool (*enough)(unsigned interruptions);
};

/*
 * Sets packing and level of opts, a struct sink_opts, from "gzip", "zstd:19" or "none". Made to be
 * the setter of an option. Returns 0, or -1 with the reason (err).
 */
int sink_set_packing(void *opts, const char *text, struct err *err);

/*
 * Opens path, or standard output for "-", for writing. opts may be NULL. Binary data to a terminal
 * is refused. Returns NULL on failure (err). End it with sink_close or sink_abort.
 */
MUST_CHECK struct sink *sink_open(const char *path, const struct sink_opts *opts, struct err *err);

/* A sink that appends to a buffer of the caller, who keeps it beyond sink_close. */
MUST_CHECK struct sink *sink_mem(struct buf *to, const struct sink_opts *opts, struct err *err);

/* Takes bytes of a sink. Returns 0, or -1 on failure (err). */
typedef int sink_fn(void *user, struct span bytes, struct err *err);

/* A sink that gives all bytes to take at once, as they are written. user stays the caller's. */
MUST_CHECK struct sink *sink_call(sink_fn *take, void *user, struct err *err);

/*
 * Appends bytes; they may stay in memory until the next flush. Returns 0, or -1 on failure (err).
 * A failure sticks. errno is EPIPE when the reader of a pipe went away, which is no reason to
 * complain.
 */
MUST_CHECK int sink_write(struct sink *s, struct span bytes, struct err *err);

/* Hands everything written so far to the system. Returns 0, or -1 on failure (err). */
MUST_CHECK int sink_flush(struct sink *s, struct err *err);

/*
 * Flushes, closes, gives the file its name. Returns 0, or -1 on failure (err): then nothing of the
 * name's former file is lost. Frees s in any case. Accepts NULL.
 */
MUST_CHECK int sink_close(struct sink *s, struct err *err);

/* Drops what was written where that is possible and frees s; errno is kept. Accepts NULL. */
void sink_abort(struct sink *s);

/* Bytes written so far, before packing. */
uint64_t sink_offset(const struct sink *s);

#endif
