/* SPDX-License-Identifier: MIT */
/*
 * The rows of a table become getopt_long's two descriptions; what it returns leads back to the row.
 * Our own messages replace getopt's, which name the program by its path and take several lines.
 */
#include "cli/opts.h"

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "cli/msg.h"
#include "cli/parse.h"

#define WIDTH     80 /* of the help */
#define HELP_LEFT 28 /* column of the help texts at most; wider options have theirs on the next line */

/* Values of long options: the row, beyond all letters. */
#define ROW(i) (256 + (int)(i))

/* What they do is in take. */
static const struct opt own[] = {
	{'h', "help", NULL, "show this help", opt_true, NULL},
	{'V', "version", NULL, "show the version", opt_true, NULL},
};

static bool is_end(const struct opt *o)
{
	return !o->letter && !o->name && !o->help;
}

static bool is_heading(const struct opt *o)
{
	return !o->letter && !o->name && o->help;
}

/* Whether it works and is to be shown. */
static bool is_shown(const struct opt *o)
{
	return o->set && o->help;
}

static size_t row_count(const struct opt *rows)
{
	size_t n = 0;

	while (!is_end(&rows[n]))
		n++;
	return n;
}

/* Row i of the tool's own n rows and then those that every tool has. */
static const struct opt *row_at(const struct opt *rows, size_t n, size_t i)
{
	return i < n ? &rows[i] : &own[i - n];
}

/* Whether a row's letter leads to it: the tool's own rows come first. */
static bool has_letter(const struct opt *rows, const struct opt *o)
{
	while (!is_end(rows) && rows->letter != o->letter)
		rows++;
	return o->letter && (rows == o || is_end(rows));
}

/* "  -w, --write FILE": what stands left of the help. */
static void row_left(const struct opt *rows, const struct opt *o, char *to, size_t size)
{
	char letter[] = {'-', o->letter, '\0'};
	bool letter_too = has_letter(rows, o);

	snprintf(to, size, "  %s%s%s%s%s%s", letter_too ? letter : "  ",
		o->name ? (letter_too ? ", " : "  ") : "", o->name ? "--" : "", o->name ? o->name : "",
		o->arg ? " " : "", o->arg ? o->arg : "");
}

/* The column of the help texts: behind the widest option that is not too wide. */
static size_t help_column(const struct opt *rows, size_t n)
{
	char left[WIDTH];
	size_t widest = 0;

	for (size_t i = 0; i < n + ARRAY_SIZE(own); i++) {
		const struct opt *o = row_at(rows, n, i);

		row_left(rows, o, left, sizeof(left));
		if (is_shown(o) && strlen(left) + 2 <= HELP_LEFT)
			widest = MAX(widest, strlen(left));
	}
	return widest + 2;
}

/* Prints text from a column on, which the cursor is at, breaking lines at spaces. */
static void print_wrapped(const char *text, size_t column)
{
	size_t room = WIDTH - 1 - column;

	while (strlen(text) > room) {
		size_t n = room;

		while (n > 0 && text[n] != ' ')
			n--;
		if (n == 0)
			break;
		printf("%.*s\n%*s", (int)n, text, (int)column, "");
		text += n + 1;
	}
	puts(text);
}

static void print_row(const struct opt *rows, const struct opt *o, size_t column)
{
	char left[WIDTH];

	row_left(rows, o, left, sizeof(left));
	if (strlen(left) + 2 > column)
		printf("%s\n%*s", left, (int)column, "");
	else
		printf("%-*s", (int)column, left);
	print_wrapped(o->help, column);
}

static void print_options(const struct opts_cli *cli)
{
	size_t n = row_count(cli->options);
	size_t column = help_column(cli->options, n);
	bool grouped = false;

	if (!is_heading(&cli->options[0]))
		printf("\nOptions:\n");
	for (size_t i = 0; i < n + ARRAY_SIZE(own); i++) {
		const struct opt *o = row_at(cli->options, n, i);

		grouped = grouped || is_heading(o);
		if (i == n && grouped)
			printf("\n");
		if (is_heading(o))
			printf("\n%s:\n", o->help);
		else if (is_shown(o))
			print_row(cli->options, o, column);
	}
}

/* The lines of text, each behind a prefix, the first behind one of its own. */
static void print_lines(const char *first, const char *prefix, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		printf("%s%.*s\n", first, (int)n, text);
		first = prefix;
		text += n + (text[n] == '\n');
	}
}

static void print_help(const struct opts_cli *cli)
{
	char first[64], more[64];

	snprintf(first, sizeof(first), "Usage: %s ", cli->tool);
	snprintf(more, sizeof(more), "       %s ", cli->tool);
	print_lines(first, more, cli->usage);
	print_lines("", "", cli->about);
	print_options(cli);
	if (cli->examples) {
		printf("\nExamples:\n");
		print_lines("  ", "  ", cli->examples);
	}
}

/* What getopt_long wants to know. */
struct tables {
	char *letters;
	struct option *names;
};

static void tables_release(struct tables *t)
{
	free(t->letters);
	free(t->names);
}

