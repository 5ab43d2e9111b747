/* SPDX-License-Identifier: MIT */
/* What the user of scapcat asked for. */
#ifndef SCAPCAT_ARGS_H
#define SCAPCAT_ARGS_H

#include "tools/scapcat/formats.h"
#include "tools/scapcat/list.h"
#include "tools/scapcat/look.h"

struct args {
	struct cat_opts cat;
	struct asked asked;
	struct formats formats;
	struct look look;
	struct list list;
	const char **paths; /* "-" for standard input */
	size_t npaths;
};

/*
 * Parses argv into *a, all zeros before. Returns OPTS_GO, or the status to exit with after help or a
 * message. Free it with args_release in either case.
 */
int cat_args_parse(struct args *a, int argc, char **argv);

/* Frees what is in a. */
void cat_args_release(struct args *a);

#endif
