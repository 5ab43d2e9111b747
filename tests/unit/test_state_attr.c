/* SPDX-License-Identifier: MIT */
/* What calls change of a process: users, capabilities, limits, memory. Old and new records. */
#include <criterion/criterion.h>

#include "state/state_priv.h"
#include "support/feed.h"

#define NEWUSER  0x00100000
#define ALL_CAPS 0x1ffffffffffu

static struct feed f;

static void begin(void)
{
	feed_begin_shell(&f);
}

static void end(void)
{
	feed_end(&f);
}

TestSuite(state_attr, .init = begin, .fini = end);

static const struct meta_proc *proc(void)
{
	return &state_thread(f.st, 10)->p;
}

/* Pairs have the ids in the enter record, exits in their own; -1 leaves an id as it is. */
Test(state_attr, user_ids)
{
	feed(&f, PPME_SYSCALL_SETUID_E, 10, PARAMS(P_U32(1)));
	feed(&f, PPME_SYSCALL_SETUID_X, 10, PARAMS(P_S64(0)));
	cr_expect_eq(proc()->uid, 1);
	feed(&f, PPME_SYSCALL_SETUID_X, 10, PARAMS(P_S64(0), P_U32(2)));
	cr_expect_eq(proc()->uid, 2);
	feed(&f, PPME_SYSCALL_SETUID_X, 10, PARAMS(P_S64(-1), P_U32(3)));
	cr_expect_eq(proc()->uid, 2);
	feed(&f, PPME_SYSCALL_SETREUID_X, 10, PARAMS(P_S64(0), P_U32(8), P_U32(4)));
	cr_expect_eq(proc()->uid, 4);
	feed(&f, PPME_SYSCALL_SETRESUID_E, 10, PARAMS(P_U32(8), P_U32(5), P_U32(9)));
	feed(&f, PPME_SYSCALL_SETRESUID_X, 10, PARAMS(P_S64(0)));
	cr_expect_eq(proc()->uid, 5);
	feed(&f, PPME_SYSCALL_SETRESUID_X, 10, PARAMS(P_S64(0), P_U32(8), P_U32(-1), P_U32(9)));
	cr_expect_eq(proc()->uid, 5);
	/* An exit record that has lost its enter record. */
	feed(&f, PPME_SYSCALL_SETUID_X, 10, PARAMS(P_S64(0)));
	cr_expect_eq(proc()->uid, 5);
}

Test(state_attr, group_ids_and_session)
{
	feed(&f, PPME_SYSCALL_SETGID_X, 10, PARAMS(P_S64(0), P_U32(2)));
	cr_expect_eq(proc()->gid, 2);
	feed(&f, PPME_SYSCALL_SETREGID_X, 10, PARAMS(P_S64(0), P_U32(8), P_U32(4)));
	cr_expect_eq(proc()->gid, 4);
	feed(&f, PPME_SYSCALL_SETRESGID_X, 10, PARAMS(P_S64(0), P_U32(8), P_U32(5), P_U32(9)));
	cr_expect_eq(proc()->gid, 5);
	feed(&f, PPME_SYSCALL_SETSID_X, 10, PARAMS(P_S64(77)));
	cr_expect_eq(proc()->sid, 77);
	cr_expect_eq(proc()->uid, 1000);
}

Test(state_attr, capabilities)
{
	feed(&f, PPME_SYSCALL_CAPSET_X, 10, PARAMS(P_S64(0), P_U64(1), P_U64(2), P_U64(3)));
	cr_expect(proc()->cap_inheritable == 1 && proc()->cap_permitted == 2);
	cr_expect_eq(proc()->cap_effective, 3);
	feed(&f, PPME_SYSCALL_UNSHARE_E, 10, PARAMS(P_U32(0)));
	feed(&f, PPME_SYSCALL_UNSHARE_X, 10, PARAMS(P_S64(0)));
	cr_expect_eq(proc()->cap_effective, 3);
	feed(&f, PPME_SYSCALL_UNSHARE_X, 10, PARAMS(P_S64(0), P_U32(NEWUSER)));
	cr_expect(proc()->cap_permitted == ALL_CAPS && proc()->cap_effective == ALL_CAPS);
	feed(&f, PPME_SYSCALL_CAPSET_X, 10, PARAMS(P_S64(0), P_U64(0), P_U64(0), P_U64(0)));
	feed(&f, PPME_SYSCALL_SETNS_X, 10, PARAMS(P_S64(0), P_S64(3), P_U32(NEWUSER)));
	cr_expect_eq(proc()->cap_inheritable, ALL_CAPS);
}

