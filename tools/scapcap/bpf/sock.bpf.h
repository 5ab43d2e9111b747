/* SPDX-License-Identifier: MIT */
/* From files to sockets, and what both records of calls and the list of open files tell of them. */
#ifndef SCAPCAP_SOCK_BPF_H
#define SCAPCAP_SOCK_BPF_H

#include "core_fixes.bpf.h"

#include <bpf/bpf_endian.h>

#define AF_UNIX_  1
#define AF_INET_  2
#define AF_INET6_ 10

/* Of the path in a struct unix_address. */
#define NAME_OFFSET                                                                                \
	(bpf_core_field_offset(struct unix_address, name) +                                        \
		bpf_core_field_offset(struct sockaddr_un, sun_path))

/* Of a file that is known to be one. */
static __always_inline struct sock *sock_of(struct file *file)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);

	return BPF_CORE_READ(socket, sk);
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
