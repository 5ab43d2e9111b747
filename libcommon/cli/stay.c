/* SPDX-License-Identifier: MIT */
/*
 * A terminal interrupts all programs of a pipeline at once. The first of them, a capture, ends in
 * order; the others have their end when it closes the pipe, and would lose what is on its way, or all
 * they have, if they ended before.
 */
#include "cli/stay.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

static void pass_over(int signal UNUSED)
{
}

void stay_for_writer(const char *path)
{
	const struct sigaction once = {.sa_handler = pass_over, .sa_flags = SA_RESETHAND | SA_RESTART};
	struct sigaction old;
	struct stat st;

	if (strcmp(path, "-") != 0 || fstat(STDIN_FILENO, &st) < 0)
		return;
	if (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode))
		return;
	if (sigaction(SIGINT, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
		sigaction(SIGINT, &once, NULL);
}
