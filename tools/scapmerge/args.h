/* SPDX-License-Identifier: MIT */
/* The command line of scapmerge. */
#ifndef SCAPMERGE_ARGS_H
#define SCAPMERGE_ARGS_H

#include "tools/scapmerge/merge.h"

/* FILE:±S */
struct args_offset {
	const char *file; /* ends at its colon, n bytes; borrowed from argv */
	size_t n;
	int64_t ns;
};

struct args {
	struct merge_opts what;
	const char *out;
	struct args_offset *offsets;
	size_t noffsets;
};

/*
 * Parses argv and checks that it makes sense. Returns OPTS_GO with *operands the index of the first
 * file, or the status to exit with. End it with args_release in any case.
 */
int args_parse(struct args *a, int argc, char **argv, int *operands);

void args_release(struct args *a);

#endif