static bool tables_init(struct tables *t, const struct opts_cli *cli, size_t n)
{
	size_t rows = n + ARRAY_SIZE(own), names = 0;
	char *c;

	t->letters = c = calloc(2 * rows + 3, 1);
	t->names = calloc(rows + 1, sizeof(*t->names));
	if (!t->letters || !t->names)
		return false;
	if (cli->stop_at_operand)
		*c++ = '+';
	*c++ = ':';
	for (size_t i = 0; i < rows; i++) {
		const struct opt *o = row_at(cli->options, n, i);
		int has_arg = o->arg ? required_argument : no_argument;

		if (o->letter) {
			*c++ = o->letter;
			if (o->arg)
				*c++ = ':';
		}
		if (o->name)
			t->names[names++] = (struct option){o->name, has_arg, NULL, ROW(i)};
	}
	return true;
}

/* The row of what getopt_long calls code. NULL: there is none. */
static const struct opt *row_of(const struct opts_cli *cli, size_t n, int code)
{
	if (code >= ROW(0))
		return row_at(cli->options, n, (size_t)(code - ROW(0)));
	for (size_t i = 0; code && i < n + ARRAY_SIZE(own); i++) {
		if (row_at(cli->options, n, i)->letter == code)
			return row_at(cli->options, n, i);
	}
	return NULL;
}

/* How the option of a row is called in messages. */
static const char *row_name(const struct opt *o, char *to, size_t size)
{
	if (o->name)
		snprintf(to, size, "--%s", o->name);
	else
		snprintf(to, size, "-%c", o->letter);
	return to;
}

/* A name that is none, as it was written; there may be one that was meant. */
static int refuse_name(const struct opts_cli *cli, size_t n, const char *word)
{
	size_t length = strcspn(word, "=");
	struct near near = near_of(span_of(word, length));

	for (size_t i = 0; i < n + ARRAY_SIZE(own); i++) {
		const struct opt *o = row_at(cli->options, n, i);

		if (o->name && is_shown(o))
			near_try(&near, o->name);
	}
	return msg_usage("unknown option --%.*s%s%s%s", (int)length, word,
		near.best ? "; do you mean --" : "", near.best ? near.best : "", near.best ? "?" : "");
}

/* Complains of what getopt_long could not take, as its result c says. */
static int refuse(const struct opts_cli *cli, size_t n, int c, char **argv)
{
	const struct opt *o = row_of(cli, n, optopt);
	char name[64];

	if (c == ':' && o)
		return msg_usage("%s needs %s", row_name(o, name, sizeof(name)), o->arg);
	if (o)
		return msg_usage("%s takes no argument", row_name(o, name, sizeof(name)));
	if (optopt)
		return msg_usage("unknown option -%c", optopt);
	return refuse_name(cli, n, argv[optind - 1] + 2);
}

/* Carries out one option. Returns OPTS_GO or the status to exit with. */
static int take(const struct opts_cli *cli, size_t n, int c, char **argv)
{
	const struct opt *o = c == '?' || c == ':' ? NULL : row_of(cli, n, c);
	struct err err = {0};
	char name[64];

	if (!o)
		return refuse(cli, n, c, argv);
	if (o == &own[0]) {
		print_help(cli);
		return STATUS_OK;
	}
	if (o == &own[1]) {
		printf("%s (scaptools) %s\n", cli->tool, VERSION);
		return STATUS_OK;
	}
	if (!o->set)
		return msg_usage("unknown option %s: %s", row_name(o, name, sizeof(name)), o->help);
	if (o->set(o->dest, optarg, &err) < 0)
		return msg_usage("%s: %s", row_name(o, name, sizeof(name)), err.text);
	return OPTS_GO;
}

/*
 * Closed standard streams would become the next files that are opened, and messages would get into
 * these. Opened for the wrong direction they go on to fail as they did.
 */
static void occupy_standard_streams(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};

	for (int fd = 0; fd < (int)ARRAY_SIZE(modes); fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", modes[fd]);
}

int opts_parse(const struct opts_cli *cli, int argc, char **argv, int *operands)
{
	size_t n = row_count(cli->options);
	struct tables t = {0};
	int status = OPTS_GO;
	int c;

	occupy_standard_streams();
	/* That a file may not grow any more is to be told like any other failure to write. */
	signal(SIGXFSZ, SIG_IGN);
	if (!tables_init(&t, cli, n)) {
		msg_warn(NULL, "out of memory");
		status = STATUS_DATA;
		goto out;
	}
	optind = 0; /* glibc: from the start, with the first characters of letters looked at anew */
	opterr = 0;
	while (status == OPTS_GO && (c = getopt_long(argc, argv, t.letters, t.names, NULL)) != -1)
		status = take(cli, n, c, argv);
	*operands = optind;
out:
	tables_release(&t);
	return status;
}

int opt_true(void *dest, const char *arg UNUSED, struct err *err UNUSED)
{
	*(bool *)dest = true;
	return 0;
}

int opt_string(void *dest, const char *arg, struct err *err UNUSED)
{
	*(const char **)dest = arg;
	return 0;
}

int opt_u64(void *dest, const char *arg, struct err *err)
{
	return parse_u64(arg, 1, UINT64_MAX, dest, err);
}

int opt_seconds(void *dest, const char *arg, struct err *err)
{
	return parse_seconds(arg, dest, err);
}
