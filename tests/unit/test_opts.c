/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "cli/msg.h"
#include "cli/opts.h"

struct values {
	bool quiet;
	bool hidden;
	const char *write;
	uint64_t count;
	uint64_t size;
	uint64_t ns;
};

/* Parses words, which end with NULL, with a table that has one option of every kind. */
static int parse(struct values *v, bool stop, int *operands, char **words)
{
	const struct opt options[] = {
		{.help = "Output"},
		{'w', "write", "FILE", "write to this file", opt_string, &v->write},
		{'q', NULL, NULL, "say nothing", opt_true, &v->quiet},
		{.help = "Limits"},
		{'c', "count", "N", "stop after so many events, whichever kind they are of, and then "
			"write what is there", opt_u64, &v->count},
		{0, "a-name-that-is-too-long", "N", "its help is on the next line", opt_u64,
			&v->size},
		{'d', "duration", "SECONDS", "stop after so long", opt_seconds, &v->ns},
		{'x', "hidden", NULL, NULL, opt_true, &v->hidden},
		{.letter = 'j', .help = "say -q"},
		{.name = "silent", .help = "say -q"},
		{0},
	};
	const struct opts_cli cli = {
		.tool = "scaptest",
		.usage = "[OPTION...] [FILE...]\n-w FILE -- COMMAND [ARG...]",
		.about = "Tests options.",
		.options = options,
		.examples = "scaptest -q",
		.stop_at_operand = stop,
	};
	char name[] = "scaptest";
	int n = 0;

	program_invocation_short_name = name;
	while (words[n])
		n++;
	return opts_parse(&cli, n, words, operands);
}

#define WORDS(...) (char *[]){(char[]){"/usr/bin/scaptest"}, __VA_ARGS__, NULL}
#define W(s) (char[]){s}

Test(opts, every_kind_of_option)
{
	struct values v = {0};
	int first;
	char **words = WORDS(W("-qw"), W("out"), W("in"), W("--count=3"), W("--a-name-that-is-too-long"),
		W("64"), W("-d0.5"), W("--hidden"), W("--"), W("-z"));

	cr_assert_eq(parse(&v, false, &first, words), OPTS_GO);
	cr_expect(v.quiet && v.hidden);
	cr_expect_str_eq(v.write, "out");
	cr_expect_eq(v.count, 3);
	cr_expect_eq(v.size, 64);
	cr_expect_eq(v.ns, 500000000);
	/* Operands come last, whatever they stood between. */
	cr_expect_str_eq(words[first], "in");
	cr_expect_str_eq(words[first + 1], "-z");
	cr_expect_null(words[first + 2]);
}

Test(opts, a_command_keeps_its_own_options)
{
	struct values v = {0};
	int first;
	char **words = WORDS(W("-w"), W("out"), W("make"), W("-q"));

	cr_assert_eq(parse(&v, true, &first, words), OPTS_GO);
	cr_expect_str_eq(words[first], "make");
	cr_expect(!v.quiet);
}

Test(opts, a_dash_is_an_operand)
{
	struct values v = {0};
	int first;
	char **words = WORDS(W("-"), W("-q"));

	cr_assert_eq(parse(&v, false, &first, words), OPTS_GO);
	cr_expect(v.quiet);
	cr_expect_str_eq(words[first], "-");
}

