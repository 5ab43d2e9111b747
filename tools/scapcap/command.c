/* SPDX-License-Identifier: MIT */
/*
 * The child waits for the end of a pipe before it runs the command, so that nothing of the command
 * happens before the capture has begun. If we die first the pipe ends too, but without the byte
 * that says go.
 */
#include "tools/scapcap/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/msg.h"

#define STATUS_NOT_RUN 127

static void run(char **argv, int wait_fd, bool quiet_stdout)
{
	char go;

	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (read(wait_fd, &go, 1) != 1)
		_exit(STATUS_NOT_RUN);
	if (quiet_stdout)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	execvp(argv[0], argv);
	msg_warn(argv[0], "cannot run: %s", strerror(errno));
	_exit(STATUS_NOT_RUN);
}

int command_start(struct command *c, char **argv, bool quiet_stdout, struct err *err)
{
	int fds[2];

	*c = (struct command){.go = -1};
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_errno(err, "cannot make a pipe");
	c->pid = fork();
	if (c->pid == 0) {
		close(fds[1]);
		run(argv, fds[0], quiet_stdout);
	}
	close(fds[0]);
	c->go = fds[1];
	if (c->pid < 0) {
		c->pid = 0;
		command_release(c);
		return err_errno(err, "cannot start the command");
	}
	return 0;
}

void command_go(struct command *c)
{
	if (c->pid && write(c->go, "", 1) != 1)
		c->status = STATUS_NOT_RUN;
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

void command_release(struct command *c)
{
	if (c->go >= 0)
		close(c->go);
	c->go = -1;
}
