/* SPDX-License-Identifier: MIT */
/* How lines look: -p, --columns, --profile, -t, --color. What options do not say, the profile does. */
#ifndef SCAPCAT_LOOK_H
#define SCAPCAT_LOOK_H

#include "ask/asked.h"
#include "tools/scapcat/cat.h"
#include "tools/scapcat/profile.h"

enum look_colour {
	COLOUR_AUTO, /* on a terminal */
	COLOUR_ALWAYS,
	COLOUR_NEVER,
};

/* A struct of zeros is ready. */
struct look {
	const char *template, *columns, *profile, *time; /* of options; NULL: not given */
	enum look_colour colour;
	struct arena arena;
	struct buf made, packets, header; /* templates and the line above all */
	struct paint_rule *rules;
};

/* Setters of options (cli/opts.h) -p, -t and --color; dest is a struct look. */
int look_set_template(void *dest, const char *arg, struct err *err);
int look_set_time(void *dest, const char *arg, struct err *err);
int look_set_colour(void *dest, const char *arg, struct err *err);

/*
 * Puts what was asked for into opts, which has all other options, and the profile's filter into a.
 * Returns OPTS_GO, or the status to exit with after a message. opts borrows from l and a.
 */
int look_finish(struct look *l, struct asked *a, struct cat_opts *opts);

/* Frees what is in l. */
void look_release(struct look *l);

#endif
