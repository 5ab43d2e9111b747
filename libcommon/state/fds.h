/* SPDX-License-Identifier: MIT */
/* A descriptor as the state knows it: what the fd list or the events said of it. */
#ifndef STATE_FDS_H
#define STATE_FDS_H

#include "scap/meta.h"

/* Bits of meta_fd.flags that matter here, as numbered in the file (file_flags). */
#define FD_O_DIRECTORY 0x0400u
#define FD_O_CLOEXEC   0x1000u
#define FD_O_CREATED   0x4000u /* this and all above are findings of the kernel, not asked for */

enum fd_role {
	FD_ROLE_NONE,
	FD_ROLE_CLIENT,
	FD_ROLE_SERVER,
};

struct fd {
	struct meta_fd m;     /* m.name is what fd.name shows; interned */
	struct span raw_name; /* the path as it was given to the call; interned */
	uint8_t role;         /* enum fd_role */
	uint8_t l4_v6;        /* protocol of an IPv6 socket, while it has IPv4 addresses without one */
	bool connected;       /* an IP socket with a peer */
	bool from_list;       /* from an fd list block, not from events */
	bool cloned;          /* inherited at fork */
	int64_t pid;          /* PIDFD: of this process; else -1 */
	uint64_t id;          /* no other descriptor of this state has it or had it */
};

#endif
