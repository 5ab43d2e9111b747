/* SPDX-License-Identifier: MIT */
/*
 * The machine's state as the list blocks of a scap file carry it, free of block versions. Texts are
 * borrowed spans: from the block they were read from, or from whoever fills the struct to write it.
 */
#ifndef SCAP_META_H
#define SCAP_META_H

#include "base/base.h"
#include "base/span.h"

/* Machine info block, 0x201. */
struct meta_machine {
	uint32_t cpus;
	uint64_t memory;   /* bytes */
	uint64_t max_pid;
	struct span host;  /* at most 127 bytes are written */
	uint64_t boot_ts;  /* ns since 1970, 0 when unknown */
	uint64_t flags;
};

/* Bits of meta_proc.flags beyond the CLONE_ bits (flags.def, clone_flags). */
#define PROC_CLONE_INVERTED     (1u << 16)
#define PROC_NAME_CHANGED       (1u << 17)
#define PROC_CLOSED             (1u << 18)
#define PROC_ACTIVE             (1u << 19)
#define PROC_PIPE_SRC           (1u << 21)
#define PROC_PIPE_DST           (1u << 22)
#define PROC_CHILD_IN_PIDNS     (1u << 29)
#define PROC_MAIN_THREAD        (1u << 30)

/* A thread of the process list. Defaults for what an old block does not have: proclist.h. */
struct meta_proc {
	int64_t tid, pid, ptid, sid, vpgid, vtid, vpid, pgid;
	struct span comm, exe, exepath, args, cwd, env, cgroups, root;
	int64_t fdlimit;
	uint32_t flags;
	uint32_t uid, gid;
	uint32_t vmsize_kb, vmrss_kb, vmswap_kb;
	uint64_t pfmajor, pfminor;
	uint64_t pidns_init_start_ts; /* ns since 1970 */
	uint32_t tty;
	uint32_t loginuid;
	uint8_t exe_writable, exe_upper_layer, exe_lower_layer, exe_from_memfd;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	uint64_t exe_ino, exe_ctime, exe_mtime; /* times in ns since 1970 */
};

/* Kinds of descriptors, as numbered in the file; fd_types.def has a row for each. */
enum fd_type {
#define FD_TYPE(number, symbol, character, name, layout) FDT_##symbol = (number),
#include "scap/fd_types.def"
#undef FD_TYPE
};

/* Transport protocols of sockets, as numbered in the file. */
enum l4_proto {
	L4_UNKNOWN = 0,
	L4_NA = 1,
	L4_TCP = 2,
	L4_UDP = 3,
	L4_ICMP = 4,
	L4_RAW = 5,
};

/* A descriptor of an fd list. Which members count depends on the layout of its type. */
struct meta_fd {
	int64_t fd;
	uint64_t ino;
	uint8_t type;          /* enum fd_type, or a number we do not know */
	struct span name;
	uint32_t flags, dev;   /* FILE_V2: PPM open flags, device (0 when the block has none) */
	uint8_t sip[16], dip[16]; /* sockets; IPv4 in the first four bytes; servers: sip */
	uint16_t sport, dport; /* sockets; servers: sport */
	uint8_t l4;            /* enum l4_proto */
	uint64_t source, peer; /* unix sockets: kernel addresses */
};

/* An address of a network interface. */
struct meta_if {
	uint16_t type; /* 1 IPv4, 2 IPv6, 3 and 4 the same without speed */
	uint8_t addr[16], mask[16], broadcast[16]; /* IPv4 in the first four bytes */
	uint64_t speed;
	struct span name;
};

static inline bool meta_if_is_v6(const struct meta_if *i)
{
	return i->type == 2 || i->type == 4;
}

/* A user or a group. */
struct meta_user {
	bool is_group;
	uint32_t uid; /* users only */
	uint32_t gid;
	struct span name;
	struct span home, shell; /* users only */
};

#endif
