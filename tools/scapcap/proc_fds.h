/* SPDX-License-Identifier: MIT */
/* The descriptors of a process as entries of an fd list block. */
#ifndef SCAPCAP_PROC_FDS_H
#define SCAPCAP_PROC_FDS_H

#include "base/buf.h"
#include "tools/scapcap/file_list.h"
#include "tools/scapcap/proc_net.h"
#include "tools/scapcap/proc_text.h"

struct proc_fds {
	bool follow;     /* links lead to real files: ask those for kind, inode and device */
	bool old_reader; /* no type above FILE_V2 */
	struct file_list list; /* of all processes, where it is not empty; of others the links are read */
	struct proc_net net;
	struct proc_ids numbers;
	struct buf link, text;
};

/* Makes f ready; its options are off. */
void proc_fds_init(struct proc_fds *f);

/* Frees what f holds. */
void proc_fds_release(struct proc_fds *f);

/*
 * Appends an entry for each descriptor of the process pid, whose folder is dir, to body, an fd list block
 * without its end; f->net has to have the sockets of its network namespace. Descriptors that are closed
 * meanwhile are left out; so are all when they may not be read.
 */
void proc_fds_put(struct proc_fds *f, int dir, uint64_t pid, struct buf *body);

#endif
