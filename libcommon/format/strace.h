/* SPDX-License-Identifier: MIT */
/*
 * Calls as strace prints them, as far as a capture carries what strace sees:
 *
 *	[pid 7] 22:13:20.016000 openat(AT_FDCWD, "a", O_RDONLY) = 3</home/a> <0.000250>
 */
#ifndef FORMAT_STRACE_H
#define FORMAT_STRACE_H

#include "format/joined.h"

/* What stands before a call unless a template says otherwise; times lose their last three digits.
 */
#define STRACE_TEMPLATE "[pid %thread.tid] %evt.outputtime"

/* The style for format/joined.h; whole: what stands before a call is STRACE_TEMPLATE. Static. */
const struct joined_style *strace_style(bool own_prefix);

#endif
