/* SPDX-License-Identifier: MIT */
/* Threads: how they come (clone, seen by parent or child), change (execve) and go. */
#include <criterion/criterion.h>

#include "state/state_priv.h"
#include "support/feed.h"

#define THREAD_FLAGS 0x0000B803 /* FILES, FS, SIGHAND, SYSVSEM, THREAD, VM */
#define NEWPID       0x00000040
#define IN_PIDNS     0x20000000
#define VFORK        0x08000000

#define CGROUPS "cpu=/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define EXEC(res, pid, ptid, comm, path)                                                           \
	PARAMS(P_S64(res), P_STR("./prog"), P_STR("-x"), P_S64(pid), P_S64(pid), P_S64(ptid),      \
		P_STR(""), P_U64(256), P_U64(1), P_U64(2), P_U32(3), P_U32(4), P_U32(5),           \
		P_STR(comm), P_STR(CGROUPS), P_STR("A=b"), P_U32(34816), P_S64(1), P_U32(1000),    \
		P_U32(9), P_U64(1), P_U64(2), P_U64(3), P_U64(4), P_U64(5), P_U64(6), P_U32(33),   \
		P_STR(path), P_S64(10), P_U32(44))

static struct feed f;

static void begin(void)
{
	feed_begin_shell(&f);
}

static void end(void)
{
	feed_end(&f);
}

TestSuite(state_procs, .init = begin, .fini = end);

static struct thread *thread(int64_t tid)
{
	return state_thread(f.st, tid);
}

/* Gives 10 an open file. */
static void open_file(void)
{
	feed(&f, PPME_SYSCALL_OPENAT_2_X, 10,
		PARAMS(P_S64(3), P_S64(-100), P_STR("f"), P_U32(1), P_U32(0), P_U32(0), P_U64(0)));
}

Test(state_procs, a_fork_seen_by_the_parent_makes_the_child)
{
	const struct thread *child;
	const struct moment *m;

	open_file();
	m = feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(11, 10, 10, 1, "sh", 0, 10, 10));
	cr_assert_eq(m->thread, thread(10));
	child = thread(11);
	cr_assert_not_null(child);
	cr_expect(child->p.pid == 11 && child->p.ptid == 10 && child->p.vtid == 11);
	cr_expect(says(child->p.comm, "sh") && says(child->p.exe, "/bin/sh"));
	cr_expect(child->p.uid == 7 && child->p.gid == 8 && child->p.fdlimit == 512);
	cr_expect(child->p.vmsize_kb == 3 && child->p.pfminor == 2);
	/* From the parent: */
	cr_expect(says(child->p.cwd, "/home/user/") && says(child->p.exepath, "/usr/bin/tool"));
	cr_expect(child->p.sid == 10 && child->p.loginuid == 1000 && child->p.env.n > 0);
	cr_expect_str_eq(name_of(&f, 11, 3), "/home/user/f");
	cr_expect(state_fd(f.st, child, 3)->cloned);
	cr_expect_eq(child->clone_ts, f.ev.ts);
	cr_expect_not(child->placeholder);
}

Test(state_procs, the_childs_record_may_come_first)
{
	open_file();
	feed(&f, PPME_SYSCALL_CLONE_20_X, 11, CLONE(0, 11, 11, 10, "kid", 0, 11, 11));
	cr_assert_not_null(thread(11));
	cr_expect(thread(11)->p.flags & PROC_CLONE_INVERTED);
	cr_expect_str_eq(name_of(&f, 11, 3), "/home/user/f");
	/* The child closes it; the parent's record must not bring it back. */
	feed(&f, PPME_SYSCALL_CLOSE_X, 11, PARAMS(P_S64(0), P_S64(3)));
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(11, 10, 10, 1, "sh", 0, 10, 10));
	cr_expect_null(name_of(&f, 11, 3));
	cr_expect(says(thread(11)->p.comm, "kid"));
}

Test(state_procs, the_childs_record_after_the_parents_changes_nothing)
{
	open_file();
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(11, 10, 10, 1, "sh", 0, 10, 10));
	feed(&f, PPME_SYSCALL_CLONE_20_X, 11, CLONE(0, 11, 11, 10, "kid", 0, 11, 11));
	cr_expect(says(thread(11)->p.comm, "sh"));
	/* Two seconds later it can only be another one with this tid. */
	feed_at(&f, f.ev.ts + CLONE_STALE_NS, PPME_SYSCALL_CLONE_20_X, 11,
		CLONE(0, 11, 11, 10, "new", 0, 11, 11));
	cr_expect(says(thread(11)->p.comm, "new"));
}

