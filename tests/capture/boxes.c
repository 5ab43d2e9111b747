/* SPDX-License-Identifier: MIT */
/* Scripts do most of the work: what engines want to be told is command lines. */
#include "capture/boxes.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/run.h"

#define SHORT_ID 12

static struct {
	char dir[40];
	bool own_run; /* engines had no folder in /run before */
	char odd[256];
	pid_t engines[4];
	size_t n;
} boxes;

bool boxes_do(const char *script)
{
	char command[4096];
	int n = snprintf(command, sizeof(command), "{ %s\n} >>\"$W/log\" 2>&1 </dev/null", script);

	cr_assert(n > 0 && (size_t)n < sizeof(command));
	return system(command) == 0;
}

void boxes_ask(const char *script, char *text, size_t size)
{
	FILE *p = popen(script, "r");
	size_t n;

	cr_assert_not_null(p);
	n = fread(text, 1, size - 1, p);
	pclose(p);
	while (n && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
}

void boxes_lack(const char *what)
{
	char last[256] = "";

	if (boxes.dir[0])
		boxes_ask("tail -n 1 \"$W/log\"", last, sizeof(last));
	boxes_end();
	if (getenv("NEED_CONTAINERS"))
		cr_assert_fail("%s: %s", what, last);
	cr_skip_test("%s: %s", what, last);
}

void boxes_begin(const char *programs)
{
	char command[256], lacks[256], id[80];

	if (geteuid() != 0)
		boxes_lack("containers need root");
	snprintf(command, sizeof(command),
		"for p in busybox %s; do command -v $p >/dev/null || printf '%%s ' $p; done", programs);
	boxes_ask(command, lacks, sizeof(lacks));
	if (lacks[0])
		boxes_lack(lacks);
	strcpy(boxes.dir, "/tmp/scapcap-boxes-XXXXXX");
	cr_assert_not_null(mkdtemp(boxes.dir));
	setenv("W", boxes.dir, 1);
	setenv("G", boxes.dir + strlen("/tmp/"), 1);
	boxes_ask("printf %s $W | sha256sum | cut -c 1-64", id, sizeof(id));
	setenv("ID", id, 1);
	boxes.own_run = access("/run/containerd", F_OK) < 0;
	boxes_do("mkdir -p $W/rootfs/bin $W/rootfs/proc && cp $(command -v busybox) $W/rootfs/bin &&"
		 "ln -s busybox $W/rootfs/bin/sh");
}

static void stop(pid_t pid)
{
	for (int i = 0; i < 500; i++) {
		kill(pid, SIGTERM);
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return;
		usleep(20000);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Mounts inside of others first; cgroups of all hierarchies. Returns whether nothing is left. */
static bool removed(void)
{
	int got = system(
		"exec >/dev/null 2>&1;"
		"awk -v w=\"$W/\" 'index($5, w) == 1 { print $5 }' /proc/self/mountinfo | sort -r |"
		"xargs -r -n 1 umount -l;"
		"find /sys/fs/cgroup -depth -type d -path \"*/$G*\" -exec rmdir {} +;"
		"rm -rf \"$W\" && ! find /sys/fs/cgroup -type d -name \"$G\" | grep -q .");

	return got == 0;
}

void boxes_end(void)
{
	bool clean = false;

	while (boxes.n)
		stop(boxes.engines[--boxes.n]);
	if (!boxes.dir[0])
		return;
	if (boxes.own_run)
		boxes_do("rmdir /run/containerd/runc /run/containerd/s /run/containerd");
	/* What an engine started to clean up may still be at it. */
	for (int i = 0; i < 200 && !clean; i++) {
		clean = removed();
		if (!clean)
			usleep(50000);
	}
	cr_expect(clean, "%s or its cgroup stays", boxes.dir);
	boxes.dir[0] = '\0';
}

pid_t boxes_start(const char *engine, const char *ready)
{
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid == 0) {
		char command[1024];

		prctl(PR_SET_PDEATHSIG, SIGTERM);
		snprintf(command, sizeof(command), "exec %s >>\"$W/log\" 2>&1 </dev/null", engine);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 400 && waitpid(pid, NULL, WNOHANG) == 0; i++) {
		if (boxes_do(ready)) {
			boxes.engines[boxes.n++] = pid;
			return pid;
		}
		usleep(50000);
	}
	stop(pid);
	return 0;
}

const char *boxes_file(const char *name)
{
	static char paths[4][96];
	static size_t at;

	at = (at + 1) % 4;
	snprintf(paths[at], sizeof(paths[at]), "%s/%s", boxes.dir, name);
	return paths[at];
}

/* Whether all lines are the same; keeps the first that is not. */
static bool all_are(char *lines, const char *want)
{
	char *line, *rest = lines;
	size_t n = 0;

	snprintf(boxes.odd, sizeof(boxes.odd), "no events");
	while ((line = strsep(&rest, "\n")) && *line) {
		if (strcmp(line, want) != 0) {
			snprintf(boxes.odd, sizeof(boxes.odd), "event %zu: %s", n + 1, line);
			return false;
		}
		n++;
	}
	return n > 0;
}

const char *boxes_odd(void)
{
	return boxes.odd;
}

bool boxes_named(const char *file, const char *id, const char *template, const char *want)
{
	char filter[64];
	struct run r;
	bool ok;

	snprintf(filter, sizeof(filter), "container.id=%.*s", SHORT_ID, id);
	RUN(&r, "scapcat", "-p", template, "-Y", filter, file);
	cr_expect_eq(r.status, 0, "%s", (const char *)r.err.p);
	ok = all_are((char *)r.out.p, want);
	run_release(&r);
	return ok;
}
