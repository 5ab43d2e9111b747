/* SPDX-License-Identifier: MIT */
/*
 * The entry points of system calls. What a call's records hold stands in its row of the map calls,
 * made from calls.def: the programs walk the row and append one parameter after the other. So there
 * is one program for all calls, and a call more is a row more.
 */
#include "put.bpf.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const volatile struct settings settings = {};

/* Bits of open flags that make the mode count: O_CREAT and O_TMPFILE without O_DIRECTORY. */
#define OPEN_CREATES (0100 | 020000000)
#define MODE_BITS    07777

struct timespec {
	__s64 sec, nsec;
};

__noinline __u32 convert(__u32 conv, __u32 native)
{
	struct conv *c = bpf_map_lookup_elem(&convs, &conv);
	__u32 out = 0;

	if (!c)
		return native;
	if (c->kind == CONV_OPEN)
		out = (native & 3) + 1;
	for (__u32 i = 0; i < MAX_NATIVE; i++) {
		__u32 bits = c->names[i].native;

		if (i >= c->n)
			break;
		if (c->kind == CONV_VALUES ? native == bits : (native & bits) == bits)
			out |= c->names[i].portable;
	}
	return out;
}

static __always_inline __u64 sign_extend(__u64 v, __u32 size)
{
	return size == 4 ? (__u64)(__s64)(__s32)v : size == 2 ? (__u64)(__s64)(__s16)v : v;
}

static __always_inline __u64 cut(__u64 v, __u32 size)
{
	return size == 4 ? (__u32)v : size == 2 ? (__u16)v : size == 1 ? (__u8)v : v;
}

/* size bytes of the caller's memory, 0 when they cannot be read. */
static __always_inline __u64 memory_number(__u64 from, __u32 size)
{
	__u64 v = 0;

	if (size == 8)
		bpf_probe_read_user(&v, 8, (const void *)from);
	else if (size == 4)
		bpf_probe_read_user(&v, 4, (const void *)from);
	else
		bpf_probe_read_user(&v, 2, (const void *)from);
	return v;
}

static __always_inline __u64 time_number(__u64 from)
{
	struct timespec t;

	if (!from || bpf_probe_read_user(&t, sizeof(t), (const void *)from))
		return ~0ull;
	return t.sec * 1000000000ull + t.nsec;
}

__noinline __u64 base_number(__u64 p)
{
	struct scratch *s = scratch_get();
	__u64 arg;

	if (!s)
		return 0;
	arg = arg_get(s, P_ARG(p));
	switch (P_SOURCE(p)) {
	case SRC_CODE:
		return s->code;
	case SRC_NATIVE:
		return s->nr;
	case SRC_RET:
		return s->ret;
	case SRC_ARG:
		return cut(arg, P_SIZE(p));
	case SRC_MEMORY:
		return memory_number(arg + P_AT(p), P_SIZE(p));
	case SRC_TIME:
		return time_number(arg);
	case SRC_MODE:
		return arg_get(s, P_AT(p)) & OPEN_CREATES ? arg & MODE_BITS : 0;
	case SRC_SEMBUF:
		if (s->args[2] <= (P_AT(p) >= 6))
			return 0;
		return memory_number(s->args[1] + P_AT(p), 2);
	default:
		return 0;
	}
}

static __always_inline void base_bytes(struct scratch *s, __u64 p)
{
	__u32 start = s->off;

	if (P_SOURCE(p) == SRC_STRING)
		put_user_string(s, arg_get(s, P_ARG(p)));
	param_end(s, start);
}

static __always_inline __u64 number(__u64 p)
{
	switch (P_FAMILY(p)) {
	default:
		return base_number(p);
	}
}

/* Appends one parameter. */
__noinline int put_param(__u64 p)
{
	struct scratch *s = scratch_get();
	__u64 v;

	if (!s)
		return 0;
	if (P_WHEN(p) & PARAM_OK && s->ret < 0) {
		if (P_WIDTH(p))
			param_number(s, P_WHEN(p) & PARAM_MINUS ? ~0ull : 0, P_WIDTH(p));
		else
			param_empty(s);
		return 0;
	}
	if (!P_WIDTH(p)) {
		switch (P_FAMILY(p)) {
		default:
			base_bytes(s, p);
			return 0;
		}
	}
	v = number(p);
	if (P_WHEN(p) & PARAM_SIGNED)
		v = sign_extend(v, P_SIZE(p));
	if (P_CONV(p))
		v = convert(P_CONV(p), v);
	param_number(s, v, P_WIDTH(p));
	return 0;
}

static __always_inline __u64 param_word(const struct param *p)
{
	return *(const __u64 *)p;
}

static __always_inline struct call *call_get(__u32 nr)
{
	if (nr > MAX_CALLS)
		nr = UNKNOWN_CALL;
	return bpf_map_lookup_elem(&calls, &nr);
}

/* The number under which a call is looked up: 32-bit programs number theirs otherwise. */
static __always_inline __u32 lookup_nr(__u32 nr)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return TASK_IS_32BIT(task) || nr >= MAX_CALLS ? UNKNOWN_CALL : nr;
}

static __always_inline void emit_enter(struct pt_regs *regs, struct call *call, __u32 nr, __u64 ts)
{
	struct scratch *s = record_begin(ts, call->enter, call->nenter, 0);

	if (!s)
		return;
	REGS_ARGS(regs, s->args);
	s->ret = 0;
	s->nr = nr;
	s->code = call->code;
	for (__u32 i = 0; i < MAX_ENTER; i++) {
		if (i >= call->nenter)
			break;
		put_param(param_word(&call->enter_params[i]));
	}
	record_end(s);
}

static __always_inline void emit_exit(struct scratch *s, struct call *call)
{
	for (__u32 i = 0; i < MAX_PARAMS; i++) {
		if (i >= call->nexit)
			break;
		put_param(param_word(&call->exit_params[i]));
	}
	record_end(s);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long id)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct enter e = {now(), id, 1};
	struct enter *known;

	if (hidden())
		return 0;
	known = bpf_map_lookup_elem(&enters, &tid);
	if (known)
		*known = e;
	else
		bpf_map_update_elem(&enters, &tid, &e, BPF_ANY);
	if (settings.pairs) {
		struct call *call = call_get(lookup_nr(id));

		if (call)
			emit_enter(regs, call, id, e.ts);
	}
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret)
{
	__u32 tid = bpf_get_current_pid_tgid(), nr = REGS_NR(regs);
	__u64 ts = now(), duration = 0;
	struct enter *e;
	struct scratch *s;
	struct call *call;

	if (hidden())
		return 0;
	e = bpf_map_lookup_elem(&enters, &tid);
	if (e && e->active) {
		nr = e->nr;
		duration = ts - e->ts;
		e->active = 0;
	}
	call = call_get(lookup_nr(nr));
	if (!call)
		return 0;
	s = record_begin(ts, call->exit, call->nexit, settings.pairs ? 0 : duration);
	if (!s)
		return 0;
	REGS_ARGS(regs, s->args);
	s->ret = ret;
	s->nr = nr;
	s->code = call->code;
	emit_exit(s, call);
	return 0;
}
