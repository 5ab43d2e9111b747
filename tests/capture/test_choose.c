/* SPDX-License-Identifier: MIT */
/*
 * Choosing in the kernel: nothing but what was asked for is shown, and what was left out is hidden
 * in the file as far as names depend on it. Skipped where the machine or the user may not capture.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/live.h"
#include "capture/workload.h"
#include "scap/names.h"
#include "tools/scapcap/calls.h"
#include "tools/scapcap/follow.h"

#define FILE_NAME "/etc/passwd"

/* A choice by options, as on the command line. */
static void choose(struct setup *setup, int (*set)(void *, const char *, struct err *),
	const char *arg)
{
	struct err err = {0};

	cr_assert_eq(set(&setup->capture.choice, arg, &err), 0, "%s", err.text);
}

static struct setup setup_sh(const char *script)
{
	static char shell[] = "sh", option[] = "-c", text[512];
	static char *command[] = {shell, option, text, NULL};

	snprintf(text, sizeof(text), "%s", script);
	return setup_of(false, command);
}

/* What is seen among the events that are shown. */
struct seen {
	const char *comm; /* all must be of a thread of this name; NULL: any */
	int64_t tid;      /* and of this one; 0: any */
	int64_t type;     /* and exit or enter records of this type; -1: any */
	size_t named;     /* of those on FILE_NAME */
	size_t unknown;   /* of those on descriptors without an entry */
	size_t others;    /* events of the thread not_tid */
	int64_t not_tid;
};

static void see(void *arg, const struct event *ev, const struct moment *m)
{
	struct seen *s = arg;

	/* Of who began before the capture and ended before it was looked at, nothing is known. */
	bool known = m->thread && !m->thread->placeholder;

	if (ev->flags & EVENT_HIDDEN || ev->type == PPME_NOTIFICATION_E)
		return;
	if (s->comm && known)
		cr_expect(span_eq(m->thread->p.comm, span_str(s->comm)), "%s of %.*s",
			ev->info->symbol, (int)m->thread->p.comm.n,
			(const char *)m->thread->p.comm.p);
	if (s->tid)
		cr_expect_eq(ev->tid, s->tid, "%s of %lld", ev->info->symbol, (long long)ev->tid);
	if (s->type >= 0)
		cr_expect_eq(ev->type | 1, s->type, "%s", ev->info->symbol);
	s->others += s->not_tid && ev->tid == s->not_tid;
	s->named += m->entry && span_eq(m->entry->m.name, span_str(FILE_NAME));
	s->unknown += known && m->fd >= 0 && !m->entry && ev->type != PPME_SYSCALL_CLOSE_X;
}

/* Captures, looks, and returns how many events are shown. */
static size_t look(const struct setup *setup, struct seen *seen)
{
	struct buf file = {0};
	size_t n;

	capture_into(&file, setup, NULL);
	n = live_each(&file, see, seen);
	buf_release(&file);
	return n;
}

Test(choose, by_name_and_call_with_descriptors_from_calls_left_out, .timeout = 60)
{
	struct setup setup = setup_sh("cat " FILE_NAME " >/dev/null; ls / >/dev/null");
	struct seen seen = {.comm = "cat", .type = PPME_SYSCALL_READ_X};

	choose(&setup, choose_comms, "cat,xyz");
	choose(&setup, choose_calls, "read");
	cr_expect_geq(look(&setup, &seen), 2);
	cr_expect_geq(seen.named, 2, "%zu", seen.named);
	cr_expect_eq(seen.unknown, 0);
}

Test(choose, in_pairs_too, .timeout = 60)
{
	struct setup setup = setup_sh("cat " FILE_NAME " >/dev/null; ls / >/dev/null");
	struct seen seen = {.comm = "cat", .type = PPME_SYSCALL_READ_X};

	setup.capture.pairs = setup.session.pairs = true;
	choose(&setup, choose_comms, "cat");
	choose(&setup, choose_calls, "read");
	cr_expect_geq(look(&setup, &seen), 4);
	cr_expect_geq(seen.named, 4, "%zu", seen.named);
}

Test(choose, by_process, .timeout = 60)
{
	struct setup setup = setup_sh("sleep 0.2; ls / >/dev/null");
	pid_t pid = live_start(NULL, NULL, live_nap), other = live_start(NULL, NULL, live_nap);
	struct seen seen = {.tid = pid, .type = -1};
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)pid);
	choose(&setup, choose_pids, text);
	cr_expect_gt(look(&setup, &seen), 20);
	live_end(pid);
	live_end(other);
}

