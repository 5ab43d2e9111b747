/* SPDX-License-Identifier: MIT */
/* Processes: their birth and end, programs, signals, tracing, limits; and who they belong to. */
#include "truth/truth.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/memfd.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>

#ifdef __aarch64__
#define CLONE_TLS_FIRST 1
#else
#define CLONE_TLS_FIRST 0
#endif

static char data[64], stack[16384];
static volatile int done;

/* clone3's arguments, as far as they are used here. */
struct clone3_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

/* A child ends; its parent waits for it. */
static void wait_for(long pid)
{
	T(wait4, (pid, NULL, 0, NULL), "");
}

static void child_by_clone3(void)
{
	struct clone3_args a = {
		.flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID, .exit_signal = SIGCHLD};
	int tid = 0;

	a.child_tid = a.parent_tid = (uintptr_t)&tid;
	got = truth_result(syscall(SYS_clone3, &a, sizeof(a)));
	if (got == 0)
		truth_become(tid);
	truth_say("clone3", got, "flags=CLONE_PARENT_SETTID|CLONE_CHILD_SETTID%s",
		got ? "" : "\tcomm=known-calls");
	if (got == 0) {
		T(setsid, (), "");
		T(setsid, (), "");
		T(setpgid, (0, 5555555), "pid=0\tpgid=5555555");
		T(ptrace, (PTRACE_TRACEME, 0, 0L, 7L),
			"addr=0\tdata=7\trequest=PTRACE_TRACEME\tpid=0");
		T(prctl, (PR_SET_NAME, "renamed", 0L, 0L, 0L),
			"option=PR_SET_NAME\targ2_str=renamed\targ2_int=0");
		syscall(SYS_exit_group, 0);
	}
	wait_for(got);
	T(clone3, (8L, 64L), "exe=<NA>\targs=NULL\tflags=0");
	T(clone, (CLONE_THREAD, NULL, NULL, NULL, NULL), "exe=<NA>\targs=NULL\tflags=CLONE_THREAD");
	T(setpgid, (0, 0), "pid=0\tpgid=0");
}

/* Runs a program, in a folder, once it has failed to run others. */
static void run_program(char *self)
{
	char *const args[] = {(char[]){"truth"}, (char[]){"-"}, NULL};
	char *const env[] = {(char[]){"KEY=value"}, NULL};
	char *name = strrchr(self, '/') + 1;
	int dir;

	T(execve, ("/nowhere/truth", args, env),
		"exe=truth\tcomm=known-calls\tfilename=/nowhere/truth");
	T(execve, ("/nowhere/truth", NULL, NULL), "exe=\targs=NULL\tenv=NULL\tcomm=known-calls");
	T(execveat, (77, "truth", args, env, 0),
		"exe=truth\targs=-.\tenv=KEY=value.\tcomm=known-calls");
	name[-1] = '\0';
	T(openat, (AT_FDCWD, self, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), "name=%s", self);
	dir = (int)got;
	name[-1] = '/';
	truth_say("execveat", 0,
		"exe=truth\targs=-.\tenv=KEY=value.\tcomm=known-calls\ttrusted_exepath=%s", self);
	syscall(SYS_execveat, dir, name, args, env, 0);
	_exit(1);
}

/* A child, which the kernel tells its number. */
static void clone_child(void)
{
	int tid = 0;
	/* The last two arguments change places from one machine to another. */
	int *last[] = {&tid, NULL};

	got = truth_result(syscall(SYS_clone, CLONE_CHILD_SETTID | SIGCHLD, NULL, NULL,
		last[CLONE_TLS_FIRST], last[!CLONE_TLS_FIRST]));
	if (got == 0)
		truth_become(tid);
	truth_say("clone", got, "flags=CLONE_CHILD_SETTID");
}

static void child_by_clone(char *self, bool with_dir)
{
	char *const args[] = {(char[]){"truth"}, (char[]){"-"}, NULL};
	char *const env[] = {NULL};

	clone_child();
	if (got == 0 && with_dir)
		run_program(self);
	if (got == 0) {
		truth_say("execve", 0,
			"exe=truth\targs=-.\tenv=NULL\tfilename=%s\ttrusted_exepath=%s", self,
			self);
		syscall(SYS_execve, self, args, env);
		_exit(1);
	}
	wait_for(got);
}

#ifdef SYS_fork
/* Their children know only by a call who they are: they say nothing. */
static void child_by_fork(void)
{
	int self = (int)syscall(SYS_getpid);

	got = truth_result(syscall(SYS_fork));
	if (got == 0)
		_exit(0);
	truth_say("fork", got, "exe=~known-calls\tflags=0\tpid=%d", self);
	wait_for(got);
}

