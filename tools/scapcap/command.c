/* SPDX-License-Identifier: MIT */
/* A child that is recorded like every other process, from its first return of fork on. */
#include "tools/scapcap/command.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/msg.h"

/* As shells have it. */
#define STATUS_NOT_RUN   126
#define STATUS_NOT_FOUND 127

void command_reset_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ};

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], SIG_DFL);
}

static void run(char **argv, bool quiet_stdout)
{
	int why;

	command_reset_signals();
	if (quiet_stdout)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp(argv[0], argv);
	why = errno;
	msg_warn(argv[0], "cannot run: %s", strerror(why));
	_exit(why == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUN);
}

int command_start(struct command *c, char **argv, bool quiet_stdout, void (*before)(void *arg),
	void *arg, struct err *err)
{
	*c = (struct command){.pid = fork()};
	if (c->pid == 0) {
		if (before)
			before(arg);
		run(argv, quiet_stdout);
	}
	if (c->pid < 0) {
		c->pid = 0;
		return err_errno(err, "cannot start the command");
	}
	return 0;
}

bool command_ended(struct command *c)
{
	int status;

	if (!c->pid || waitpid(c->pid, &status, WNOHANG) != c->pid)
		return false;
	c->pid = 0;
	c->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return true;
}
