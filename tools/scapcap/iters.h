/* SPDX-License-Identifier: MIT */
/* BPF iterators: the kernel goes through its lists and tells each entry as a record of ours. */
#ifndef SCAPCAP_ITERS_H
#define SCAPCAP_ITERS_H

#include "base/buf.h"

enum iter {
	ITER_TASKS, /* struct live_task, in the order of their ids */
	ITER_FILES, /* struct open_file, each with its path behind it; see file_list.h */
	ITERS
};

struct iters;

/*
 * Gets those ready that the kernel has, with the rights that BPF programs take; reading takes none.
 * Returns NULL where there are none.
 */
struct iters *iters_new(void);

/* Accepts NULL. */
void iters_free(struct iters *its);

/* Whether it is there, and was not read yet. Accepts NULL. */
bool iters_has(const struct iters *its, enum iter iter);

/* Takes all records down into to, in place of what it had. It works once. Returns false if it does not. */
MUST_CHECK bool iters_read(struct iters *its, enum iter iter, struct buf *to);

#endif
