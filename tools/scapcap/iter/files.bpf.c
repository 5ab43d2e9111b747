/* SPDX-License-Identifier: MIT */
/*
 * The open files of all processes, one record each: what the links in fd/ and the files in fdinfo/ of
 * /proc tell, in a tenth of the time.
 */
#include "../bpf/file.bpf.h"
#include "../bpf/sock.bpf.h"
#include "iter.bpf.h"
#include "open_file.h"

#include <bpf/bpf_tracing.h>

#define O_CLOEXEC_   02000000
#define SOCKFS_MAGIC 0x534f434b

char LICENSE[] SEC("license") = "Dual MIT/GPL";

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};
#pragma clang attribute pop

const volatile bool with_paths = true; /* iterators may ask for them since Linux 5.11 */

struct listed {
	struct open_file head;
	union {
		char path[OPEN_FILE_PATH];
		struct {
			struct open_socket socket;
			char name[OPEN_FILE_NAME + 2];
		};
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct listed);
} space SEC(".maps");

/* O_CLOEXEC if the descriptor has it. */
static __always_inline __u32 cloexec(struct task_struct *task, __u32 fd)
{
	unsigned long *bits = BPF_CORE_READ(task, files, fdt, close_on_exec);
	unsigned long word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), &bits[fd / 64]);
	return word >> fd % 64 & 1 ? O_CLOEXEC_ : 0;
}

/* The name of a unix socket. Returns its bytes. */
static __always_inline __u32 put_name(struct listed *l, struct sock *sk)
{
	struct unix_address *addr = BPF_CORE_READ((struct unix_sock *)sk, addr);
	int len = BPF_CORE_READ(addr, len) - 2;

	if (len <= 0 || len > OPEN_FILE_NAME ||
		bpf_probe_read_kernel(l->name, len, (void *)addr + NAME_OFFSET))
		return 0;
	return len;
}

static __always_inline __u32 put_unix(struct listed *l, struct sock *sk)
{
	struct sock *peer = BPF_CORE_READ((struct unix_sock *)sk, peer);
	__u32 n = put_name(l, sk);

	l->socket.self = (__u64)sk;
	l->socket.peer = (__u64)peer;
	return n || !peer ? n : put_name(l, peer);
}

/* Returns the bytes of a name behind it. */
static __always_inline __u32 put_socket(struct listed *l, struct sock *sk)
{
	struct open_socket *s = &l->socket;

	__builtin_memset(s, 0, sizeof(*s));
	s->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	s->type = BPF_CORE_READ(sk, sk_type);
	s->protocol = BPF_CORE_READ(sk, sk_protocol);
	switch (s->family) {
	case AF_INET_:
		BPF_CORE_READ_INTO((__u32 *)s->saddr, (struct inet_sock *)sk, inet_saddr);
		BPF_CORE_READ_INTO((__u32 *)s->daddr, sk, __sk_common.skc_daddr);
		break;
	case AF_INET6_:
		BPF_CORE_READ_INTO((struct in6_addr *)s->saddr, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr *)s->daddr, sk, __sk_common.skc_v6_daddr);
		break;
	case AF_UNIX_:
		return bpf_core_type_exists(struct unix_sock) ? put_unix(l, sk) : 0;
	default:
		return 0;
	}
	s->sport = sock_local_port(sk);
	s->dport = sock_remote_port(sk);
	return 0;
}

static __always_inline __u32 put_path(struct listed *l, struct file *file)
{
	long n = with_paths ? bpf_d_path(&file->f_path, l->path, sizeof(l->path)) : 0;

	return n < 0 || n >= OPEN_FILE_PATH ? 0 : n;
}

SEC("iter/task_file")
int list_files(struct bpf_iter__task_file *ctx)
{
	/* Locals: reloaded from ctx they would be untested for the verifier. */
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct task_struct *leader;
	struct listed *l;
	struct inode *inode;
	__u32 zero = 0;
	__u32 n;

	if (!task || !file)
		return 0;
	/* Threads share a table: it is their process's, and seen with another when its first one is dead. */
	leader = task->group_leader;
	if (task != leader && leader->files)
		return 0;
	l = bpf_map_lookup_elem(&space, &zero);
	if (!l)
		return 0;
	inode = BPF_CORE_READ(file, f_inode);
	l->head.pid = task->tgid;
	l->head.tid = task->pid;
	l->head.fd = ctx->fd;
	l->head.flags = BPF_CORE_READ(file, f_flags) | cloexec(task, ctx->fd);
	l->head.mode = BPF_CORE_READ(inode, i_mode);
	l->head.ino = BPF_CORE_READ(inode, i_ino);
	l->head.dev = encode_dev(BPF_CORE_READ(inode, i_sb, s_dev));
	l->head.socket = BPF_CORE_READ(inode, i_sb, s_magic) == SOCKFS_MAGIC;
	if (l->head.socket)
		n = sizeof(l->socket) + put_socket(l, sock_of(file));
	else
		n = put_path(l, file);
	l->head.len = n;
	bpf_seq_write(ctx->meta->seq, l, sizeof(l->head) + (n & (OPEN_FILE_PATH - 1)));
	return 0;
}
