/* SPDX-License-Identifier: MIT */
/* What every test of live captures needs. */
#include "capture/live.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/sink.h"
#include "pcapng/writer.h"
#include "support/capture.h"
#include "support/outlet.h"
#include "tools/scapcap/proc_scan.h"

static volatile sig_atomic_t stop;

struct setup setup_of(bool pairs, char **command)
{
	return (struct setup){
		.capture = {.pairs = pairs, .ring_size = 8u << 20},
		.session = {.pairs = pairs,
			.duration = 240000000000,
			.limit = UINT64_MAX,
			.command = command,
			.application = pairs ? NULL : "scapcap test",
			.stop = &stop},
		.hidden = {(uint32_t)getpid()},
	};
}

void setup_follow(struct setup *setup)
{
	setup->capture.choice.by |= BY_DESCENT;
	setup->session.follow = true;
}

/* Of all processors, in hundredths of a second. */
static unsigned long long stolen(void)
{
	unsigned long long n = 0;
	FILE *f = fopen("/proc/stat", "re");

	if (f && fscanf(f, "cpu %*u %*u %*u %*u %*u %*u %*u %llu", &n) != 1)
		n = 0;
	if (f)
		fclose(f);
	return n;
}

static unsigned long long stolen_before;

bool live_was_halted(void)
{
	return stolen() > stolen_before + 1;
}

void capture_into(struct buf *to, const struct setup *setup, uint64_t lost[DROP_REASONS])
{
	struct session_report report;
	uint64_t own[DROP_REASONS];
	struct err err = {0};
	struct capture *cap = capture_new(&setup->capture, &err);
	struct sink *sink = sink_mem(to, NULL, &err);
	struct sink_outlet outlet;

	stolen_before = stolen();
	if (!lost)
		lost = own;
	if (!cap && err.code == ERR_UNSUPPORTED)
		cr_skip_test("%s", err.text);
	cr_assert(cap && sink, "%s", err.text);
	capture_hide(cap, setup->hidden);
	cr_assert_eq(capture_attach(cap, &err), 0, "%s", err.text);
	sink_outlet_init(&outlet, sink);
	cr_assert_eq(session_run(&setup->session, cap, &outlet.base, &report, &err), 0, "%s",
		err.text);
	cr_assert_eq(sink_close(sink, &err), 0, "%s", err.text);
	cr_expect(report.late == 0 || live_was_halted(), "%llu late", (unsigned long long)report.late);
	memset(lost, 0, DROP_REASONS * sizeof(*lost));
	for (uint32_t cpu = 0; cpu < report.cpus; cpu++)
		for (int i = 0; i < DROP_REASONS; i++)
			lost[i] += report.dropped[cpu].dropped[i];
	capture_free(cap);
}

void live_scan(struct buf *to, struct iters *its, bool old_reader)
{
	const struct proc_scan_opts opts = {.proc = "/proc",
		.etc = "/etc",
		.live = true,
		.old_reader = old_reader,
		.iters = its};
	struct err err = {0};
	struct sink *sink = sink_mem(to, NULL, &err);
	struct writer w;

	cr_assert(sink, "%s", err.text);
	writer_init(&w, sink, HOST_BIG);
	cr_assert_eq(writer_section(&w, 2, NULL, NULL, &err), 0);
	cr_assert_eq(proc_scan_write(&opts, &w, &err), 0, "%s", err.text);
	writer_release(&w);
	cr_assert_eq(sink_close(sink, &err), 0);
}

/* Of the process at work. */
static volatile sig_atomic_t steps_left;

bool live_asked(void)
{
	return steps_left > 0;
}

static void on_more(int number)
{
	(void)number;
	steps_left = LIVE_STEPS;
}

_Noreturn static void work(void (*step)(void), int done)
{
	bool asked;

	for (;;) {
		asked = live_asked();
		step();
		if (asked && --steps_left == 0 && write(done, "\n", 1) != 1)
			_exit(1);
	}
}

_Noreturn static void become_live(
	bool (*prepare)(const char *), const char *arg, void (*step)(void), int done)
{
	struct sigaction more = {.sa_handler = on_more, .sa_flags = SA_RESTART};
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigaction(SIGUSR1, &more, NULL);
	c = !prepare || prepare(arg) ? 'y' : 'n';
	if (write(done, &c, 1) != 1 || c == 'n')
		_exit(1);
	work(step, done);
}