Test(state_procs, threads_share_what_the_main_thread_has)
{
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(11, 10, 10, 1, "sh", THREAD_FLAGS, 10, 10));
	cr_expect(thread(11)->p.pid == 10 && thread(11)->p.ptid == 1);
	cr_expect_eq(state_main(f.st, thread(11)), thread(10));
	open_file();
	cr_expect_str_eq(name_of(&f, 11, 3), "/home/user/f");
	feed(&f, PPME_SYSCALL_CHDIR_X, 11, PARAMS(P_S64(0), P_STR("..")));
	cr_expect(says(thread(10)->p.cwd, "/home/"));
	feed(&f, PPME_SYSCALL_CLOSE_X, 11, PARAMS(P_S64(0), P_S64(3)));
	feed(&f, PPME_SYSCALL_GETUID_X, 11, PARAMS(P_U32(0)));
	cr_expect_null(name_of(&f, 10, 3));
}

/* In a pid namespace the parent's result is a number of that namespace. */
Test(state_procs, numbers_of_namespaces_make_no_children)
{
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(5, 10, 10, 1, "sh", IN_PIDNS, 10, 10));
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(6, 10, 10, 1, "sh", NEWPID, 10, 10));
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(7, 10, 10, 1, "sh", VFORK, 10, 10));
	feed(&f, PPME_SYSCALL_VFORK_20_X, 10, CLONE(8, 10, 10, 1, "sh", 0, 10, 10));
	for (int64_t tid = 5; tid < 9; tid++)
		cr_expect_null(thread(tid));
	/* A parent that has another number there: */
	feed(&f, PPME_SYSCALL_CLONE_20_X, 20, CLONE(0, 20, 20, 10, "in", IN_PIDNS, 2, 2));
	cr_expect_eq(thread(20)->p.vtid, 2);
	cr_expect_eq(thread(20)->p.pidns_init_start_ts, 1000);
	feed(&f, PPME_SYSCALL_CLONE_20_X, 20, CLONE(3, 20, 20, 10, "in", 0, 2, 2));
	cr_expect_null(thread(3));
}

Test(state_procs, a_child_that_exited_just_before_stays_gone)
{
	feed(&f, PPME_SYSCALL_CLONE_20_X, 11, CLONE(0, 11, 11, 10, "kid", 0, 11, 11));
	feed(&f, PPME_PROCEXIT_1_E, 11, PARAMS(P_S64(0)));
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(11, 10, 10, 1, "sh", 0, 10, 10));
	cr_expect_null(thread(11));
}

Test(state_procs, old_records_have_fewer_parameters)
{
	feed(&f, PPME_SYSCALL_CLONE_11_X, 10,
		PARAMS(P_S64(11), P_STR("old"), P_STR(""), P_S64(10), P_S64(10), P_S64(1),
			P_STR(""), P_S64(64), P_U32(0), P_U32(1), P_U32(2)));
	cr_assert_not_null(thread(11));
	cr_expect(says(thread(11)->p.comm, "old"));
	cr_expect(thread(11)->p.uid == 1 && thread(11)->p.gid == 2);
	feed(&f, PPME_SYSCALL_EXECVE_8_X, 11,
		PARAMS(P_S64(0), P_STR("true"), P_STR(""), P_S64(11), P_S64(11), P_S64(10),
			P_STR(""), P_U64(32)));
	cr_expect(says(thread(11)->p.comm, "true") && says(thread(11)->p.exepath, "<NA>"));
	cr_expect_eq(thread(11)->p.fdlimit, 32);
}

Test(state_procs, a_failed_clone_changes_nothing)
{
	feed(&f, PPME_SYSCALL_CLONE3_X, 10, CLONE(-38, 10, 10, 1, "sh", 0, 10, 10));
	feed(&f, PPME_SYSCALL_CLONE3_X, 99, CLONE(-38, 99, 99, 1, "sh", 0, 99, 99));
	cr_expect_null(f.m.thread);
	cr_expect_null(thread(99));
}

/* --- threads nobody has told of ------------------------------------------------------------- */

