/* SPDX-License-Identifier: MIT */
/* Descriptors: what makes, copies and ends them, and what a moment shows of it. */
#include <criterion/criterion.h>

#include "state/state_priv.h"
#include "support/feed.h"

#define O_RDONLY_PPM  0x0001
#define O_DIR_PPM     0x0400
#define O_CLOEXEC_PPM 0x1000
#define O_LOWER_PPM   0x10000 /* found by the kernel */

static struct feed f;

static void begin(void)
{
	feed_begin_shell(&f);
}

static void end(void)
{
	feed_end(&f);
}

TestSuite(state_files, .init = begin, .fini = end);

static const char *name(int64_t fd)
{
	return name_of(&f, 10, fd);
}

static const struct fd *known(int64_t fd)
{
	return state_fd(f.st, state_thread(f.st, 10), fd);
}

/* A record that changes nothing: what was pending is carried out. */
static void nothing(void)
{
	feed(&f, PPME_DROP_E, -1, PARAMS(P_U32(1)));
}

static void open_as(int64_t fd, const char *path, uint32_t flags)
{
	feed(&f, PPME_SYSCALL_OPEN_X, 10,
		PARAMS(P_S64(fd), P_SPAN(span_str(path)), P_U32(flags), P_U32(0), P_U32(0x801),
			P_U64(77)));
}

static void exec(void)
{
	feed(&f, PPME_SYSCALL_EXECVE_8_X, 10,
		PARAMS(P_S64(0), P_STR("x"), P_STR(""), P_S64(10), P_S64(10), P_S64(1), P_STR(""),
			P_U64(1)));
}

/* --- open ----------------------------------------------------------------------------------- */

Test(state_files, an_open_shows_its_descriptor_at_once)
{
	const struct moment *m;

	open_as(3, "./a//b/../c", O_RDONLY_PPM);
	m = &f.m;
	cr_assert_not_null(m->entry);
	cr_expect(m->fd == 3 && m->entry->m.type == FDT_FILE_V2);
	cr_expect_str_eq(name(3), "/home/user/a/c");
	cr_expect(says(m->entry->raw_name, "./a//b/../c"));
	cr_expect(m->entry->m.dev == 0x801 && m->entry->m.ino == 77 && m->entry->m.flags == 1);
}

Test(state_files, a_failed_open_makes_nothing)
{
	open_as(-2, "/nowhere", 1);
	cr_expect(f.m.fd == -1 && !f.m.entry);
}

Test(state_files, openat_is_seen_from_its_directory)
{
	open_as(3, "/etc", O_DIR_PPM);
	cr_expect_eq(known(3)->m.type, FDT_DIRECTORY);
#define OPENAT(fd, dir, path)                                                                      \
	feed(&f, PPME_SYSCALL_OPENAT_2_X, 10,                                                      \
		PARAMS(P_S64(fd), P_S64(dir), P_STR(path), P_U32(1), P_U32(0), P_U32(0),           \
			P_U64(0)))
	OPENAT(4, 3, "hosts");
	cr_expect_str_eq(name(4), "/etc/hosts");
	OPENAT(5, 3, "/abs");
	cr_expect_str_eq(name(5), "/abs");
	OPENAT(6, -100, "rel");
	cr_expect_str_eq(name(6), "/home/user/rel");
	OPENAT(7, 99, "rel");
	cr_expect_str_eq(name(7), "<UNKNOWN>/rel");
	feed(&f, PPME_SYSCALL_OPENAT2_X, 10,
		PARAMS(P_S64(8), P_S64(3), P_STR("x"), P_U32(O_DIR_PPM), P_U32(0), P_U32(0)));
	cr_expect_str_eq(name(8), "/etc/x");
	cr_expect_eq(known(8)->m.type, FDT_DIRECTORY);
	feed(&f, PPME_SYSCALL_CREAT_X, 10, PARAMS(P_S64(9), P_STR("new"), P_U32(0)));
	cr_expect_str_eq(name(9), "/home/user/new");
	feed(&f, PPME_SYSCALL_OPEN_BY_HANDLE_AT_X, 10,
		PARAMS(P_S64(10), P_S64(3), P_U32(1), P_STR("/by/handle")));
	cr_expect_str_eq(name(10), "/by/handle");
}

