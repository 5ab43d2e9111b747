/* SPDX-License-Identifier: MIT */
/* What a record tells of a thread: ids, memory, rights, executable, arguments, control groups. */
#include "put.bpf.h"
#include "task.bpf.h"

#define PAGE_KB(pages) ((pages) * settings.page_kb)

/* Ids. */

static __always_inline __u64 id_of(struct task_struct *task, __u32 source)
{
	switch (source) {
	case SRC_TID:
		return BPF_CORE_READ(task, pid);
	case SRC_PID:
		return BPF_CORE_READ(task, tgid);
	case SRC_PTID:
		return BPF_CORE_READ(task, real_parent, pid);
	case SRC_VTID:
		return pid_at(BPF_CORE_READ(task, thread_pid), level_of(task));
	case SRC_VPID:
		return pid_at(GROUP_PID(task, PID_PROCESS), level_of(task));
	case SRC_PGID:
		return pid_at(GROUP_PID(task, PID_GROUP), 0);
	default:
		return pid_at(GROUP_PID(task, PID_GROUP), level_of(task));
	}
}

__noinline __u32 cloned_bits(void)
{
	struct scratch *s = scratch_get();
	struct task_struct *task;

	if (!s)
		return 0;
	task = s->task;
	return BPF_CORE_READ(task, nsproxy, pid_ns_for_children, level) ? CHILD_IN_PIDNS : 0;
}

/* Rights. */

static __always_inline __u64 cred_of(struct task_struct *task, __u32 source)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);

	switch (source) {
	case SRC_EUID:
		return BPF_CORE_READ(cred, euid.val);
	case SRC_EGID:
		return BPF_CORE_READ(cred, egid.val);
	case SRC_LOGINUID:
		return loginuid(task);
	case SRC_CAP_INHERITABLE:
		return CAPABILITIES(cred, inheritable);
	case SRC_CAP_PERMITTED:
		return CAPABILITIES(cred, permitted);
	default:
		return CAPABILITIES(cred, effective);
	}
}

/* Resources. */

static __always_inline __u64 usage_of(struct task_struct *task, __u32 source)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);

	switch (source) {
	case SRC_TTY:
		return tty(task);
	case SRC_FDLIMIT:
		return BPF_CORE_READ(task, signal, rlim[RLIMIT_NOFILE_].rlim_cur);
	case SRC_FAULTS_MAJOR:
		return BPF_CORE_READ(task, maj_flt);
	case SRC_FAULTS_MINOR:
		return BPF_CORE_READ(task, min_flt);
	case SRC_VM_SIZE:
		return PAGE_KB(BPF_CORE_READ(mm, total_vm));
	case SRC_VM_RSS:
		return mm ? PAGE_KB(mm_resident(mm)) : 0;
	case SRC_VM_SWAP:
		return mm ? PAGE_KB(mm_pages(mm, PAGES_SWAPPED)) : 0;
	default:
		return BPF_CORE_READ(
			task, nsproxy, pid_ns_for_children, child_reaper, start_boottime);
	}
}

/* Executable. */