Test(state_procs, the_first_event_of_a_thread_makes_it_known_by_its_tid)
{
	const struct moment *m = feed(&f, PPME_SYSCALL_READ_X, 99, PARAMS(P_S64(0), P_NONE));

	cr_assert_not_null(m->thread);
	cr_expect(m->thread->placeholder && m->thread->p.pid == -1 && m->thread->p.ptid == -1);
	cr_expect(says(m->thread->p.comm, "<NA>") && says(m->thread->p.cwd, "./"));
	cr_expect_eq(m->thread->p.uid, 0xffffffff);
	cr_expect_null(state_main(f.st, m->thread));
}

Test(state_procs, records_of_the_machine_make_no_threads)
{
	feed(&f, PPME_SCHEDSWITCH_6_E, 99,
		PARAMS(P_S64(1), P_U64(1), P_U64(2), P_U32(3), P_U32(4), P_U32(5)));
	feed(&f, PPME_PROCEXIT_1_E, 99, PARAMS(P_S64(0)));
	feed(&f, PPME_PROCINFO_E, 99, PARAMS(P_U64(1), P_U64(2)));
	feed(&f, PPME_PAGE_FAULT_E, 99, PARAMS(P_U64(1), P_U64(2), P_U32(3)));
	cr_expect_null(thread(99));
	feed(&f, PPME_DROP_E, -1, PARAMS(P_U32(1)));
	feed(&f, PPME_SYSCALL_READ_X, 0, PARAMS(P_S64(0), P_NONE));
	feed(&f, 5000, 98, NO_PARAMS);
	cr_expect_null(thread(-1));
	cr_expect_null(thread(0));
	cr_expect_null(thread(98));
	/* Who is known is shown all the same. */
	feed(&f, PPME_PAGE_FAULT_E, 10, PARAMS(P_U64(1), P_U64(2), P_U32(3)));
	cr_expect_eq(f.m.thread, thread(10));
}

Test(state_procs, a_clone_completes_who_was_known_by_the_tid_alone)
{
	feed(&f, PPME_SYSCALL_READ_X, 99, PARAMS(P_S64(0), P_NONE));
	feed(&f, PPME_SYSCALL_CLONE_20_X, 99, CLONE(100, 99, 99, 50, "par", 0, 99, 99));
	cr_expect_not(thread(99)->placeholder);
	cr_expect(thread(99)->p.pid == 99 && thread(99)->p.ptid == 50);
	cr_expect(says(thread(99)->p.comm, "par"));
	cr_expect_eq(thread(100)->p.ptid, 99);
	/* A thread's record completes the main thread. */
	feed(&f, PPME_SYSCALL_CLONE_20_X, 201,
		CLONE(0, 201, 200, 50, "grp", THREAD_FLAGS, 201, 200));
	cr_expect(says(thread(200)->p.comm, "grp"));
	cr_expect_eq(state_main(f.st, thread(201)), thread(200));
}

Test(state_procs, an_execve_completes_who_was_known_by_the_tid_alone)
{
	feed(&f, PPME_SYSCALL_EXECVE_19_X, 99, EXEC(0, 99, 50, "prog", "/usr/bin/prog"));
	cr_expect_not(thread(99)->placeholder);
	cr_expect(thread(99)->p.pid == 99 && thread(99)->p.ptid == 50 && thread(99)->p.vtid == 99);
	cr_expect_eq(thread(99)->p.cwd.n, 0);
	feed(&f, PPME_SYSCALL_OPEN_X, 99, PARAMS(P_S64(3), P_STR("rel"), P_U32(1), P_U32(0)));
	cr_expect_str_eq(name_of(&f, 99, 3), "rel");
}

/* --- execve --------------------------------------------------------------------------------- */

Test(state_procs, an_execve_makes_the_process_another_program)
{
	const struct meta_proc *p = &thread(10)->p;

	feed(&f, PPME_SYSCALL_EXECVE_19_X, 10, EXEC(0, 10, 1, "prog", "/usr/bin/prog"));
	cr_expect(says(p->comm, "prog") && says(p->exe, "./prog") && p->args.n == 3);
	cr_expect(says(p->exepath, "/usr/bin/prog") && says(p->cwd, "/home/user/"));
	cr_expect(p->env.n == 4 && p->tty == 34816 && p->uid == 33 && p->gid == 44);
	cr_expect(p->cap_inheritable == 1 && p->cap_permitted == 2 && p->cap_effective == 3);
	cr_expect(p->exe_ino == 4 && p->exe_ctime == 5 && p->exe_mtime == 6);
	cr_expect(p->exe_writable && p->exe_lower_layer && !p->exe_upper_layer);
	cr_expect_eq(p->flags & (PROC_ACTIVE | PROC_NAME_CHANGED), PROC_ACTIVE | PROC_NAME_CHANGED);
	cr_expect_eq(thread(10)->exec_ts, f.ev.ts);
	cr_expect(says(thread(10)->container, "0123456789ab"));
	feed(&f, PPME_SYSCALL_EXECVE_19_X, 10, EXEC(-2, 10, 1, "no", "/no"));
	cr_expect(says(p->comm, "prog"));
}

