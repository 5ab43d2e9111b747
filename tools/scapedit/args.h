/* SPDX-License-Identifier: MIT */
/* What the user of scapedit asked for. */
#ifndef SCAPEDIT_ARGS_H
#define SCAPEDIT_ARGS_H

#include "io/sink.h"
#include "tools/scapedit/select.h"

struct args {
	struct select what;
	struct sink_opts packing;
	bool verify;
	bool repair;
	const char *in, *out; /* "-" for standard input and output */
};

/*
 * Parses argv into *a, all zeros before. Returns OPTS_GO, or the status to exit with after help or
 * a message. Free it with args_release in either case.
 */
int args_parse(struct args *a, int argc, char **argv);

/* Frees what is in a. */
void args_release(struct args *a);

#endif
