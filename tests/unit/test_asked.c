/* SPDX-License-Identifier: MIT */
/* Filters from options, files and the words of a command line. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "support/match.h"
#include "support/render.h"
#include "ask/asked.h"

#define FILE_1 "fixtures/pairs.scap"
#define FILE_2 "fixtures/exits.scap"

/* No settings of whoever runs the tests. */
static void no_settings(void)
{
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
}

/* Words, which end with NULL: so many files, and this filter, NULL: none. */
static void expect_split(bool only_words, size_t files, const char *filter,
	const char *const *words)
{
	struct asked a = {0};
	struct err err = {0};
	size_t n = 0, got;

	while (words[n])
		n++;
	cr_assert_eq(asked_macros(&a, &err), 0);
	cr_assert_eq(macros_add(a.macros, span_str("mine=evt.num=1"), &err), 0);
	cr_expect_eq(asked_operands(&a, words, n, only_words, &got, &err), 0, "%s", err.text);
	cr_expect_eq(got, files, "%s: %zu files", words[0], got);
	cr_expect_eq(a.parts != NULL, filter != NULL, "%s", words[0]);
	if (a.parts && filter)
		cr_expect_str_eq(a.parts->text, filter);
	asked_release(&a);
}

#define SPLIT(only_words, files, filter, ...)                                                      \
	expect_split(only_words, files, filter, (const char *[]){__VA_ARGS__, NULL})

Test(asked, operands_are_files_and_then_a_filter, .init = no_settings)
{
	SPLIT(false, 1, NULL, FILE_1);
	SPLIT(false, 2, NULL, FILE_1, "-");
	SPLIT(false, 1, "proc.name=cat and evt.type=open", FILE_1, "proc.name=cat", "and",
		"evt.type=open");
	SPLIT(false, 2, "proc.name = cat", FILE_1, FILE_2, "proc.name", "=", "cat");
	SPLIT(false, 0, "not fd.name exists", "not", "fd.name", "exists");
	SPLIT(false, 1, "mine", FILE_1, "mine");
	/* What is a file by name is none behind the first word of a filter. */
	SPLIT(false, 1, "proc.exe = " FILE_2, FILE_1, "proc.exe", "=", FILE_2);
	/* A file that is not there is told of as a file. */
	SPLIT(false, 2, NULL, FILE_1, "nosuch.scap");
	SPLIT(false, 2, "evt.num=1", "nosuch.scap", FILE_1, "evt.num=1");
	/* With -r, everything is a filter. */
	SPLIT(true, 0, FILE_1, FILE_1);
	SPLIT(true, 0, "proc.nam = cat", "proc.nam", "=", "cat");
}

/* What asked_finish makes of some filters, which end with NULL. */
static void expect_finish(const char *want, const char *const *filters)
{
	struct asked a = {0};
	struct err err = {0};

	while (*filters)
		cr_assert_eq(asked_set_filter(&a, *filters++, &err), 0);
	cr_expect_eq(asked_finish(&a, true), OPTS_GO);
	cr_expect((a.filter != NULL) == (want != NULL));
	if (a.filter && want)
		cr_expect_str_eq(a.filter, want);
	asked_release(&a);
}

Test(asked, all_filters_have_to_pass, .init = no_settings)
{
	expect_finish(NULL, (const char *[]){NULL});
	expect_finish("evt.num=1 or evt.num=2", (const char *[]){"evt.num=1 or evt.num=2", NULL});
	expect_finish("(evt.num=1 or evt.num=2) and (evt.cpu=0)",
		(const char *[]){"evt.num=1 or evt.num=2", "evt.cpu=0", NULL});
}

