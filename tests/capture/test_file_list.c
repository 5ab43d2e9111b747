/* SPDX-License-Identifier: MIT */
/* Open files by the BPF iterator: the same as /proc tells, of processes whose files are known. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "capture/live.h"
#include "tools/scapcap/file_list.h"
#include "tools/scapcap/resume.h"

/* Of all kinds; the last one has a high number. */
static bool open_some(const char *unused)
{
	int ends[2];
	struct sockaddr_un at = {.sun_family = AF_UNIX}; /* the kernel finds a name */
	int bound = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)unused;
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 &&
		open("/dev/null", O_WRONLY | O_APPEND) >= 0 && open("/etc", O_DIRECTORY) >= 0 &&
		open("/proc/self/status", O_RDONLY) >= 0 && pipe(ends) == 0 && bound >= 0 &&
		bind(bound, (struct sockaddr *)&at, sizeof(at.sun_family)) == 0 && listen(bound, 1) == 0 &&
		socket(AF_INET, SOCK_DGRAM, 0) >= 0 && eventfd(0, EFD_CLOEXEC) >= 0 &&
		epoll_create1(0) >= 0 && memfd_create("scaptools", 0) >= 0 &&
		timerfd_create(CLOCK_MONOTONIC, 0) >= 0 &&
		syscall(SYS_pidfd_open, getpid(), 0) >= 0 && dup2(ends[0], 200) == 200;
}

static struct live start_child(void)
{
	struct live live = live_start(open_some, NULL, live_nap);

	cr_assert_gt(live.pid, 0, "the files could not be opened");
	return live;
}

static struct state *scan(struct iters *its, bool old_reader)
{
	struct err err = {0};
	struct buf bytes = {0};
	struct state *st = state_new(&err);

	cr_assert(st, "%s", err.text);
	live_scan(&bytes, its, old_reader);
	cr_assert_eq(resume_load(st, buf_view(&bytes), &err), 0, "%s", err.text);
	buf_release(&bytes);
	return st;
}

/* Returns how many there are. */
static int expect_same(const struct state *a, const struct state *b, pid_t pid)
{
	int n = 0;

	for (int64_t fd = 0; fd < 256; fd++) {
		const struct fd *x = state_fd(a, state_thread(a, pid), fd);
		const struct fd *y = state_fd(b, state_thread(b, pid), fd);

		cr_assert_eq(!x, !y, "descriptor %d", (int)fd);
		if (!x)
			continue;
		n++;
		cr_expect_eq(x->m.type, y->m.type, "%d: %d, %d", (int)fd, x->m.type, y->m.type);
		/* /proc does not know what a unix socket is connected to. */
		cr_expect(span_eq(x->m.name, y->m.name) || (y->m.peer && !x->m.name.n), "%d: %.*s, %.*s", (int)fd,
			(int)x->m.name.n, (const char *)x->m.name.p, (int)y->m.name.n,
			(const char *)y->m.name.p);
		cr_expect_eq(x->m.flags, y->m.flags, "%d: %x, %x", (int)fd, x->m.flags, y->m.flags);
		cr_expect_eq(x->m.ino, y->m.ino, "%d: inode", (int)fd);
		cr_expect_eq(x->m.dev, y->m.dev, "%d: device %x, %x", (int)fd, x->m.dev, y->m.dev);
	}
	return n;
}

static void compare(bool old_reader)
{
	struct iters *its = iters_new();
	struct state *by_proc, *by_list;
	struct live live;

	if (!iters_has(its, ITER_FILES))
		cr_skip_test("no iterator over files here");
	live = start_child();
	by_proc = scan(NULL, old_reader);
	by_list = scan(its, old_reader);
	cr_expect_geq(expect_same(by_proc, by_list, live.pid), 16);
	live_end(&live);
	state_free(by_proc);
	state_free(by_list);
	iters_free(its);
}

Test(file_list, tells_the_same_as_proc, .timeout = 300)
{
	compare(false);
}

Test(file_list, for_old_readers_too, .timeout = 300)
{
	compare(true);
}

Test(file_list, knows_each_process_by_its_id_and_no_others, .timeout = 300)
{
	struct iters *its = iters_new();
	struct file_list files;
	struct file_pos pos;
	struct span path;
	struct open_file f;
	size_t n = 0;
	bool passwd = false;
	struct live live;

	if (!iters_has(its, ITER_FILES))
		cr_skip_test("no iterator over files here");
	file_list_init(&files);
	cr_expect_not(file_list_find(&files, (uint64_t)getpid(), &pos), "nothing was read yet");
	live = start_child();
	file_list_read(&files, its);
	cr_assert(file_list_find(&files, (uint64_t)live.pid, &pos));
	while (file_list_next(&files, &pos, &f, &path)) {
		n++;
		passwd |= span_eq(path, span_str("/etc/passwd")) && f.flags & O_CLOEXEC;
	}
	cr_expect_geq(n, 16);
	cr_expect(passwd);
	cr_expect_not(file_list_find(&files, 0, &pos));
	live_end(&live);
	file_list_release(&files);
	iters_free(its);
}

static void expect_name(const struct state *st, int64_t tid, const char *name)
{
	const struct fd *fd = state_fd(st, state_thread(st, tid), LIVE_FD);

	cr_assert(fd, "no such descriptor");
	cr_expect(span_eq(fd->m.name, span_str(name)), "%.*s is not %s", (int)fd->m.name.n,
		(const char *)fd->m.name.p, name);
}

/* The other thread of a process that was started by pid. */
static const struct thread *survivor_of(const struct state *st, pid_t pid)
{
	const struct thread *t;
	size_t pos = 0;

	while ((t = state_next_thread(st, &pos)))
		if (t->p.ptid == pid && t->p.tid != t->p.pid)
			return t;
	return NULL;
}

Test(file_list, files_stay_when_the_first_thread_ends, .timeout = 300)
{
	struct iters *its = iters_new();
	const struct thread *t;
	struct state *st;
	struct live live;

	if (!iters_has(its, ITER_FILES) || !iters_has(its, ITER_TASKS))
		cr_skip_test("no iterators here");
	live = live_start(live_without_first_thread, NULL, live_nap);
	cr_assert_gt(live.pid, 0);
	st = scan(its, false);
	t = survivor_of(st, live.pid);
	cr_assert(t);
	cr_expect_gt(t->p.exepath.n, 0);
	expect_name(st, t->p.pid, "/etc/passwd");
	expect_name(st, t->p.tid, "/etc/passwd");
	state_free(st);
	live_end(&live);
	iters_free(its);
}
