/* SPDX-License-Identifier: MIT */
/*
 * Whoever ends scapcap without warning keeps what was captured: the file can be read up to its last
 * whole block. Skipped where the machine or the user may not capture.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/live.h"
#include "support/capture.h"
#include "support/run.h"

/* As many as ROUNDS says, or these. */
#define FEW 10

static pid_t start_scapcap(const char *file)
{
	char path[512];
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(path, sizeof(path), "%s/scapcap", tools_dir());
	dup2(open("/dev/null", O_RDWR | O_CLOEXEC), STDERR_FILENO);
	execl(path, path, "-w", file, "-d", "3600", (char *)NULL);
	_exit(126);
}

static void open_one(void)
{
	close(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

#define ENOUGH 10000 /* events, a megabyte */

/* Waits until the file has so many events. Returns whether it did before scapcap ended. */
static bool wait_for_events(pid_t pid, const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	uint32_t head[2]; /* of a block: its type and length */
	size_t events = 0;
	off_t at = 0;

	while (events < ENOUGH && waitpid(pid, NULL, WNOHANG) != pid) {
		if (pread(fd, head, sizeof(head), at) < (ssize_t)sizeof(head) || !head[1]) {
			usleep(1000);
			continue;
		}
		events += head[0] == BT_EV_V2 || head[0] == BT_EVF_V2;
		at += head[1];
	}
	close(fd);
	return events == ENOUGH;
}

/* Every block is whole but the last one, which may end early; and there are events. */
static void check_file(const char *file)
{
	struct buf bytes = {0};
	struct capture c;
	struct event ev;
	struct err err = {0};
	size_t events = 0;

	cr_assert(file_read(file, &bytes));
	cr_assert(capture_open(&c, buf_view(&bytes)), "%s", c.err.text);
	while (capture_next(&c) == 1) {
		if (c.block.info->kind != BLOCK_EVENT)
			continue;
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
		events++;
	}
	cr_expect(c.err.code == ERR_NONE || c.err.code == ERR_TRUNCATED, "%s", c.err.text);
	cr_expect_gt(events, 100);
	capture_close(&c);
	buf_release(&bytes);
}

Test(capture, killed_at_any_moment_leaves_a_file_of_whole_blocks, .timeout = 1000)
{
	char file[] = "/tmp/test_kill.XXXXXX";
	struct err err = {0};
	const struct capture_opts opts = {.ring_size = 4096};
	struct capture *cap = capture_new(&opts, &err);
	int rounds = getenv("ROUNDS") ? atoi(getenv("ROUNDS")) : FEW;
	struct live load;
	pid_t pid;

	capture_free(cap);
	if (!cap && err.code == ERR_UNSUPPORTED)
		cr_skip_test("%s", err.text);
	close(mkstemp(file));
	load = live_start(NULL, NULL, open_one);
	for (int i = 0; i < rounds; i++) {
		cr_assert_eq(truncate(file, 0), 0);
		pid = start_scapcap(file);
		cr_assert(wait_for_events(pid, file), "scapcap ended by itself");
		usleep((useconds_t)i * 7919);
		kill(pid, SIGKILL);
		cr_assert_eq(waitpid(pid, NULL, 0), pid);
		check_file(file);
	}
	live_end(&load);
	unlink(file);
}
