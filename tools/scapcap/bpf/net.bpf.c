/* SPDX-License-Identifier: MIT */
/*
 * Addresses, pairs of addresses, queues and options of sockets. A tuple names the sender first.
 * What the kernel does not know of the other end (it has none for sockets that are not connected)
 * comes from the address that the caller gave or got.
 */
#include "descriptor.bpf.h"
#include "put.bpf.h"
#include "sock.bpf.h"

#define SOL_SOCKET_   1
#define OPT_ERROR     4
#define OPT_BINDTODEV 25
#define OPT_RCVTIMEO  20 /* with the C library's time, */
#define OPT_SNDTIMEO  21
#define OPT_COOKIE    57
#define OPT_RCVTIMEO2 66 /* or with 64 bits of it everywhere */
#define OPT_SNDTIMEO2 67

#define UNIX_PATH 108

/* An address of the user's, whatever its family. */
struct user_addr {
	__u16 family;
	__u16 port; /* big-endian */
	union {
		__u32 v4;
		struct {
			__u32 flow;
			__u8 v6[16];
		};
	};
};

static __always_inline struct sock *sock_get(struct scratch *s, __s64 fd)
{
	struct inode *inode = inode_get(s, fd);

	return (BPF_CORE_READ(inode, i_mode) & S_IFMT_) == S_IFSOCK_ ? sock_of(s->file) : 0;
}

static __always_inline bool user_addr_read(struct user_addr *a, __u64 at)
{
	__builtin_memset(a, 0, sizeof(*a));
	return at && !bpf_probe_read_user(a, 8, (const void *)at);
}

/* The path of an address: an abstract one, which begins with a NUL, as '@' and the rest. */
static __always_inline void put_unix_path(struct scratch *s, __u64 at, __u64 len)
{
	__u32 start = s->off, n = 0;
	__u8 *p = put_at(s);

	if (len > 2)
		n = put_user(s, at + 2, len - 2 < UNIX_PATH ? len - 2 : UNIX_PATH);
	put_u8(s, 0);
	if (n && !*p) {
		*p = '@';
		return;
	}
	/* It need not be ended by a NUL, and ends at one before that. */
	s->off = start;
	if (n)
		put_kernel_string(s, p);
	else if (len <= 2 || !put_user_string(s, at + 2))
		put_u8(s, 0);
}

static __always_inline void put_sockaddr(struct scratch *s, __u64 at, __u64 len)
{
	__u32 start = s->off;
	struct user_addr a;

	if (!len || !user_addr_read(&a, at)) {
		param_empty(s);
		return;
	}
	switch (a.family) {
	case AF_UNIX_:
		put_u8(s, AF_UNIX_);
		put_unix_path(s, at, len);
		break;
	case AF_INET_:
		put_u8(s, AF_INET_);
		put_user(s, at + 4, 4);
		put_u16(s, bpf_ntohs(a.port));
		break;
	case AF_INET6_:
		put_u8(s, AF_INET6_);
		put_user(s, at + 8, 16);
		put_u16(s, bpf_ntohs(a.port));
		break;
	}
	param_end(s, start);
}

/* Tuples. */

static __always_inline void put_inet(struct scratch *s, struct sock *sk, __u64 user, bool to)
{
	__u32 local = BPF_CORE_READ((struct inet_sock *)sk, inet_saddr);
	__u32 remote = BPF_CORE_READ(sk, __sk_common.skc_daddr);
	__u16 local_port = sock_local_port(sk);
	__u16 remote_port = sock_remote_port(sk);
	struct user_addr a;

	if (!remote_port && user_addr_read(&a, user)) {
		remote = a.v4;
		remote_port = bpf_ntohs(a.port);
	}
	put_u8(s, AF_INET_);
	put_u32(s, to ? local : remote);
	put_u16(s, to ? local_port : remote_port);
	put_u32(s, to ? remote : local);
	put_u16(s, to ? remote_port : local_port);
}

