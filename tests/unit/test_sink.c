/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/sink.h"
#include "io/src.h"

/* Each test works in a folder of its own, which it is in. */
static char folder[] = "/tmp/test_sink.XXXXXX";

static void enter(void)
{
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	umask(022);
}

static size_t count_files(bool and_remove)
{
	DIR *d = opendir(".");
	struct dirent *e;
	size_t n = 0;

	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		n++;
		if (and_remove && unlink(e->d_name) < 0)
			rmdir(e->d_name);
	}
	closedir(d);
	return n;
}

static void leave(void)
{
	count_files(true);
	cr_expect_eq(chdir("/"), 0);
	cr_expect_eq(rmdir(folder), 0);
}

static void put_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	cr_assert_eq(fchmod(fd, mode), 0);
	close(fd);
}

static void expect_file(const char *path, struct span want)
{
	struct err err = {0};
	struct src *s = src_open(path, NULL, &err);
	const uint8_t *p;
	size_t avail;

	cr_assert_not_null(s, "%s: %s", path, err.text);
	p = src_peek(s, want.n + 1, &avail, &err);
	cr_assert_not_null(p, "%s: %s", path, err.text);
	cr_expect(span_eq(span_of(p, avail), want), "%s", path);
	src_close(s);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static struct sink *open_sink(const char *path, const struct sink_opts *opts)
{
	struct err err = {0};
	struct sink *s = sink_open(path, opts, &err);

	cr_assert_not_null(s, "%s: %s", path, err.text);
	return s;
}

static void put(struct sink *s, const char *text)
{
	struct err err = {0};

	cr_assert_eq(sink_write(s, span_str(text), &err), 0, "%s", err.text);
}

static void close_sink(struct sink *s)
{
	struct err err = {0};

	cr_assert_eq(sink_close(s, &err), 0, "%s", err.text);
}

static void expect_refused(const char *path, const char *why)
{
	struct err err = {0};

	cr_expect_null(sink_open(path, NULL, &err));
	cr_expect_eq(err.code, ERR_IO);
	cr_expect_str_eq(err.text, why);
}

Test(sink, a_file_gets_its_name_when_it_is_complete, .init = enter, .fini = leave)
{
	struct sink *s = open_sink("out", NULL);
	struct err err = {0};

	put(s, "hello, ");
	cr_assert_eq(sink_flush(s, &err), 0);
	put(s, "world");
	cr_expect_eq(sink_offset(s), 12);
	cr_expect(access("out", F_OK) < 0);
	close_sink(s);
	expect_file("out", span_str("hello, world"));
	cr_expect_eq(mode_of("out"), 0644);
	cr_expect_eq(count_files(false), 1);
}

Test(sink, an_abort_keeps_the_former_file, .init = enter, .fini = leave)
{
	struct sink *s;

	put_file("out", "old", 0640);
	s = open_sink("out", NULL);
	put(s, "new");
	errno = ENOSPC;
	sink_abort(s);
	cr_expect_eq(errno, ENOSPC);
	expect_file("out", span_str("old"));
	cr_expect_eq(count_files(false), 1);
	sink_abort(NULL);
}

Test(sink, a_replaced_file_keeps_its_permissions, .init = enter, .fini = leave)
{
	struct sink *s;

	put_file("out", "old", 0604);
	s = open_sink("./out", NULL);
	put(s, "new");
	expect_file("out", span_str("old"));
	close_sink(s);
	expect_file("out", span_str("new"));
	cr_expect_eq(mode_of("out"), 0604);
}

Test(sink, links_stay, .init = enter, .fini = leave)
{
	struct stat st;
	struct sink *s;

	put_file("target", "old", 0644);
	cr_assert_eq(symlink("target", "link"), 0);
	cr_assert_eq(symlink("made", "dangling"), 0);
	s = open_sink("link", NULL);
	put(s, "new");
	close_sink(s);
	cr_assert_eq(lstat("link", &st), 0);
	cr_expect(S_ISLNK(st.st_mode));
	expect_file("target", span_str("new"));
	s = open_sink("dangling", NULL);
	put(s, "there");
	close_sink(s);
	expect_file("made", span_str("there"));
	cr_expect_eq(count_files(false), 4);
}

Test(sink, names_as_long_as_they_may_be, .init = enter, .fini = leave)
{
	char name[256];

	memset(name, 'n', 255);
	name[255] = '\0';
	close_sink(open_sink(name, NULL));
	expect_file(name, span_str(""));
}

Test(sink, what_cannot_be_written_is_told, .init = enter, .fini = leave)
{
	expect_refused(".", "is a directory");
	expect_refused("none/out", "cannot create: No such file or directory");
	expect_refused("", "cannot create: No such file or directory");
	cr_expect_eq(count_files(false), 0);
}

/* Root may write everything, so the test is nobody then. */
Test(sink, a_file_that_must_not_be_written_stays)
{
	uid_t self = geteuid();

	/* Root of a user namespace may know of nobody else. */
	if (self == 0 && seteuid(65534) < 0)
		cr_skip_test("there is nobody else");
	enter();
	put_file("out", "old", 0444);
	expect_refused("out", "cannot write: Permission denied");
	expect_file("out", span_str("old"));
	leave();
	/* Who was somebody else may not be looked into, which leak checks do. */
	cr_assert_eq(seteuid(self), 0);
	cr_assert_eq(prctl(PR_SET_DUMPABLE, 1), 0);
}

Test(sink, devices_are_written_directly, .init = enter, .fini = leave)
{
	struct sink *s = open_sink("/dev/null", NULL);
	struct stat st;

	put(s, "gone");
	close_sink(s);
	cr_assert_eq(stat("/dev/null", &st), 0);
	cr_expect(S_ISCHR(st.st_mode));
}

Test(sink, a_full_disk_fails_and_sticks)
{
	struct err err = {0};
	struct sink *s = open_sink("/dev/full", NULL);

	put(s, "kept for now");
	cr_expect_eq(sink_flush(s, &err), -1);
	cr_expect_eq(err.code, ERR_IO);
	cr_expect_str_eq(err.text, "cannot write: No space left on device");
	err_clear(&err);
	cr_expect_eq(sink_close(s, &err), -1);
	cr_expect_eq(err.code, ERR_IO);
	/* What stays in memory until the end fails there. */
	for (enum sink_packing p = SINK_GZIP; p <= SINK_ZSTD; p++) {
		err_clear(&err);
		s = open_sink("/dev/full", &(struct sink_opts){.packing = p});
		put(s, "x");
		cr_expect_eq(sink_close(s, &err), -1);
		cr_expect_str_eq(err.text, "cannot write: No space left on device");
	}
}

/* A file that missed something never gets its name. */
Test(sink, a_failed_file_is_not_renamed, .init = enter, .fini = leave)
{
	static uint8_t much[1 << 20];
	struct err err = {0};
	struct sink *s;

	put_file("out", "old", 0644);
	s = open_sink("out", NULL);
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){100000, 100000}), 0);
	cr_expect_eq(sink_write(s, span_of(much, sizeof(much)), &err), -1);
	err_clear(&err);
	cr_expect_eq(sink_close(s, &err), -1);
	expect_file("out", span_str("old"));
	cr_expect_eq(count_files(false), 1);
}

