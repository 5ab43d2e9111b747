/* SPDX-License-Identifier: MIT */
/* Records of system calls, by their rows. */
#ifndef SCAPCAP_EMIT_BPF_H
#define SCAPCAP_EMIT_BPF_H

#include "put.bpf.h"

/* PPME_PROCEXIT_1_E and so on. */
enum event_type {
#define EVENT(id, symbol, name, category, flags, params) PPME_##symbol = (id),
#include "scap/events.def"
#undef EVENT
};

/* Appends one parameter. */
int put_param(__u64 p);

static __always_inline __u64 param_word(const struct param *p)
{
	return *(const __u64 *)p;
}

/* The row of a native number, which is marked if it is a 32-bit program's. */
static __always_inline struct call *call_get(__u32 nr)
{
	nr = row_number(nr);
	return bpf_map_lookup_elem(&calls, &nr);
}

/*
 * Begins the record of a call that returned; the arguments are the caller's to fill in. duration may
 * have RECORD_HIDDEN.
 */
static __always_inline struct scratch *exit_begin(struct call *call, __u32 nr, __s64 ret, __u64 ts,
	__u64 duration)
{
	struct scratch *s = record_begin(ts, call->exit, call->nexit, duration);

	if (!s)
		return 0;
	s->vital = call->keeps != KEEP_NOT;
	s->ret = ret;
	s->nr = nr;
	s->code = call->code;
	return s;
}

/* Appends a number that is at hand already: most are, and a call costs more than they do. */
static __always_inline void put_plain(struct scratch *s, __u64 p)
{
	__u32 size = P_SIZE(p);
	__u64 v;

	if (P_SOURCE(p) == SRC_CODE)
		v = s->code;
	else if (P_SOURCE(p) == SRC_NATIVE)
		v = s->nr;
	else if (P_SOURCE(p) == SRC_RET)
		v = s->ret;
	else
		v = arg_get(s, P_ARG(p));
	v = P_WHEN(p) & PARAM_SIGNED ? rule_sign_extend(v, size) : rule_cut(v, size);
	param_number(s, v, P_WIDTH(p));
}

static __always_inline void put_next(struct scratch *s, __u64 p)
{
	if (P_WHEN(p) & PARAM_PLAIN)
		put_plain(s, p);
	else
		put_param(p);
}

static __always_inline void exit_params(struct scratch *s, struct call *call)
{
	for (__u32 i = 0; i < MAX_PARAMS; i++) {
		if (i >= call->nexit)
			break;
		put_next(s, param_word(&call->exit_params[i]));
	}
}

/* Appends its parameters and hands it to the ring. */
static __always_inline void exit_end(struct scratch *s, struct call *call)
{
	exit_params(s, call);
	record_end(s);
}

#endif