static void child_by_vfork(void)
{
	int self = (int)syscall(SYS_getpid);

	got = vfork();
	if (got == 0)
		_exit(0);
	truth_say("vfork", got, "exe=~known-calls\tflags=CLONE_VM|CLONE_VFORK\tpid=%d", self);
	wait_for(got);
}
#endif

/* A program without a name in any folder. */
static void child_by_memfd(char *self)
{
	char *const args[] = {(char[]){"truth"}, (char[]){"-"}, NULL};
	char *const env[] = {NULL};
	int from, fd;

	T(openat, (AT_FDCWD, self, O_RDONLY | O_CLOEXEC, 0), "name=%s", self);
	from = (int)got;
	T(memfd_create, ("program", MFD_CLOEXEC), "name=program\tflags=MFD_CLOEXEC");
	fd = (int)got;
	T(sendfile, (fd, from, NULL, 1L << 30), "out_fd=%d\tin_fd=%d", fd, from);
	clone_child();
	if (got == 0) {
		truth_say("execveat", 0,
			"exe=truth\targs=-.\tflags=~EXE_FROM_MEMFD~\ttrusted_exepath=~memfd:program~");
		syscall(SYS_execveat, fd, "", args, env, AT_EMPTY_PATH);
		_exit(1);
	}
	wait_for(got);
	T(close_range, (4, 60, 0), "first=4");
}

static int thread(void *arg)
{
	truth_become(*(int *)arg);
	truth_say("clone", 0, "vpid=~");
	T(getpriority, (0, 0), "");
	T(tgkill, (1, 1, 99), "pid=1\ttid=1\tsig=99");
	done = 1;
	syscall(SYS_exit, 0);
	return 0;
}

static void start_thread(void)
{
	static int tid;
	long result;

	result = clone(thread, stack + sizeof(stack),
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
			CLONE_PARENT_SETTID | CLONE_CHILD_SETTID,
		&tid, &tid, NULL, &tid);
	while (!done)
		;
	truth_become((int)syscall(SYS_getpid));
	truth_say("clone", result,
		"flags=CLONE_FILES|CLONE_FS|CLONE_PARENT_SETTID|CLONE_SIGHAND|CLONE_SYSVSEM|CLONE_"
		"THREAD|CLONE_VM|CLONE_CHILD_SETTID");
}

static void use_signals(void)
{
	int self = (int)syscall(SYS_getpid);

	T(kill, (self, 0), "pid=%d\tsig=0", self);
	T(kill, (-1234567, SIGTERM), "pid=-1234567\tsig=SIGTERM");
	T(tkill, (self, SIGCONT), "tid=%d\tsig=SIGCONT", self);
	T(tkill, (-1, SIGCONT), "tid=-1\tsig=SIGCONT");
	T(tgkill, (self, self, SIGCONT), "pid=%d\ttid=%d\tsig=SIGCONT", self, self);
	T(ptrace, (PTRACE_PEEKDATA, 1234567, 8L, data),
		"request=PTRACE_PEEKDATA\tpid=1234567\taddr=8");
	T(ptrace, (PTRACE_CONT, 1234567, 0L, 9L),
		"data=9(SIGKILL)\trequest=PTRACE_CONT\tpid=1234567");
	T(pidfd_open, (self, 0), "pid=%d\tflags=0", self);
	T(pidfd_getfd, ((int)got, 3, 0), "pid_fd=~\ttarget_fd=3\tflags=0");
	T(pidfd_open, (-1, O_NONBLOCK), "pid=-1\tflags=PIDFD_NONBLOCK");
	T(pidfd_getfd, (77, 3, 1), "pid_fd=77\ttarget_fd=3\tflags=1");
	T(close_range, (4, 60, 0), "first=4");
}

static void use_memory_of_others(void)
{
	struct iovec mine = {data, 5}, its = {data + 20, 5};
	int self = (int)syscall(SYS_getpid);

	memcpy(data, "first", 5);
	memcpy(data + 20, "other", 5);
	T(process_vm_readv, (self, &mine, 1L, &its, 1L, 0L), "pid=%d\tdata=other", self);
	T(process_vm_writev, (self, &mine, 1L, &its, 1L, 0L), "pid=%d\tdata=other", self);
	T(process_vm_readv, (1234567, &mine, 1L, &its, 1L, 0L), "pid=1234567\tdata=NULL");
	T(process_vm_writev, (1234567, &mine, 1L, &its, 1L, 0L), "pid=1234567\tdata=NULL");
}

