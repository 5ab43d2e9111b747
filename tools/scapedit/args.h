/* SPDX-License-Identifier: MIT */
/* What the user of scapedit asked for. */
#ifndef SCAPEDIT_ARGS_H
#define SCAPEDIT_ARGS_H

#include "ask/asked.h"
#include "io/sink.h"
#include "tools/scapedit/change.h"
#include "tools/scapedit/comments.h"
#include "tools/scapedit/convert.h"
#include "tools/scapedit/redact_rules.h"
#include "tools/scapedit/select.h"
#include "tools/scapedit/split_opts.h"

struct args {
	struct select what;
	struct sink_opts packing;
	bool verify;
	bool repair;
	struct convert_opts convert;
	struct comment_opts comments;
	struct change_opts change;
	bool turn, big;       /* the byte order is to be that */
	bool verbose; /* say more of what was lost, left or kept */
	struct redact_rules redact;
	const char *redact_key; /* file, or NULL */
	bool quiet;
	struct asked asked;   /* its filters are in what, compiled */
	const char *around;   /* as it was given */
	struct split_opts split;
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
