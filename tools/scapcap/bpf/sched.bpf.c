/* SPDX-License-Identifier: MIT */
/*
 * What the scheduler tells: threads that end, switches; and the two returns of system calls that
 * sys_exit shows badly or not at all: of an execve that succeeded (its arguments are gone with the
 * old program by then) and, on aarch64, of a clone in the child.
 */
#include "emit.bpf.h"

#include <bpf/bpf_tracing.h>

#define PF_EXITING_ 0x4
#define MAX_THREADS 32 /* looked at in search of one that is alive */
#define MAX_PARENTS 16

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	__u32 tid = bpf_get_current_pid_tgid(), before = old_pid, nr = settings.execve;
	struct enter told = {.state = CALL_TOLD};
	__u64 ts = now(), duration = 0;
	struct enter *e;
	struct scratch *s;
	struct call *call;

	if (hidden())
		return 0;
	/* The thread has the id of its process now, whichever it had. */
	e = bpf_map_lookup_elem(&enters, &before);
	if (e && e->state == CALL_ACTIVE) {
		duration = ts - e->ts;
		if (e->nr == settings.execveat)
			nr = e->nr;
	}
	if (before != tid)
		bpf_map_delete_elem(&enters, &before);
	bpf_map_update_elem(&enters, &tid, &told, BPF_ANY);
	call = call_get(nr);
	if (!call)
		return 0;
	s = exit_begin(call, nr, 0, ts, duration);
	if (!s)
		return 0;
	s->exec_name = bprm->filename;
	exit_end(s, call);
	return 0;
}

/* Loaded where sys_exit does not show the child of a clone. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct enter *e = bpf_map_lookup_elem(&enters, &tid);
	struct record *r;
	struct scratch *s;
	struct call *call;

	if (hidden() || !e || e->state != CALL_ACTIVE)
		return 0;
	call = call_get(e->nr);
	if (!call)
		return 0;
	s = exit_begin(call, e->nr, 0, now(), 0);
	if (!s)
		return 0;
	r = (struct record *)s->bytes;
	r->tid = child->pid;
	s->task = child;
	s->args[0] = e->arg0;
	exit_end(s, call);
	return 0;
}

/* The end of a thread. */

/* A thread of the group that is not about to end, by id; 0 when there is none. */
static __always_inline __s32 alive(struct signal_struct *signal)
{
	void *head = (void *)signal + bpf_core_field_offset(struct signal_struct, thread_head);
	struct list_head *node = BPF_CORE_READ(signal, thread_head.next);

	for (int i = 0; i < MAX_THREADS; i++) {
		struct task_struct *t = (void *)node -
					bpf_core_field_offset(struct task_struct, thread_node);

		if (node == head)
			break;
		if (!(BPF_CORE_READ(t, flags) & PF_EXITING_))
			return BPF_CORE_READ(t, pid);
		node = BPF_CORE_READ(node, next);
	}
	return 0;
}

/* Who gets the children of a thread that ends; 0 when it has none. */
__noinline int reaper(void)
{
	struct task_struct *task = (void *)bpf_get_current_task(), *parent = task;
	void *children = (void *)task + bpf_core_field_offset(struct task_struct, children);
	__u32 level = BPF_CORE_READ(task, thread_pid, level);
	struct pid_namespace *ns = 0;
	__s32 tid;

	if (BPF_CORE_READ(task, children.next) == children)
		return 0;
	tid = alive(BPF_CORE_READ(task, signal));
	for (int i = 0; i < MAX_PARENTS && !tid; i++) {
		struct task_struct *above = BPF_CORE_READ(parent, real_parent);
		struct signal_struct *signal = BPF_CORE_READ(above, signal);

		if (above == parent || BPF_CORE_READ(above, thread_pid, level) != level)
			break;
		if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper))
			tid = alive(signal);
		parent = above;
	}
	if (!tid)
		bpf_probe_read_kernel(&ns, sizeof(ns),
			(void *)BPF_CORE_READ(task, thread_pid) +
				bpf_core_field_offset(struct pid, numbers) +
				level * bpf_core_type_size(struct upid) +
				bpf_core_field_offset(struct upid, ns));
	return tid ? tid : BPF_CORE_READ(ns, child_reaper, pid);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_process_exit, struct task_struct *task)
{
	__u32 tid = bpf_get_current_pid_tgid();
	__u32 code = task->exit_code;
	struct scratch *s;

	bpf_map_delete_elem(&enters, &tid);
	if (hidden())
		return 0;
	s = record_begin(now(), PPME_PROCEXIT_1_E, settings.nprocexit, 0);
	if (!s)
		return 0;
	param_number(s, code, 8);
	param_number(s, code >> 8 & 0xff, 8);
	param_number(s, code & 0x7f, 1);
	param_number(s, (code & 0x80) != 0, 1);
	if (settings.nprocexit > 4)
		param_number(s, reaper(), 8);
	record_end(s);
	return 0;
}

/* Switches. */

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	struct scratch *s;

	if (hidden())
		return 0;
	s = record_begin(now(), PPME_SCHEDSWITCH_6_E, 6, 0);
	if (!s)
		return 0;
	param_number(s, next->pid, 8);
	param_number(s, prev->maj_flt, 8);
	param_number(s, prev->min_flt, 8);
	param_number(s, usage_number(SRC_VM_SIZE), 4);
	param_number(s, usage_number(SRC_VM_RSS), 4);
	param_number(s, usage_number(SRC_VM_SWAP), 4);
	record_end(s);
	return 0;
}
