/* SPDX-License-Identifier: MIT */
/* All threads with what they are in numbers, as a BPF iterator tells them. */
#ifndef SCAPCAP_TASK_LIST_H
#define SCAPCAP_TASK_LIST_H

#include "scap/meta.h"
#include "tools/scapcap/iters.h"
#include "tools/scapcap/live_task.h"

/*
 * Takes down the threads there are, those of a process in one piece: its first thread, then the others
 * by their ids; processes by their ids. *n says how many. Borrowed from bytes, where they are kept.
 * Returns NULL where there are none to be had; its may be NULL.
 */
const struct live_task *task_list_read(struct iters *its, struct buf *bytes, size_t *n);

/*
 * Fills in all of m that is no text, and the name (borrowed from l). boot_ts is when the machine was
 * started, in ns since 1970.
 */
void task_list_fill(struct meta_proc *m, const struct live_task *l, uint64_t boot_ts);

#endif