Test(state_procs, an_execve_ends_the_other_threads)
{
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(11, 10, 10, 1, "sh", THREAD_FLAGS, 10, 10));
	feed(&f, PPME_SYSCALL_CLONE_20_X, 11, CLONE(12, 11, 10, 1, "sh", 0, 11, 10));
	cr_expect_eq(thread(12)->p.ptid, 11);
	feed(&f, PPME_SYSCALL_EXECVE_19_X, 10, EXEC(0, 10, 1, "prog", "/p"));
	cr_expect_null(thread(11));
	cr_expect_eq(thread(12)->p.ptid, 10);
}

/* Older captures name the file in the enter record, relative to the cwd. */
Test(state_procs, the_path_of_an_execve_may_be_in_its_enter_record)
{
	const struct build_param *exit = PARAMS(P_S64(0), P_STR("./prog"), P_STR(""), P_S64(10),
		P_S64(10), P_S64(1), P_STR(""), P_U64(256));

	feed(&f, PPME_SYSCALL_EXECVE_19_E, 10, PARAMS(P_STR("./bin/../prog")));
	feed(&f, PPME_SYSCALL_EXECVE_19_X, 10, exit);
	cr_expect(says(thread(10)->p.exepath, "/home/user/prog"));
	feed(&f, PPME_SYSCALL_EXECVE_19_X, 10, exit);
	cr_expect(says(thread(10)->p.exepath, "<NA>"));
}

Test(state_procs, an_execveat_ends_as_an_execve)
{
	const struct build_param *exit = PARAMS(P_S64(0), P_STR("prog"), P_STR(""), P_S64(10),
		P_S64(10), P_S64(1), P_STR(""), P_U64(256));

	open_file();
	feed(&f, PPME_SYSCALL_EXECVEAT_E, 10, PARAMS(P_S64(3), P_STR("x"), P_U32(0)));
	feed(&f, PPME_SYSCALL_EXECVE_19_X, 10, exit);
	cr_expect(says(thread(10)->p.exepath, "/home/user/f/x"));
	feed(&f, PPME_SYSCALL_EXECVEAT_E, 10, PARAMS(P_S64(3), P_STR(""), P_U32(1)));
	feed(&f, PPME_SYSCALL_EXECVE_19_X, 10, exit);
	cr_expect(says(thread(10)->p.exepath, "/home/user/f"));
	feed(&f, PPME_SYSCALL_EXECVEAT_E, 10, PARAMS(P_S64(-100), P_STR("x"), P_U32(0)));
	feed(&f, PPME_SYSCALL_EXECVE_19_X, 10, exit);
	cr_expect(says(thread(10)->p.exepath, "/home/user/x"));
	cr_expect_not(
		thread(10)->p.exe_writable); /* flag 1 of the enter record means another thing */
}

/* --- the end -------------------------------------------------------------------------------- */

Test(state_procs, an_exit_still_shows_who_it_ends)
{
	const struct moment *m;

	open_file();
	m = feed(&f, PPME_PROCEXIT_1_E, 10, PARAMS(P_S64(0), P_S64(0), P_U8(0), P_U8(0), P_S64(0)));
	cr_assert_not_null(m->thread);
	cr_expect(m->thread->dead && says(m->thread->p.comm, "sh"));
	cr_expect_str_eq(name_of(&f, 10, 3), "/home/user/f");
	feed(&f, PPME_DROP_E, -1, PARAMS(P_U32(1)));
	cr_expect_null(thread(10));
	cr_expect_eq(f.st->nfds, 0);
}