/* The first openat records have everything in the enter record. */
Test(state_files, old_openat_takes_all_from_the_enter_record)
{
	feed(&f, PPME_SYSCALL_OPENAT_E, 10,
		PARAMS(P_S64(-100), P_STR("old"), P_U32(O_DIR_PPM), P_U32(0)));
	feed(&f, PPME_SYSCALL_OPENAT_X, 10, PARAMS(P_S64(3)));
	cr_expect_str_eq(name(3), "/home/user/old");
	cr_expect_eq(known(3)->m.type, FDT_DIRECTORY);
}

/* A program that changes the path in memory during the call does not fool us. */
Test(state_files, what_the_enter_record_says_of_a_path_wins)
{
	feed(&f, PPME_SYSCALL_OPENAT_2_E, 10,
		PARAMS(P_S64(-100), P_STR("true"), P_U32(O_RDONLY_PPM), P_U32(0)));
	feed(&f, PPME_SYSCALL_OPENAT_2_X, 10,
		PARAMS(P_S64(3), P_S64(9), P_STR("false"), P_U32(O_DIR_PPM | O_LOWER_PPM), P_U32(0),
			P_U32(0), P_U64(0)));
	cr_expect_str_eq(name(3), "/home/user/true");
	cr_expect_eq(known(3)->m.flags, O_RDONLY_PPM | O_LOWER_PPM);
	/* An enter record that could not read it says nothing. */
	feed(&f, PPME_SYSCALL_OPEN_E, 10, PARAMS(P_STR("<NA>"), P_U32(0), P_U32(0)));
	open_as(4, "real", 1);
	cr_expect_str_eq(name(4), "/home/user/real");
	feed(&f, PPME_SYSCALL_OPEN_E, 10, NO_PARAMS);
	open_as(5, "real", 1);
	cr_expect_str_eq(name(5), "/home/user/real");
}

/* Memory that is not resident when the call begins cannot be read: "(NULL)" in files for sysdig 0.29.3. */
Test(state_files, an_enter_record_without_its_path_does_not_win)
{
	feed(&f, PPME_SYSCALL_OPENAT_2_E, 10,
		PARAMS(P_S64(-100), P_STR("(NULL)"), P_U32(1), P_U32(0)));
	feed(&f, PPME_SYSCALL_OPENAT_2_X, 10,
		PARAMS(P_S64(3), P_S64(-100), P_STR("/etc/hosts"), P_U32(1), P_U32(0), P_U32(0)));
	cr_expect_str_eq(name(3), "/etc/hosts");
}

Test(state_files, a_path_too_long_is_said_to_be)
{
	char path[2000];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = 0;
	open_as(3, path, 1);
	cr_expect_str_eq(name(3), "/DIR_TOO_LONG/FILENAME_TOO_LONG");
}

Test(state_files, a_number_used_again_is_another_file)
{
	open_as(3, "one", 1);
	open_as(3, "two", 1);
	cr_expect_str_eq(name(3), "/home/user/two");
	cr_expect_eq(f.st->nfds, 1);
}

/* A thread nobody told of has descriptors of its own all the same. */
Test(state_files, threads_known_by_the_tid_alone_have_descriptors)
{
	feed(&f, PPME_SYSCALL_OPEN_X, 99, PARAMS(P_S64(3), P_STR("/a"), P_U32(1), P_U32(0)));
	cr_expect_str_eq(name_of(&f, 99, 3), "/a");
}

/* --- close ---------------------------------------------------------------------------------- */

Test(state_files, a_close_still_shows_what_it_ends)
{
	open_as(3, "a", 1);
	feed(&f, PPME_SYSCALL_CLOSE_E, 10, PARAMS(P_S64(3)));
	cr_expect(f.m.fd == 3 && f.m.entry != NULL);
	feed(&f, PPME_SYSCALL_CLOSE_X, 10, PARAMS(P_S64(0)));
	cr_assert(f.m.fd == 3 && f.m.entry != NULL);
	cr_expect_str_eq(name(3), "/home/user/a");
	nothing();
	cr_expect_null(name(3));
}

