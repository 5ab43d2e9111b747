/* SPDX-License-Identifier: MIT */
/* The options that choose a format: -T, -e, -E, -0, -w. */
#ifndef SCAPCAT_FORMATS_H
#define SCAPCAT_FORMATS_H

#include "tools/scapcat/cat.h"

struct formats {
	const struct format *format; /* NULL: none was asked for */
	const char **fields;         /* of -e; room for as many as there are arguments */
	size_t nfields;
	struct fields_opts out; /* of -E: what is set in it counts */
	bool has_header, has_separator, has_aggregator, has_quote; /* which that are */
	bool has_out;                                              /* there was a -E */
	bool nul;
	const char *write; /* of -w */
};

/* Setters of options (cli/opts.h); dest is a struct formats. */
int formats_set(void *dest, const char *arg, struct err *err);
int formats_add_field(void *dest, const char *arg, struct err *err);
int formats_set_out(void *dest, const char *arg, struct err *err);

/*
 * Puts what was asked for into opts, which has the other options already. Returns 0, or -1 (err)
 * when options do not go together.
 */
MUST_CHECK int formats_finish(struct formats *f, struct cat_opts *opts, struct err *err);

#endif
