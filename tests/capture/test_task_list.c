/* SPDX-License-Identifier: MIT */
/* Threads by the BPF iterator: the same as /proc tells, of processes of all kinds; and all of them. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/live.h"
#include "scap/proclist.h"
#include "support/capture.h"
#include "tools/scapcap/proc_text.h"
#include "tools/scapcap/task_list.h"

static void *thread(void *ready)
{
	prctl(PR_SET_NAME, "a thread");
	(void)pthread_barrier_wait(ready);
	live_sleep();
	return NULL;
}

static bool with_threads(const char *unused UNUSED)
{
	static pthread_barrier_t ready;
	pthread_t id;

	pthread_barrier_init(&ready, NULL, 4);
	for (int i = 0; i < 3; i++)
		if (pthread_create(&id, NULL, thread, &ready) != 0)
			return false;
	(void)pthread_barrier_wait(&ready);
	return true;
}

static void nothing(void)
{
}

static void leave(void)
{
	_exit(3);
}

static bool with_zombie(const char *unused UNUSED)
{
	siginfo_t info;

	return live_fork(leave) && waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0;
}

static bool in_namespaces(const char *unused UNUSED)
{
	return unshare(CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWUTS) == 0 &&
		live_fork(nothing) && live_fork(nothing);
}

static bool in_user_namespace(const char *unused UNUSED)
{
	return unshare(CLONE_NEWUSER) == 0;
}

static bool with_other_ids(const char *unused UNUSED)
{
	struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct caps[2] = {
		{1u << CAP_KILL, 1u << CAP_KILL | 1u << CAP_CHOWN, 1u << CAP_KILL}, {0, 0, 0}};

	return prctl(PR_SET_KEEPCAPS, 1) == 0 && setresgid(4001, 4002, 4003) == 0 &&
		setresuid(5001, 5002, 5003) == 0 && syscall(SYS_capset, &head, caps) == 0;
}

static bool with_terminal(const char *unused UNUSED)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	char name[64];

	if (setsid() < 0 || master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
		ptsname_r(master, name, sizeof(name)) != 0)
		return false;
	slave = open(name, O_RDWR);
	return slave >= 0 && ioctl(slave, TIOCSCTTY, 0) == 0;
}

static bool with_limits(const char *unused UNUSED)
{
	const struct rlimit few = {77, 88};

	return setpgid(0, 0) == 0 && setrlimit(RLIMIT_NOFILE, &few) == 0 && nice(3) != -1;
}

static bool in_other_root(const char *unused UNUSED)
{
	return chdir("/usr") == 0 && chroot("/usr") == 0;
}

/* A copy of this machine's sleep, in the open file. */
static bool copy_sleep(int to)
{
	int from = open("/bin/sleep", O_RDONLY | O_CLOEXEC);
	struct stat st;

	return from >= 0 && fstat(from, &st) == 0 && fchmod(to, 0755) == 0 &&
		sendfile(to, from, NULL, (size_t)st.st_size) == st.st_size;
}

static void exec_deleted(void)
{
	char path[] = "/tmp/scaptools-exe-XXXXXX", own[64];
	int fd = mkostemp(path, O_CLOEXEC);
	int again;

	if (fd < 0 || !copy_sleep(fd))
		_exit(1);
	snprintf(own, sizeof(own), "/proc/self/fd/%d", fd);
	again = open(own, O_RDONLY | O_CLOEXEC);
	close(fd);
	unlink(path);
	snprintf(own, sizeof(own), "/proc/self/fd/%d", again);
	execl(own, "sleep", "600", NULL);
	_exit(1);
}

static void exec_memory(void)
{
	int fd = memfd_create("program", MFD_CLOEXEC);
	char own[64];

	if (fd < 0 || !copy_sleep(fd))
		_exit(1);
	snprintf(own, sizeof(own), "/proc/self/fd/%d", fd);
	execl(own, "sleep", "600", NULL);
	_exit(1);
}

static bool of_deleted_file(const char *unused UNUSED)
{
	return live_fork(exec_deleted);
}

