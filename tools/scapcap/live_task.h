/* SPDX-License-Identifier: MIT */
/* What scapcap and its iterator over tasks share: a record for each thread. */
#ifndef SCAPCAP_LIVE_TASK_H
#define SCAPCAP_LIVE_TASK_H

#include <linux/types.h>

/* Ids are those of the outermost namespace, or (v) of the thread's own, as in the process list. */
struct live_task {
	__u32 tid, pid, ptid, sid, pgid;
	__u32 vtid, vpid, vpgid;
	__u32 local_tid, local_pid; /* in the namespace of whoever reads; 0: not visible there */
	__u32 uid, gid, loginuid, tty;
	__u32 exe_flags; /* EXE_ */
	__u32 net_ns;    /* inode; 0: none any more */
	__u64 pidns_start;  /* of the first process of its namespace, ns since boot */
	__u64 groups;       /* threads with the same number are in the same control groups */
	__u64 fdlimit;      /* all ones: none */
	__u64 vm_size, vm_rss, vm_swap; /* pages */
	__u64 faults_major, faults_minor;
	__u64 cap_inheritable, cap_permitted, cap_effective;
	__u64 exe_ino, exe_ctime, exe_mtime; /* times in ns since 1970; zeros: no executable */
	char comm[16];
};

#endif
