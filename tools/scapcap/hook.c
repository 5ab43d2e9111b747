/* SPDX-License-Identifier: MIT */
/*
 * The file's name is an argument of the shell, never part of the text that the shell reads, so no
 * name can be taken for a command. The commands yield to everybody else: the capture comes first.
 */
#include "tools/scapcap/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "tools/scapcap/command.h"

#define LOWEST 19 /* as a nice value */

/* In the new process, where the locks of threads that it does not have may be held: no memory is made. */
static void run_script(const char *script, const char *file)
{
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	command_reset_signals();
	/* Who interrupts the capture at the terminal wants the work on its files to be done. */
	setpgid(0, 0);
	setpriority(PRIO_PROCESS, 0, LOWEST);
	/* Standard input belongs to COMMAND, and a terminal stops who reads in the background. */
	if (nothing >= 0)
		dup2(nothing, STDIN_FILENO);
	/* Standard output may be the capture or the names of the files. */
	dup2(STDERR_FILENO, STDOUT_FILENO);
	execl("/bin/sh", "sh", "-c", script, "scapcap", file, (char *)NULL);
	_exit(127);
}

/* Starts the command. Returns its process, or -1. */
static pid_t start(const char *command, const char *file)
{
	struct buf script = {0};
	pid_t pid = -1;

	buf_printf(&script, "%s \"$1\"", command);
	buf_u8(&script, 0);
	if (!script.failed)
		pid = fork();
	if (pid == 0)
		run_script((const char *)script.p, file);
	buf_release(&script);
	return pid;
}

/* As waitpid; returns 0, too, when there is no time to wait. */
static pid_t wait_for(const struct hook *h, pid_t pid, int *status, bool wait)
{
	pid_t got;

	do
		got = waitpid(pid, status, wait && !(h->enough && h->enough(0)) ? 0 : WNOHANG);
	while (got < 0 && errno == EINTR);
	return got;
}

/* Takes the i-th out if it has ended; with wait, waits for that. */
static bool take_out(struct hook *h, size_t i, bool wait)
{
	struct hook_run *run = &h->running[i];
	int status = 0;
	pid_t pid = wait_for(h, run->pid, &status, wait);

	if (pid == 0)
		return false;
	if (pid < 0 || status != 0)
		h->failed++;
	if (run->doomed)
		(void)unlink(run->file);
	free(run->file);
	*run = h->running[--h->n];
	return true;
}

void hook_collect(struct hook *h)
{
	size_t i = 0;

	while (i < h->n)
		if (!take_out(h, i, false))
			i++;
}

void hook_end(struct hook *h)
{
	while (h->n && take_out(h, 0, true))
		;
	hook_collect(h);
	while (h->n)
		free(h->running[--h->n].file);
}

void hook_run(struct hook *h, const char *file)
{
	pid_t pid;

	if (!h->command)
		return;
	hook_collect(h);
	if (h->n == HOOKS_MAX && !take_out(h, 0, true)) {
		h->failed++;
		return;
	}
	pid = start(h->command, file);
	if (pid < 0)
		h->failed++;
	else
		h->running[h->n++] = (struct hook_run){.pid = pid, .file = strdup(file)};
}

void hook_delete(struct hook *h, const char *file)
{
	for (size_t i = 0; i < h->n; i++) {
		struct hook_run *run = &h->running[i];

		if (run->file && strcmp(run->file, file) == 0) {
			run->doomed = true;
			return;
		}
	}
	(void)unlink(file);
}
