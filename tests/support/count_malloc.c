/* SPDX-License-Identifier: MIT */
/*
 * The linker's --wrap leads the program's calls here; those of shared libraries are not counted.
 * Works under the sanitizers too, which replace what __real_ calls.
 */
#include "support/count_malloc.h"

#include <stdatomic.h>

static atomic_size_t calls;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);

size_t count_malloc(void)
{
	return atomic_load(&calls);
}

void *__wrap_malloc(size_t size)
{
	atomic_fetch_add(&calls, 1);
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	atomic_fetch_add(&calls, 1);
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	atomic_fetch_add(&calls, 1);
	return __real_realloc(p, size);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	atomic_fetch_add(&calls, 1);
	return __real_reallocarray(p, n, size);
}