Test(sink, a_failure_of_one_of_several_says_which)
{
	struct err err = {0};
	struct sink *s = open_sink("/dev/full", &(struct sink_opts){.named = true});
	char path[300] = "/nosuch/";

	put(s, "x");
	cr_expect_eq(sink_close(s, &err), -1);
	cr_expect_str_eq(err.text, "/dev/full: cannot write: No space left on device");
	/* Why stands there, however long the name is. */
	memset(path + strlen(path), 'x', sizeof(path) - strlen(path) - 1);
	err_clear(&err);
	cr_expect_null(sink_open(path, &(struct sink_opts){.named = true}, &err));
	cr_expect(strstr(err.text, "xx: cannot create: "), "%s", err.text);
}

/* Killed, for example. Some file systems have no files without a name. */
Test(sink, a_program_that_ends_half_way_leaves_nothing, .init = enter, .fini = leave)
{
	int fd = open(".", O_WRONLY | O_TMPFILE, 0600), status;
	pid_t pid;

	if (fd < 0)
		cr_skip_test("no files without a name here");
	close(fd);
	put_file("old", "old", 0644);
	pid = fork();
	if (pid == 0) {
		put(open_sink("new", NULL), "x");
		put(open_sink("old", NULL), "x");
		_exit(count_files(false) == 1 ? 0 : 1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0, "there are temporary files");
	cr_expect_eq(count_files(false), 1);
	expect_file("old", span_str("old"));
}

static void on_alarm(int number)
{
	(void)number;
}

static bool third_time(unsigned interruptions)
{
	return interruptions >= 3;
}

/* The pipe is full, and stays so. */
Test(sink, a_reader_that_has_stopped_is_given_up_when_asked, .timeout = 300)
{
	static uint8_t much[1 << 20];
	struct sigaction action = {.sa_handler = on_alarm};
	struct itimerval often = {{0, 20000}, {0, 20000}};
	struct err err = {0};
	char path[64];
	struct sink *s;
	int p[2];

	cr_assert_eq(pipe(p), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", p[1]);
	s = open_sink(path, &(struct sink_opts){.enough = third_time});
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	cr_expect_eq(sink_write(s, span_of(much, sizeof(much)), &err), -1);
	setitimer(ITIMER_REAL, &(struct itimerval){.it_interval.tv_sec = 0}, NULL);
	cr_expect_str_eq(err.text, "cannot write: nobody reads");
	sink_abort(s);
	close(p[0]);
	close(p[1]);
}

Test(sink, a_reader_that_went_away_is_epipe)
{
	struct err err = {0};
	char path[64];
	struct sink *s;
	int p[2];

	signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(pipe(p), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", p[1]);
	s = open_sink(path, NULL);
	put(s, "x");
	close(p[0]);
	cr_expect_eq(sink_flush(s, &err), -1);
	cr_expect_eq(errno, EPIPE);
	cr_expect_eq(err.code, ERR_IO);
	sink_abort(s);
	cr_expect_eq(errno, EPIPE);
	close(p[1]);
}

Test(sink, a_live_file_can_be_followed, .init = enter, .fini = leave)
{
	struct sink *s = open_sink("out", &(struct sink_opts){.live = true});
	struct err err = {0};

	put(s, "one ");
	cr_assert_eq(sink_flush(s, &err), 0);
	expect_file("out", span_str("one "));
	put(s, "two");
	close_sink(s);
	expect_file("out", span_str("one two"));
	cr_expect_eq(count_files(false), 1);
}

/* Pieces of all sizes, around that of the buffer, arrive in order. */
Test(sink, pieces_of_all_sizes, .init = enter, .fini = leave)
{
	static const size_t sizes[] = {1, 0, 100, 262143, 262144, 262145, 3, 1000000, 7};
	static const struct sink_opts all[] = {{.packing = SINK_PLAIN}, {.packing = SINK_GZIP},
		{.packing = SINK_GZIP, .level = 1, .live = true},
		{.packing = SINK_GZIP, .level = 9}, {.packing = SINK_ZSTD},
		{.packing = SINK_ZSTD, .level = 1, .live = true},
		{.packing = SINK_ZSTD, .level = 22}};
	struct buf data = {0};
	struct err err = {0};

	while (data.n < 2000000)
		buf_printf(&data, "%zu,", data.n * data.n);
	for (size_t o = 0; o < ARRAY_SIZE(all); o++) {
		struct sink *s = open_sink("out", &all[o]);
		size_t at = 0;

		for (size_t i = 0; i < ARRAY_SIZE(sizes); at += sizes[i++])
			cr_assert_eq(sink_write(s, span_of(data.p + at, sizes[i]), &err), 0);
		cr_expect_eq(sink_offset(s), at);
		close_sink(s);
		expect_file("out", span_of(data.p, at));
	}
	buf_release(&data);
}

Test(sink, nothing_packed_is_a_packed_file, .init = enter, .fini = leave)
{
	struct stat st;

	for (enum sink_packing p = SINK_GZIP; p <= SINK_ZSTD; p++) {
		close_sink(open_sink("out", &(struct sink_opts){.packing = p}));
		cr_assert_eq(stat("out", &st), 0);
		cr_expect_gt(st.st_size, 0);
		expect_file("out", span_str(""));
	}
}

/* Who reads a packed file while it grows gets all that was flushed. */
Test(sink, a_packed_live_file_can_be_followed, .init = enter, .fini = leave)
{
	for (enum sink_packing p = SINK_GZIP; p <= SINK_ZSTD; p++) {
		struct sink *s = open_sink("out", &(struct sink_opts){.packing = p, .live = true});
		struct err err = {0};
		struct span got;
		struct src *src;
		size_t n;

		put(s, "one ");
		cr_assert_eq(sink_flush(s, &err), 0);
		src = src_open("out", NULL, &err);
		cr_assert_not_null(src);
		(void)!src_peek(src, 5, &n, &err); /* it is cut short */
		got = src_buffered(src);
		cr_expect(span_eq(got, span_str("one ")), "packing %d: %zu bytes", p, got.n);
		src_close(src);
		close_sink(s);
	}
}

static void expect_packing(const char *text, int packing, int level)
{
	struct sink_opts o = {.packing = SINK_GZIP, .level = 5};
	struct err err = {0};
	int got = sink_set_packing(&o, text, &err);

	cr_expect_eq(got, packing < 0 ? -1 : 0, "%s", text);
	cr_expect_eq(err.code, packing < 0 ? ERR_USAGE : ERR_NONE);
	if (packing >= 0) {
		cr_expect_eq((int)o.packing, packing, "%s", text);
		cr_expect_eq(o.level, level, "%s", text);
	}
}

Test(sink, packings_by_name_and_level)
{
	expect_packing("none", SINK_PLAIN, 0);
	expect_packing("gzip", SINK_GZIP, 0);
	expect_packing("gzip:9", SINK_GZIP, 9);
	expect_packing("zstd", SINK_ZSTD, 0);
	expect_packing("zstd:22", SINK_ZSTD, 22);
	expect_packing("zstd:23", -1, 0);
	expect_packing("gzip:0", -1, 0);
	expect_packing("gzip:10", -1, 0);
	expect_packing("gzip:", -1, 0);
	expect_packing("gzip:1x", -1, 0);
	expect_packing("zstd:001", -1, 0);
	expect_packing("none:1", -1, 0);
	expect_packing("gzi", -1, 0);
	expect_packing("xz", -1, 0);
	expect_packing("", -1, 0);
}

Test(sink, memory_is_the_callers)
{
	struct buf to = {0};
	struct err err = {0};
	struct sink *s = sink_mem(&to, NULL, &err);

	buf_text(&to, "before ");
	put(s, "after");
	cr_expect(span_eq(buf_view(&to), span_str("before after")));
	close_sink(s);
	cr_expect(span_eq(buf_view(&to), span_str("before after")));
	cr_expect_eq(sink_close(NULL, &err), 0);
	buf_release(&to);
}

Test(sink, a_terminal_is_refused)
{
	struct err err = {0};
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
		cr_skip_test("no terminal to be had");
	cr_expect_null(sink_open(ptsname(master), NULL, &err));
	cr_expect_str_eq(err.text, "is a terminal, and the data is binary");
	close(master);
}
