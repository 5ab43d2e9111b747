/* SPDX-License-Identifier: MIT */
/* What a thread is, read off the kernel's structures: for records of events and for the task list. */
#ifndef SCAPCAP_TASK_BPF_H
#define SCAPCAP_TASK_BPF_H

#include "file.bpf.h"
#include "rules.h"

/* Indices of signal_struct.pids. */
enum { PID_PROCESS = 1, PID_GROUP, PID_SESSION };

enum { PAGES_FILE, PAGES_ANONYMOUS, PAGES_SWAPPED, PAGES_SHARED };

#define RLIMIT_NOFILE_    7
#define CAP_DAC_OVERRIDE_ (1ull << 1)
#define CAP_FOWNER_       (1ull << 3)
#define SB_RDONLY_        1u
#define S_IMMUTABLE_      8u

#define MAX_EXTENTS 5  /* of a map of users or groups, in place */
#define GROUP_STEPS 17 /* so that all 65536 groups are searched */

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

/* The namespace of that depth that a process id is in. */
static __always_inline struct pid_namespace *pid_ns_at(struct pid *pid, __u32 level)
{
	struct pid_namespace *ns = 0;

	bpf_probe_read_kernel(&ns, sizeof(ns),
		(void *)pid + bpf_core_field_offset(struct pid, numbers) +
			level * bpf_core_type_size(struct upid) +
			bpf_core_field_offset(struct upid, ns));
	return ns;
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

/* Whether the kernel's number of a user or group has one in a user namespace. */
static __always_inline bool is_mapped(struct uid_gid_map *map, __u32 id)
{
	__u32 n = BPF_CORE_READ(map, nr_extents);

	for (__u32 i = 0; i < MAX_EXTENTS; i++) {
		if (i < n && id - BPF_CORE_READ(map, extent[i].lower_first) <
				     BPF_CORE_READ(map, extent[i].count))
			return true;
	}
	/* More are kept elsewhere. */
	return n > MAX_EXTENTS;
}

/* Whether a thread has the group among its others, which are sorted. */
static __always_inline bool in_groups(const struct cred *cred, __u32 gid)
{
	struct group_info *groups = BPF_CORE_READ(cred, group_info);
	__u32 from = 0, to = BPF_CORE_READ(groups, ngroups);

	for (int i = 0; i < GROUP_STEPS; i++) {
		__u32 mid = (from + to) / 2, got = 0;

		if (from >= to)
			break;
		bpf_probe_read_kernel(&got, sizeof(got),
			(void *)groups + bpf_core_field_offset(struct group_info, gid) + mid * sizeof(got));
		if (got == gid)
			return true;
		if (got < gid)
			from = mid + 1;
		else
			to = mid;
	}
	return false;
}

/* Whether rights beyond the mode let a thread write to what these own. */
static __always_inline bool may_override(const struct cred *cred, __u32 uid, __u32 gid)
{
	struct user_namespace *ns = BPF_CORE_READ(cred, user_ns);
	__u64 caps = CAPABILITIES(cred, effective);

	if (!(caps & (CAP_DAC_OVERRIDE_ | CAP_FOWNER_)) || !is_mapped(&ns->uid_map, uid))
		return false;
	return caps & CAP_FOWNER_ || is_mapped(&ns->gid_map, gid);
}

/* Whether the thread may write to the file, or may make it so that it may: its owner always can. */
static __always_inline bool writable(const struct cred *cred, struct inode *inode)
{
	__u16 mode = BPF_CORE_READ(inode, i_mode);
	__u32 uid = BPF_CORE_READ(inode, i_uid.val), gid = BPF_CORE_READ(inode, i_gid.val);

	if (BPF_CORE_READ(inode, i_sb, s_flags) & SB_RDONLY_ ||
		BPF_CORE_READ(inode, i_flags) & S_IMMUTABLE_ || uid == ~0u || gid == ~0u)
		return false;
	if (BPF_CORE_READ(cred, fsuid.val) == uid)
		return true;
	if (BPF_CORE_READ(cred, fsgid.val) == gid || in_groups(cred, gid))
		mode >>= 3;
	return mode & 0002 || may_override(cred, uid, gid);
}

/* It is in no folder, and its name says what it is. */
static __always_inline bool is_memfd(struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	char name[6] = {0};

	if (BPF_CORE_READ(dentry, d_parent) != dentry)
		return false;
	bpf_probe_read_kernel(name, sizeof(name), BPF_CORE_READ(dentry, d_name.name));
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
