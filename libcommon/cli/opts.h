/* SPDX-License-Identifier: MIT */
/*
 * Command lines from one table per tool: getopt_long, --help and the check of the man page all come
 * from it. -h/--help and -V/--version are added to every tool, without the letter where the tool
 * itself uses it.
 */
#ifndef CLI_OPTS_H
#define CLI_OPTS_H

#include "base/err.h"

/*
 * A row with nothing but help is a heading: the rows behind it are shown under it. One without set is
 * no option, but how other programs call something: help says how to have it here.
 */
struct opt {
	char letter;          /* 0: long name only */
	const char *name;     /* long name, or NULL */
	const char *arg;      /* name of its argument in the help; NULL: takes none */
	const char *help;     /* lower case, wrapped as needed; NULL: works but is not shown */
	/* Takes the argument (NULL without one) into dest. Returns 0, or -1 with the reason in err. */
	int (*set)(void *dest, const char *arg, struct err *err);
	void *dest;
};

struct opts_cli {
	const char *tool;          /* "scapcat" */
	const char *usage;         /* "[OPTION...] [FILE...]"; lines separated by '\n' */
	const char *about;         /* what it does, one or two lines */
	const struct opt *options; /* ends with a row of zeros; grouped as they are to be shown */
	const char *examples;      /* lines, as they are to be shown */
	bool stop_at_operand;      /* options end at the first operand (scapcap's command) */
};

/* What opts_parse says besides an exit status. */
#define OPTS_GO (-1)

/*
 * Parses argv. Returns OPTS_GO, with *operands the index of the first operand, or the status to exit
 * with: 0 after --help or --version (printed to stdout), STATUS_USAGE after a wrong option (told on
 * stderr). From then on SIGXFSZ is ignored, and no file gets the place of a standard stream that was
 * closed.
 */
int opts_parse(const struct opts_cli *cli, int argc, char **argv, int *operands);

/* Setters for common kinds of dest. */
int opt_true(void *dest, const char *arg, struct err *err);   /* bool */
int opt_string(void *dest, const char *arg, struct err *err); /* const char * */
int opt_u64(void *dest, const char *arg, struct err *err);    /* uint64_t, at least 1 */
int opt_seconds(void *dest, const char *arg, struct err *err); /* uint64_t ns from "2", "0.5" */

#endif