Test(state_files, the_record_after_a_close_may_use_its_number)
{
	open_as(3, "a", 1);
	feed(&f, PPME_SYSCALL_CLOSE_X, 10, PARAMS(P_S64(0), P_S64(3)));
	open_as(3, "b", 1);
	nothing();
	cr_expect_str_eq(name(3), "/home/user/b");
}

Test(state_files, only_a_close_that_worked_ends)
{
	open_as(3, "a", 1);
	feed(&f, PPME_SYSCALL_CLOSE_X, 10, PARAMS(P_S64(-9), P_S64(3)));
	nothing();
	cr_expect_str_eq(name(3), "/home/user/a");
	/* An exit record that does not say what it closed closes nothing. */
	feed(&f, PPME_SYSCALL_CLOSE_X, 10, PARAMS(P_S64(0)));
	nothing();
	cr_expect_eq(f.m.fd, -1);
	cr_expect_eq(f.st->nfds, 1);
}

Test(state_files, close_range_ends_a_range_or_marks_it)
{
	for (int64_t fd = 3; fd < 40; fd++)
		open_as(fd, "a", 1);
	feed(&f, PPME_SYSCALL_CLOSE_RANGE_X, 10, PARAMS(P_S64(0), P_U32(20), P_U32(-1), P_U32(0)));
	cr_expect_eq(f.st->nfds, 17);
	cr_expect_not_null(name(19));
	cr_expect_null(name(20));
	feed(&f, PPME_SYSCALL_CLOSE_RANGE_X, 10, PARAMS(P_S64(0), P_U32(5), P_U32(9), P_U32(4)));
	cr_expect_eq(f.st->nfds, 17);
	exec();
	cr_expect_eq(f.st->nfds, 12);
	cr_expect_null(name(7));
}

Test(state_files, execve_ends_what_is_marked_for_it)
{
	open_as(3, "a", 1);
	open_as(4, "b", 1 | O_CLOEXEC_PPM);
	exec();
	cr_expect_not_null(name(3));
	cr_expect_null(name(4));
}

/* --- copies --------------------------------------------------------------------------------- */

Test(state_files, dup_copies_without_the_mark)
{
	open_as(3, "a", 1 | O_CLOEXEC_PPM);
	feed(&f, PPME_SYSCALL_DUP_E, 10, PARAMS(P_S64(3)));
	feed(&f, PPME_SYSCALL_DUP_X, 10, PARAMS(P_S64(4)));
	cr_expect(f.m.fd == 4 && f.m.entry == known(4));
	feed(&f, PPME_SYSCALL_DUP_1_X, 10, PARAMS(P_S64(5), P_S64(3)));
	feed(&f, PPME_SYSCALL_DUP2_X, 10, PARAMS(P_S64(6), P_S64(3), P_S64(6)));
	feed(&f, PPME_SYSCALL_DUP3_X, 10,
		PARAMS(P_S64(7), P_S64(3), P_S64(7), P_U32(O_CLOEXEC_PPM)));
	for (int64_t fd = 3; fd < 8; fd++)
		cr_expect_str_eq(name(fd), "/home/user/a");
	exec();
	cr_expect_eq(f.st->nfds, 3); /* 4, 5, 6 */
}

Test(state_files, dup_to_standard_input_or_output_marks_a_pipeline)
{
	open_as(3, "a", 1);
	feed(&f, PPME_SYSCALL_DUP2_X, 10, PARAMS(P_S64(0), P_S64(3), P_S64(0)));
	cr_expect(state_thread(f.st, 10)->p.flags & PROC_PIPE_DST);
	feed(&f, PPME_SYSCALL_DUP2_X, 10, PARAMS(P_S64(1), P_S64(3), P_S64(1)));
	cr_expect(state_thread(f.st, 10)->p.flags & PROC_PIPE_SRC);
	/* Onto itself. */
	feed(&f, PPME_SYSCALL_DUP2_X, 10, PARAMS(P_S64(3), P_S64(3), P_S64(3)));
	cr_expect_str_eq(name(3), "/home/user/a");
}

