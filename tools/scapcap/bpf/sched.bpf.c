/* SPDX-License-Identifier: MIT */
/*
 * What the scheduler tells: threads that end, switches; and the two returns of system calls that
 * sys_exit shows badly: of an execve that succeeded (its arguments are gone with the old program by
 * then) and of a clone in the child (it comes when the child gets to run, or on aarch64 never).
 */
#include "choose.bpf.h"
#include "task.bpf.h"

#include <bpf/bpf_tracing.h>

#define PF_EXITING_ 0x4
#define MAX_THREADS 32 /* looked at in search of one that is alive */
#define MAX_PARENTS 16

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	__u32 tid = bpf_get_current_pid_tgid(), before = old_pid, nr = settings.execve;
	struct traced told = {.state = CALL_TOLD};
	__u64 ts = now(), duration = 0;
	enum verdict verdict;
	struct call *call, *made;
	struct traced *t;
	struct scratch *s;

	if (hidden())
		return 0;
	/* The thread has the id of its process now, whichever it had. */
	t = bpf_map_lookup_elem(&threads, &before);
	if (t && t->state == CALL_ACTIVE) {
		duration = ts - t->ts;
		nr = t->nr;
	}
	made = call_get(nr);
	/* sysdig's own records of a success are those of execve; its 0.29.3 crashes at others. */
	if (settings.pairs)
		nr = settings.execve;
	if (t)
		told.followed = t->followed;
	if (before != tid)
		bpf_map_delete_elem(&threads, &before);
	bpf_map_update_elem(&threads, &tid, &told, BPF_ANY);
	call = call_get(nr);
	if (!call || !made)
		return 0;
	/* What it is now counts, not what it was when it called. */
	verdict = judge(made, thread_chosen(&told));
	if (verdict == LEFT_OUT)
		return 0;
	s = exit_begin(call, nr, 0, ts, duration | rule_hide(verdict));
	if (!s)
		return 0;
	s->exec_name = bprm->filename;
	exit_end(s, call);
	return 0;
}

/* Loaded for BY_NAME. An exec gives a name, too, but forgets the one before a little later. */
SEC("tp_btf/task_rename")
int BPF_PROG(on_rename, struct task_struct *task, const char *comm)
{
	struct chosen key = {.by = BY_NAME};
	struct traced t = {.named = 1};
	__u32 tid = task->pid;
	struct traced *known;

	bpf_probe_read_kernel_str(key.text, sizeof(key.text), task->comm);
	if (!bpf_map_lookup_elem(&chosen, &key))
		return 0;
	known = bpf_map_lookup_elem(&threads, &tid);
	if (known)
		known->named = 1;
	else
		bpf_map_update_elem(&threads, &tid, &t, BPF_NOEXIST);
	return 0;
}

/* Of a thread's new one: it starts another process, which is not chosen by the ids of this one. */
static __always_inline enum verdict child_verdict(const struct traced *t,
	const struct task_struct *parent, const struct task_struct *child)
{
	bool by_id = settings.choice & (BY_PID | BY_TID) && !t->followed;

	if (t->verdict == SHOWN && by_id && (settings.choice & BY_TID || child->tgid != parent->tgid))
		return HIDDEN;
	return t->verdict;
}

