/* SPDX-License-Identifier: MIT */
/* From files to sockets, and what both records of calls and the list of open files tell of them. */
#ifndef SCAPCAP_SOCK_BPF_H
#define SCAPCAP_SOCK_BPF_H

#include "core_fixes.bpf.h"

#include <bpf/bpf_endian.h>

#define FAMILY_UNIX  1
#define FAMILY_INET  2
#define FAMILY_INET6 10

/* Of the path in a struct unix_address. */
#define NAME_OFFSET                                                                                \
	(bpf_core_field_offset(struct unix_address, name) +                                        \
		bpf_core_field_offset(struct sockaddr_un, sun_path))

#define UNIX_PATH 108

static __always_inline bool inode_is_socket(struct inode *inode)
{
	return (BPF_CORE_READ(inode, i_mode) & S_IFMT_) == S_IFSOCK_;
}

/* Of a file that is known to be one. */
static __always_inline struct sock *sock_behind(struct file *file)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);

	return BPF_CORE_READ(socket, sk);
}

/* NULL when the file is none. */
static __always_inline struct sock *sock_of(struct file *file)
{
	return file && inode_is_socket(BPF_CORE_READ(file, f_inode)) ? sock_behind(file) : 0;
}

static __always_inline __u16 sock_local_port(struct sock *sk)
{
	return bpf_ntohs(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
}

static __always_inline __u16 sock_remote_port(struct sock *sk)
{
	return bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
}

#endif
