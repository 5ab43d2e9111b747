/* SPDX-License-Identifier: MIT */
/* Profiles: what lines show, which records, in which colours, under a name. */
#ifndef SCAPCAT_PROFILE_H
#define SCAPCAT_PROFILE_H

#include "base/buf.h"
#include "base/err.h"
#include "filter/arena.h"

struct profile_text {
	const char *text; /* NULL: not set */
	size_t line;      /* where it begins */
};

struct profile_colour {
	struct profile_text colour, filter;
	struct profile_colour *next;
};

/* Members are settings of the same name; a struct of zeros sets nothing. */
struct profile {
	const char *file; /* for messages */
	struct profile_text about, columns, packet_columns, template, packet_template, filter, time;
	struct profile_colour *colours;
};

/*
 * Loads the profile of that name: the user's own, scaptools/profiles/NAME (cli/config.h), or else a
 * built-in one; a name with a '/' is a file. Texts are in a. Returns 0, or -1 (err): ERR_USAGE when
 * there is none.
 */
MUST_CHECK int profile_load(struct profile *p, const char *name, struct arena *a, struct err *err);

/* Parses the text of a profile, which comes from file. Returns 0, or -1 (err, with file and line). */
MUST_CHECK int profile_parse(struct profile *p, struct span text, const char *file, struct arena *a,
	struct err *err);

/* Appends a line for each profile there is: its name and what it is about. */
MUST_CHECK int profile_list(struct buf *out, struct err *err);

/* A profile that comes with the program. */
struct profile_builtin {
	const char *name;
	const char *text;
};

/* Number i of them, NULL after the last. */
const struct profile_builtin *profile_builtin_at(size_t i);

#endif
