/* SPDX-License-Identifier: MIT */
/*
 * One pass over the processes: each is written to the process list while its descriptors are put
 * aside, since their blocks come after. Files are opened relative to the process's folder, so that a
 * number that is given to another process meanwhile cannot mix the two.
 */
#include "tools/scapcap/proc_scan.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/map.h"
#include "pcapng/block.h"
#include "scap/fdlist.h"
#include "scap/machine.h"
#include "scap/proclist.h"
#include "tools/scapcap/host_scan.h"
#include "tools/scapcap/proc_fds.h"
#include "tools/scapcap/proc_task.h"
#include "tools/scapcap/proc_text.h"

/* Bytes of a list's block, then another one begins: dumpcap takes none of more than 256 KB from a pipe. */
#define LIST_ENOUGH (128u << 10)

struct scan {
	const struct proc_scan_opts *opts;
	int proc; /* the folder */
	struct meta_machine machine;
	struct proc_task task;
	struct proc_fds fds;
	struct proc_ids pids, tids;
	struct writer *w;
	struct buf *procs;      /* its block, of processes */
	struct map inits;       /* pid namespace -> start of its first process, ns since 1970 */
	struct buf lists;       /* bodies of fd list blocks, each behind its u32 length */
	struct buf controllers; /* of cgroups version 2 */
	struct buf text;
};

