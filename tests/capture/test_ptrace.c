/* SPDX-License-Identifier: MIT */
/*
 * Commands that are traced: how they end, what becomes of their threads and children, what they may
 * not be combined with. (What their calls look like: test_truth.c.)
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/map.h"
#include "capture/live.h"
#include "capture/workload.h"
#include "support/run.h"

#define TRACED "scapcap", "-q", "-w", "/dev/null", "--ptrace"

static int status_of(const char *script)
{
	struct run r;
	int status;

	RUN(&r, TRACED, "--", "sh", "-c", script);
	status = r.status;
	run_release(&r);
	return status;
}

Test(ptrace, the_status_is_the_commands, .timeout = 300)
{
	struct run r;

	cr_expect_eq(status_of("exit 5"), 5);
	cr_expect_eq(status_of("true | false"), 1);
	cr_expect_eq(status_of("kill -9 $$"), 128 + SIGKILL);
	RUN(&r, TRACED, "--", "/nowhere/command");
	cr_expect_eq(r.status, 127);
	run_release(&r);
}

/* Each with what says why it is refused. */
Test(ptrace, what_only_the_kernel_sees_is_refused, .timeout = 300)
{
	static const char *const refused[][3] = {
		{"--pid", "1", "threads cannot be chosen"},
		{"--comm", "sh", "threads cannot be chosen"},
		{"--uid", "0", "threads cannot be chosen"},
		{"--switch", "-q", "--switch"},
		{"--page-faults", "-q", "--page-faults"},
		{"-Z", "nobody", "-Z"},
	};
	struct run r;

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		RUN(&r, TRACED, refused[i][0], refused[i][1], "--", "true");
		cr_expect_eq(r.status, 2, "%s", refused[i][0]);
		cr_expect(strstr((const char *)r.err.p, refused[i][2]), "%s", r.err.p);
		run_release(&r);
	}
	RUN(&r, TRACED);
	cr_expect_eq(r.status, 2);
	cr_expect(strstr((const char *)r.err.p, "a COMMAND is needed"));
	run_release(&r);
}

/* Traces a script into memory. */
static void trace(struct buf *to, const char *script, const char *calls)
{
	char text[1024];
	char *command[] = {TEXT("sh"), TEXT("-c"), text, NULL};
	struct setup setup = setup_of(false, command);

	snprintf(text, sizeof(text), "%s", script);
	setup.capture.traced = command;
	setup.capture.signals = true;
	if (calls)
		cr_assert_eq(choose_calls(&setup.capture.choice, calls, &(struct err){0}), 0);
	capture_into(to, &setup, NULL);
}

struct seen {
	struct map threads; /* whether it has ended, by tid */
	size_t ended, signals, hidden, writes, going_on, cut;
};

static void see(void *arg, const struct event *ev, const struct moment *m)
{
	struct seen *s = arg;
	int64_t v = -1;

	(void)m;
	s->hidden += ev->flags & EVENT_HIDDEN;
	s->writes += ev->type == PPME_SYSCALL_WRITE_X;
	*(bool *)map_put(&s->threads, (uint64_t)ev->tid) |= ev->type == PPME_PROCEXIT_1_E;
	s->ended += ev->type == PPME_PROCEXIT_1_E;
	if (ev->type == PPME_SOCKET_CONNECT_X && ev->flags & EVENT_HIDDEN && event_i64(ev, 0, &v))
		s->going_on += v == -EINPROGRESS;
	if (ev->type == PPME_SYSCALL_READ_X && event_i64(ev, 0, &v))
		s->cut += v == -512; /* ERESTARTSYS */
	if (ev->type == PPME_SIGNALDELIVER_E && event_i64(ev, 2, &v))
		s->signals += v == SIGUSR1;
}

static struct seen see_all(const struct buf *file)
{
	struct seen s = {0};

	map_init(&s.threads, sizeof(bool));
	live_each(file, see, &s);
	return s;
}

