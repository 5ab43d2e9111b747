/* SPDX-License-Identifier: MIT */
/*
 * What the BPF programs and the tracer go by alike: how far they look, the bits they add, what
 * becomes of a number and of a call. Plain C for both.
 */
#ifndef SCAPCAP_RULES_H
#define SCAPCAP_RULES_H

#include "record.h"

#define RULE static inline __attribute__((always_inline))

#define MAX_VECTORS  1024u      /* whose lengths are added up: the kernel's own limit */
#define DATA_VECTORS 128u       /* of which data is taken */
#define MAX_CONTROL  0xffffu    /* bytes of control data; more is left out, as it makes no sense cut */
#define MAX_MESSAGES 1024u      /* of one call: the kernel's own limit */
#define MAX_POLL     64u        /* descriptors of a poll; the others are left out */
#define MAX_ARGV     32u        /* strings of an execve that failed */
#define MAX_BYTES    MAX_STRING /* of arguments, of the environment */

#define OPEN_CREATES (0100 | 020000000) /* O_CREAT and O_TMPFILE: then the mode counts */
#define MODE_BITS    07777
#define MODE_KIND    0170000
#define MODE_REGULAR 0100000
#define MOUNT_MARK   0xc0ed0000u /* in the upper half, once needed; without a meaning now */
#define SET_VALUE    16          /* SETVAL of semctl */
#define VFORK_FLAGS  0x4100u /* CLONE_VFORK and CLONE_VM */
#define IN_PROGRESS  (-115)  /* what a connect that goes on returns: EINPROGRESS */

/* Bits beyond those that a call was given or a file has. */
#define FD_CREATED     0x4000u /* of file_flags */
#define FD_UPPER       0x8000u
#define FD_LOWER       0x10000u
#define EXE_WRITABLE   1u /* of execve_flags */
#define EXE_UPPER      2u
#define EXE_MEMFD      4u
#define EXE_LOWER      8u
#define CHILD_IN_PIDNS (1u << 29) /* of clone_flags */

/* Variants in dyn.def: of a socket option's value, of ptrace's arguments. */
enum { SOCKOPT_BYTES, SOCKOPT_ERRNO, SOCKOPT_U32, SOCKOPT_U64, SOCKOPT_TIME };
enum { PTRACE_IS_NUMBER, PTRACE_IS_SIGNAL };

/* The kernel's struct iovec, pollfd, and user_msghdr with the length of mmsghdr behind it. */
struct vector {
	__u64 base, len;
};

struct poll_one {
	__s32 fd;
	__u16 events, revents;
};

struct message {
	__u64 name;
	__u32 namelen, unused;
	__u64 vectors, nvectors;
	__u64 control, controllen;
	__u64 flags;
	__u32 len; /* bytes received or sent */
	__u32 unused2;
};

RULE __u64 rule_node_mode(__u64 mode)
{
	mode &= MODE_KIND | MODE_BITS;
	return mode & MODE_KIND ? mode : mode | MODE_REGULAR;
}

RULE __u64 rule_mount_flags(__u64 flags)
{
	return (flags & 0xffff0000) == MOUNT_MARK ? flags & 0xffff : flags;
}

/* The portable bits (poll_flags) of the kernel's. */
RULE __u16 rule_poll_bits(__u16 events)
{
	return (__u16)((events & 0x7) | (events & 0x3f8) << 1 | (events & 0x2000 ? 0x8 : 0));
}

RULE __u64 rule_sign_extend(__u64 v, __u32 size)
{
	return size == 4 ? (__u64)(__s64)(__s32)v : size == 2 ? (__u64)(__s64)(__s16)v : v;
}

RULE __u64 rule_cut(__u64 v, __u32 size)
{
	return size == 4 ? (__u32)v : size == 2 ? (__u16)v : size == 1 ? (__u8)v : v;
}

/* The portable number for a native one. */
RULE __u32 rule_convert(const struct conv *c, __u32 native)
{
	__u32 out = c->kind == CONV_OPEN ? (native & 3) + 1 : 0;

	for (__u32 i = 0; i < MAX_NATIVE; i++) {
		__u32 bits = c->names[i].native;

		if (i >= c->n)
			break;
		if (c->kind == CONV_VALUES ? native == bits : (native & bits) == bits)
			out |= c->names[i].portable;
	}
	return out;
}

/* Whether a call changed nothing. A connect that goes on changes much. */
RULE _Bool rule_failed(__s64 ret)
{
	return ret < 0 && ret != IN_PROGRESS;
}

/* A return that is hidden and changed nothing is not recorded. */
RULE _Bool rule_in_vain(enum verdict verdict, __s64 ret)
{
	return verdict == LEFT_OUT || (verdict == HIDDEN && rule_failed(ret));
}

/* What goes with the duration into the record of a call that was judged so. */
RULE __u64 rule_hide(enum verdict verdict)
{
	return verdict == HIDDEN ? RECORD_HIDDEN : 0;
}

#endif
