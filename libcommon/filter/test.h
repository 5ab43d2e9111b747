/* SPDX-License-Identifier: MIT */
/* The leaves of expressions: an operator between the values of an operand and constants. */
#ifndef FILTER_TEST_H
#define FILTER_TEST_H

#include "filter/filter.h"
#include "filter/operand.h"
#include "filter/regex.h"

enum op {
	OP_EXISTS,
	OP_NOT_ZERO, /* a bare field & mask */
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_CONTAINS,
	OP_ICONTAINS,
	OP_BCONTAINS,
	OP_STARTSWITH,
	OP_BSTARTSWITH,
	OP_ENDSWITH,
	OP_GLOB,
	OP_IGLOB,
	OP_REGEX,   /* all of it */
	OP_MATCHES, /* somewhere in it, in either case */
	OP_PMATCH,
	OP_IN,
	OP_INTERSECTS,
	OP_COUNT,
};

/* How many of the constants, or of an operand's values, have to do. */
enum quantity {
	Q_DEFAULT,
	Q_ANY,
	Q_ONE,
	Q_ALL,
};

/* A constant as it was written: a value or a range of them. */
struct item {
	struct word low, high; /* of a single value, low; high.text.p is NULL */
	struct item *next;
};

struct range {
	struct value low, high;
};

/* Constants in the form that values are compared with. */
struct constants {
	struct value *values;
	struct regex **regexes; /* one for each value, or NULL */
	size_t n;
	struct range *ranges;
	size_t nranges;
	bool sorted; /* values can be searched by halves */
};

struct test {
	struct operand *left;
	uint8_t op;          /* enum op */
	uint8_t of_values;   /* enum quantity: of the left side's values */
	uint8_t of_constants;
	struct operand *right; /* or NULL, then there are constants */
	struct item *items;
	struct constants constants;
	struct constants texts; /* left sides whose class is known late: the same as texts */
	uint8_t kinds[RECORD_KINDS]; /* enum filter_answer */
	uint32_t yes, no;     /* the test to go on with, FILTER_ACCEPT or FILTER_REJECT */
	size_t at;            /* of the operator, in the expression */
	struct test *made;    /* all tests of the filter, to be released */
};

/* Checks types and makes the constants. Returns 0, or -1 (err, with its place). */
MUST_CHECK int test_check(struct test *t, bool utc, struct arena *a, struct err *err);

/* Whether a record passes. */
bool test_run(struct test *t, const struct view *v);

/* Frees what is not in the arena. */
void test_release(struct test *t);

/*
 * constants.c. Makes constants of a test's items, of the class of its left side. Returns 0, or -1
 * (err, with its place).
 */
MUST_CHECK int constants_make(struct test *t, bool utc, struct arena *a, struct err *err);

/* The order that sorted constants are in, for qsort and bsearch. */
int constants_compare(const void *a, const void *b);

#endif
