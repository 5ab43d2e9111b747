/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/build.h"

/* scapcat between two pipes. */
struct between {
	struct build b; /* two events that it is given */
	size_t first;   /* bytes up to the second */
	int in, out;
	pid_t pid;
};

static void become_scapcat(int in, int out)
{
	const char *dir = getenv("TOOLS_DIR");
	char path[4096];

	snprintf(path, sizeof(path), "%s/scapcat", dir ? dir : "build/release");
	signal(SIGINT, SIG_DFL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	execl(path, path, "-p", "%evt.type", "-", (char *)NULL);
	_exit(127);
}

static void between_start(struct between *t)
{
	int in[2], out[2];

	build_section(&t->b, 2);
	build_event(&t->b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = 7}, PARAMS(P_S64(0)));
	t->first = t->b.out.n;
	build_event(&t->b, &(struct build_event){.type = PPME_SYSCALL_DUP_X, .tid = 7}, PARAMS(P_S64(1)));
	cr_assert(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
	t->pid = fork();
	if (t->pid == 0)
		become_scapcat(in[0], out[1]);
	close(in[0]);
	close(out[1]);
	t->in = in[1];
	t->out = out[0];
}

/* Gives it so many bytes of what it has not got yet, and waits for a line of it. */
static void expect_line(struct between *t, size_t from, size_t to, const char *line)
{
	char got[64] = "";

	cr_assert_eq(write(t->in, t->b.out.p + from, to - from), (ssize_t)(to - from));
	cr_assert_gt(read(t->out, got, sizeof(got) - 1), 0);
	cr_expect_str_eq(got, line);
}

static int between_end(struct between *t)
{
	int status = -1;

	close(t->in);
	cr_assert_eq(waitpid(t->pid, &status, 0), t->pid);
	close(t->out);
	build_release(&t->b);
	return status;
}

/* As Ctrl-C does to all programs of a pipeline. */
Test(stay, an_interrupt_leaves_time_for_the_rest_of_a_pipe)
{
	struct between t = {0};

	between_start(&t);
	expect_line(&t, 0, t.first, "close\n");
	kill(t.pid, SIGINT);
	expect_line(&t, t.first, t.b.out.n, "dup\n");
	cr_expect_eq(between_end(&t), 0);
}

Test(stay, a_second_interrupt_ends)
{
	struct between t = {0};
	int status;

	between_start(&t);
	expect_line(&t, 0, t.first, "close\n");
	kill(t.pid, SIGINT);
	expect_line(&t, t.first, t.b.out.n, "dup\n");
	kill(t.pid, SIGINT);
	cr_expect_eq(read(t.out, &(char){0}, 1), 0, "it ends before the pipe does");
	status = between_end(&t);
	cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}