static __always_inline void put_inet6(struct scratch *s, struct sock *sk, __u64 user, bool to)
{
	struct in6_addr local, remote;
	__u16 local_port = sock_local_port(sk);
	__u16 remote_port = sock_remote_port(sk);
	struct user_addr a;

	BPF_CORE_READ_INTO(&local, sk, __sk_common.skc_v6_rcv_saddr);
	BPF_CORE_READ_INTO(&remote, sk, __sk_common.skc_v6_daddr);
	if (!remote_port && user_addr_read(&a, user)) {
		bpf_probe_read_user(&remote, sizeof(remote), (const void *)(user + 8));
		remote_port = bpf_ntohs(a.port);
	}
	put_u8(s, AF_INET6_);
	put_kernel(s, to ? &local : &remote, sizeof(local));
	put_u16(s, to ? local_port : remote_port);
	put_kernel(s, to ? &remote : &local, sizeof(local));
	put_u16(s, to ? remote_port : local_port);
}

/*
 * The name that a unix socket is bound to, an abstract one with '@' in place of its NUL. Returns
 * whether there is one.
 */
static __always_inline bool put_unix_name(struct scratch *s, struct sock *sk)
{
	struct unix_address *addr = BPF_CORE_READ((struct unix_sock *)sk, addr);
	__s64 len = BPF_CORE_READ(addr, len) - 2;
	__u8 *p = put_at(s);

	if (len <= 0 || !put_kernel(s, (void *)addr + NAME_OFFSET, len))
		return false;
	if (*p)
		return true;
	*p = '@';
	put_u8(s, 0);
	return true;
}

static __always_inline void put_unix(struct scratch *s, struct sock *sk, __u64 user, bool to)
{
	struct sock *peer = BPF_CORE_READ((struct unix_sock *)sk, peer);

	put_u8(s, AF_UNIX_);
	/* The receiver first, other than for addresses: so do other writers, and both ends agree. */
	put_u64(s, (__u64)(to ? peer : sk));
	put_u64(s, (__u64)(to ? sk : peer));
	if (put_unix_name(s, to ? peer : sk) || (!to && put_unix_name(s, peer)))
		return;
	if (to && user)
		put_unix_path(s, user, 2 + UNIX_PATH);
	else
		put_u8(s, 0);
}

/* From the socket to its peer or to the caller's address, or the other way. */
__noinline int put_tuple(__s64 fd, __u64 user, __u64 to)
{
	struct scratch *s = scratch_get();
	struct sock *sk;
	__u32 start;

	if (!s)
		return 0;
	sk = sock_get(s, fd);
	start = s->off;
	switch (sk ? BPF_CORE_READ(sk, __sk_common.skc_family) : 0) {
	case AF_INET_:
		put_inet(s, sk, user, to);
		break;
	case AF_INET6_:
		put_inet6(s, sk, user, to);
		break;
	case AF_UNIX_:
		if (bpf_core_type_exists(struct unix_sock))
			put_unix(s, sk, user, to);
		break;
	}
	param_end(s, start);
	return 0;
}

/* Options. */

static __always_inline bool is_time(__u32 option)
{
	return option == OPT_RCVTIMEO || option == OPT_SNDTIMEO || option == OPT_RCVTIMEO2 ||
	       option == OPT_SNDTIMEO2;
}

