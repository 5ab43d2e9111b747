/* SPDX-License-Identifier: MIT */
/*
 * The first failure of an operation: what kind, where in the data, why. The library fills it and
 * never prints; the tool adds its own name and the file's (cli/msg.h).
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>

#include "base/base.h"

enum err_code {
	ERR_NONE,
	ERR_IO,          /* the system refused: text ends with its reason */
	ERR_MEMORY,
	ERR_FORMAT,      /* the data is not what it should be */
	ERR_TRUNCATED,   /* the data ends inside a record; everything before it was delivered */
	ERR_UNSUPPORTED, /* well-formed, but not something we can work on */
	ERR_USAGE,       /* the caller asked for something impossible */
};

struct err {
	enum err_code code;
	bool has_offset;
	uint64_t offset; /* in the decompressed data, when has_offset */
	char text[240];  /* "what: why", without tool and file name */
};

/* All of these keep an earlier failure and return -1, so that callers can return the call. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) PRINTF_LIKE(3, 4);
int err_set_at(struct err *err, enum err_code code, uint64_t offset, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

/* "what: strerror(errno)" with code ERR_IO. */
int err_errno(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Out of memory. */
int err_memory(struct err *err);

/* The failure that from tells of, which was kept until now. */
int err_copy(struct err *err, const struct err *from);

/* Forgets the failure, so that err can be used again. */
void err_clear(struct err *err);

#endif
