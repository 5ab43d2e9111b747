/* SPDX-License-Identifier: MIT */
/* What a thread is, read off the kernel's structures: for records of events and for the task list. */
#ifndef SCAPCAP_TASK_BPF_H
#define SCAPCAP_TASK_BPF_H

#include "file.bpf.h"
#include "rules.h"

/* Indices of signal_struct.pids. */
enum { PID_PROCESS = 1, PID_GROUP, PID_SESSION };

enum { PAGES_FILE, PAGES_ANONYMOUS, PAGES_SWAPPED, PAGES_SHARED };

#define RLIMIT_NOFILE_ 7

/* A process id as seen from a namespace of that depth. */
static __always_inline __s32 pid_at(struct pid *pid, __u32 level)
{
	__s32 nr = 0;

	if (BPF_CORE_READ(pid, level) < level)
		return 0;
	bpf_probe_read_kernel(&nr, sizeof(nr),
		(void *)pid + bpf_core_field_offset(struct pid, numbers) +
			level * bpf_core_type_size(struct upid) +
			bpf_core_field_offset(struct upid, nr));
	return nr;
}

static __always_inline __u32 level_of(struct task_struct *task)
{
	return BPF_CORE_READ(task, thread_pid, level);
}

#define GROUP_PID(task, kind) BPF_CORE_READ(task, signal, pids[kind])

static __always_inline __u32 loginuid(struct task_struct *task)
{
	/* Only with CONFIG_AUDIT. */
	if (!bpf_core_field_exists(task->loginuid))
		return ~0u;
	return BPF_CORE_READ(task, loginuid.val);
}

#define CAPABILITIES(cred, which)                                                                  \
	({                                                                                         \
		__u64 bits = 0;                                                                    \
		bpf_core_read(&bits, sizeof(bits), &(cred)->cap_##which);                          \
		bits;                                                                              \
	})

static __always_inline __u32 tty(struct task_struct *task)
{
	struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);
	__u32 major = BPF_CORE_READ(tty, driver, major);
	__u32 minor = BPF_CORE_READ(tty, driver, minor_start) + BPF_CORE_READ(tty, index);

	return tty ? encode_dev(major << 20 | minor) : 0;
}

/* Pages in memory. */
static __always_inline __u64 mm_resident(struct mm_struct *mm)
{
	return mm_pages(mm, PAGES_FILE) + mm_pages(mm, PAGES_ANONYMOUS) + mm_pages(mm, PAGES_SHARED);
}

/* Whether the thread may write to the file, by its mode. */
static __always_inline bool writable(const struct cred *cred, struct inode *inode)
{
	return rule_writable(CAPABILITIES(cred, effective),
		BPF_CORE_READ(cred, fsuid.val) == BPF_CORE_READ(inode, i_uid.val),
		BPF_CORE_READ(cred, fsgid.val) == BPF_CORE_READ(inode, i_gid.val),
		BPF_CORE_READ(inode, i_mode));
}

static __always_inline bool is_memfd(struct file *file)
{
	char name[6] = {0};

	bpf_probe_read_kernel(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
	return name[0] == 'm' && name[1] == 'e' && name[2] == 'm' && name[3] == 'f' &&
	       name[4] == 'd' && name[5] == ':';
}

static __always_inline __u64 exe_flags(struct task_struct *task, struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	enum layer layer = inode_layer(inode);
	__u64 flags = 0;

	if (writable(BPF_CORE_READ(task, cred), inode))
		flags |= EXE_WRITABLE;
	if (is_memfd(file))
		flags |= EXE_MEMFD;
	if (layer == LAYER_UPPER)
		flags |= EXE_UPPER;
	if (layer == LAYER_LOWER)
		flags |= EXE_LOWER;
	return flags;
}

#endif