static int scan_open(struct scan *s, const struct proc_scan_opts *opts, struct err *err)
{
	s->opts = opts;
	proc_fds_init(&s->fds);
	map_init(&s->inits, sizeof(uint64_t));
	s->fds.follow = opts->live;
	s->fds.old_reader = opts->old_reader;
	s->fds.list = opts->files;
	s->proc = open(opts->proc, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return s->proc < 0 ? err_errno(err, "%s", opts->proc) : 0;
}

static void scan_close(struct scan *s)
{
	if (s->proc >= 0)
		close(s->proc);
	proc_task_release(&s->task);
	proc_fds_release(&s->fds);
	proc_ids_release(&s->pids);
	proc_ids_release(&s->tids);
	map_release(&s->inits);
	buf_release(&s->lists);
	buf_release(&s->controllers);
	buf_release(&s->text);
}

/*
 * sysdig 0.29.3 takes whatever is first in an entry's tail for loginuid, and there is one more field
 * in front of it today. proclist_put writes the tail of then if nothing is in the others.
 */
static void drop_newer_fields(struct meta_proc *m)
{
	m->pidns_init_start_ts = 0;
	m->tty = 0;
	m->pgid = -1;
	m->exe_ino = m->exe_ctime = m->exe_mtime = 0;
	m->exe_upper_layer = m->exe_lower_layer = m->exe_from_memfd = 0;
}

/* Returns 0, or -1 (err), as all below. */
static int put_task(struct scan *s, struct err *err)
{
	if (s->opts->old_reader)
		drop_newer_fields(&s->task.m);
	if (s->procs->n > LIST_ENOUGH) {
		if (writer_end(s->w, err) < 0)
			return -1;
		s->procs = writer_begin(s->w, BT_PL_V9);
	}
	proclist_put(s->procs, &s->task.m);
	return 0;
}

/* Puts the fd list block of the task aside; dir is its process's folder, -1 for other threads. */
static void put_fds(struct scan *s, int dir)
{
	size_t at = s->lists.n, body;

	buf_u32(&s->lists, 0);
	body = s->lists.n;
	fdlist_put_tid(&s->lists, s->task.m.tid);
	if (dir >= 0)
		proc_fds_put(&s->fds, dir, (uint64_t)s->task.m.pid, &s->lists);
	if (!s->lists.failed)
		buf_patch_u32(&s->lists, at, (uint32_t)(s->lists.n - body));
}

/*
 * When the first process of the task's pid namespace started. It has the namespace's number 1, and
 * comes before the others of the namespace unless process numbers have wrapped since.
 */
static void find_namespace_start(struct scan *s)
{
	struct proc_task *t = &s->task;
	uint64_t *start = t->m.vtid == 1 ? map_put(&s->inits, t->pid_ns) : NULL;

	if (start)
		*start = s->machine.boot_ts + proc_ticks_ns(t->start);
	else
		start = map_get(&s->inits, t->pid_ns);
	t->m.pidns_init_start_ts = start ? *start : 0;
}

static int scan_threads(struct scan *s, int dir, uint64_t pid, struct err *err)
{
	if (!proc_ids_read(&s->tids, dir, "task"))
		return 0;
	for (size_t i = 0; i < s->tids.n; i++) {
		if (s->tids.v[i] == pid || !proc_task_read_thread(&s->task, dir, s->tids.v[i]))
			continue;
		if (put_task(s, err) < 0)
			return -1;
		put_fds(s, -1);
	}
	return 0;
}

static int scan_process(struct scan *s, uint64_t pid, struct err *err)
{
	char name[24];
	int dir, got = 0;

	snprintf(name, sizeof(name), "%llu", (unsigned long long)pid);
	dir = openat(s->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return 0;
	if (proc_task_read(&s->task, dir, pid, buf_view(&s->controllers), s->opts->live)) {
		find_namespace_start(s);
		got = put_task(s, err);
		put_fds(s, dir);
		if (got == 0)
			got = scan_threads(s, dir, pid, err);
	}
	close(dir);
	return got;
}

static int write_processes(struct scan *s, struct writer *w, struct err *err)
{
	if (!proc_ids_read(&s->pids, s->proc, "."))
		return err_errno(err, "%s", s->opts->proc);
	file_list_read(s->opts->files);
	host_scan_controllers(s->proc, &s->text, &s->controllers);
	s->lists.big = w->block.big;
	s->w = w;
	s->procs = writer_begin(w, BT_PL_V9);
	for (size_t i = 0; i < s->pids.n; i++)
		if (scan_process(s, s->pids.v[i], err) < 0)
			return -1;
	return writer_end(w, err);
}

/* A thread's list, in as many blocks as it takes. */
static int write_list(struct writer *w, struct span list, struct err *err)
{
	struct cursor c = cursor_of(list, w->block.big);
	int64_t tid = fdlist_tid(&c);

	do {
		struct buf *b = writer_begin(w, BT_FDL_V2);

		fdlist_put_tid(b, tid);
		while (cursor_left(&c) && b->n < LIST_ENOUGH) {
			struct cursor entry = c; /* its length counts itself */

			buf_span(b, cursor_span(&c, cursor_u32(&entry)));
		}
		if (writer_end(w, err) < 0)
			return -1;
	} while (cursor_left(&c));
	return 0;
}

static int write_fds(struct scan *s, struct writer *w, struct err *err)
{
	struct cursor c = cursor_of(buf_view(&s->lists), s->lists.big);

	if (s->lists.failed || s->fds.net.failed)
		return err_memory(err);
	while (cursor_left(&c)) {
		if (write_list(w, cursor_span(&c, cursor_u32(&c)), err) < 0)
			return -1;
	}
	return 0;
}

static int write_machine(struct scan *s, struct writer *w, struct err *err)
{
	struct buf *b;

	host_scan_machine(s->proc, &s->text, &s->machine);
	machine_put(writer_begin(w, BT_MI), &s->machine);
	if (writer_end(w, err) < 0)
		return -1;
	b = writer_begin(w, BT_IL_V2);
	if (s->opts->live)
		host_scan_interfaces(b);
	if (writer_end(w, err) < 0)
		return -1;
	host_scan_users(s->opts->etc, &s->text, writer_begin(w, BT_UL_V2));
	return writer_end(w, err);
}

int proc_scan_write(const struct proc_scan_opts *opts, struct writer *w, struct err *err)
{
	struct scan s = {0};
	int ret = -1;

	if (scan_open(&s, opts, err) < 0 || write_machine(&s, w, err) < 0 ||
		write_processes(&s, w, err) < 0)
		goto out;
	ret = write_fds(&s, w, err);
out:
	scan_close(&s);
	return ret;
}
