/* SPDX-License-Identifier: MIT */
/* Calls whose arguments mean one thing or another: prctl, ptrace, fsconfig; and poll's lists. */
#include "put.bpf.h"

#define MAX_POLL 64 /* descriptors of a poll; the others are left out */

#define PR_SET_NAME_            15
#define PR_GET_NAME_            16
#define PR_GET_CHILD_SUBREAPER_ 37

#define PTRACE_PEEK_FIRST  1
#define PTRACE_PEEK_LAST   3
#define PTRACE_CONT_       7
#define PTRACE_SINGLESTEP_ 9
#define PTRACE_DETACH_     17
#define PTRACE_SYSCALL_    24

/* Variants of ptrace's arguments in dyn.def. */
enum { DYN_NUMBER, DYN_SIGNAL };

#define FSCONFIG_STRING     1
#define FSCONFIG_BINARY     2
#define FSCONFIG_PATH       3
#define FSCONFIG_PATH_EMPTY 4

struct pollfd {
	__s32 fd;
	__u16 events, revents;
};

static __always_inline bool prctl_is_text(const struct scratch *s)
{
	return s->args[0] == PR_SET_NAME_ || s->args[0] == PR_GET_NAME_;
}

__noinline __u64 misc_number(__u64 p)
{
	struct scratch *s = scratch_get();
	__s32 v = 0;

	if (!s || prctl_is_text(s))
		return 0;
	if (s->args[0] != PR_GET_CHILD_SUBREAPER_)
		return s->args[1];
	bpf_probe_read_user(&v, sizeof(v), (const void *)s->args[1]);
	return v;
}

/* The portable bits (poll_flags) of the kernel's. */
static __always_inline __u16 poll_bits(__u16 events)
{
	return (events & 0x7) | (events & 0x3f8) << 1 | (events & 0x2000 ? 0x8 : 0);
}

/* A list of descriptors: what is waited for, or what has happened to those to which something has.
 */
__noinline int put_poll(__u64 at, __u64 n, __u64 happened)
{
	struct scratch *s = scratch_get();
	__u32 start;
	__u16 count = 0;

	if (!s)
		return 0;
	start = s->off;
	put_u16(s, 0);
	for (__u32 i = 0; i < MAX_POLL; i++) {
		struct pollfd one;
		__u16 bits;

		if (i >= n || bpf_probe_read_user(
				      &one, sizeof(one), (const void *)(at + i * sizeof(one))))
			break;
		bits = poll_bits(happened ? one.revents : one.events);
		if (happened && !bits)
			continue;
		put_u64(s, (__s64)one.fd);
		put_u16(s, bits);
		count++;
	}
	*(__u16 *)&s->bytes[start & (HALF - 1)] = count;
	param_end(s, start);
	return 0;
}

static __always_inline void put_ptrace_data(struct scratch *s, __u64 data)
{
	__u32 request = s->args[0];

	if (request == PTRACE_CONT_ || request == PTRACE_SINGLESTEP_ || request == PTRACE_DETACH_ ||
		request == PTRACE_SYSCALL_) {
		put_u8(s, DYN_SIGNAL);
		put_u8(s, data);
		return;
	}
	if (request >= PTRACE_PEEK_FIRST && request <= PTRACE_PEEK_LAST)
		bpf_probe_read_user(&data, sizeof(data), (const void *)data);
	put_u8(s, DYN_NUMBER);
	put_u64(s, data);
}

static __always_inline void put_fsconfig_text(struct scratch *s)
{
	__u32 cmd = s->args[1];

	if (cmd == FSCONFIG_STRING || cmd == FSCONFIG_PATH || cmd == FSCONFIG_PATH_EMPTY)
		put_user_string(s, s->args[3]);
}

__noinline int misc_bytes(__u64 p)
{
	struct scratch *s = scratch_get();
	__u64 arg;
	__u32 start;

	if (!s)
		return 0;
	start = s->off;
	arg = arg_get(s, P_ARG(p));
	switch (P_SOURCE(p)) {
	case SRC_POLL_IN:
	case SRC_POLL_OUT:
		return put_poll(arg, (__u32)arg_get(s, P_AT(p)), P_SOURCE(p) == SRC_POLL_OUT);
	case SRC_PRCTL_TEXT:
		if (prctl_is_text(s))
			put_user_string(s, arg);
		break;
	case SRC_PTRACE_ADDR:
		put_u8(s, DYN_NUMBER);
		put_u64(s, arg);
		break;
	case SRC_PTRACE_DATA:
		put_ptrace_data(s, arg);
		break;
	case SRC_FSCONFIG_BYTES:
		if (s->args[1] == FSCONFIG_BINARY)
			put_user(s, arg, s->args[4] & 0xffff);
		break;
	default:
		put_fsconfig_text(s);
	}
	param_end(s, start);
	return 0;
}
