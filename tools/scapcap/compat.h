/* SPDX-License-Identifier: MIT */
/*
 * System calls of 32-bit programs, for the BPF programs and the tracer alike. Their numbers are
 * marked, and have rows of their own (syscalls_i386.def, syscalls_arm.def) behind those of 64-bit
 * ones. Once their arguments have been put in order, only what these point to is laid out
 * otherwise. Plain C for both, little endian alone, as both architectures are.
 */
#ifndef SCAPCAP_COMPAT_H
#define SCAPCAP_COMPAT_H

#include "rules.h"

#define COMPAT_MARK   0x8000u     /* of the number of a call by a 32-bit program */
#define COMPAT_TIME64 403u        /* calls from here on have times of 64 bits */
#define COMPAT_ERRORS 0xfffff001u /* results from here on are negative, others are not */

RULE _Bool is_compat(__u32 nr)
{
	return nr - COMPAT_MARK < NATIVE_CALLS;
}

/* The row of a number as it is marked. */
RULE __u32 row_number(__u32 nr)
{
	if (nr < NATIVE_CALLS)
		return nr;
	nr -= COMPAT_MARK;
	return nr < NATIVE_CALLS ? NATIVE_CALLS + nr : UNKNOWN_CALL;
}

/* What a call returned; kernels differ in how they extend it. */
RULE __s64 compat_result(__s64 ret)
{
	return (__u32)ret >= COMPAT_ERRORS ? (__s64)(__s32)ret : (__s64)(__u32)ret;
}

#define COMPAT_JOIN(low, high) ((low) | (high) << 32)

/* Offsets come in halves there; after this, arguments stand where 64-bit programs have them. */
RULE void compat_args(__u32 nr, __u64 *args)
{
	switch (nr - COMPAT_MARK) {
	case 19: /* lseek */
		args[1] = (__u64)(__s64)(__s32)args[1];
		break;
	case 140: /* _llseek */
		args[1] = COMPAT_JOIN(args[2], args[1]);
		args[2] = args[4];
		break;
	case 180: /* pread64 */
	case 181: /* pwrite64 */
#if defined(__aarch64__) || defined(__TARGET_ARCH_arm64)
		args[3] = COMPAT_JOIN(args[4], args[5]); /* on an even register */
		break;
	case 361: /* preadv */
	case 362: /* pwritev */
#else
	case 333: /* preadv */
	case 334: /* pwritev */
#endif
		args[3] = COMPAT_JOIN(args[3], args[4]);
		break;
	}
}

/* Sizes of what stands in memory: a pointer or long, struct vector, message. */
RULE __u32 word_size(__u32 nr)
{
	return is_compat(nr) ? 4 : 8;
}

RULE __u32 vector_size(__u32 nr)
{
	return 2 * word_size(nr);
}

/* Without the length that follows in an array of messages; with it, and what makes it even. */
RULE __u32 message_size(__u32 nr)
{
	return 7 * word_size(nr);
}

RULE __u32 message_step(__u32 nr)
{
	return 8 * word_size(nr);
}

/* A vector that has been read with its size, the rest being 0. */
RULE void vector_widen(__u32 nr, struct vector *v)
{
	if (!is_compat(nr))
		return;
	v->len = v->base >> 32;
	v->base = (__u32)v->base;
}

/* Likewise, a message. */
RULE void message_widen(__u32 nr, struct message *m)
{
	struct message narrow = *m;

	if (!is_compat(nr))
		return;
	m->name = (__u32)narrow.name;
	m->namelen = narrow.name >> 32;
	m->vectors = narrow.namelen;
	m->nvectors = narrow.unused;
	m->control = (__u32)narrow.vectors;
	m->controllen = narrow.vectors >> 32;
}

/* Two numbers of a time, likewise: seconds, and parts of one. */
RULE void time_widen(__s64 *t)
{
	t[1] = t[0] >> 32;
	t[0] = (__s32)t[0];
}

RULE _Bool time_is_narrow(__u32 nr)
{
	return nr - COMPAT_MARK < COMPAT_TIME64;
}

#if defined(__x86_64__) || defined(__TARGET_ARCH_x86)
/* socketcall stands for others, by its first argument; the second is where theirs are. */
#define COMPAT_SOCKETCALL (COMPAT_MARK | 102)

struct compat_socketcall {
	__u16 nr, nargs;
};

/* What becomes of it: sends and receives have no address, accept no flags. */
RULE struct compat_socketcall compat_socketcall(__u32 which)
{
	static const struct compat_socketcall calls[] = {{102, 0}, {359, 3}, {361, 3}, {362, 3},
		{363, 2}, {364, 3}, {367, 3}, {368, 3}, {360, 4}, {369, 4}, {371, 4}, {369, 6},
		{371, 6}, {373, 2}, {366, 5}, {365, 5}, {370, 3}, {372, 3}, {364, 4}, {337, 5},
		{345, 4}};

	return calls[which < sizeof(calls) / sizeof(calls[0]) ? which : 0];
}
#endif

#endif