Test(ptrace, every_thread_is_followed_to_its_end, .timeout = 300)
{
	struct buf file = {0};
	struct seen s;
	const bool *ended;
	size_t pos = 0;
	uint64_t tid;

	trace(&file,
		"for i in 1 2 3 4 5 6 7 8 9; do (true; cat /etc/hosts | sort >/dev/null) & done; "
		"wait; "
		"python3 -c 'import threading as t; x = [t.Thread(target=print) for i in "
		"range(9)]; "
		"[y.start() for y in x]; [y.join() for y in x]' >/dev/null 2>&1",
		NULL);
	s = see_all(&file);
	while ((ended = map_next(&s.threads, &pos, &tid)))
		cr_expect(*ended, "%llu", (unsigned long long)tid);
	cr_expect_geq(s.ended, 1 + 9 * 3);
	map_release(&s.threads);
	buf_release(&file);
}

Test(ptrace, signals_are_delivered_and_recorded, .timeout = 300)
{
	struct buf file = {0};
	struct seen s;

	trace(&file, "trap 'echo got it >/dev/null' USR1; /bin/true; kill -USR1 $$", NULL);
	s = see_all(&file);
	cr_expect_eq(s.signals, 1);
	map_release(&s.threads);
	buf_release(&file);
}

Test(ptrace, the_call_that_a_thread_is_killed_in_is_recorded, .timeout = 300)
{
	struct buf file = {0};
	struct seen s;

	trace(&file,
		"f=$(mktemp -u); mkfifo $f; cat <>$f & i=0; "
		"while ! grep -Eq '^(0|63) 0x0 ' /proc/$!/syscall && [ $i -lt 80 ]; do "
		"i=$((i+1)); sleep 0.1; done; kill -9 $!; rm $f",
		"read,procexit");
	s = see_all(&file);
	cr_expect_eq(s.cut, 1);
	map_release(&s.threads);
	buf_release(&file);
}

Test(ptrace, stopped_processes_stop_and_go_on, .timeout = 300)
{
	cr_expect_eq(status_of("sleep 0.3 & kill -STOP $!; sleep 0.1; kill -CONT $!; wait $!"), 0);
}

Test(ptrace, calls_can_be_chosen, .timeout = 300)
{
	struct buf file = {0};
	struct seen s;

	trace(&file, "/bin/echo one >/dev/null; /bin/true", "openat");
	s = see_all(&file);
	cr_expect_eq(s.writes, 0);
	cr_expect_gt(s.hidden, 5, "what names depend on");
	map_release(&s.threads);
	buf_release(&file);
}

/* It succeeds later, which nothing else tells. */
Test(ptrace, a_connect_that_goes_on_is_kept, .timeout = 300)
{
	struct buf file = {0};
	struct seen s;

	trace(&file,
		"python3 -c 'import socket as s; a = s.create_server((\"127.0.0.1\", 0)); "
		"b = s.socket(); b.setblocking(False); b.connect_ex(a.getsockname())'",
		"openat");
	s = see_all(&file);
	cr_expect_eq(s.going_on, 1);
	map_release(&s.threads);
	buf_release(&file);
}

static void outlive(const char *duration)
{
	char path[] = "/tmp/test_ptrace.XXXXXX", script[128], c = 0;
	int fd = mkstemp(path);
	struct run r;

	snprintf(script, sizeof(script), "sleep 0.6; echo done >%s", path);
	RUN(&r, TRACED, "-d", duration, "--", "sh", "-c", script);
	cr_expect_eq(r.status, 0);
	run_release(&r);
	for (int i = 0; i < 2000 && read(fd, &c, 1) != 1; i++)
		usleep(50000);
	cr_expect_eq(c, 'd');
	close(fd);
	unlink(path);
}

/* At the end of the time the command is let go. */
Test(ptrace, the_command_outlives_the_capture, .timeout = 300)
{
	outlive("0.2");
}

/* As on a machine where it takes that long to read the state. */
Test(ptrace, the_command_runs_though_the_time_was_over_before, .timeout = 300)
{
	outlive("0.000001");
}