struct live live_start(bool (*prepare)(const char *), const char *arg, void (*step)(void))
{
	struct live live;
	int ends[2];
	char c;

	cr_assert_eq(pipe(ends), 0);
	live.pid = fork();
	cr_assert_geq(live.pid, 0);
	if (live.pid == 0)
		become_live(prepare, arg, step, ends[1]);
	close(ends[1]);
	live.done = ends[0];
	/* By a path: a shell takes no descriptor of two digits. */
	snprintf(live.more, sizeof(live.more), "kill -USR1 %d; read x </dev/fd/%d", (int)live.pid,
		live.done);
	cr_assert_eq(read(live.done, &c, 1), 1);
	if (c != 'y') {
		live_end(&live);
		live.pid = 0;
	}
	return live;
}

void live_end(struct live *live)
{
	kill(live->pid, SIGKILL);
	cr_assert_eq(waitpid(live->pid, NULL, 0), live->pid);
	close(live->done);
}

void live_sleep(void)
{
	for (;;)
		pause();
}

static int ready_end; /* of a child: who waits goes on when it is closed */

bool live_fork(void (*child)(void))
{
	int ends[2];
	char c;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	switch (fork()) {
	case -1:
		return false;
	case 0:
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		ready_end = ends[1];
		child();
		close(ends[1]);
		live_sleep();
		return false;
	default:
		close(ends[1]);
		(void)!read(ends[0], &c, 1);
		close(ends[0]);
		return true;
	}
}

/* Goes on after the first thread of its process, of which then neither files nor folders are left. */
static void *survivor(void *unused UNUSED)
{
	char path[64], to[8];

	snprintf(path, sizeof(path), "/proc/%d/cwd", (int)getpid());
	while (readlink(path, to, sizeof(to)) >= 0)
		usleep(1000);
	close(ready_end);
	live_sleep();
	return NULL;
}

static void lose_first_thread(void)
{
	pthread_t id;

	if (dup2(open("/etc/passwd", O_RDONLY), LIVE_FD) == LIVE_FD &&
		pthread_create(&id, NULL, survivor, NULL) == 0)
		syscall(SYS_exit, 0);
}

bool live_without_first_thread(const char *unused UNUSED)
{
	return live_fork(lose_first_thread);
}

void live_own_cat(char path[32])
{
	snprintf(path, 32, "/tmp/cat-%d", (int)getpid());
	cr_assert_eq(symlink("/bin/cat", path), 0);
}

uid_t live_own_user(void)
{
	return 100000 + (uid_t)getpid();
}

void live_own_container(char id[65])
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(id, 65, "%08lx%08x%048lx", (unsigned long)now.tv_nsec, (unsigned)getpid(),
		(unsigned long)now.tv_sec);
}

void live_nap(void)
{
	usleep(1000);
}

bool live_interrupted(const struct event *ev)
{
	int64_t res = 0;

	/* ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK */
	return event_i64(ev, 0, &res) && (res == -512 || res == -513 || res == -514 || res == -516);
}

size_t live_each_of(struct state *st, const struct buf *file, live_fn fn, void *arg)
{
	struct err err = {0};
	struct capture c;
	struct event ev;
	struct moment m;
	size_t shown = 0;

	cr_assert(capture_open(&c, buf_view(file)), "%s", c.err.text);
	while (capture_next(&c) == 1) {
		if (c.block.info->kind != BLOCK_EVENT) {
			cr_assert_eq(state_load(st, &c.block, &err), 0, "%s", err.text);
			continue;
		}
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
		cr_assert_eq(state_apply(st, &ev, &m, &err), 0, "%s", err.text);
		shown += !(ev.flags & EVENT_HIDDEN);
		fn(arg, &ev, &m);
	}
	cr_expect_eq(c.err.code, ERR_NONE, "%s", c.err.text);
	capture_close(&c);
	return shown;
}

size_t live_each(const struct buf *file, live_fn fn, void *arg)
{
	struct err err = {0};
	struct state *st = state_new(&err);
	size_t shown;

	cr_assert(st, "%s", err.text);
	shown = live_each_of(st, file, fn, arg);
	state_free(st);
	return shown;
}
