/* SPDX-License-Identifier: MIT */
/* The sockets of all network namespaces by their inodes, from the tables in net/. */
#ifndef SCAPCAP_PROC_NET_H
#define SCAPCAP_PROC_NET_H

#include "base/buf.h"
#include "base/map.h"
#include "scap/meta.h"

struct proc_net {
	struct map sockets;    /* by inode */
	struct map namespaces; /* those read already */
	struct buf text, names;
	bool failed;           /* no memory for a socket: it is missing */
};

/* An empty table. */
void proc_net_init(struct proc_net *n);

/* Frees the table. */
void proc_net_release(struct proc_net *n);

/*
 * Reads the sockets of the network namespace of the process whose folder is dir, unless another
 * process of that namespace was given before. ns is the namespace's inode, 0 when it is not known.
 */
void proc_net_load(struct proc_net *n, int dir, uint64_t ns);

/* Whether the sockets of that network namespace were read. */
bool proc_net_has(const struct proc_net *n, uint64_t ns);

/* The type of a socket by its family and its addresses. */
uint8_t proc_net_type(const struct meta_fd *fd, bool v6);

/*
 * Looks a socket up: fills in fd's type, inode, addresses and name (borrowed from n: valid until the
 * next load) and returns true; false when it is in no table.
 */
MUST_CHECK bool proc_net_find(const struct proc_net *n, uint64_t ino, struct meta_fd *fd);

#endif
