/* SPDX-License-Identifier: MIT */
/* The three streams are unnamed files, so that nobody waits for anybody. */
#include "support/run.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

const char *tools_dir(void)
{
	const char *dir = getenv("TOOLS_DIR");

	return dir ? dir : "build/release";
}

static void child(FILE *streams[3], const char *const *argv)
{
	struct buf path = {0};

	buf_printf(&path, "%s/%s", tools_dir(), argv[0]);
	buf_u8(&path, 0);
	for (int fd = 0; fd < 3; fd++)
		if (dup2(fileno(streams[fd]), fd) < 0)
			_exit(127);
	execv((const char *)path.p, (char *const *)(uintptr_t)argv);
	_exit(127);
}

static void keep(struct buf *to, FILE *f)
{
	uint8_t *p;
	size_t n;

	rewind(f);
	while ((p = buf_reserve(to, 4096)) && (n = fread(p, 1, 4095, f)) > 0)
		to->n += n;
	if (p)
		*p = 0;
}

static void run_with(struct run *r, FILE *streams[3], const char *const *argv)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0)
		child(streams, argv);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return;
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	keep(&r->out, streams[1]);
	keep(&r->err, streams[2]);
}

void run_tool(struct run *r, const char *const *argv, struct span in)
{
	FILE *streams[3] = {tmpfile(), tmpfile(), tmpfile()};

	*r = (struct run){.status = -1};
	if (streams[0] && streams[1] && streams[2]) {
		if (in.n)
			fwrite(in.p, 1, in.n, streams[0]);
		rewind(streams[0]);
		run_with(r, streams, argv);
	}
	for (int i = 0; i < 3; i++)
		if (streams[i])
			fclose(streams[i]);
}

void run_release(struct run *r)
{
	buf_release(&r->out);
	buf_release(&r->err);
}

void run_needs_capture(void)
{
	struct run r;

	RUN(&r, "scapcap", "--check");
	if (r.status != 0)
		cr_skip_test("%s%s", (const char *)r.out.p, (const char *)r.err.p);
	run_release(&r);
}
