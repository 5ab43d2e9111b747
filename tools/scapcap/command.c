/* SPDX-License-Identifier: MIT */
/* A child that is recorded like every other process, from its first return of fork on. */
#include "tools/scapcap/command.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/msg.h"

#define STATUS_NOT_RUN 127

static void run(char **argv, bool quiet_stdout)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (quiet_stdout)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp(argv[0], argv);
	msg_warn(argv[0], "cannot run: %s", strerror(errno));
	_exit(STATUS_NOT_RUN);
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
