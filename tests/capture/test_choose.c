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

Test(choose, by_name_and_call_with_descriptors_from_calls_left_out, .timeout = 300)
{
	char cat[32], script[128], names[64];
	struct seen seen = {.comm = cat + strlen("/tmp/"), .type = PPME_SYSCALL_READ_X};
	struct setup setup;

	live_own_cat(cat);
	snprintf(script, sizeof(script), "%s " FILE_NAME " >/dev/null; ls / >/dev/null", cat);
	snprintf(names, sizeof(names), "%s,xyz", seen.comm);
	setup = setup_sh(script);
	choose(&setup, choose_comms, names);
	choose(&setup, choose_calls, "read");
	cr_expect_geq(look(&setup, &seen), 2);
	unlink(cat);
	cr_expect_geq(seen.named, 2, "%zu", seen.named);
	cr_expect_eq(seen.unknown, 0);
}

Test(choose, in_pairs_too, .timeout = 300)
{
	char cat[32], script[128];
	struct seen seen = {.comm = cat + strlen("/tmp/"), .type = PPME_SYSCALL_READ_X};
	struct setup setup;

	live_own_cat(cat);
	snprintf(script, sizeof(script), "%s " FILE_NAME " >/dev/null; ls / >/dev/null", cat);
	setup = setup_sh(script);
	setup.capture.pairs = setup.session.pairs = true;
	choose(&setup, choose_comms, seen.comm);
	choose(&setup, choose_calls, "read");
	cr_expect_geq(look(&setup, &seen), 4);
	unlink(cat);
	cr_expect_geq(seen.named, 4, "%zu", seen.named);
}

Test(choose, by_process, .timeout = 300)
{
	struct live one = live_start(NULL, NULL, live_nap), other = live_start(NULL, NULL, live_nap);
	struct setup setup = setup_sh(one.more);
	struct seen seen = {.tid = one.pid, .type = -1};
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)one.pid);
	choose(&setup, choose_pids, text);
	cr_expect_geq(look(&setup, &seen), LIVE_STEPS);
	live_end(&one);
	live_end(&other);
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

Test(choose, by_thread_whose_descriptors_another_one_opens, .timeout = 300)
{
	struct seen seen = {.type = PPME_SYSCALL_PREAD_X};
	struct setup setup;
	struct live live;
	int ends[2];
	char text[16];
	pid_t tid;
	size_t n;

	cr_assert_eq(pipe(ends), 0);
	shared.tell = ends[1];
	live = live_start(NULL, NULL, open_shared);
	setup = setup_sh(live.more);
	cr_assert_eq(read(ends[0], &tid, sizeof(tid)), sizeof(tid));
	seen.tid = tid;
	snprintf(text, sizeof(text), "%d", (int)tid);
	choose(&setup, choose_tids, text);
	choose(&setup, choose_calls, "pread64");
	n = look(&setup, &seen);
	cr_expect_geq(n, LIVE_STEPS);
	cr_expect_geq(seen.named, n - 1, "%zu of %zu", seen.named, n);
	live_end(&live);
}

Test(choose, orphans_of_the_command_are_followed_and_nobody_else, .timeout = 300)
{
	/* The second one ends when the first one does, which has no parent any more. */
	struct setup setup = setup_sh(
		"(sh -c 'sleep 0.1; exec cat " FILE_NAME "' &) | cat >/dev/null");
	struct live other = live_start(NULL, NULL, live_nap);
	struct seen seen = {.type = -1, .not_tid = other.pid};

	setup_follow(&setup);
	cr_expect_gt(look(&setup, &seen), 100);
	cr_expect_geq(seen.named, 2);
	cr_expect_eq(seen.others, 0);
	live_end(&other);
}