static void use_limits(void)
{
	struct rlimit r = {1000, 2000};
	uint32_t allow = 0x7fff0000;
	int reaper = 5;

	T(getrlimit, (RLIMIT_CORE, &r), "resource=RLIMIT_CORE");
	T(getrlimit, (99, &r), "cur=-1\tmax=-1\tresource=~");
	r = (struct rlimit){100, 50};
	T(setrlimit, (RLIMIT_FSIZE, &r), "cur=100\tmax=50\tresource=RLIMIT_FSIZE");
	T(setrlimit, (RLIMIT_FSIZE, 8L), "cur=0\tmax=0\tresource=RLIMIT_FSIZE");
	r = (struct rlimit){0, RLIM_INFINITY};
	T(setrlimit, (RLIMIT_CORE, &r), "cur=0\tmax=-1\tresource=RLIMIT_CORE");
	T(prlimit64, (0, RLIMIT_NOFILE, NULL, &r),
		"newcur=0\tnewmax=0\toldcur=%ld\toldmax=%ld\tpid=0\tresource=RLIMIT_NOFILE",
		(long)r.rlim_cur, (long)r.rlim_max);
	T(prlimit64, (1234567, RLIMIT_NOFILE, &r, NULL),
		"newcur=%ld\tnewmax=%ld\toldcur=-1\toldmax=-1\tpid=1234567\tresource=RLIMIT_NOFILE",
		(long)r.rlim_cur, (long)r.rlim_max);
	T(prctl, (PR_GET_DUMPABLE, 5L, 0L, 0L, 0L),
		"option=PR_GET_DUMPABLE\targ2_str=<NA>\targ2_int=5");
	T(prctl, (99999, 5L, 0L, 0L, 0L), "arg2_int=5");
	T(prctl, (PR_GET_CHILD_SUBREAPER, &reaper, 0L, 0L, 0L),
		"option=PR_GET_CHILD_SUBREAPER\targ2_str=<NA>\targ2_int=%d", reaper);
	T(prctl, (PR_GET_NAME, data, 0L, 0L, 0L), "option=PR_GET_NAME\targ2_str=known-calls\targ2_int=0");
	T(seccomp, (2, 0, &allow), "op=2\tflags=0");
	T(seccomp, (99, 7, NULL), "op=99\tflags=7");
	T(sched_getparam, (0, 16L), "");
}

void truth_processes(char *self)
{
	child_by_clone3();
	child_by_clone(self, false);
	child_by_clone(self, true);
	child_by_memfd(self);
#ifdef SYS_fork
	child_by_fork();
	child_by_vfork();
#endif
	start_thread();
	use_signals();
	use_memory_of_others();
	use_limits();
}

void truth_ids(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct caps[2];
	uint32_t r, e, s;

	T(getuid, (), "");
	T(geteuid, (), "");
	T(getgid, (), "");
	T(getegid, (), "");
	T(getresuid, (&r, &e, &s), "ruid=%u\teuid=%u\tsuid=%u", r, e, s);
	T(getresgid, (&r, &e, &s), "rgid=%u\tegid=%u\tsgid=%u", r, e, s);
	T(capget, (&head, caps), "");
	T(capset, (&head, caps), "cap_permitted=%lX",
		(unsigned long)(caps[0].permitted | (uint64_t)caps[1].permitted << 32));
	T(getresuid, (8L, &e, &s), "ruid=0\teuid=0\tsuid=0");
	T(getresgid, (8L, &e, &s), "rgid=0\tegid=0\tsgid=0");
	head.version = 7;
	T(capset, (&head, caps), "cap_permitted=%lX",
		(unsigned long)(caps[0].permitted | (uint64_t)caps[1].permitted << 32));
	T(setregid, (-1, 65534), "rgid=-1\tegid=65534");
	T(setresgid, (-1, 65534, -1), "rgid=-1\tegid=65534\tsgid=-1");
	T(setgid, (65533), "gid=65533");
	T(setreuid, (-1, 65534), "ruid=-1\teuid=65534");
	T(setresuid, (-1, 65534, -1), "ruid=-1\teuid=65534\tsuid=-1");
	T(setuid, (65533), "uid=65533");
	T(setresuid, (65534, 65534, 0), "ruid=65534\teuid=65534\tsuid=0");
	T(setgid, (0), "gid=0");
	T(setreuid, (0, 1), "ruid=0\teuid=1");
	T(setregid, (0, 1), "rgid=0\tegid=1");
	T(setresuid, (0, 1, 2), "ruid=0\teuid=1\tsuid=2");
	T(setresgid, (0, 1, 2), "rgid=0\tegid=1\tsgid=2");
	T(setuid, (0), "uid=0");
	T(setuid, (0), "uid=0"); /* of all three, now that it may */
}