Test(state_files, fcntl_copies_and_marks)
{
	open_as(3, "a", 1);
	feed(&f, PPME_SYSCALL_FCNTL_E, 10, PARAMS(P_S64(3), P_U8(1)));
	feed(&f, PPME_SYSCALL_FCNTL_X, 10, PARAMS(P_S64(4)));
	cr_expect_str_eq(name(4), "/home/user/a");
	feed(&f, PPME_SYSCALL_FCNTL_X, 10, PARAMS(P_S64(5), P_S64(3), P_U8(26)));
	cr_expect(known(5)->m.flags & O_CLOEXEC_PPM);
	feed(&f, PPME_SYSCALL_FCNTL_X, 10, PARAMS(P_S64(0), P_S64(3), P_U8(3), P_U64(1)));
	cr_expect(known(3)->m.flags & O_CLOEXEC_PPM);
	feed(&f, PPME_SYSCALL_FCNTL_X, 10, PARAMS(P_S64(0), P_S64(3), P_U8(3), P_U64(0)));
	cr_expect_not(known(3)->m.flags & O_CLOEXEC_PPM);
	feed(&f, PPME_SYSCALL_FCNTL_X, 10, PARAMS(P_S64(9), P_S64(3), P_U8(4)));
	cr_expect_null(name(9));
}

/* --- descriptors without a path ------------------------------------------------------------- */

Test(state_files, pipes_and_pairs_are_two_at_once)
{
	feed(&f, PPME_SYSCALL_PIPE_X, 10, PARAMS(P_S64(0), P_S64(3), P_S64(4), P_U64(55)));
	cr_expect(f.m.fd == 4 && f.m.entry == known(4));
	cr_expect(known(3)->m.type == FDT_FIFO && known(4)->m.ino == 55);
	cr_expect_str_eq(name(3), "");
	feed(&f, PPME_SYSCALL_PIPE2_X, 10,
		PARAMS(P_S64(0), P_S64(5), P_S64(6), P_U64(56), P_U32(O_CLOEXEC_PPM)));
	feed(&f, PPME_SOCKET_SOCKETPAIR_X, 10,
		PARAMS(P_S64(0), P_S64(7), P_S64(8), P_U64(0xa), P_U64(0xb)));
	cr_expect(known(7)->m.type == FDT_UNIX && known(7)->m.source == 0xa);
	cr_expect(known(8)->m.source == 0xb && known(8)->m.peer == 0xa);
	exec();
	cr_expect_null(known(5));
	cr_expect_not_null(known(3));
	feed(&f, PPME_SYSCALL_PIPE_X, 10, PARAMS(P_S64(-24)));
	cr_expect_eq(f.m.fd, -1);
}

Test(state_files, the_kinds_that_have_no_name)
{
	static const struct {
		uint16_t type;
		uint8_t kind;
	} rows[] = {
		{PPME_SYSCALL_EVENTFD_X, FDT_EVENT},
		{PPME_SYSCALL_EVENTFD2_X, FDT_EVENT},
		{PPME_SYSCALL_SIGNALFD_X, FDT_SIGNALFD},
		{PPME_SYSCALL_SIGNALFD4_X, FDT_SIGNALFD},
		{PPME_SYSCALL_TIMERFD_CREATE_X, FDT_TIMERFD},
		{PPME_SYSCALL_INOTIFY_INIT_X, FDT_INOTIFY},
		{PPME_SYSCALL_INOTIFY_INIT1_X, FDT_INOTIFY},
		{PPME_SYSCALL_EPOLL_CREATE_X, FDT_EVENTPOLL},
		{PPME_SYSCALL_EPOLL_CREATE1_X, FDT_EVENTPOLL},
		{PPME_SYSCALL_BPF_2_X, FDT_BPF},
		{PPME_SYSCALL_USERFAULTFD_X, FDT_USERFAULTFD},
		{PPME_SYSCALL_IO_URING_SETUP_X, FDT_IO_URING},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t fd = 3 + (int64_t)i;

		feed(&f, rows[i].type, 10, PARAMS(P_S64(fd)));
		cr_assert_not_null(known(fd), "type %u", rows[i].type);
		cr_expect_eq(known(fd)->m.type, rows[i].kind, "type %u", rows[i].type);
		cr_expect_str_eq(name(fd), "");
		cr_expect_eq(f.m.fd, fd);
		feed(&f, rows[i].type, 10, PARAMS(P_S64(-1)));
	}
	cr_expect_eq(f.st->nfds, ARRAY_SIZE(rows));
	/* What the first bpf record returns says of itself whether it is a descriptor. */
	feed(&f, PPME_SYSCALL_BPF_X, 10, PARAMS(P_BYTES("\0\x63\0\0\0\0\0\0\0")));
	cr_expect_eq(known(0x63)->m.type, FDT_BPF);
	feed(&f, PPME_SYSCALL_BPF_X, 10, PARAMS(P_BYTES("\1\x64\0\0\0\0\0\0\0")));
	cr_expect_null(known(0x64));
}

