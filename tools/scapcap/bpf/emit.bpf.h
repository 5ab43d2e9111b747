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

/* The row of a native number. */
static __always_inline struct call *call_get(__u32 nr)
{
	if (nr >= MAX_CALLS)
		nr = UNKNOWN_CALL;
	return bpf_map_lookup_elem(&calls, &nr);
}

/* Begins the record of a call that returned; the arguments are the caller's to fill in. */
static __always_inline struct scratch *exit_begin(struct call *call, __u32 nr, __s64 ret, __u64 ts,
	__u64 duration)
{
	struct scratch *s = record_begin(ts, call->exit, call->nexit, duration);

	if (!s)
		return 0;
	s->ret = ret;
	s->nr = nr;
	s->code = call->code;
	return s;
}

/* Appends its parameters and hands it to the ring. */
static __always_inline void exit_end(struct scratch *s, struct call *call)
{
	for (__u32 i = 0; i < MAX_PARAMS; i++) {
		if (i >= call->nexit)
			break;
		put_param(param_word(&call->exit_params[i]));
	}
	record_end(s);
}

#endif
