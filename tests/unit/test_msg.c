/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/msg.h"

static void as_tool(void)
{
	static char name[] = "scaptest";

	program_invocation_short_name = name;
	cr_redirect_stderr();
}

Test(msg, one_form)
{
	struct err err = {0};

	as_tool();
	msg_warn("a.scap", "%d blocks were skipped", 3);
	msg_warn(NULL, "no file");
	err_set_at(&err, ERR_FORMAT, 1234, "block too long");
	msg_err("-", &err);
	msg_warn(msg_output("-"), "is a terminal");
	msg_warn(msg_output("-x"), "is none");
	cr_expect_eq(msg_usage("no output (%s)", "-w"), STATUS_USAGE);
	fflush(stderr);
	cr_assert_stderr_eq_str("scaptest: a.scap: 3 blocks were skipped\n"
				"scaptest: no file\n"
				"scaptest: standard input: offset 1234: block too long\n"
				"scaptest: standard output: is a terminal\n"
				"scaptest: -x: is none\n"
				"scaptest: no output (-w) (see scaptest --help)\n");
}

Test(msg, names_from_files_cannot_steer_the_terminal)
{
	as_tool();
	msg_warn("\x1b[2Jevil\n", "tab\there\x7f");
	fflush(stderr);
	cr_assert_stderr_eq_str("scaptest: ?[2Jevil?: tab?here?\n");
}

Test(msg, a_long_message_is_still_one_line)
{
	char name[3000], line[1100] = {0};
	FILE *f;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	as_tool();
	msg_warn(name, "cut");
	fflush(stderr);
	f = cr_get_redirected_stderr();
	cr_assert_not_null(fgets(line, sizeof(line), f));
	cr_expect(line[0] == 's' && strlen(line) > 1000 && line[strlen(line) - 1] == '\n');
}

/* Makes fd the standard output, prints a text of n bytes and ends as a main does. */
static int finish_on(int fd, size_t n, int status)
{
	cr_assert(fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
	for (size_t i = 0; i < n; i++)
		putchar('x');
	return msg_finish(status);
}

Test(msg, a_full_disk_is_told)
{
	as_tool();
	cr_expect_eq(finish_on(open("/dev/full", O_WRONLY), 10, STATUS_OK), STATUS_DATA);
	fflush(stderr);
	cr_assert_stderr_eq_str("scaptest: standard output: cannot write: No space left on device\n");
}

/* More than stdio keeps: the failure was long before the end, and its reason is not known any more. */
Test(msg, an_earlier_failure_is_told_too)
{
	as_tool();
	cr_expect_eq(finish_on(open("/dev/full", O_WRONLY), 100000, STATUS_USAGE), STATUS_USAGE);
	fflush(stderr);
	cr_assert_stderr_neq_str("");
}

Test(msg, who_saw_an_earlier_failure_can_tell_its_reason)
{
	char big[100000] = "";

	as_tool();
	cr_assert(dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO) >= 0);
	cr_assert_lt(fwrite(big, 1, sizeof(big), stdout), sizeof(big));
	cr_expect_eq(msg_finish_failed(STATUS_OK, errno), STATUS_DATA);
	fflush(stderr);
	cr_assert_stderr_eq_str("scaptest: standard output: cannot write: No space left on device\n");
}

Test(msg, a_reader_that_went_away_is_no_failure)
{
	int p[2];

	as_tool();
	signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(pipe(p), 0);
	close(p[0]);
	cr_expect_eq(finish_on(p[1], 100000, STATUS_OK), STATUS_OK);
	fflush(stderr);
	cr_assert_stderr_eq_str("");
}

Test(msg, who_prints_nothing_needs_no_output)
{
	as_tool();
	close(STDOUT_FILENO);
	cr_expect_eq(msg_finish(STATUS_OK), STATUS_OK);
	fflush(stderr);
	cr_assert_stderr_eq_str("");
}