static void write_file(char *path, const char *text)
{
	int fd = mkstemp(path);

	cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

Test(asked, files_have_comments_and_lines, .init = no_settings)
{
	static char name[] = "scaptest";
	char path[] = "/tmp/scap-asked-XXXXXX", want[256];
	struct asked a = {0};
	struct err err = {0};

	write_file(path, "# what\nevt.num=1 # or\n  and proc.nam = '#'\n");
	program_invocation_short_name = name;
	cr_redirect_stderr();
	cr_assert_eq(asked_set_file(&a, path, &err), 0, "%s", err.text);
	cr_expect_str_eq(a.parts->text, "      \nevt.num=1     \n  and proc.nam = '#'\n");
	cr_expect_eq(asked_finish(&a, true), STATUS_USAGE);
	snprintf(want, sizeof(want),
		"scaptest: %s:3: there is no field proc.nam; do you mean proc.name? (see scaptest --help)\n"
		"  and proc.nam = '#'\n      ^\n",
		path);
	fflush(stderr);
	cr_expect_stderr_eq_str(want);
	unlink(path);
	asked_release(&a);
}

Test(asked, files_that_are_not_there, .init = no_settings)
{
	struct asked a = {0};
	struct err err = {0};

	cr_expect_eq(asked_set_file(&a, "/nosuch", &err), -1);
	cr_expect_str_eq(err.text, "there is no file /nosuch");
	err_clear(&err);
	cr_expect_eq(asked_set_file(&a, "/", &err), -1);
	cr_expect_str_eq(err.text, "/: cannot read: Is a directory");
	asked_release(&a);
}

/* Those of the command line come later, and so they count. */
Test(asked, macros_of_the_user)
{
	char folder[] = "/tmp/scap-asked-XXXXXX", path[128];
	struct asked a = {0};
	struct err err = {0};
	FILE *f;

	cr_assert(mkdtemp(folder));
	setenv("XDG_CONFIG_HOME", folder, 1);
	snprintf(path, sizeof(path), "mkdir %s/scaptools", folder);
	cr_assert_eq(system(path), 0);
	snprintf(path, sizeof(path), "%s/scaptools/macros", folder);
	f = fopen(path, "w");
	cr_assert(f && fputs("a = evt.num=1\nb = evt.num=2\n", f) >= 0 && fclose(f) == 0);
	cr_assert_eq(asked_set_macro(&a, "b=evt.num=3", &err), 0);
	cr_assert_eq(asked_macros(&a, &err), 0, "%s", err.text);
	cr_expect(span_eq(macros_find(a.macros, span_str("a")), span_str("evt.num=1")));
	cr_expect(span_eq(macros_find(a.macros, span_str("b")), span_str("evt.num=3")));
	asked_release(&a);

	f = fopen(path, "a");
	cr_assert(f && fputs("c\n", f) >= 0 && fclose(f) == 0);
	cr_expect_eq(asked_macros(&a, &err), -1);
	cr_expect(strstr(err.text, "/scaptools/macros:3: a definition is NAME = EXPRESSION"), "%s",
		err.text);
	asked_release(&a);
	err_clear(&err);
	no_settings();
	cr_assert_eq(asked_set_macro(&a, "c", &err), 0);
	cr_expect_eq(asked_macros(&a, &err), -1);
	cr_expect_str_eq(err.text, "--macro: a definition is NAME = EXPRESSION");
	asked_release(&a);
	snprintf(path, sizeof(path), "rm -r %s", folder);
	cr_assert_eq(system(path), 0);
}

/* --- filters as people write them ------------------------------------------------------------ */

/* Thread 7 with other numbers, which open, read and control a file, and a socket. */
static void build_threads(struct build *b)
{
	struct meta_proc procs[] = {build_proc(145515, 1, "cat"), build_proc(145516, 1, "dog")};
	struct meta_fd fds[] = {build_file(3, "/etc/hosts"),
		build_tcp4(4, 0x0a000001, 80, 0x0a000002, 9)};

	build_section(b, 2);
	build_procs(b, 9, BUILD_TAIL, procs, ARRAY_SIZE(procs));
	build_fds(b, 2, 145515, fds, ARRAY_SIZE(fds));
	build_fds(b, 2, 145516, fds, ARRAY_SIZE(fds));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_READ_E, .tid = 145515},
		PARAMS(P_S64(3), P_U32(9)));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_READ_E, .tid = 145516},
		PARAMS(P_S64(4), P_U32(9)));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_IOCTL_3_E, .tid = 145515},
		PARAMS(P_S64(3), P_U64(1), P_U64(2)));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_OPEN_X, .tid = 145515},
		PARAMS(P_S64(-2), P_STR("x"), P_U32(1), P_U32(0), P_U32(5), P_U64(1)));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_WRITE_E, .tid = 145516},
		PARAMS(P_S64(3), P_U32(9)));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_BRK_4_E, .tid = 145515},
		PARAMS(P_U64(0)));
}

Test(asked, filters_of_users_work_as_written)
{
	static const struct {
		const char *filter, *numbers;
	} rows[] = {
		{"sysdig.thread_id == 145515 and evt.category in {\"net\",\"file\"} and not "
		 "sysdig.event_name == \"ioctl\"",
			"1 4"},
		{"(sysdig.thread_id in {145515,145516} and evt.category in {\"file\"}) && "
		 "evt.is_io==1",
			"1 5"},
		{"proc.name=cat and evt.type=open", "4"},
		{"fd.port=80", "2"},
		{"evt.failed=true", "4"},
		{"not fd.name exists", "6"},
	};
	struct match matches[ARRAY_SIZE(rows)] = {0};
	struct build b = {0};

	build_threads(&b);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		matches[i].text = rows[i].filter;
	match_run(buf_view(&b.out), matches, ARRAY_SIZE(rows), NULL);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect(span_eq(buf_view(&matches[i].numbers), span_str(rows[i].numbers)),
			"%s: %.*s", rows[i].filter, (int)matches[i].numbers.n,
			(const char *)matches[i].numbers.p);
	match_release(matches, ARRAY_SIZE(rows));
	build_release(&b);
}