/*
 * The child of a clone tells of its birth before anything else does. If the parent came first, a
 * file could not begin until the child got to run (state/births.h), which takes long on a busy
 * machine.
 */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 tid = bpf_get_current_pid_tgid(), child_tid = child->pid;
	struct traced heir = {.state = CALL_TOLD};
	struct traced *t = bpf_map_lookup_elem(&threads, &tid);
	struct record *r;
	struct scratch *s;
	struct call *call;

	if (hidden() || !t)
		return 0;
	heir.followed = t->followed;
	bpf_map_update_elem(&threads, &child_tid, &heir, BPF_ANY);
	if (t->state != CALL_ACTIVE)
		return 0;
	call = call_get(t->nr);
	if (!call)
		return 0;
	s = exit_begin(call, t->nr, 0, now(), rule_hide(child_verdict(t, parent, child)));
	if (!s)
		return 0;
	r = (struct record *)s->bytes;
	r->tid = child_tid;
	s->task = child;
	s->args[0] = t->arg0;
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
	__u32 level = level_of(task);
	struct pid_namespace *ns;
	__s32 tid;

	if (BPF_CORE_READ(task, children.next) == children)
		return 0;
	tid = alive(BPF_CORE_READ(task, signal));
	for (int i = 0; i < MAX_PARENTS && !tid; i++) {
		struct task_struct *above = BPF_CORE_READ(parent, real_parent);
		struct signal_struct *signal = BPF_CORE_READ(above, signal);

		if (above == parent || level_of(above) != level)
			break;
		if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper))
			tid = alive(signal);
		parent = above;
	}
	if (tid)
		return tid;
	ns = pid_ns_at(BPF_CORE_READ(task, thread_pid), level);
	return BPF_CORE_READ(ns, child_reaper, pid);
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_process_exit, struct task_struct *task)
{
	__u32 tid = bpf_get_current_pid_tgid();
	__u32 code = task->exit_code;
	bool is_shown;
	struct scratch *s;

	if (hidden())
		return 0;
	is_shown = settings.exits_shown && thread_chosen(bpf_map_lookup_elem(&threads, &tid));
	bpf_map_delete_elem(&threads, &tid);
	s = record_begin(now(), PPME_PROCEXIT_1_E, settings.nprocexit, is_shown ? 0 : RECORD_HIDDEN);
	if (!s)
		return 0;
	s->vital = 1;
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
	__u32 tid = bpf_get_current_pid_tgid();
	struct scratch *s;

	if (hidden() || !thread_chosen(bpf_map_lookup_elem(&threads, &tid)))
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

/* Signals and faults. */

#define SIGCHLD_ 17

/*
 * Who sent a signal: none when it was the kernel. Any kind of sender is at the same place. Read with
 * a call: kernels since 6.12 take the pointer for a number, as it is one for some signals elsewhere.
 */
static __always_inline __s32 sender(int sig, struct kernel_siginfo *info)
{
	if (BPF_CORE_READ(info, si_code) > 0 && sig != SIGCHLD_)
		return 0;
	return BPF_CORE_READ(info, _sifields._kill._pid);
}

SEC("tp_btf/signal_deliver")
int BPF_PROG(on_signal, int sig, struct kernel_siginfo *info)
{
	__u64 id = bpf_get_current_pid_tgid();
	__u32 tid = id;
	struct scratch *s;

	if (hidden() || !thread_chosen(bpf_map_lookup_elem(&threads, &tid)))
		return 0;
	s = record_begin(now(), PPME_SIGNALDELIVER_E, 3, 0);
	if (!s)
		return 0;
	param_number(s, sender(sig, info), 8);
	param_number(s, id >> 32, 8);
	param_number(s, sig, 1);
	record_end(s);
	return 0;
}

#ifdef __TARGET_ARCH_x86
/* Bits of the processor's error code: each stands for one flag when set, most for another if not. */
static __always_inline __u32 fault_flags(unsigned long error)
{
	__u32 flags = error & 1 ? 1 : 2; /* protection violation, page not present */

	flags |= error & 2 ? 4 : 8;   /* write, read */
	flags |= error & 4 ? 16 : 32; /* user, supervisor */
	flags |= error & 8 ? 64 : 0;  /* reserved bits */
	return flags | (error & 16 ? 128 : 0); /* instruction fetch */
}

static __always_inline int on_fault(unsigned long address, struct pt_regs *regs, unsigned long error)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct scratch *s;

	if (hidden() || !thread_chosen(bpf_map_lookup_elem(&threads, &tid)))
		return 0;
	s = record_begin(now(), PPME_PAGE_FAULT_E, 3, 0);
	if (!s)
		return 0;
	param_number(s, address, 8);
	param_number(s, regs->ip, 8);
	param_number(s, fault_flags(error), 4);
	record_end(s);
	return 0;
}

SEC("tp_btf/page_fault_user")
int BPF_PROG(on_user_fault, unsigned long address, struct pt_regs *regs, unsigned long error)
{
	return on_fault(address, regs, error);
}

SEC("tp_btf/page_fault_kernel")
int BPF_PROG(on_kernel_fault, unsigned long address, struct pt_regs *regs, unsigned long error)
{
	struct scratch *s = scratch_get();

	/* A program of ours that reads what is not there causes one, too, which is nobody's. */
	return s && !s->busy ? on_fault(address, regs, error) : 0;
}
#endif