Test(state_attr, the_limit_of_descriptors)
{
	struct meta_proc other = build_proc(20, 1, "other");

	build_procs(&f.b, 9, BUILD_TAIL, &other, 1);
	feed_last(&f);
	feed(&f, PPME_SYSCALL_GETRLIMIT_E, 10, PARAMS(P_U8(7)));
	feed(&f, PPME_SYSCALL_GETRLIMIT_X, 10, PARAMS(P_S64(0), P_S64(100), P_S64(200)));
	cr_expect_eq(proc()->fdlimit, 100);
	feed(&f, PPME_SYSCALL_SETRLIMIT_X, 10, PARAMS(P_S64(0), P_S64(5), P_S64(5), P_U8(3)));
	cr_expect_eq(proc()->fdlimit, 100);
	feed(&f, PPME_SYSCALL_SETRLIMIT_X, 10, PARAMS(P_S64(0), P_S64(50), P_S64(60), P_U8(7)));
	cr_expect_eq(proc()->fdlimit, 50);
#define PRLIMIT(cur, pid)                                                                          \
	feed(&f, PPME_SYSCALL_PRLIMIT_X, 10,                                                       \
		PARAMS(P_S64(0), P_S64(cur), P_S64(9), P_S64(8), P_S64(7), P_S64(pid), P_U8(7)))
	PRLIMIT(30, 0);
	cr_expect_eq(proc()->fdlimit, 30);
	PRLIMIT(-1, 0); /* asked only */
	cr_expect_eq(proc()->fdlimit, 30);
	PRLIMIT(20, 20);
	cr_expect_eq(state_thread(f.st, 20)->p.fdlimit, 20);
	PRLIMIT(10, 999);
	cr_expect_eq(proc()->fdlimit, 30);
}

/* Memory belongs to the process, page faults to the thread. */
Test(state_attr, memory)
{
	const struct thread *t;

	feed(&f, PPME_SYSCALL_CLONE_20_X, 11,
		PARAMS(P_S64(0), P_STR("sh"), P_STR(""), P_S64(11), P_S64(10), P_S64(1), P_STR(""),
			P_S64(1), P_U64(1), P_U64(2), P_U32(3), P_U32(4), P_U32(5), P_STR("sh"),
			P_STR("cpu=/"), P_U32(0x2000), P_U32(0), P_U32(0), P_S64(11), P_S64(10),
			P_U64(0)));
	t = state_thread(f.st, 11);
	feed(&f, PPME_SCHEDSWITCH_6_E, 11,
		PARAMS(P_S64(1), P_U64(70), P_U64(80), P_U32(900), P_U32(800), P_U32(700)));
	cr_expect(t->p.pfmajor == 70 && t->p.pfminor == 80);
	cr_expect(proc()->vmsize_kb == 900 && proc()->vmrss_kb == 800 && proc()->vmswap_kb == 700);
	cr_expect(proc()->pfminor == 500);
	feed(&f, PPME_SYSCALL_MMAP_X, 10, PARAMS(P_U64(0), P_U32(1), P_U32(2), P_U32(3)));
	cr_expect(proc()->vmsize_kb == 1 && proc()->vmrss_kb == 2 && proc()->vmswap_kb == 3);
	feed(&f, PPME_SYSCALL_BRK_4_X, 10, PARAMS(P_U64(0), P_U32(4), P_U32(5), P_U32(6)));
	cr_expect_eq(proc()->vmsize_kb, 4);
	feed(&f, PPME_SYSCALL_MUNMAP_X, 10, PARAMS(P_S64(0), P_U32(7), P_U32(8), P_NONE));
	cr_expect(proc()->vmsize_kb == 7 && proc()->vmrss_kb == 8 && proc()->vmswap_kb == 6);
}

/* --- what changes the state ----------------------------------------------------------------- */

Test(state_attr, types_that_change_the_state)
{
	static const uint16_t do_change[] = {PPME_SYSCALL_OPEN_X, PPME_SYSCALL_OPEN_E,
		PPME_SYSCALL_CLOSE_X, PPME_SYSCALL_CLOSE_E, PPME_SYSCALL_CLONE_20_X,
		PPME_PROCEXIT_1_E, PPME_SYSCALL_EXECVE_19_X, PPME_SYSCALL_EXECVE_19_E,
		PPME_SYSCALL_EXECVEAT_E, PPME_SOCKET_CONNECT_E, PPME_SOCKET_SENDTO_E,
		PPME_SYSCALL_SETUID_E, PPME_CONTAINER_JSON_2_E, PPME_USER_ADDED_E,
		PPME_SYSCALL_DUP_E};
	static const uint16_t do_not[] = {PPME_SYSCALL_READ_X, PPME_SYSCALL_READ_E,
		PPME_SYSCALL_WRITE_X, PPME_GENERIC_X, PPME_SYSCALL_STAT_X, PPME_PROCINFO_E,
		PPME_SYSCALL_CLONE_20_E, PPME_SYSCALL_MMAP_E, PPME_DROP_E, EVENT_TYPES, 65535};

	for (size_t i = 0; i < ARRAY_SIZE(do_change); i++)
		cr_expect(state_changes(do_change[i]), "type %u", do_change[i]);
	for (size_t i = 0; i < ARRAY_SIZE(do_not); i++)
		cr_expect_not(state_changes(do_not[i]), "type %u", do_not[i]);
}