Test(state_files, marks_of_other_kinds)
{
	feed(&f, PPME_SYSCALL_EPOLL_CREATE1_X, 10, PARAMS(P_S64(3), P_U32(1)));
	feed(&f, PPME_SYSCALL_EVENTFD2_X, 10, PARAMS(P_S64(4), P_U16(O_CLOEXEC_PPM)));
	feed(&f, PPME_SYSCALL_MEMFD_CREATE_X, 10, PARAMS(P_S64(5), P_STR("mem"), P_U32(1)));
	cr_expect_str_eq(name(5), "mem");
	feed(&f, PPME_SYSCALL_MEMFD_CREATE_X, 10, PARAMS(P_S64(6), P_STR("kept"), P_U32(2)));
	exec();
	cr_expect_eq(f.st->nfds, 1);
	cr_expect_str_eq(name(6), "kept");
}

Test(state_files, pidfds_give_access_to_descriptors)
{
	struct meta_proc other = build_proc(20, 1, "other");
	struct meta_fd file = build_file(8, "/secret");

	build_procs(&f.b, 9, BUILD_TAIL, &other, 1);
	feed_last(&f);
	build_fds(&f.b, 2, 20, &file, 1);
	feed_last(&f);
	feed(&f, PPME_SYSCALL_PIDFD_OPEN_X, 10, PARAMS(P_S64(3), P_S64(20), P_U32(0)));
	cr_expect_str_eq(name(3), "/proc/20");
	cr_expect_eq(known(3)->pid, 20);
	feed(&f, PPME_SYSCALL_PIDFD_GETFD_X, 10, PARAMS(P_S64(4), P_S64(3), P_S64(8), P_U32(0)));
	cr_expect_str_eq(name(4), "/secret");
	cr_expect(known(4)->m.flags & O_CLOEXEC_PPM);
	feed(&f, PPME_SYSCALL_PIDFD_GETFD_X, 10, PARAMS(P_S64(5), P_S64(3), P_S64(99), P_U32(0)));
	cr_expect(f.m.fd == 5 && !f.m.entry);
}

/* --- directories ---------------------------------------------------------------------------- */

Test(state_files, directories_of_a_process)
{
	const struct thread *t = state_thread(f.st, 10);

	feed(&f, PPME_SYSCALL_CHDIR_X, 10, PARAMS(P_S64(0), P_STR("src/../lib")));
	cr_expect(says(t->p.cwd, "/home/user/lib/"));
	feed(&f, PPME_SYSCALL_CHDIR_X, 10, PARAMS(P_S64(-2), P_STR("/no")));
	cr_expect(says(t->p.cwd, "/home/user/lib/"));
	open_as(3, "/etc", O_DIR_PPM);
	feed(&f, PPME_SYSCALL_FCHDIR_E, 10, PARAMS(P_S64(3)));
	feed(&f, PPME_SYSCALL_FCHDIR_X, 10, PARAMS(P_S64(0)));
	cr_expect(says(t->p.cwd, "/etc/"));
	feed(&f, PPME_SYSCALL_CHDIR_X, 10, PARAMS(P_S64(0), P_STR("/")));
	cr_expect(says(t->p.cwd, "/"));
	feed(&f, PPME_SYSCALL_GETCWD_X, 10, PARAMS(P_S64(5), P_STR("/srv")));
	cr_expect(says(t->p.cwd, "/srv/"));
	feed(&f, PPME_SYSCALL_CHROOT_X, 10, PARAMS(P_S64(0), P_STR("jail")));
	cr_expect(says(t->p.root, "/srv/jail"));
}
