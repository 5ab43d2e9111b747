/* SPDX-License-Identifier: MIT */
/* How often the test program and the library in it asked for memory. */
#ifndef SUPPORT_COUNT_MALLOC_H
#define SUPPORT_COUNT_MALLOC_H

#include <stddef.h>

/* Calls of malloc, calloc, realloc and reallocarray so far, in this process. */
size_t count_malloc(void);

#endif
