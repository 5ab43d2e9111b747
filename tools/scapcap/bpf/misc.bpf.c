/* SPDX-License-Identifier: MIT */
/*
 * Calls whose arguments mean one thing or another: prctl, ptrace, fsconfig, quotactl; and poll's
 * lists.
 */
#include "put.bpf.h"

#define PR_SET_NAME_            15
#define PR_GET_NAME_            16
#define PR_GET_CHILD_SUBREAPER_ 37

#define PTRACE_PEEK_FIRST  1
#define PTRACE_PEEK_LAST   3
#define PTRACE_CONT_       7
#define PTRACE_SINGLESTEP_ 9
#define PTRACE_DETACH_     17
#define PTRACE_SYSCALL_    24

#define FSCONFIG_STRING     1
#define FSCONFIG_BINARY     2
#define FSCONFIG_PATH       3
#define FSCONFIG_PATH_EMPTY 4

/* Commands of quotactl; the same of XFS with a letter in front. */
#define Q_QUOTAON_   0x800002
#define Q_GETFMT_    0x800004
#define Q_GETINFO_   0x800005
#define Q_SETINFO_   0x800006
#define Q_GETQUOTA_  0x800007
#define Q_SETQUOTA_  0x800008
#define Q_XGETQUOTA_ 0x5803
#define Q_XSETQLIM_  0x5804

/* Where struct if_dqblk and struct if_dqinfo say what of them is valid. */
#define LIMIT_VALID 64
#define INFO_VALID  20
#define INFO_FLAGS  16 /* the only member of 32 bits */

#define NOT_VALID (~0ull) /* of flags: none of those that have names */

static __always_inline bool prctl_is_text(const struct scratch *s)
{
	return s->args[0] == PR_SET_NAME_ || s->args[0] == PR_GET_NAME_;
}

static __always_inline __u64 prctl_number(const struct scratch *s)
{
	__s32 v = 0;

	if (prctl_is_text(s))
		return 0;
	if (s->args[0] != PR_GET_CHILD_SUBREAPER_)
		return s->args[1];
	bpf_probe_read_user(&v, sizeof(v), (const void *)s->args[1]);
	return v;
}

static __always_inline __u32 quota_cmd(const struct scratch *s)
{
	return (__u32)s->args[0] >> 8;
}

/* A member of the structure at argument 3, when the call gives or got it, and it is valid. */
__noinline __u64 quota_member(__u64 p)
{
	bool is_limit = P_SOURCE(p) == SRC_QUOTA_LIMIT;
	bool is_flags = !is_limit && P_AT(p) == INFO_FLAGS;
	struct scratch *s = scratch_get();
	__u64 v = is_flags ? NOT_VALID : 0, got = 0;
	__u32 cmd, valid = 0;

	if (!s)
		return v;
	cmd = quota_cmd(s);
	if (cmd != (is_limit ? Q_SETQUOTA_ : Q_SETINFO_) &&
		(s->ret < 0 || cmd != (is_limit ? Q_GETQUOTA_ : Q_GETINFO_)))
		return v;
	bpf_probe_read_user(&valid, sizeof(valid),
		(const void *)(s->args[3] + (is_limit ? LIMIT_VALID : INFO_VALID)));
	if (!(valid & P_ARG(p)))
		return v;
	if (bpf_probe_read_user(&got, is_flags ? 4 : 8, (const void *)(s->args[3] + P_AT(p))))
		return v;
	return got;
}

static __always_inline __u64 quota_id(const struct scratch *s)
{
	__u32 cmd = quota_cmd(s);

	return cmd == Q_GETQUOTA_ || cmd == Q_SETQUOTA_ || cmd == Q_XGETQUOTA_ || cmd == Q_XSETQLIM_
		       ? (__u32)s->args[2]
		       : 0;
}

static __always_inline __u64 quota_got(const struct scratch *s)
{
	__u32 v = 0;

	if (s->ret >= 0 && quota_cmd(s) == Q_GETFMT_)
		bpf_probe_read_user(&v, sizeof(v), (const void *)s->args[3]);
	return v;
}

__noinline __u64 misc_number(__u64 p)
{
	struct scratch *s = scratch_get();

	if (!s)
		return 0;
	switch (P_SOURCE(p)) {
	case SRC_PRCTL_NUMBER:
		return prctl_number(s);
	case SRC_QUOTA_CMD:
		return quota_cmd(s);
	case SRC_QUOTA_TYPE:
		return s->args[0] & 0xff;
	case SRC_QUOTA_ID:
		return quota_id(s);
	case SRC_QUOTA_FORMAT:
		return quota_cmd(s) == Q_QUOTAON_ ? (__u32)s->args[2] : 0;
	case SRC_QUOTA_GOT:
		return quota_got(s);
	default:
		return quota_member(p);
	}
}

/*
 * A list of descriptors: what is waited for, or what has happened. In pairs that has only those to
 * which something has: the enter record has all.
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
		struct poll_one one;
		__u16 bits;

		if (i >= n || bpf_probe_read_user(
				      &one, sizeof(one), (const void *)(at + i * sizeof(one))))
			break;
		bits = rule_poll_bits(happened ? one.revents : one.events);
		if (happened && !bits && settings.pairs)
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
		put_u8(s, PTRACE_IS_SIGNAL);
		put_u8(s, data);
		return;
	}
	if (request >= PTRACE_PEEK_FIRST && request <= PTRACE_PEEK_LAST &&
		(s->ret < 0 || bpf_probe_read_user(&data, sizeof(data), (const void *)data)))
		data = 0;
	if (is_compat(s->nr))
		data = (__u32)data;
	put_u8(s, PTRACE_IS_NUMBER);
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
	case SRC_QUOTA_FILE:
		if (quota_cmd(s) != Q_QUOTAON_ || !put_user_string(s, s->args[3]))
			put_no_string(s);
		break;
	case SRC_PTRACE_ADDR:
		put_u8(s, PTRACE_IS_NUMBER);
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
