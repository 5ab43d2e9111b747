/* SPDX-License-Identifier: MIT */
/* Which threads and calls are recorded: shown, or hidden for the state that they change. */
#ifndef SCAPCAP_CHOOSE_BPF_H
#define SCAPCAP_CHOOSE_BPF_H

#include "emit.bpf.h"

/* Whether the current thread is one that was chosen, by what it is now. */
int thread_matches(void);

/* Whether its process shares descriptors with a thread that was chosen by its id. */
int shares_files(void);

/* Whether anything is recorded of a call. Known at load time, so that all others cost nothing. */
static __always_inline bool of_interest(__u32 nr)
{
	nr = row_number(nr);
	/* Or the compiler would test one copy of it and use another. */
	barrier_var(nr);
	return nr <= MAX_CALLS && settings.interest[nr];
}

static __always_inline bool thread_chosen(const struct traced *t)
{
	return !settings.choice || (t && t->followed) || thread_matches();
}

/* What becomes of a call of the current thread, which is chosen or not. */
static __always_inline enum verdict judge(const struct call *call, bool is_chosen)
{
	if (is_chosen && call->shown)
		return SHOWN;
	if (call->keeps == KEEP_THREAD)
		return HIDDEN;
	if (call->keeps != KEEP_FILES)
		return LEFT_OUT;
	return is_chosen || settings.choice & BY_CHANGING || shares_files() ? HIDDEN : LEFT_OUT;
}

#endif
