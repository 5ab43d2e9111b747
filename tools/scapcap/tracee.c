/* SPDX-License-Identifier: MIT */
/* One request each. What fails means that the thread was killed meanwhile: its end comes next. */
#include "tools/scapcap/tracee.h"

#include <elf.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#include "tools/scapcap/compat.h"
#include "tools/scapcap/proc_text.h"

/* The C library's header and the kernel's do not go together. */
static long request(long what, int64_t tid, uintptr_t addr, uintptr_t data)
{
	return syscall(SYS_ptrace, what, (pid_t)tid, addr, data);
}

bool tracee_stop_get(int64_t tid, struct syscall_stop *s)
{
	struct ptrace_syscall_info info = {0};

	if (request(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), (uintptr_t)&info) <= 0)
		return false;
	*s = (struct syscall_stop){.arch = info.arch};
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		s->enters = true;
		s->nr = info.entry.nr;
		for (int i = 0; i < 6; i++)
			s->args[i] = info.entry.args[i];
		return true;
	}
	s->ret = info.exit.rval;
	return info.op == PTRACE_SYSCALL_INFO_EXIT;
}

#ifdef __aarch64__
#define RESULT regs[0]
#else
#define RESULT rax
#endif

bool tracee_result(int64_t tid, int64_t *ret)
{
	struct user_regs_struct regs;
	struct iovec iov = {&regs, sizeof(regs)};

	if (request(PTRACE_GETREGSET, tid, NT_PRSTATUS, (uintptr_t)&iov) < 0 || iov.iov_len != sizeof(regs))
		return false;
	*ret = (int64_t)regs.RESULT;
	return true;
}

#ifdef COMPAT_SOCKETCALL
static void socketcall(struct tracee *c, int64_t tid)
{
	struct compat_socketcall call = compat_socketcall((uint32_t)c->args[0]);
	uint32_t words[6] = {0};
	struct iovec here = {words, call.nargs * sizeof(words[0])};
	struct iovec there = {(void *)(uintptr_t)c->args[1], here.iov_len};

	(void)process_vm_readv((pid_t)tid, &here, 1, &there, 1, 0);
	for (int i = 0; i < 6; i++)
		c->args[i] = words[i];
	c->nr = COMPAT_MARK | call.nr;
}
#endif

void tracee_compat(struct tracee *c, int64_t tid UNUSED)
{
	__u64 args[ARRAY_SIZE(c->args)];

#ifdef COMPAT_SOCKETCALL
	if (c->nr == COMPAT_SOCKETCALL)
		socketcall(c, tid);
#endif
	memcpy(args, c->args, sizeof(args));
	compat_args(c->nr, args);
	memcpy(c->args, args, sizeof(args));
}

int64_t tracee_message(int64_t tid)
{
	unsigned long v = 0;

	return request(PTRACE_GETEVENTMSG, tid, 0, (uintptr_t)&v) < 0 ? 0 : (int64_t)v;
}

void tracee_resume(int64_t tid, int sig)
{
	(void)request(PTRACE_SYSCALL, tid, 0, (uintptr_t)sig);
}

void tracee_keep_name(struct tracee *c, int64_t tid, int n)
{
	char text[MAX_STRING];
	struct iovec here = {text, sizeof(text) - 1}, there;
	ssize_t got;

	free(c->name);
	c->name = NULL;
	if (n < 0)
		return;
	/* Up to the end of its page, and if it is longer, up to that of the next. */
	there = (struct iovec){(void *)(uintptr_t)c->args[n], MAX_STRING - c->args[n] % MAX_STRING};
	there.iov_len = MIN(there.iov_len, here.iov_len);
	got = process_vm_readv((pid_t)tid, &here, 1, &there, 1, 0);
	if (got > 0 && !memchr(text, '\0', (size_t)got) && (size_t)got < here.iov_len) {
		struct iovec rest = {text + got, here.iov_len - (size_t)got};
		struct iovec next = {(void *)(uintptr_t)(c->args[n] + (size_t)got), rest.iov_len};
		ssize_t more = process_vm_readv((pid_t)tid, &rest, 1, &next, 1, 0);

		got += more > 0 ? more : 0;
	}
	if (got <= 0)
		return;
	text[got] = '\0';
	c->name = strdup(text);
}

int64_t tracee_group(int64_t tid)
{
	return (int64_t)proc_status(tid, "Tgid:", 10);
}

/* A traced thread stops for signals that it ignores, too. */
bool tracee_takes(int64_t tid, int sig)
{
	uint64_t bit = 1ull << (sig - 1);

	if (proc_status(tid, "SigCgt:", 16) & bit)
		return true;
	if (sig == SIGCHLD || sig == SIGCONT || sig == SIGURG || sig == SIGWINCH)
		return false;
	return !(proc_status(tid, "SigIgn:", 16) & bit);
}

int64_t tracee_sender(int64_t tid, int sig)
{
	siginfo_t info = {0};

	if (request(PTRACE_GETSIGINFO, tid, 0, (uintptr_t)&info) < 0)
		return 0;
	return info.si_code <= 0 || sig == SIGCHLD ? info.si_pid : 0;
}
