/* SPDX-License-Identifier: MIT */
/* What scapcap and its iterator over open files share: a record in front of each path. */
#ifndef SCAPCAP_OPEN_FILE_H
#define SCAPCAP_OPEN_FILE_H

#include <linux/types.h>

#define OPEN_FILE_PATH 4096u /* with its NUL */
#define OPEN_FILE_NAME 108  /* of a unix socket, and not always with one */

struct open_file {
	__u32 pid;
	__u32 tid;   /* the thread that it was seen with: the files of one are in one piece */
	__u32 fd;
	__u32 flags; /* of the system, O_CLOEXEC among them */
	__u32 mode;
	__u32 dev;   /* as user space sees it */
	__u64 ino;
	__u32 socket; /* whether it is one, and a struct open_socket comes behind this */
	__u32 len;   /* of that, or of the path behind this with its NUL; 0: it could not be told */
};

/* The name that a unix socket is bound to, or else its peer's, is behind it. */
struct open_socket {
	__u16 family, type, protocol; /* of the system */
	__u16 sport, dport;
	__u16 unused[3];
	__u8 saddr[16], daddr[16];    /* IPv4 in the first four bytes */
	__u64 self, peer;             /* unix sockets: kernel addresses */
};

#endif