Test(state_procs, a_main_thread_stays_until_its_group_is_gone)
{
	size_t pos = 0;

	open_file();
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(11, 10, 10, 1, "sh", THREAD_FLAGS, 10, 10));
	feed(&f, PPME_PROCEXIT_1_E, 10, PARAMS(P_S64(0)));
	feed(&f, PPME_DROP_E, -1, PARAMS(P_U32(1)));
	cr_assert_not_null(thread(10));
	cr_expect(thread(10)->dead);
	cr_expect_eq(state_next_thread(f.st, &pos), thread(11)); /* the only one alive */
	cr_expect_null(state_next_thread(f.st, &pos));
	cr_expect_str_eq(name_of(&f, 11, 3), "/home/user/f");
	feed(&f, PPME_PROCEXIT_1_E, 11, PARAMS(P_S64(0)));
	feed(&f, PPME_DROP_E, -1, PARAMS(P_U32(1)));
	cr_expect_null(thread(10));
	cr_expect_null(thread(11));
}

static void fork_from(int64_t parent, int64_t child)
{
	feed(&f, PPME_SYSCALL_CLONE_20_X, parent,
		CLONE(child, parent, parent, 1, "kid", 0, parent, parent));
}

static void exit_to(int64_t tid, int64_t reaper)
{
	feed(&f, PPME_PROCEXIT_1_E, tid,
		PARAMS(P_S64(0), P_S64(0), P_U8(0), P_U8(0), P_S64(reaper)));
	feed(&f, PPME_DROP_E, -1, PARAMS(P_U32(1)));
}

Test(state_procs, orphans_get_the_parent_the_record_names)
{
	fork_from(10, 11);
	fork_from(11, 12);
	fork_from(11, 13);
	exit_to(11, 10);
	cr_expect_eq(thread(12)->p.ptid, 10);
	cr_expect_eq(thread(13)->p.ptid, 10);
}

Test(state_procs, orphans_without_a_reaper_belong_to_nobody)
{
	fork_from(10, 11);
	fork_from(11, 12);
	exit_to(11, 777); /* not known */
	cr_expect_eq(thread(12)->p.ptid, 0);
}

Test(state_procs, orphans_of_a_thread_go_to_its_group)
{
	feed(&f, PPME_SYSCALL_CLONE_20_X, 10, CLONE(11, 10, 10, 1, "sh", THREAD_FLAGS, 10, 10));
	fork_from(11, 12);
	exit_to(11, 0);
	cr_expect_eq(thread(12)->p.ptid, 10);
}

Test(state_procs, subreapers_collect_orphans)
{
	feed(&f, PPME_SYSCALL_PRCTL_X, 10, PARAMS(P_S64(0), P_U32(36), P_STR(""), P_S64(1)));
	fork_from(10, 11);
	fork_from(11, 12);
	fork_from(12, 13);
	exit_to(12, 0);
	cr_expect_eq(thread(13)->p.ptid, 10);
	feed(&f, PPME_SYSCALL_PRCTL_X, 10, PARAMS(P_S64(0), P_U32(36), P_STR(""), P_S64(0)));
	fork_from(13, 14);
	exit_to(13, 0);
	cr_expect_eq(thread(14)->p.ptid, 0);
}

/* Process lists have parents in a circle now and then. */
Test(state_procs, parents_in_a_circle_end_nothing_but_the_walk)
{
	struct meta_proc p[] = {build_proc(20, 22, "a"), build_proc(21, 20, "b"),
		build_proc(22, 21, "c"), build_proc(23, 23, "d")};

	build_procs(&f.b, 9, BUILD_TAIL, p, ARRAY_SIZE(p));
	feed_last(&f);
	exit_to(20, 0);
	cr_expect_eq(thread(21)->p.ptid, 0);
	exit_to(23, 23);
	cr_expect_null(thread(23));
}

/* --- calls ---------------------------------------------------------------------------------- */

Test(state_procs, an_exit_record_finds_its_enter_record)
{
	const struct moment *m;
	uint64_t entered;

	open_file();
	m = feed(&f, PPME_SYSCALL_READ_E, 10, PARAMS(P_S64(3), P_U32(10)));
	entered = f.ev.ts;
	cr_expect(m->fd == 3 && m->entry && m->enter_ts == 0);
	/* Records of other sources may fall in between. */
	feed(&f, PPME_SCHEDSWITCH_6_E, 10,
		PARAMS(P_S64(1), P_U64(1), P_U64(2), P_U32(3), P_U32(4), P_U32(5)));
	feed(&f, PPME_PROCINFO_E, 10, PARAMS(P_U64(1), P_U64(2)));
	m = feed(&f, PPME_SYSCALL_READ_X, 10, PARAMS(P_S64(1), P_BYTES("x")));
	cr_expect(m->fd == 3 && m->entry && m->enter_ts == entered);
	/* The call is over. */
	m = feed(&f, PPME_SYSCALL_READ_X, 10, PARAMS(P_S64(1), P_BYTES("x")));
	cr_expect(m->fd == -1 && !m->entry && m->enter_ts == 0);
}

