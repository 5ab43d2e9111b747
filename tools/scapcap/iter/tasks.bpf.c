/* SPDX-License-Identifier: MIT */
/*
 * All threads, one record each: what of /proc is made of numbers, in one pass and without a file to
 * open for each. Texts stand in the memory of processes and in paths, which are left to /proc.
 */
#include "../bpf/task.bpf.h"
#include "iter.bpf.h"
#include "live_task.h"

#include <bpf/bpf_tracing.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};
#pragma clang attribute pop

static __always_inline void fill_ids(struct live_task *l, struct task_struct *task)
{
	__u32 level = level_of(task), here = level_of((void *)bpf_get_current_task());
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct pid *group = GROUP_PID(task, PID_GROUP);
	struct pid *process = GROUP_PID(task, PID_PROCESS);

	l->tid = BPF_CORE_READ(task, pid);
	l->pid = BPF_CORE_READ(task, tgid);
	l->ptid = BPF_CORE_READ(task, real_parent, tgid);
	l->sid = pid_at(GROUP_PID(task, PID_SESSION), 0);
	l->pgid = pid_at(group, 0);
	l->vtid = pid_at(pid, level);
	l->vpid = pid_at(process, level);
	l->vpgid = pid_at(group, level);
	l->local_tid = pid_at(pid, here);
	l->local_pid = pid_at(process, here);
}

static __always_inline void fill_rights(struct live_task *l, struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);

	l->uid = BPF_CORE_READ(cred, euid.val);
	l->gid = BPF_CORE_READ(cred, egid.val);
	l->loginuid = loginuid(task);
	l->cap_inheritable = CAPABILITIES(cred, inheritable);
	l->cap_permitted = CAPABILITIES(cred, permitted);
	l->cap_effective = CAPABILITIES(cred, effective);
}

static __always_inline void fill_spaces(struct live_task *l, struct task_struct *task)
{
	struct pid_namespace *ns = pid_ns_at(BPF_CORE_READ(task, thread_pid), level_of(task));

	l->pidns_start = BPF_CORE_READ(ns, child_reaper, start_boottime);
	l->net_ns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
	l->groups = (__u64)BPF_CORE_READ(task, cgroups);
}

static __always_inline void fill_usage(struct live_task *l, struct task_struct *task)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);

	l->tty = tty(task);
	l->fdlimit = BPF_CORE_READ(task, signal, rlim[RLIMIT_NOFILE_].rlim_cur);
	l->faults_major = BPF_CORE_READ(task, maj_flt);
	l->faults_minor = BPF_CORE_READ(task, min_flt);
	if (!mm)
		return;
	l->vm_size = BPF_CORE_READ(mm, total_vm);
	l->vm_rss = mm_resident(mm);
	l->vm_swap = mm_pages(mm, PAGES_SWAPPED);
}

static __always_inline void fill_executable(struct live_task *l, struct task_struct *task)
{
	struct file *file = BPF_CORE_READ(task, mm, exe_file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	if (!inode)
		return;
	l->exe_flags = exe_flags(task, file);
	l->exe_ino = BPF_CORE_READ(inode, i_ino);
	l->exe_ctime = inode_ctime(inode);
	l->exe_mtime = inode_mtime(inode);
}

SEC("iter/task")
int list_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct live_task l = {0};

	if (!task)
		return 0;
	fill_ids(&l, task);
	fill_rights(&l, task);
	fill_spaces(&l, task);
	fill_usage(&l, task);
	fill_executable(&l, task);
	bpf_probe_read_kernel_str(l.comm, sizeof(l.comm), task->comm);
	bpf_seq_write(ctx->meta->seq, &l, sizeof(l));
	return 0;
}
