/* SPDX-License-Identifier: MIT */
/* The command line of scapmerge. */
#ifndef SCAPMERGE_MERGE_ARGS_H
#define SCAPMERGE_MERGE_ARGS_H

#include "io/sink.h"
#include "tools/scapmerge/merge.h"

/* FILE:±S */
struct merge_offset {
	const char *file; /* ends at its colon, n bytes; borrowed from argv */
	size_t n;
	int64_t ns;
};

struct merge_args {
	struct merge_opts what;
	const char *out;
	struct sink_opts packing;
	struct merge_offset *offsets;
	size_t noffsets;
};

/*
 * Parses argv and checks that it makes sense. Returns OPTS_GO with *operands the index of the first
 * file, or the status to exit with. End it with merge_args_release in any case.
 */
int merge_args_parse(struct merge_args *a, int argc, char **argv, int *operands);

/* Frees what was made of the options. */
void merge_args_release(struct merge_args *a);

#endif