static bool of_memory(const char *unused UNUSED)
{
	return live_fork(exec_memory);
}

/* What cannot be had here is left out. */
static bool (*const kinds[])(const char *) = {with_threads, live_without_first_thread,
	with_zombie, in_namespaces, in_user_namespace, with_other_ids,
	with_terminal, with_limits, in_other_root, of_deleted_file, of_memory};

static size_t start_all(struct live all[ARRAY_SIZE(kinds)])
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		all[n] = live_start(kinds[i], NULL, live_sleep);
		n += all[n].pid != 0;
	}
	return n;
}

/* A process list and what its texts are in. */
struct list {
	struct buf bytes;
	struct meta_proc *tasks;
	size_t n;
};

static void scan_list(struct list *l, struct iters *its)
{
	struct err err = {0};
	struct capture c;
	struct cursor at;

	live_scan(&l->bytes, its, false);
	l->n = 0;
	l->tasks = calloc(40000, sizeof(*l->tasks));
	cr_assert(capture_open(&c, buf_view(&l->bytes)));
	while (capture_next(&c) == 1) {
		if (c.block.info->kind != BLOCK_PROCLIST)
			continue;
		at = cursor_of(c.block.body, c.block.big);
		while (l->n < 40000 && proclist_next(&at, 9, &l->tasks[l->n], &err) == 1)
			l->n++;
	}
	capture_close(&c);
}

static void release_list(struct list *l)
{
	free(l->tasks);
	buf_release(&l->bytes);
}

static const struct meta_proc *find_task(const struct list *l, int64_t tid)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->tasks[i].tid == tid)
			return &l->tasks[i];
	return NULL;
}

/* Whether from started the process, or who did. */
static bool descends(const struct list *l, const struct meta_proc *p, int64_t from)
{
	do
		p = p->ptid ? find_task(l, p->ptid) : NULL;
	while (p && p->pid != from);
	return p != NULL;
}

static const struct {
	const char *name;
	size_t at, size;
} numbers[] = {
#define NUMBER(field) {#field, offsetof(struct meta_proc, field), sizeof(((struct meta_proc *)0)->field)}
	NUMBER(tid), NUMBER(pid), NUMBER(ptid), NUMBER(sid), NUMBER(vpgid), NUMBER(vtid), NUMBER(vpid),
	NUMBER(pgid), NUMBER(fdlimit), NUMBER(uid), NUMBER(gid), NUMBER(vmsize_kb),
	NUMBER(vmswap_kb), NUMBER(tty), NUMBER(loginuid), NUMBER(exe_writable),
	NUMBER(exe_from_memfd), NUMBER(cap_inheritable), NUMBER(cap_permitted), NUMBER(cap_effective),
	NUMBER(exe_ino), NUMBER(exe_ctime), NUMBER(exe_mtime),
};

static const struct {
	const char *name;
	size_t at;
} texts[] = {
#define TEXT(field) {#field, offsetof(struct meta_proc, field)}
	TEXT(comm), TEXT(exe), TEXT(exepath), TEXT(args), TEXT(cwd), TEXT(env), TEXT(cgroups), TEXT(root),
};

static uint64_t number_of(const struct meta_proc *p, size_t i)
{
	uint64_t v = 0;

	memcpy((uint8_t *)&v + (HOST_BIG ? 8 - numbers[i].size : 0), (const uint8_t *)p + numbers[i].at,
		numbers[i].size);
	return v;
}

static void expect_near(const struct meta_proc *p, const char *what, uint64_t a, uint64_t b, uint64_t by)
{
	cr_expect(a <= b + by && b <= a + by, "%d (%.*s) %s: %ju by /proc, %ju by the list", (int)p->tid,
		(int)p->comm.n, (const char *)p->comm.p, what, (uintmax_t)a, (uintmax_t)b);
}