/* What each wrong command line is told, on one line. */
Test(opts, wrong_options_are_told)
{
	struct values v = {0};
	int first;

	cr_redirect_stderr();
	cr_expect_eq(parse(&v, false, &first, WORDS(W("--nope=1"))), STATUS_USAGE);
	cr_expect_eq(parse(&v, false, &first, WORDS(W("-qZ"))), STATUS_USAGE);
	cr_expect_eq(parse(&v, false, &first, WORDS(W("--count"))), STATUS_USAGE);
	cr_expect_eq(parse(&v, false, &first, WORDS(W("-w"))), STATUS_USAGE);
	cr_expect_eq(parse(&v, false, &first, WORDS(W("--hidden=1"))), STATUS_USAGE);
	cr_expect_eq(parse(&v, false, &first, WORDS(W("--count=0"))), STATUS_USAGE);
	cr_expect_eq(parse(&v, false, &first, WORDS(W("--duratoin=2"))), STATUS_USAGE);
	cr_expect_eq(parse(&v, false, &first, WORDS(W("-j"), W("x"))), STATUS_USAGE);
	cr_expect_eq(parse(&v, false, &first, WORDS(W("--silent"))), STATUS_USAGE);
	fflush(stderr);
	cr_assert_stderr_eq_str(
		"scaptest: unknown option --nope (see scaptest --help)\n"
		"scaptest: unknown option -Z (see scaptest --help)\n"
		"scaptest: --count needs N (see scaptest --help)\n"
		"scaptest: --write needs FILE (see scaptest --help)\n"
		"scaptest: --hidden takes no argument (see scaptest --help)\n"
		"scaptest: --count: '0' is less than 1 (see scaptest --help)\n"
		"scaptest: unknown option --duratoin; do you mean --duration? (see scaptest --help)\n"
		"scaptest: unknown option -j: say -q (see scaptest --help)\n"
		"scaptest: unknown option --silent: say -q (see scaptest --help)\n");
}

Test(opts, closed_standard_streams_are_no_place_for_files)
{
	struct values v = {0};
	int first, fd, error[2];
	char c = 0;

	cr_assert_eq(close(STDIN_FILENO) | close(STDOUT_FILENO), 0);
	cr_expect_eq(parse(&v, false, &first, WORDS(W("-q"))), OPTS_GO);
	fd = open("/dev/null", O_RDONLY);
	cr_expect_gt(fd, STDERR_FILENO);
	errno = 0;
	error[0] = read(STDIN_FILENO, &c, 1) < 0 ? errno : 0;
	error[1] = write(STDOUT_FILENO, &c, 1) < 0 ? errno : 0;
	cr_expect_eq(error[0], EBADF);
	cr_expect_eq(error[1], EBADF);
}

Test(opts, help)
{
	struct values v = {0};
	int first;

	cr_redirect_stdout();
	cr_assert_eq(parse(&v, false, &first, WORDS(W("--help"), W("-Z"))), STATUS_OK);
	fflush(stdout);
	cr_assert_stdout_eq_str(
		"Usage: scaptest [OPTION...] [FILE...]\n"
		"       scaptest -w FILE -- COMMAND [ARG...]\n"
		"Tests options.\n"
		"\n"
		"Output:\n"
		"  -w, --write FILE        write to this file\n"
		"  -q                      say nothing\n"
		"\n"
		"Limits:\n"
		"  -c, --count N           stop after so many events, whichever kind they are\n"
		"                          of, and then write what is there\n"
		"      --a-name-that-is-too-long N\n"
		"                          its help is on the next line\n"
		"  -d, --duration SECONDS  stop after so long\n"
		"\n"
		"  -h, --help              show this help\n"
		"  -V, --version           show the version\n"
		"\n"
		"Examples:\n"
		"  scaptest -q\n");
}

Test(opts, a_tool_can_have_the_letter_of_version_for_itself)
{
	bool verbose = false;
	const struct opt options[] = {
		{'V', "verbose", NULL, "show more", opt_true, &verbose},
		{0},
	};
	const struct opts_cli cli = {
		.tool = "scaptest", .usage = "-V", .about = "Tests options.", .options = options};
	int first;

	cr_redirect_stdout();
	cr_expect_eq(opts_parse(&cli, 2, WORDS(W("-V")), &first), OPTS_GO);
	cr_expect(verbose);
	cr_expect_eq(opts_parse(&cli, 2, WORDS(W("--version")), &first), STATUS_OK);
	cr_expect_eq(opts_parse(&cli, 2, WORDS(W("--help")), &first), STATUS_OK);
	fflush(stdout);
	cr_assert_stdout_eq_str("scaptest (scaptools) " VERSION "\n"
				"Usage: scaptest -V\n"
				"Tests options.\n"
				"\n"
				"Options:\n"
				"  -V, --verbose  show more\n"
				"  -h, --help     show this help\n"
				"      --version  show the version\n");
}

Test(opts, version)
{
	struct values v = {0};
	int first;

	cr_redirect_stdout();
	cr_assert_eq(parse(&v, false, &first, WORDS(W("-V"))), STATUS_OK);
	fflush(stdout);
	cr_assert_stdout_eq_str("scaptest (scaptools) " VERSION "\n");
}
