/* SPDX-License-Identifier: MIT */
/* One process or thread, as the files of its folder in proc describe it. */
#ifndef SCAPCAP_PROC_TASK_H
#define SCAPCAP_PROC_TASK_H

#include "base/buf.h"
#include "scap/meta.h"

/* Of threads beside the first, in the portable bits of scap files: CLONE_FILES and CLONE_THREAD. */
#define THREAD_FLAGS 0x2001u

/* What was read last. Zeros are a task ready for use; its buffers serve one process after another. */
struct proc_task {
	struct meta_proc m;  /* its texts are borrowed from the buffers below: valid until the next read */
	uint32_t fsuid, fsgid; /* that count when files are opened */
	uint64_t start;      /* when it was started: clock ticks since boot */
	uint64_t pid_ns;     /* inode of its pid namespace, 0 when unknown */
	struct buf text, stat, cmdline, environ, cgroups, exepath, cwd, root;
};

/* Frees the buffers. */
void proc_task_release(struct proc_task *t);

/*
 * Reads the process whose folder is dir. v2 has the NUL terminated names of controllers that live in
 * cgroups version 2. follow: links lead to real files, so ask for the executable's inode. Returns
 * whether there is such a process; pidns_init_start_ts is left 0.
 */
MUST_CHECK bool proc_task_read(struct proc_task *t, int dir, uint64_t pid, struct span v2,
	bool follow);

/*
 * Turns t, the process in dir read before, into its thread tid: what threads have of their own is
 * read, the rest is the process's. Returns whether there is such a thread.
 */
MUST_CHECK bool proc_task_read_thread(struct proc_task *t, int dir, uint64_t tid);

/* Of proc_task_read, what is text but the name and the control groups: arguments, environment, paths. */
void proc_task_read_texts(struct proc_task *t, int dir);

/* And the control groups, which are in the file name. */
void proc_task_read_cgroups(struct proc_task *t, int dir, const char *name, struct span v2);

#endif