/* The kernel counts pages in each processor, and some of its counts are not added up yet. */
static uint64_t uncounted_kb(void)
{
	uint64_t cpus = (uint64_t)get_nprocs_conf();

	return 3 * cpus * MAX(32, 2 * cpus) * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

/*
 * The list sees more: executables that may not be looked at, and what there is of a process whose first
 * thread has ended.
 */
static void expect_same(const struct meta_proc *p, const struct meta_proc *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (p->exepath.n || strncmp(numbers[i].name, "exe_", 4) != 0)
			expect_near(p, numbers[i].name, number_of(p, i), number_of(l, i), 0);
	for (size_t i = 0; i < ARRAY_SIZE(texts) && p->root.n; i++) {
		struct span a, b;

		memcpy(&a, (const uint8_t *)p + texts[i].at, sizeof(a));
		memcpy(&b, (const uint8_t *)l + texts[i].at, sizeof(b));
		cr_expect(span_eq(a, b), "%d (%.*s) %s: %zu bytes %.*s by /proc, %zu bytes %.*s by the list",
			(int)p->tid, (int)p->comm.n, (const char *)p->comm.p, texts[i].name, a.n, (int)a.n,
			(const char *)a.p, b.n, (int)b.n, (const char *)b.p);
	}
	expect_near(p, "vmrss_kb", p->vmrss_kb, l->vmrss_kb, uncounted_kb());
	/* They may go on a little between the two. */
	expect_near(p, "pfmajor", p->pfmajor, l->pfmajor, 100);
	expect_near(p, "pfminor", p->pfminor, l->pfminor, 100);
	/* /proc counts in ticks. */
	expect_near(p, "pidns_init_start_ts", p->pidns_init_start_ts, l->pidns_init_start_ts, 10000000);
}

Test(task_list, tells_the_same_as_proc, .timeout = 300)
{
	struct iters *its = iters_new();
	struct list by_proc = {0}, by_list = {0};
	struct live all[ARRAY_SIZE(kinds)];
	size_t n, same = 0;

	if (!iters_has(its, ITER_TASKS))
		cr_skip_test("no iterator over tasks here");
	n = start_all(all);
	scan_list(&by_proc, NULL);
	scan_list(&by_list, its);
	for (size_t i = 0; i < by_proc.n; i++) {
		const struct meta_proc *p = &by_proc.tasks[i], *l;

		if (p->pid == getpid() || !descends(&by_proc, p, getpid()))
			continue;
		l = find_task(&by_list, p->tid);
		cr_assert(l, "%d (%.*s) is not in the list", (int)p->tid, (int)p->comm.n,
			(const char *)p->comm.p);
		expect_same(p, l);
		same++;
	}
	cr_expect_geq(same, n + 4, "%zu of %zu kinds", same, n);
	while (n)
		live_end(&all[--n]);
	release_list(&by_proc);
	release_list(&by_list);
	iters_free(its);
}

#define CROWD 300

static bool with_crowd(const char *unused UNUSED)
{
	for (int i = 0; i < CROWD; i++)
		if (!live_fork(nothing))
			return false;
	return true;
}

/* Processes that come and go. */
static void churn(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
}

Test(task_list, has_all_that_live_meanwhile_whatever_comes_and_goes, .timeout = 300)
{
	struct live crowd = live_start(with_crowd, NULL, live_sleep);
	struct live others[2] = {live_start(NULL, NULL, churn), live_start(NULL, NULL, churn)};
	const struct live_task *tasks;
	struct buf bytes = {0};
	struct iters *its;
	size_t n = 0, got, last;

	cr_assert_gt(crowd.pid, 0);
	for (int turn = 0; turn < 5; turn++) {
		its = iters_new();
		tasks = task_list_read(its, &bytes, &n);
		for (size_t i = got = last = 0; tasks && i < n; last = tasks[i++].pid) {
			got += tasks[i].ptid == (uint32_t)crowd.pid;
			cr_expect_leq(last, tasks[i].pid, "not by processes");
		}
		if (tasks)
			cr_expect_eq(got, CROWD);
		iters_free(its);
	}
	buf_release(&bytes);
	live_end(&crowd);
	live_end(&others[0]);
	live_end(&others[1]);
	if (!n)
		cr_skip_test("no iterator over tasks here");
}