/* One thread opens and closes, the other one reads. */

static struct {
	pthread_barrier_t barrier;
	int fd, tell;
} shared;

static void *read_shared(void *arg)
{
	pid_t tid = (pid_t)syscall(SYS_gettid);
	char c;

	if (write(shared.tell, &tid, sizeof(tid)) != sizeof(tid))
		_exit(1);
	for (;;) {
		pthread_barrier_wait(&shared.barrier);
		if (pread(shared.fd, &c, 1, 0) != 1)
			_exit(1);
		pthread_barrier_wait(&shared.barrier);
		usleep(1000);
	}
	return arg;
}

static void open_shared(void)
{
	pthread_t thread;

	if (!shared.fd) {
		pthread_barrier_init(&shared.barrier, NULL, 2);
		pthread_create(&thread, NULL, read_shared, NULL);
	}
	shared.fd = open(FILE_NAME, O_RDONLY);
	pthread_barrier_wait(&shared.barrier);
	pthread_barrier_wait(&shared.barrier);
	close(shared.fd);
}

Test(choose, by_thread_whose_descriptors_another_one_opens, .timeout = 60)
{
	struct setup setup = setup_sh("sleep 0.2");
	struct seen seen = {.type = PPME_SYSCALL_PREAD_X};
	int ends[2];
	pid_t pid, tid;
	char text[16];
	size_t n;

	cr_assert_eq(pipe(ends), 0);
	shared.tell = ends[1];
	pid = live_start(NULL, NULL, open_shared);
	cr_assert_eq(read(ends[0], &tid, sizeof(tid)), sizeof(tid));
	seen.tid = tid;
	snprintf(text, sizeof(text), "%d", (int)tid);
	choose(&setup, choose_tids, text);
	choose(&setup, choose_calls, "pread64");
	n = look(&setup, &seen);
	cr_expect_gt(n, 20);
	cr_expect_geq(seen.named, n - 1, "%zu of %zu", seen.named, n);
	live_end(pid);
}

Test(choose, orphans_of_the_command_are_followed_and_nobody_else, .timeout = 60)
{
	struct setup setup = setup_sh(
		"(sh -c 'sleep 0.1; exec cat " FILE_NAME "' >/dev/null &) ; sleep 0.3");
	pid_t other = live_start(NULL, NULL, live_nap);
	struct seen seen = {.type = -1, .not_tid = other};

	choose(&setup, choose_descent, NULL);
	setup.session.follow = true;
	cr_expect_gt(look(&setup, &seen), 100);
	cr_expect_geq(seen.named, 2);
	cr_expect_eq(seen.others, 0);
	live_end(other);
}

Test(choose, by_user, .timeout = 60)
{
	struct setup setup = setup_sh(
		"setpriv --reuid=65534 --clear-groups cat " FILE_NAME " >/dev/null; ls / >/dev/null");
	struct seen seen = {.comm = "cat", .type = PPME_SYSCALL_READ_X};

	if (getuid() != 0)
		cr_skip_test("only root can become another user");
	choose(&setup, choose_uids, "65534");
	choose(&setup, choose_calls, "read");
	cr_expect_geq(look(&setup, &seen), 2);
	cr_expect_geq(seen.named, 2);
}

/* Moves this process into the group in that folder. Returns whether it could. */
static bool enter_group(const char *folder)
{
	char path[256];
	FILE *f;

	if (mkdir(folder, 0755) < 0)
		return false;
	snprintf(path, sizeof(path), "%s/cgroup.procs", folder);
	f = fopen(path, "we");
	if (!f)
		return false;
	fprintf(f, "0\n");
	return fclose(f) == 0;
}

#define CONTAINER "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Chooses a group, by the function and its argument, with the start of its name before. */
static void check_group(const char *root, int (*set)(void *, const char *, struct err *),
	const char *arg)
{
	struct setup setup = setup_sh("sleep 0.2; ls / >/dev/null");
	struct seen seen = {.type = -1};
	char folder[160], full[400];
	pid_t pid;

	snprintf(folder, sizeof(folder), "%s/scaptools-%d-" CONTAINER ".scope", root, (int)getpid());
	snprintf(full, sizeof(full), "%s", arg ? arg : folder);
	pid = live_start(enter_group, folder, live_nap);
	if (!pid) {
		rmdir(folder);
		cr_skip_test("no control group can be made in %s", root);
	}
	seen.tid = pid;
	choose(&setup, set, full);
	cr_expect_gt(look(&setup, &seen), 20);
	live_end(pid);
	cr_expect_eq(rmdir(folder), 0);
}

