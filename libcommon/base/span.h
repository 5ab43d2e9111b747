/* SPDX-License-Identifier: MIT */
/* Borrowed bytes: a pointer and a length, no terminator. Who lends them says how long they live. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *p; /* may be NULL when n is 0 */
	size_t n;
};

/* The bytes of a NUL-terminated string, without the NUL. */
static inline struct span span_str(const char *s)
{
	return (struct span){(const uint8_t *)s, strlen(s)};
}

static inline struct span span_of(const void *p, size_t n)
{
	return (struct span){p, n};
}

static inline bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* s up to, not including, its first NUL: how strings of event parameters are read. */
static inline struct span span_cstr(struct span s)
{
	const uint8_t *nul = s.n ? memchr(s.p, 0, s.n) : NULL;

	return nul ? span_of(s.p, (size_t)(nul - s.p)) : s;
}

static inline bool span_starts(struct span s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

#endif
