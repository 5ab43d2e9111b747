/* SPDX-License-Identifier: MIT */
/* The handful of macros every module uses. Knows nothing about files or formats. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b)     ((a) < (b) ? (a) : (b))
#define MAX(a, b)     ((a) > (b) ? (a) : (b))

/* The caller has to look at the result: the call can fail. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Argument fmt is a printf format for the arguments from first on. */
#define PRINTF_LIKE(fmt, first) __attribute__((format(printf, fmt, first)))

#define UNUSED __attribute__((unused))

/* n rounded up to a multiple of four, as pcapng pads. */
static inline size_t pad4(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

#endif
