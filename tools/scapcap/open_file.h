/* SPDX-License-Identifier: MIT */
/* What scapcap and its iterator over open files share: a record in front of each path. */
#ifndef SCAPCAP_OPEN_FILE_H
#define SCAPCAP_OPEN_FILE_H

#include <linux/types.h>

#define OPEN_FILE_PATH 4096u /* with its NUL */

struct open_file {
	__u32 owner; /* a thread with a table of its own, or the process of those that share one */
	__u32 tid;   /* the thread that it was seen with: the files of one are in one piece */
	__u32 fd;
	__u32 flags; /* of the system, O_CLOEXEC among them */
	__u32 mode;
	__u32 dev;   /* as user space sees it */
	__u64 ino;
	__u64 len;   /* of the path behind this, with its NUL; 0: it could not be told */
};

#endif