static __always_inline void put_sockopt(struct scratch *s, __u64 at, __u32 len)
{
	__u32 level = s->args[1], option = s->args[2], start = s->off;
	bool narrow = is_compat(s->nr) && len == 8;
	__s64 time[2] = {0};
	__u32 number = 0;

	if (level == SOL_SOCKET_ && is_time(option)) {
		bpf_probe_read_user(
			time, narrow ? sizeof(time) / 2 : sizeof(time), (const void *)at);
		if (narrow)
			time_widen(time);
		put_u8(s, SOCKOPT_TIME);
		put_u64(s, time[0] * 1000000000ull + time[1] * 1000);
	} else if (level == SOL_SOCKET_ && option == OPT_COOKIE) {
		put_u8(s, SOCKOPT_U64);
		put_user(s, at, 8);
	} else if (level == SOL_SOCKET_ && len == 4 && option != OPT_BINDTODEV) {
		bpf_probe_read_user(&number, sizeof(number), (const void *)at);
		if (option == OPT_ERROR) {
			put_u8(s, SOCKOPT_ERRNO);
			put_u64(s, -(__s64)(__s32)number);
		} else {
			put_u8(s, SOCKOPT_U32);
			put_u32(s, number);
		}
	} else {
		put_u8(s, SOCKOPT_BYTES);
		put_user(s, at, len < settings.snaplen_net ? len : settings.snaplen_net);
	}
	param_end(s, start);
}

/* The length of an option's value: getsockopt has it in memory. */
static __always_inline __u32 sockopt_len(const struct scratch *s, bool in_memory)
{
	__u32 len = 0;

	if (!in_memory)
		return s->args[4];
	bpf_probe_read_user(&len, sizeof(len), (const void *)s->args[4]);
	return len;
}

/* Entry points. */

__noinline __u64 net_number(__u64 p)
{
	struct scratch *s = scratch_get();
	__u64 length, max;
	struct sock *sk;
	__s32 fd = -1;

	if (!s)
		return 0;
	if (P_SOURCE(p) == SRC_SOCKOPT_NAME)
		return s->args[1] == SOL_SOCKET_ ? s->args[2] : ~0ull;
	if (s->ret < 0)
		return 0;
	if (P_SOURCE(p) == SRC_SOCK_SELF) {
		bpf_probe_read_user(
			&fd, sizeof(fd), (const void *)(arg_get(s, P_ARG(p)) + P_AT(p)));
		return (__u64)sock_get(s, fd);
	}
	sk = sock_get(s, (__s32)arg_get(s, P_ARG(p)));
	length = P_SOURCE(p) == SRC_QUEUE_MAX ? 0 : BPF_CORE_READ(sk, sk_ack_backlog);
	if (P_SOURCE(p) == SRC_QUEUE_LENGTH)
		return length;
	max = BPF_CORE_READ(sk, sk_max_ack_backlog);
	if (P_SOURCE(p) == SRC_QUEUE_MAX)
		return max;
	return max ? length * 100 / max : 0;
}

/* The address in a message; 0 without one. */
static __always_inline __u64 message_name(__u32 nr, __u64 at)
{
	__u64 name = 0;

	bpf_probe_read_user(&name, is_compat(nr) ? 4 : 8, (const void *)at);
	return name;
}

__noinline int net_bytes(__u64 p)
{
	struct scratch *s = scratch_get();
	__u64 arg, at;
	__s64 fd;

	if (!s)
		return 0;
	arg = arg_get(s, P_ARG(p));
	at = P_AT(p) == NO_ARG ? 0 : arg_get(s, P_AT(p));
	fd = (__s32)arg;
	switch (P_SOURCE(p)) {
	case SRC_SOCKADDR:
		put_sockaddr(s, arg, (__u32)at);
		break;
	case SRC_SOCKOPT_VALUE:
		put_sockopt(s, arg, sockopt_len(s, P_AT(p) == 1));
		break;
	case SRC_TUPLE_TO:
		put_tuple(fd, at, true);
		break;
	case SRC_TUPLE_CONNECT:
		put_tuple(s->ret == 0 || s->ret == IN_PROGRESS ? fd : -1, at, true);
		break;
	case SRC_TUPLE_FROM:
		put_tuple(s->ret >= 0 ? fd : -1, at, false);
		break;
	case SRC_MSG_TO:
		put_tuple(fd, message_name(s->nr, at), true);
		break;
	default:
		put_tuple(s->ret >= 0 ? fd : -1, message_name(s->nr, at), false);
	}
	return 0;
}
