/* SPDX-License-Identifier: MIT */
/*
 * The entry points of system calls. What a call's records hold stands in its row of the map calls,
 * made from calls.def: the programs walk the row and append one parameter after the other. So there
 * is one program for all calls, and a call more is a row more.
 */
#include "choose.bpf.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

const volatile struct settings settings = {};
volatile __u32 hidden_groups[MAX_HIDDEN];

/* What found no room in the ring. */
__noinline int record_rescue(__u32 len)
{
	struct scratch *s = scratch_get();
	__u32 index = 2 * bpf_get_smp_processor_id();

	if (!s)
		return 0;
	if (!bpf_map_lookup_elem(&rings, &index))
		count_drop(DROP_NO_RING);
	else if (!s->vital)
		count_drop(DROP_RING_FULL);
	else if (!ring_put(s, index + 1, len & (HALF - 1)))
		count_drop(DROP_RESERVE_FULL);
	return 0;
}

__noinline __u32 convert(__u32 conv, __u32 native)
{
	struct conv *c = bpf_map_lookup_elem(&convs, &conv);

	return c ? rule_convert(c, native) : native;
}

/* What stands in place of a number that is not there. */
static __always_inline __u64 fallback(__u64 p)
{
	return P_WHEN(p) & PARAM_MINUS ? ~0ull : 0;
}

/* size bytes of the caller's memory; otherwise when they cannot be read. */
static __always_inline __u64 memory_number(__u64 from, __u32 size, __u64 otherwise)
{
	__u64 v = 0;
	long failed;

	if (size == 8)
		failed = bpf_probe_read_user(&v, 8, (const void *)from);
	else if (size == 4)
		failed = bpf_probe_read_user(&v, 4, (const void *)from);
	else
		failed = bpf_probe_read_user(&v, 2, (const void *)from);
	return failed ? otherwise : v;
}

static __always_inline __u64 time_number(__u32 nr, __u64 from)
{
	bool narrow = time_is_narrow(nr);
	__s64 t[2] = {0};

	if (!from || bpf_probe_read_user(t, narrow ? sizeof(t) / 2 : sizeof(t), (const void *)from))
		return ~0ull;
	if (narrow)
		time_widen(t);
	return t[0] * 1000000000ull + t[1];
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
		return rule_cut(arg, P_SIZE(p));
	case SRC_MEMORY:
		return memory_number(arg + P_AT(p), P_SIZE(p), fallback(p));
	case SRC_TIME:
		return time_number(s->nr, arg);
	case SRC_MODE:
		return arg_get(s, P_AT(p)) & OPEN_CREATES ? arg & MODE_BITS : 0;
	case SRC_PERMISSIONS:
		return arg & MODE_BITS;
	case SRC_NODE_MODE:
		return rule_node_mode(arg);
	case SRC_MOUNT_FLAGS:
		return rule_mount_flags(s->args[3]);
	case SRC_SEM_VALUE:
		return (__u32)s->args[2] == SET_VALUE ? s->args[3] : 0;
	case SRC_VFORK:
		return VFORK_FLAGS;
	case SRC_SEMBUF:
		if (s->args[2] <= (P_AT(p) >= 6))
			return 0;
		return memory_number(s->args[1] + P_AT(p), 2, 0);
	default:
		return 0;
	}
}

static __always_inline void base_bytes(struct scratch *s, __u64 p)
{
	__u32 start = s->off;

	if (P_SOURCE(p) == SRC_NO_TEXT)
		put_u8(s, 0);
	else if ((P_WHEN(p) & PARAM_OK && s->ret < 0) || !put_user_string(s, arg_get(s, P_ARG(p))))
		put_no_string(s);
	param_end(s, start);
}

