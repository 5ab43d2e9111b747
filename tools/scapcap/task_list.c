/* SPDX-License-Identifier: MIT */
/* Records of the task iterator come by the ids of threads; the process list goes by processes. */
#include "tools/scapcap/task_list.h"

#include <stdlib.h>
#include <unistd.h>

#include "tools/scapcap/proc_task.h"
#include "tools/scapcap/rules.h"

static int by_number(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *a, const void *b)
{
	const struct live_task *x = a, *y = b;

	if (x->pid != y->pid)
		return by_number(x->pid, y->pid);
	if ((x->tid == x->pid) != (y->tid == y->pid))
		return x->tid == x->pid ? -1 : 1;
	return by_number(x->tid, y->tid);
}

const struct live_task *task_list_read(struct iters *its, struct buf *bytes, size_t *n)
{
	if (!iters_read(its, ITER_TASKS, bytes) || bytes->n < sizeof(struct live_task))
		return NULL;
	*n = bytes->n / sizeof(struct live_task);
	qsort(bytes->p, *n, sizeof(struct live_task), compare);
	return (const struct live_task *)(const void *)bytes->p;
}

static void fill_executable(struct meta_proc *m, const struct live_task *l)
{
	m->exe_ino = l->exe_ino;
	m->exe_ctime = l->exe_ctime;
	m->exe_mtime = l->exe_mtime;
	m->exe_writable = (l->exe_flags & EXE_WRITABLE) != 0;
	m->exe_upper_layer = (l->exe_flags & EXE_UPPER) != 0;
	m->exe_lower_layer = (l->exe_flags & EXE_LOWER) != 0;
	m->exe_from_memfd = (l->exe_flags & EXE_MEMFD) != 0;
}

static void fill_ids(struct meta_proc *m, const struct live_task *l)
{
	m->tid = l->tid;
	m->pid = l->pid;
	m->ptid = l->ptid;
	m->sid = l->sid;
	m->pgid = l->pgid;
	m->vtid = l->vtid;
	m->vpid = l->vpid;
	m->vpgid = l->vpgid;
	m->uid = l->uid;
	m->gid = l->gid;
	m->loginuid = l->loginuid;
	m->tty = l->tty;
}

void task_list_fill(struct meta_proc *m, const struct live_task *l, uint64_t boot_ts)
{
	uint64_t page_kb = (uint64_t)sysconf(_SC_PAGESIZE) / 1024;

	fill_ids(m, l);
	fill_executable(m, l);
	m->comm = span_of(l->comm, strnlen(l->comm, sizeof(l->comm)));
	m->flags = l->tid == l->pid ? 0 : THREAD_FLAGS;
	m->fdlimit = (int64_t)l->fdlimit;
	m->vmsize_kb = (uint32_t)(l->vm_size * page_kb);
	m->vmrss_kb = (uint32_t)(l->vm_rss * page_kb);
	m->vmswap_kb = (uint32_t)(l->vm_swap * page_kb);
	m->pfmajor = l->faults_major;
	m->pfminor = l->faults_minor;
	m->cap_inheritable = l->cap_inheritable;
	m->cap_permitted = l->cap_permitted;
	m->cap_effective = l->cap_effective;
	m->pidns_init_start_ts = boot_ts + l->pidns_start;
}