static __always_inline __u64 exe_of(struct task_struct *task, __u32 source)
{
	struct file *file = BPF_CORE_READ(task, mm, exe_file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	if (!inode)
		return 0;
	switch (source) {
	case SRC_EXE_INO:
		return BPF_CORE_READ(inode, i_ino);
	case SRC_EXE_CTIME:
		return inode_ctime(inode);
	case SRC_EXE_MTIME:
		return inode_mtime(inode);
	default:
		return exe_flags(task, file);
	}
}

/* The entry points: for the thread that the record is about. */
#define TASK_NUMBER(family)                                                                        \
	__noinline __u64 family##_number(__u64 p)                                                  \
	{                                                                                          \
		struct scratch *s = scratch_get();                                                 \
                                                                                                   \
		return s ? family##_of(s->task, P_SOURCE(p)) : 0;                                  \
	}
TASK_NUMBER(id)
TASK_NUMBER(cred)
TASK_NUMBER(usage)
TASK_NUMBER(exe)

/* Arguments and environment. */

/* Memory of the thread from one address to another, ended by a NUL wherever it is cut. */
static __always_inline void put_area(struct scratch *s, __u64 from, __u64 to)
{
	__u64 n = to > from ? to - from : 0;
	__u32 at;

	if (!put_user(s, from, n < MAX_BYTES ? n : MAX_BYTES))
		return;
	at = (s->off - 1) & (HALF - 1);
	s->bytes[at] = 0;
}

/* The strings of an array of the caller's, from number first on. */
__noinline int put_argv(__u64 array, __u64 first, __u64 count)
{
	struct scratch *s = scratch_get();
	__u32 start;

	if (!s)
		return 0;
	start = s->off;
	for (__u32 i = 0; i < MAX_ARGV; i++) {
		__u64 string = 0;

		if (i >= count || s->off - start >= MAX_BYTES)
			break;
		bpf_probe_read_user(&string, is_compat(s->nr) ? 4 : 8,
			(const void *)(array + (first + i) * word_size(s->nr)));
		if (!string || !put_user_string(s, string))
			break;
	}
	return 0;
}

/* Of an execve that failed: what it was given. */
static __always_inline void put_given(struct scratch *s, __u32 source, __u64 array)
{
	__u32 start = s->off;

	if (source == SRC_ARGS)
		put_argv(array, 1, MAX_ARGV);
	else
		put_argv(array, 0, source == SRC_EXE ? 1 : MAX_ARGV);
	if (source == SRC_EXE && s->off == start)
		put_u8(s, 0);
}

static __always_inline void put_own(struct scratch *s, __u32 source)
{
	struct task_struct *task = s->task;
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	__u64 start = BPF_CORE_READ(mm, arg_start);

	if (source == SRC_EXE)
		s->exe_len = put_user_string(s, start);
	else if (source == SRC_ARGS)
		put_area(s, start + s->exe_len, s->exe_len ? BPF_CORE_READ(mm, arg_end) : 0);
	else
		put_area(s, BPF_CORE_READ(mm, env_start), BPF_CORE_READ(mm, env_end));
}

/* Control groups. */

__noinline int put_cgroup_path(__u64 index)
{
	struct scratch *s = scratch_get();
	struct cgroup_subsys_state *css = 0;
	struct task_struct *task;
	struct css_set *set;

	if (!s)
		return 0;
	task = s->task;
	set = BPF_CORE_READ(task, cgroups);
	bpf_probe_read_kernel(&css, sizeof(css),
		(void *)set + bpf_core_field_offset(struct css_set, subsys) + index * sizeof(css));
	put_kernfs_path((__u64)BPF_CORE_READ(css, cgroup, kn));
	return 0;
}

#define PUT_CGROUP(s, name, id)                                                                    \
	do {                                                                                       \
		if (bpf_core_enum_value_exists(enum cgroup_subsys_id, id)) {                       \
			__builtin_memcpy(put_at(s), name "=", sizeof(name));                       \
			(s)->off += sizeof(name);                                                  \
			put_cgroup_path(bpf_core_enum_value(enum cgroup_subsys_id, id));           \
		}                                                                                  \
	} while (0)

static __always_inline void put_cgroups(struct scratch *s)
{
	PUT_CGROUP(s, "cpuset", cpuset_cgrp_id);
	PUT_CGROUP(s, "cpu", cpu_cgrp_id);
	PUT_CGROUP(s, "cpuacct", cpuacct_cgrp_id);
	PUT_CGROUP(s, "io", io_cgrp_id);
	PUT_CGROUP(s, "memory", memory_cgrp_id);
}

__noinline int task_bytes(__u64 p)
{
	struct scratch *s = scratch_get();
	struct task_struct *task;
	__u32 start;

	if (!s)
		return 0;
	start = s->off;
	task = s->task;
	switch (P_SOURCE(p)) {
	case SRC_COMM:
		put_kernel_string(s, &task->comm);
		break;
	case SRC_EXE:
	case SRC_ARGS:
	case SRC_ENV:
		if (s->ret >= 0)
			put_own(s, P_SOURCE(p));
		else if (P_ARG(p))
			put_given(s, P_SOURCE(p), arg_get(s, P_ARG(p)));
		else if (P_SOURCE(p) == SRC_EXE)
			put_no_string(s);
		break;
	case SRC_EXE_PATH:
		put_file_path((__u64)BPF_CORE_READ(task, mm, exe_file));
		break;
	case SRC_EXEC_NAME:
		if (s->exec_name)
			put_kernel_string(s, s->exec_name);
		else
			put_user_string(s, arg_get(s, P_ARG(p)));
		break;
	default:
		put_cgroups(s);
	}
	param_end(s, start);
	return 0;
}