static const char *group_root(void)
{
	return access("/sys/fs/cgroup/memory", F_OK) == 0 ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";
}

Test(choose, by_control_group, .timeout = 60)
{
	check_group(group_root(), choose_cgroups, NULL);
}

Test(choose, by_start_of_a_containers_id, .timeout = 60)
{
	check_group(group_root(), choose_containers, "fedcba,012345");
}

/* Reads far more than fits the ring, while files are opened and closed. */
static void overload(void)
{
	char data[4096];
	int fd = open(FILE_NAME, O_RDONLY);

	for (int i = 0; i < 2000; i++)
		if (pread(fd, data, sizeof(data), 0) < 0)
			_exit(1);
	close(fd);
}

Test(choose, names_survive_when_events_are_lost, .timeout = 60)
{
	struct setup setup = setup_sh("sleep 0.5");
	struct buf file = {0};
	pid_t pid = live_start(NULL, NULL, overload);
	struct seen seen = {.tid = pid, .type = -1};
	uint64_t lost[DROP_REASONS];
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)pid);
	choose(&setup, choose_pids, text);
	setup.capture.ring_size = 4096;
	capture_into(&file, &setup, lost);
	live_end(pid);
	live_each(&file, see, &seen);
	buf_release(&file);
	cr_expect_gt(lost[DROP_RING_FULL], 1000);
	cr_expect_eq(lost[DROP_RESERVE_FULL], 0);
	cr_expect_gt(seen.named, 50);
	cr_expect_eq(seen.unknown, 0);
}

/* The threads that follow_scan finds. */
struct found {
	uint32_t tids[64];
	size_t n;
};

static int find_thread(void *arg, uint32_t tid, struct err *err UNUSED)
{
	struct found *f = arg;

	if (f->n < ARRAY_SIZE(f->tids))
		f->tids[f->n++] = tid;
	return 0;
}

Test(choose, who_is_there_already_is_followed_with_its_descendants)
{
	pid_t pid = live_start(NULL, NULL, live_nap);
	struct choice_opts c = {0};
	struct found found = {0};
	struct err err = {0};
	bool self = false, child = false;
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)getpid());
	cr_assert_eq(choose_pids(&c, text, &err), 0, "%s", err.text);
	cr_assert_eq(follow_scan("/proc", &c, find_thread, &found, &err), 0, "%s", err.text);
	for (size_t i = 0; i < found.n; i++) {
		self |= found.tids[i] == (uint32_t)getpid();
		child |= found.tids[i] == (uint32_t)pid;
		cr_expect_neq(found.tids[i], (uint32_t)getppid());
	}
	cr_expect(self && child);
	live_end(pid);
}

Test(choose, calls_by_category_but_some)
{
	struct choice_opts c = {0};
	struct err err = {0};

	cr_assert_eq(choose_calls(&c, "@net,openat,pread", &err), 0, "%s", err.text);
	cr_assert_eq(choose_no_calls(&c, "bind", &err), 0, "%s", err.text);
	cr_expect(choose_wants(&c, calls_number("connect")));
	cr_expect(choose_wants(&c, calls_number("openat")));
	cr_expect(choose_wants(&c, calls_number("pread64")), "by the name of its event");
	cr_expect_not(choose_wants(&c, calls_number("bind")));
	cr_expect_not(choose_wants(&c, calls_number("read")));
	cr_expect_not(choose_wants(&c, UNKNOWN_CALL));
	cr_expect_not(choose_wants_exits(&c));
	cr_assert_eq(choose_calls(&c, "@process", &err), 0, "%s", err.text);
	cr_expect(choose_wants_exits(&c));
}

Test(choose, what_does_not_exist_is_refused)
{
	struct choice_opts c = {0};
	struct err err = {0};

	cr_expect_eq(choose_calls(&c, "opne", &err), -1);
	err_clear(&err);
	cr_expect_eq(choose_calls(&c, "@nets", &err), -1);
	err_clear(&err);
	cr_expect_eq(choose_pids(&c, "1,,2", &err), -1);
	err_clear(&err);
	cr_expect_eq(choose_pids(&c, "0", &err), -1);
	err_clear(&err);
	cr_expect_eq(choose_uids(&c, "nobody-at-all", &err), -1);
	err_clear(&err);
	cr_expect_eq(choose_containers(&c, "web", &err), -1);
	err_clear(&err);
	cr_expect_eq(choose_cgroups(&c, "/no/such/group", &err), -1);
}
