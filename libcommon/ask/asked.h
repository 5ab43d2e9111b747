/* SPDX-License-Identifier: MIT */
/* Which records were asked for: filters of options, files, words and profiles, and macros in them. */
#ifndef ASK_ASKED_H
#define ASK_ASKED_H

#include "cli/opts.h"
#include "filter/arena.h"
#include "filter/filter.h"
#include "filter/macros.h"

/* One filter of those that all have to pass. */
struct asked_part {
	const char *text;
	const char *file; /* where it is from, and the line it begins in; NULL: the command line */
	size_t line;
	const char *first; /* of words: the first one, which might have been meant as a file */
	struct asked_part *next;
};

/* A struct of zeros is ready. */
struct asked {
	struct asked_part *parts;
	const char **given; /* of --macro */
	size_t ngiven;
	struct macros *macros; /* NULL: not looked for yet */
	bool from_stdin; /* a filter was read from standard input */
	struct arena arena;
	const char *filter; /* all parts as one; NULL: none */
};

/* Setters of options (cli/opts.h) -Y, -F and --macro; dest is a struct asked. */
int asked_set_filter(void *dest, const char *arg, struct err *err);
int asked_set_file(void *dest, const char *arg, struct err *err);
int asked_set_macro(void *dest, const char *arg, struct err *err);

/* Their rows, the same in every tool that has filters. */
#define ASKED_OPTIONS(a)                                                                           \
	{'Y', "filter", "FILTER",                                                                  \
		"only what passes, as in 'proc.name=cat and evt.type=openat'; all that are "       \
		"given have to pass",                                                              \
		asked_set_filter, a},                                                              \
		{'F', "filter-file", "FILE", "the same, from a file; # begins a comment",          \
			asked_set_file, a},                                                        \
		{0, "macro", "NAME=EXPR",                                                          \
			"a name for part of a filter or for a list, as in 'web=(80, 443)'",        \
			asked_set_macro, a}

/* Adds a filter, which stays valid as long as a. Returns 0, or -1 without memory (err). */
MUST_CHECK int asked_add(struct asked *a, const struct asked_part *part, struct err *err);

/* Makes the user's macros, and those of --macro, known. Returns 0, or -1 (err). */
MUST_CHECK int asked_macros(struct asked *a, struct err *err);

/*
 * Takes the operands that are a filter, which go to the end: all of them if only_words, as where files
 * were given by option, else from the first one that is no file and can begin one. Sets *files to how
 * many are not. Returns 0, or -1 (err).
 */
MUST_CHECK int asked_operands(struct asked *a, const char *const *operands, size_t n, bool only_words,
	size_t *files, struct err *err);

/* Whether a filter is right; else says what is wrong, and where. utc is that of filter_opts. */
bool asked_check(const struct asked *a, const struct asked_part *part, bool utc);

/*
 * Compiles a filter of another option, with the macros known and local times. Returns OPTS_GO, or the
 * status to exit with after a message. Free *f with filter_free.
 */
int asked_compile(struct asked *a, const char *text, struct filter **f);

/*
 * Puts the parts together into a->filter. Returns OPTS_GO, or the status to exit with after a message.
 */
int asked_finish(struct asked *a, bool utc);

/* Frees what is in a. */
void asked_release(struct asked *a);

#endif
