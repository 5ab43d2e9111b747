/* SPDX-License-Identifier: MIT */
/* The two halves of the parser: expressions and tests, and operands. */
#ifndef FILTER_PARSE_PRIV_H
#define FILTER_PARSE_PRIV_H

#include "filter/filter_priv.h"

/* A macro that is being parsed. */
struct use {
	struct span name;
	const struct use *outer;
};

struct parser {
	struct lexer lx;
	struct tree *tree;
	const struct filter_opts *opts;
	const struct use *use; /* the macros we are inside of */
	size_t use_at;         /* where the outermost of them is named */
	unsigned depth;
};

/* n bytes of the tree, of zeros; NULL without memory (lx.err). */
void *parse_make(struct parser *p, size_t n);

/* Says that too much is inside of each other. Returns -1. */
int parse_too_deep(struct parser *p);

/* parse_operand.c. A field or a function, with what belongs to it; NULL on failure (lx.err). */
struct operand *parse_operand(struct parser *p);

#endif