static __always_inline __u64 number(__u64 p)
{
	switch (P_FAMILY(p)) {
	case FAMILY_DATA:
		return data_number(p);
	case FAMILY_FILE:
		return file_number(p);
	case FAMILY_NET:
		return net_number(p);
	case FAMILY_ID:
		return id_number(p);
	case FAMILY_CRED:
		return cred_number(p);
	case FAMILY_USAGE:
		return usage_number(p);
	case FAMILY_EXE:
		return exe_number(p);
	case FAMILY_MISC:
		return misc_number(p);
	default:
		return base_number(p);
	}
}

static __always_inline void put_number(struct scratch *s, __u64 p)
{
	__u32 when = P_WHEN(p);
	__u64 v;

	if (when & PARAM_OK && s->ret < 0) {
		param_number(s, fallback(p), P_WIDTH(p));
		return;
	}
	v = number(p);
	if (when & PARAM_SIGNED)
		v = rule_sign_extend(v, P_SIZE(p));
	if (P_CONV(p))
		v = convert(P_CONV(p), v);
	if (when & PARAM_OPENED && s->ret >= 0)
		v |= opened_bits(s->ret);
	if (when & PARAM_CLONED)
		v |= cloned_bits();
	param_number(s, v, P_WIDTH(p));
}

static __always_inline void put_bytes(struct scratch *s, __u64 p)
{
	switch (P_FAMILY(p)) {
	case FAMILY_DATA:
		data_bytes(p);
		break;
	case FAMILY_FILE:
		file_bytes(p);
		break;
	case FAMILY_NET:
		net_bytes(p);
		break;
	case FAMILY_TASK:
		task_bytes(p);
		break;
	case FAMILY_MISC:
		misc_bytes(p);
		break;
	default:
		base_bytes(s, p);
	}
}

/* Appends one parameter. */
__noinline int put_param(__u64 p)
{
	struct scratch *s = scratch_get();

	if (!s)
		return 0;
	if (P_WIDTH(p))
		put_number(s, p);
	else
		put_bytes(s, p);
	return 0;
}

#ifdef COMPAT_SOCKETCALL
static __always_inline __u32 compat_nr(struct pt_regs *regs, __u32 nr)
{
	return nr == COMPAT_SOCKETCALL
		       ? compat_socketcall(REGS_COMPAT_ARG0(regs)).nr | COMPAT_MARK
		       : nr;
}

/* The arguments of the call that it stands for, in place of its own. */
static __always_inline void socketcall_args(struct pt_regs *regs, __u64 *args)
{
	__u32 n = compat_socketcall(args[0]).nargs, words[8] = {0};

	if ((REGS_NR(regs) | COMPAT_MARK) != COMPAT_SOCKETCALL)
		return;
	bpf_probe_read_user(
		words, n * sizeof(words[0]) & (sizeof(words) - 1), (const void *)args[1]);
	for (int i = 0; i < 6; i++)
		args[i] = words[i];
}
#else
#define compat_nr(regs, nr)         (nr)
#define socketcall_args(regs, args) ((void)0)
#endif

static __always_inline __u32 marked_nr(struct pt_regs *regs, __u32 nr)
{
	return call_is_32bit() ? compat_nr(regs, nr | COMPAT_MARK) : nr;
}

static __always_inline void args_get(struct pt_regs *regs, __u32 nr, __u64 *args)
{
	if (!is_compat(nr)) {
		REGS_ARGS(regs, args);
		return;
	}
	REGS_COMPAT_ARGS(regs, args);
	for (int i = 0; i < 6; i++)
		args[i] = (__u32)args[i];
	socketcall_args(regs, args);
	compat_args(nr, args);
}

