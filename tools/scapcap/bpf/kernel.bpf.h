/* SPDX-License-Identifier: MIT */
/*
 * The kernel's structures, as far as we read them. Offsets come from the running kernel's BTF when
 * the programs are loaded; the order here means nothing. What differs between kernels is in
 * core_fixes.bpf.h.
 */
#ifndef SCAPCAP_KERNEL_BPF_H
#define SCAPCAP_KERNEL_BPF_H

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long bp, bx, r10, r9, r8, cx, dx, si, di, orig_ax, ip;
};
struct thread_info {
	__u32 status;
};
#define REGS_NR(regs)   ((int)(regs)->orig_ax)
#define REGS_ARG0(regs) ((regs)->di)
#define REGS_ARGS(regs, a)                                                                         \
	do {                                                                                       \
		(a)[0] = (regs)->di;                                                               \
		(a)[1] = (regs)->si;                                                               \
		(a)[2] = (regs)->dx;                                                               \
		(a)[3] = (regs)->r10;                                                              \
		(a)[4] = (regs)->r8;                                                               \
		(a)[5] = (regs)->r9;                                                               \
	} while (0)
/* Of a 32-bit program. */
#define REGS_COMPAT_ARG0(regs) ((regs)->bx)
#define REGS_COMPAT_ARGS(regs, a)                                                                  \
	do {                                                                                       \
		(a)[0] = (regs)->bx;                                                               \
		(a)[1] = (regs)->cx;                                                               \
		(a)[2] = (regs)->dx;                                                               \
		(a)[3] = (regs)->si;                                                               \
		(a)[4] = (regs)->di;                                                               \
		(a)[5] = (regs)->bp;                                                               \
	} while (0)
#define CALL_FLAGS    status
#define CALL_IS_32BIT 2 /* TS_COMPAT */
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	__u64 regs[31];
	__u64 orig_x0;
	int syscallno;
};
struct thread_info {
	unsigned long flags;
};
#define REGS_NR(regs)   ((regs)->syscallno)
#define REGS_ARG0(regs) ((regs)->orig_x0)
#define REGS_ARGS(regs, a)                                                                         \
	do {                                                                                       \
		(a)[0] = (regs)->orig_x0;                                                          \
		(a)[1] = (regs)->regs[1];                                                          \
		(a)[2] = (regs)->regs[2];                                                          \
		(a)[3] = (regs)->regs[3];                                                          \
		(a)[4] = (regs)->regs[4];                                                          \
		(a)[5] = (regs)->regs[5];                                                          \
	} while (0)
#define REGS_COMPAT_ARG0(regs)    REGS_ARG0(regs)
#define REGS_COMPAT_ARGS(regs, a) REGS_ARGS(regs, a)
#define CALL_FLAGS    flags
#define CALL_IS_32BIT (1ul << 22) /* TIF_32BIT */
#else
#error "no system call registers for this architecture"
#endif

struct list_head {
	struct list_head *next;
};

typedef struct {
	__s64 counter;
} atomic64_t;

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	__u32 val;
} kuid_t;

typedef struct {
	__u32 val;
} kgid_t;

struct qstr {
	__u32 len;
	const unsigned char *name;
};

struct super_block {
	__u32 s_dev;
	unsigned long s_magic, s_flags;
};

struct inode {
	__u16 i_mode;
	kuid_t i_uid;
	kgid_t i_gid;
	unsigned int i_flags;
	struct super_block *i_sb;
	unsigned long i_ino;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	__u32 f_mode;
	unsigned int f_flags;
	void *private_data;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
	unsigned long *close_on_exec;
};

struct files_struct {
	struct fdtable *fdt;
};

struct task_struct;

struct ns_common {
	unsigned int inum;
};

struct pid_namespace {
	unsigned int level;
	struct task_struct *child_reaper;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[1];
};

struct net {
	struct ns_common ns;
};

struct nsproxy {
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
};

struct tty_driver {
	int major;
	int minor_start;
};

struct tty_struct {
	struct tty_driver *driver;
	int index;
};

struct rlimit {
	unsigned long rlim_cur;
};

struct signal_struct {
	atomic_t live;
	struct list_head thread_head;
	struct pid *pids[4];
	struct tty_struct *tty;
	struct rlimit rlim[16];
	unsigned int is_child_subreaper : 1;
	unsigned int has_child_subreaper : 1;
};

/* 64 bits, as two words before Linux 6.3. */
typedef struct {
} kernel_cap_t;

struct uid_gid_extent {
	__u32 lower_first, count;
};

struct uid_gid_map {
	__u32 nr_extents;
	struct uid_gid_extent extent[5];
};

struct user_namespace {
	int level;
	struct uid_gid_map uid_map, gid_map;
};

struct group_info {
	int ngroups;
	kgid_t gid[1];
};

struct cred {
	struct user_namespace *user_ns;
	struct group_info *group_info;
	kuid_t euid, fsuid;
	kgid_t egid, fsgid;
	kernel_cap_t cap_inheritable, cap_permitted, cap_effective;
};

struct mm_struct {
	unsigned long total_vm;
	unsigned long arg_start, arg_end, env_start, env_end;
	struct file *exe_file;
};

struct kernfs_node {
	const char *name;
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
};

enum cgroup_subsys_id {
	cpuset_cgrp_id,
	cpu_cgrp_id,
	cpuacct_cgrp_id,
	io_cgrp_id,
	memory_cgrp_id,
};

struct css_set {
	struct cgroup_subsys_state *subsys[16];
	struct cgroup *dfl_cgrp;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	int exit_code;
	struct mm_struct *mm;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct list_head children;
	struct task_struct *group_leader;
	struct list_head thread_node;
	struct pid *thread_pid;
	unsigned long min_flt, maj_flt;
	__u64 start_boottime;
	const struct cred *cred;
	char comm[16];
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	kuid_t loginuid;
	struct css_set *cgroups;
};

union __sifields {
	struct {
		int _pid;
	} _kill;
};

struct kernel_siginfo {
	int si_code;
	union __sifields _sifields;
};

struct linux_binprm {
	const char *filename;
};

struct socket {
	struct sock *sk;
};

struct in6_addr {
	__u8 s6_addr[16];
};

struct sock_common {
	__u16 skc_family;
	__u32 skc_daddr;
	__u16 skc_dport;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct inet_sock {
	__u32 inet_saddr;
	__u16 inet_sport;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type, sk_protocol;
	__u32 sk_ack_backlog;
	__u32 sk_max_ack_backlog;
};

struct sockaddr_un {
	char sun_path[108];
};

struct unix_address {
	int len;
	struct sockaddr_un name[0];
};

struct unix_sock {
	struct unix_address *addr;
	struct sock *peer;
};

struct io_kiocb {
	__u8 opcode;
};

#pragma clang attribute pop

/* These are not in BTF as numbers. */
#define S_IFMT_        0170000u
#define S_IFREG_       0100000u
#define S_IFSOCK_      0140000u
#define FMODE_CREATED_ 0x100000u

#endif
