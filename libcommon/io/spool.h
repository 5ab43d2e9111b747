/* SPDX-License-Identifier: MIT */
/* Blocks that have to wait for their place in the output: a file without a name. */
#ifndef IO_SPOOL_H
#define IO_SPOOL_H

#include "io/sink.h"
#include "io/src.h"

/* Zeros are a spool without a file; it is made by the first write. */
struct spool {
	struct sink *sink;
	int fd; /* when sink */
};

/* Appends bytes. Returns 0, or -1 on failure (err). */
MUST_CHECK int spool_write(struct spool *s, struct span bytes, struct err *err);

/* Whether something was written. */
bool spool_used(const struct spool *s);

/* Ends writing. Returns a source over everything, which the caller closes; NULL on failure (err). */
MUST_CHECK struct src *spool_read(struct spool *s, struct err *err);

/* Frees the file. */
void spool_release(struct spool *s);

#endif
