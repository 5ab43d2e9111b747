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

static __always_inline struct call *call_get(__u32 number)
{
	return bpf_map_lookup_elem(&calls, &number);
}

/* Appends the parameters of an enter record and hands it to the ring. */
static __always_inline void emit_enter(struct scratch *s, struct call *call)
{
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

#endif
