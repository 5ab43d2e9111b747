/* SPDX-License-Identifier: MIT */
/*
 * What parsing leaves: an expression as a tree of nodes whose leaves are tests. A test compares the
 * values of an operand, a field or a function of fields, with constants or with another operand.
 */
#ifndef FILTER_FILTER_PRIV_H
#define FILTER_FILTER_PRIV_H

#include "filter/lex.h"
#include "filter/test.h"

/* Brackets, functions and macros inside of each other. */
#define DEPTH_MOST 100

/* Macros of macros can make much out of little. */
#define TESTS_MOST 65536
#define ITEMS_MOST 1000000

enum node_kind {
	NODE_TEST,
	NODE_NOT,
	NODE_AND,
	NODE_OR,
};

struct node {
	uint8_t kind; /* enum node_kind */
	struct test *test;
	struct node *first; /* of the children */
	struct node *next;  /* the sibling */
	struct span text;   /* as it was written; borrowed while parsing goes on */
};

/* What a parser leaves behind; everything is in the arena, but operands and tests hold more. */
struct tree {
	struct arena arena;
	struct node *root;
	struct operand *operands;
	struct test *tests;
	size_t ntests, nitems;
	struct filter_part *parts;
	size_t nparts;
};

/* Whether the language has a word of its own for this name. */
bool parse_is_word(struct span name);

/* Parses and checks. Returns 0, or -1 (err, with its place). Release it in any case. */
MUST_CHECK int tree_parse(struct tree *t, struct span text, const struct filter_opts *opts,
	struct err *err);
void tree_release(struct tree *t);

/* What filter_restart and filter_needs_state do, for all fields in t. */
void operands_restart(struct tree *t);
bool operands_need_state(const struct tree *t);
/* filter_parts.c. Makes the parts, once the tests have been tried on all kinds. Returns 0, or -1 (err). */
MUST_CHECK int parts_find(struct tree *t, struct err *err);

/* filter_parts.c. Whether all that a test looks at is the name of the event. */
bool test_of_name(const struct test *t);

#endif