Test(state_procs, an_exit_of_another_call_ends_the_waiting)
{
	const struct moment *m;

	open_file();
	feed(&f, PPME_SYSCALL_READ_E, 10, PARAMS(P_S64(3), P_U32(10)));
	m = feed(&f, PPME_SYSCALL_WRITE_X, 10, PARAMS(P_S64(1), P_BYTES("x")));
	cr_expect(m->fd == -1 && m->enter_ts == 0);
	m = feed(&f, PPME_SYSCALL_READ_X, 10, PARAMS(P_S64(1), P_BYTES("x")));
	cr_expect(m->fd == -1 && m->enter_ts == 0);
}

Test(state_procs, an_exit_record_may_carry_all_by_itself)
{
	const struct moment *m;

	open_file();
	m = feed(&f, PPME_SYSCALL_READ_X, 10, PARAMS(P_S64(1), P_BYTES("x"), P_S64(3), P_U32(10)));
	cr_expect(m->fd == 3 && m->entry != NULL);
	m = feed(&f, PPME_SYSCALL_MMAP_E, 10,
		PARAMS(P_U64(0), P_U64(1), P_U32(1), P_U32(1), P_S64(3), P_U64(0)));
	cr_expect_eq(m->fd, 3);
	m = feed(&f, PPME_SYSCALL_SPLICE_E, 10, PARAMS(P_S64(7), P_S64(3), P_U64(1), P_U32(0)));
	cr_expect_eq(m->fd, 3);
	m = feed(&f, PPME_SOCKET_SETSOCKOPT_X, 10, PARAMS(P_S64(0), P_S64(3)));
	cr_expect_eq(m->fd, 3);
}

/* --- sections and lists --------------------------------------------------------------------- */

Test(state_procs, a_section_header_empties_everything)
{
	struct meta_user u = {.uid = 5, .name = span_str("u")};
	struct meta_machine machine = {.cpus = 2, .host = span_str("h")};

	open_file();
	build_users(&f.b, 2, &u, 1);
	feed_last(&f);
	build_machine(&f.b, &machine);
	feed_last(&f);
	cr_expect_eq(state_machine(f.st)->cpus, 2);
	feed(&f, PPME_PROCEXIT_1_E, 10, PARAMS(P_S64(0)));
	build_section(&f.b, 2);
	feed_last(&f);
	cr_expect_null(thread(10));
	cr_expect_null(state_user(f.st, span_of(NULL, 0), 5));
	cr_expect_null(state_machine(f.st));
	cr_expect_eq(intern_count(f.st->texts), 0);
	feed(&f, PPME_DROP_E, -1, PARAMS(P_U32(1)));
}

Test(state_procs, only_main_threads_have_a_cwd_and_environment)
{
	struct meta_proc p[] = {build_proc(20, 1, "a"), build_proc(21, 1, "a")};

	p[0].cwd = span_str("/srv//x/./y/..");
	p[1].pid = 20;
	build_procs(&f.b, 9, BUILD_TAIL, p, ARRAY_SIZE(p));
	feed_last(&f);
	cr_expect(says(thread(20)->p.cwd, "/srv/x/") && thread(20)->p.env.n);
	cr_expect(thread(21)->p.cwd.n == 0 && thread(21)->p.env.n == 0);
	cr_expect(thread(20)->p.flags & PROC_ACTIVE);
}

/* Lists come in any order; a thread may be filled in after its descriptors. */
Test(state_procs, descriptors_may_come_before_their_process)
{
	struct meta_fd file = build_file(4, "/etc/hosts");
	struct meta_proc p = build_proc(30, 1, "late");

	build_fds(&f.b, 2, 30, &file, 1);
	feed_last(&f);
	cr_expect(thread(30)->placeholder);
	build_procs(&f.b, 9, BUILD_TAIL, &p, 1);
	feed_last(&f);
	cr_expect(says(thread(30)->p.comm, "late") && !thread(30)->placeholder);
	cr_expect_str_eq(name_of(&f, 30, 4), "/etc/hosts");
}
