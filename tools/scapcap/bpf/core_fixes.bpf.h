/* SPDX-License-Identifier: MIT */
/*
 * Where kernels differ: a flavour of the structure per layout and one accessor each. The branches
 * of other kernels are removed when the programs are loaded.
 */
#ifndef SCAPCAP_CORE_FIXES_BPF_H
#define SCAPCAP_CORE_FIXES_BPF_H

#include "kernel.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/*
 * Before Linux 6.2, commit f1a7941243c1 ("mm: convert mm's rss stats into percpu_counter"). Asking
 * for the field, not for its type: in search of a type that the kernel lacks libbpf would go through
 * the modules' types, which takes CAP_SYS_ADMIN.
 */
struct atomic_long___old {
	__s64 counter; /* a structure, as the field is not found under another kind of type */
};
struct mm_rss_stat___old {
	struct atomic_long___old count[4];
};
struct mm_struct___old {
	struct mm_rss_stat___old rss_stat;
};
struct percpu_counter {
	__s64 count;
};
struct mm_struct___new {
	struct percpu_counter rss_stat[4];
};

struct timespec64 {
	__s64 tv_sec;
	long tv_nsec;
};
/* Before Linux 6.6 (ctime) and 6.7 (mtime), commit 13bc24457850 ("fs: rename i_ctime field"). */
struct inode___old {
	struct timespec64 i_ctime, i_mtime;
};
struct inode___renamed {
	struct timespec64 __i_ctime, __i_mtime;
};
/* Since Linux 6.11, commit 3aa63a569c64 ("fs: switch timespec64 fields to discrete integers"). */
struct inode___split {
	__s64 i_ctime_sec, i_mtime_sec;
	__u32 i_ctime_nsec, i_mtime_nsec;
};

/* Since Linux 6.15, commit 633488947ef6 ("kernfs: Use RCU to access kernfs_node::parent"). */
struct kernfs_node___old {
	struct kernfs_node___old *parent;
};
struct kernfs_node___new {
	struct kernfs_node___new *__parent;
};

#pragma clang attribute pop

/* Since Linux 5.11: a task whose members are read without a call. */
enum bpf_func_id___task {
	BPF_FUNC_get_current_task_btf___task = 158,
};

static __always_inline bool has_task_btf(void)
{
	return bpf_core_enum_value_exists(
		enum bpf_func_id___task, BPF_FUNC_get_current_task_btf___task);
}

/* Whether the current system call is one of a 32-bit program. */
static __always_inline bool call_is_32bit(void)
{
	struct task_struct *task;

	if (has_task_btf()) {
		task = bpf_get_current_task_btf();
		return task->thread_info.CALL_FLAGS & CALL_IS_32BIT;
	}
	task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, thread_info.CALL_FLAGS) & CALL_IS_32BIT;
}

/* The descriptors of the current process. */
struct descriptors {
	struct file **files;
	__u32 max;
};

static __always_inline struct descriptors descriptors_get(void)
{
	struct descriptors d;
	struct fdtable *table;
	struct task_struct *task;

	if (has_task_btf()) {
		table = bpf_get_current_task_btf()->files->fdt;
		d.files = table->fd;
		d.max = table->max_fds;
		return d;
	}
	task = (void *)bpf_get_current_task();
	table = BPF_CORE_READ(task, files, fdt);
	d.files = BPF_CORE_READ(table, fd);
	d.max = BPF_CORE_READ(table, max_fds);
	return d;
}

/* Pages of one kind: 0 file, 1 anonymous, 2 swapped, 3 shared. A rough count on new kernels. */
static __always_inline __s64 mm_pages(struct mm_struct *mm, int kind)
{
	struct mm_struct___old *old = (void *)mm;
	struct mm_struct___new *new = (void *)mm;
	void *at;
	__s64 n = 0;

	if (bpf_core_field_exists(old->rss_stat.count))
		at = (void *)mm + bpf_core_field_offset(old->rss_stat) + kind * sizeof(n);
	else
		at = (void *)mm + bpf_core_field_offset(new->rss_stat) +
		     kind * bpf_core_type_size(struct percpu_counter) +
		     bpf_core_field_offset(struct percpu_counter, count);
	bpf_probe_read_kernel(&n, sizeof(n), at);
	return n > 0 ? n : 0;
}

/* Since Linux 6.13, commit 4e40eff0b573 ("fs: add infrastructure for multigrain timestamps"). */
#define INODE_TIME_QUERIED (1u << 31)

#define INODE_TIME(name)                                                                           \
	static __always_inline __u64 inode_##name(struct inode *inode)                             \
	{                                                                                          \
		struct inode___split *split = (void *)inode;                                       \
		struct inode___renamed *renamed = (void *)inode;                                   \
		struct inode___old *old = (void *)inode;                                           \
                                                                                                   \
		if (bpf_core_field_exists(split->i_##name##_sec))                                  \
			return BPF_CORE_READ(split, i_##name##_sec) * 1000000000ull +              \
			       (BPF_CORE_READ(split, i_##name##_nsec) & ~INODE_TIME_QUERIED);      \
		if (bpf_core_field_exists(renamed->__i_##name))                                    \
			return BPF_CORE_READ(renamed, __i_##name.tv_sec) * 1000000000ull +         \
			       BPF_CORE_READ(renamed, __i_##name.tv_nsec);                         \
		return BPF_CORE_READ(old, i_##name.tv_sec) * 1000000000ull +                       \
		       BPF_CORE_READ(old, i_##name.tv_nsec);                                       \
	}

/* When the inode or its data last changed, ns since 1970. */
INODE_TIME(ctime)
INODE_TIME(mtime)

static __always_inline struct kernfs_node *kernfs_parent(struct kernfs_node *kn)
{
	struct kernfs_node___old *old = (void *)kn;
	struct kernfs_node___new *new = (void *)kn;

	if (bpf_core_field_exists(new->__parent))
		return (void *)BPF_CORE_READ(new, __parent);
	return (void *)BPF_CORE_READ(old, parent);
}

#endif