static __always_inline void emit_enter(struct pt_regs *regs, struct call *call, const struct traced *t)
{
	struct scratch *s =
		record_begin(t->ts, call->enter, call->nenter, rule_hide(t->verdict));

	if (!s)
		return;
	args_get(regs, t->nr, s->args);
	s->ret = 0;
	s->nr = t->nr;
	s->code = call->code;
	s->vital = call->keeps != KEEP_NOT;
	for (__u32 i = 0; i < MAX_ENTER; i++) {
		if (i >= call->nenter)
			break;
		put_next(s, param_word(&call->enter_params[i]));
	}
	record_end(s);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sys_enter, struct pt_regs *regs, long id)
{
	__u64 who = bpf_get_current_pid_tgid();
	__u32 tid = who, nr = marked_nr(regs, id);
	struct traced t = {.nr = nr, .state = CALL_ACTIVE, .verdict = SHOWN};
	struct traced *known;
	struct call *call;
	bool is_chosen;

	if (!of_interest(nr) || is_hidden(who >> 32))
		return 0;
	call = call_get(nr);
	if (!call)
		return 0;
	is_chosen = thread_chosen(
		settings.choice & BY_DESCENT ? bpf_map_lookup_elem(&threads, &tid) : 0);
	t.verdict = judge(call, is_chosen);
	if (t.verdict == LEFT_OUT)
		return 0;
	known = bpf_map_lookup_elem(&threads, &tid);
	t.ts = now();
	t.arg0 = is_compat(nr) ? (__u32)REGS_COMPAT_ARG0(regs) : REGS_ARG0(regs);
	t.followed = settings.choice & BY_DESCENT && is_chosen;
	if (known) {
		t.named = known->named;
		*known = t;
	} else {
		bpf_map_update_elem(&threads, &tid, &t, BPF_ANY);
	}
	if (settings.pairs)
		emit_enter(regs, call, &t);
	return 0;
}

/*
 * The record of the message that argument 1 points to, in place of the one before: what it returned
 * is what became of that message. On its own, so that the verifier sees it once.
 */
__noinline int put_message_record(__u32 nr)
{
	struct scratch *s = scratch_get();
	struct call *call = call_get(nr);
	__u32 len = 0;

	if (!s || !call)
		return 0;
	bpf_probe_read_user(&len, sizeof(len), (const void *)(s->args[1] + message_size(nr)));
	s->ret = len;
	record_again(s, call->nexit);
	exit_params(s, call);
	record_put(s);
	/* The call took its time once. */
	((struct record *)s->bytes)->duration &= RECORD_HIDDEN;
	return 0;
}

static __always_inline void put_messages(struct scratch *s, __u32 nr, __s64 count)
{
	__u64 first = s->args[1];

	for (__u32 i = 0; i < MAX_MESSAGES; i++) {
		if (i >= count)
			break;
		s->args[1] = first + i * message_step(nr);
		put_message_record(nr);
	}
	s->busy = 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long ret)
{
	__u64 who = bpf_get_current_pid_tgid();
	__u32 tid = who, nr = marked_nr(regs, REGS_NR(regs));
	__u64 began = 0, duration, ts;
	enum verdict verdict = LEFT_OUT;
	struct traced *t;
	struct scratch *s;
	struct call *call;

	/* A number that is none: of a return from a signal, whose registers are others by now. */
	if ((nr < NATIVE_CALLS && !of_interest(nr)) || is_hidden(who >> 32))
		return 0;
	t = bpf_map_lookup_elem(&threads, &tid);
	if (t && t->state == CALL_TOLD) {
		t->state = CALL_NONE;
		return 0;
	}
	if (t && t->state == CALL_ACTIVE) {
		t->state = CALL_NONE;
		nr = t->nr;
		began = t->ts;
		verdict = t->verdict;
	}
	call = call_get(nr);
	if (!call || !of_interest(nr))
		return 0;
	if (is_compat(nr))
		ret = compat_result(ret);
	if (!began) {
		/* It was left out when it began, or this is the child of a clone. */
		if (settings.choice && call->keeps != KEEP_THREAD)
			return 0;
		verdict = judge(call, thread_chosen(t));
	}
	if (rule_in_vain(verdict, ret))
		return 0;
	ts = now();
	duration = began ? ts - began : 0;
	s = exit_begin(call, nr, ret, ts, duration | rule_hide(verdict));
	if (!s)
		return 0;
	args_get(regs, nr, s->args);
	if (call->several && ret > 0)
		put_messages(s, nr, ret);
	else
		exit_end(s, call);
	return 0;
}
