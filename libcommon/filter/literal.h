/* SPDX-License-Identifier: MIT */
/* Values as they are written in filters, turned into what the type they are compared with needs. */
#ifndef FILTER_LITERAL_H
#define FILTER_LITERAL_H

#include "base/err.h"
#include "filter/arena.h"
#include "filter/value.h"

enum quote {
	QUOTE_NONE,
	QUOTE_SINGLE,
	QUOTE_DOUBLE, /* "" and r"" */
};

/* A value of an expression. */
struct word {
	struct span text; /* without quotes and escapes, a NUL behind it */
	size_t at;        /* where in the expression it starts, with its quotes */
	uint8_t quote;    /* enum quote */
};

/* What a literal is to become. */
struct literal_type {
	uint8_t type;   /* enum param_type */
	uint8_t format; /* enum value_format */
	bool hex;       /* bytes as hex digits: bcontains and bstartswith */
	bool slice;     /* bytes of a slice: two bare hex digits are one */
	bool utc;       /* times without a zone are UTC, not local */
};

/*
 * The value of w. Bytes and texts borrow from w or are made in a. Returns 0, or -1 when it is none
 * of this type (err, with its place).
 */
MUST_CHECK int literal_value(const struct word *w, const struct literal_type *t, struct arena *a,
	struct value *v, struct err *err);

/* Whether the text is a whole number: decimal, 0x or 0b, with or without a sign. */
bool literal_is_number(struct span text);

/*
 * literal_time.c. A point in time: nanoseconds since 1970, seconds with a fraction, or a date,
 * "2025-01-23", "2025-01-23 08:10:06.5", "2025-01-23T08:10:06Z", "...+01:00",
 * "Jan 23, 2025 08:10:06". Returns whether it is one.
 */
bool literal_time(struct span text, bool utc, uint64_t *ns);

/* A length of time: nanoseconds, seconds with a fraction, or a number with its unit: "10ms". */
bool literal_duration(struct span text, uint64_t *ns);

#endif