Test(choose, by_user, .timeout = 300)
{
	struct seen seen = {.comm = "cat", .type = PPME_SYSCALL_READ_X};
	char script[128], user[16];
	struct setup setup;

	if (getuid() != 0)
		cr_skip_test("only root can become another user");
	snprintf(script, sizeof(script),
		"setpriv --reuid=%u --clear-groups cat " FILE_NAME " >/dev/null; ls / >/dev/null",
		live_own_user());
	snprintf(user, sizeof(user), "%u", live_own_user());
	setup = setup_sh(script);
	choose(&setup, choose_uids, user);
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

/* Chooses a group, by the function and its argument, with the start of its name before. */
static void check_group(const char *root, int (*set)(void *, const char *, struct err *),
	bool by_id)
{
	struct seen seen = {.type = -1};
	char folder[160], full[400], id[65];
	struct setup setup;
	struct live live;

	live_own_container(id);
	snprintf(folder, sizeof(folder), "%s/scaptools-%s.scope", root, id);
	snprintf(full, sizeof(full), by_id ? "fedcba,%.20s" : "%s", by_id ? id : folder);
	live = live_start(enter_group, folder, live_nap);
	if (!live.pid) {
		rmdir(folder);
		cr_skip_test("no control group can be made in %s", root);
	}
	setup = setup_sh(live.more);
	seen.tid = live.pid;
	choose(&setup, set, full);
	cr_expect_geq(look(&setup, &seen), LIVE_STEPS);
	live_end(&live);
	cr_expect_eq(rmdir(folder), 0);
}

static const char *group_root(void)
{
	return access("/sys/fs/cgroup/memory", F_OK) == 0 ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup";
}

Test(choose, by_control_group, .timeout = 300)
{
	check_group(group_root(), choose_cgroups, false);
}

Test(choose, by_start_of_a_containers_id, .timeout = 300)
{
	check_group(group_root(), choose_containers, true);
}

/*
 * Reads far more than fits the ring, while files are opened and closed, once the capture goes on: the
 * rings are not emptied while the machine is looked at.
 */
static void overload(void)
{
	char data[4096];
	int fd;

	if (!live_asked()) {
		live_nap();
		return;
	}
	fd = open(FILE_NAME, O_RDONLY);
	for (int i = 0; i < 5000; i++)
		if (pread(fd, data, sizeof(data), 0) < 0)
			_exit(1);
	close(fd);
}

Test(choose, names_survive_when_events_are_lost, .timeout = 300)
{
	struct live live = live_start(NULL, NULL, overload);
	struct setup setup = setup_sh(live.more);
	struct buf file = {0};
	struct seen seen = {.tid = live.pid, .type = -1};
	uint64_t lost[DROP_REASONS];
	char text[16];

	snprintf(text, sizeof(text), "%d", (int)live.pid);
	choose(&setup, choose_pids, text);
	setup.capture.ring_size = 4096;
	/* There is room for what the rest of a busy machine starts. */
	setup.capture.reserve_size = 32u << 20;
	capture_into(&file, &setup, lost);
	live_end(&live);
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
	struct live live = live_start(NULL, NULL, live_nap);
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
		child |= found.tids[i] == (uint32_t)live.pid;
		cr_expect_neq(found.tids[i], (uint32_t)getppid());
	}
	cr_expect(self && child);
	live_end(&live);
}

Test(choose, calls_by_category_but_some)
{
	struct choice_opts c = {0};
	struct err err = {0};

	cr_assert_eq(choose_calls(&c, "@net,openat,pread", &err), 0, "%s", err.text);
	cr_assert_eq(choose_no_calls(&c, "bind", &err), 0, "%s", err.text);
	cr_expect(choose_wants(&c, calls_number("connect")));
	cr_expect(choose_wants(&c, calls_number("openat")));
	cr_expect(choose_wants(&c, calls_number("sendto")), "though it is one that writes");
	cr_expect(choose_wants(&c, calls_number("recvmmsg")));
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
	cr_expect_eq(choose_pids(&c, "1,2147483647", &err), -1);
	cr_expect_str_eq(err.text, "no process 2147483647");
	err_clear(&err);
	cr_expect_eq(choose_uids(&c, "nobody-at-all", &err), -1);
	err_clear(&err);
	cr_expect_eq(choose_containers(&c, "web", &err), -1);
	err_clear(&err);
	cr_expect_eq(choose_cgroups(&c, "/no/such/group", &err), -1);
}
