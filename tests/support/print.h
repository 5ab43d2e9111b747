/* SPDX-License-Identifier: MIT */
/* What scapcat prints of a capture in memory. */
#ifndef SUPPORT_PRINT_H
#define SUPPORT_PRINT_H

#include "support/build.h"
#include "tools/scapcat/cat.h"

struct printed {
	char *text; /* with a NUL behind it */
	size_t n;
	int status; /* of cat_file */
	bool behind;
	struct reader_warnings warnings;
	struct err err;
};

/* Prints b. Free it with print_release. */
struct printed print(const struct cat_opts *opts, const struct build *b);

/* The same of what can be read twice: tools/scapcat/late.h. */
struct printed print_file(const struct cat_opts *opts, const struct build *b);
void print_release(struct printed *p);

/* Fails the test unless this is printed and cat_file ends with this status. */
void print_expect(
	const struct cat_opts *opts, const struct build *b, int status, const char *want);

#endif
