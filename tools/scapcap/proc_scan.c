/* SPDX-License-Identifier: MIT */
/*
 * One pass over the processes, by the kernel's own list of threads where there is one, by the folders
 * of proc otherwise: each is written to the process list while its descriptors are put aside, since
 * their blocks come after. Files are opened relative to the process's folder, which is opened once: a
 * number that is given to another process meanwhile cannot mix what the files of two say.
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
#include "tools/scapcap/task_list.h"

/* Bytes of a list's block, then another one begins: dumpcap takes none of more than 256 KB from a pipe. */
#define LIST_ENOUGH (128u << 10)

struct scan {
	const struct proc_scan_opts *opts;
	int proc; /* the folder */
	struct meta_machine machine;
	struct proc_task task;
	struct proc_fds fds;
	const struct live_task *tasks; /* where the kernel lists them; ntasks of them */
	size_t ntasks;
	struct buf task_bytes;
	struct proc_ids pids, tids; /* otherwise */
	struct map groups;      /* live_task.groups -> struct place, in group_texts */
	struct buf group_texts;
	struct writer *w;
	struct buf *procs;      /* its block, of processes */
	struct map inits;       /* pid namespace -> start of its first process, ns since 1970 */
	struct buf lists;       /* bodies of fd list blocks, each behind its u32 length */
	struct buf controllers; /* names of those of cgroups version 2, each with a NUL */
	struct buf text;
};

struct place {
	size_t at, n;
};

static int scan_open(struct scan *s, const struct proc_scan_opts *opts, struct err *err)
{
	s->opts = opts;
	proc_fds_init(&s->fds);
	map_init(&s->inits, sizeof(uint64_t));
	map_init(&s->groups, sizeof(struct place));
	s->fds.follow = opts->live;
	s->fds.old_reader = opts->old_reader;
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
	buf_release(&s->task_bytes);
	map_release(&s->groups);
	buf_release(&s->group_texts);
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

/* Puts the fd list block of the task aside. pid: of its process, with the folder dir; 0: other threads. */
static void put_fds(struct scan *s, int dir, int64_t pid)
{
	size_t at = s->lists.n, body;

	buf_u32(&s->lists, 0);
	body = s->lists.n;
	fdlist_put_tid(&s->lists, s->task.m.tid);
	if (pid)
		proc_fds_put(&s->fds, dir, (uint64_t)pid, &s->lists);
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
	uint64_t *start;

	/* Of the very first process this may be a secret, but it is in our own. */
	if (!t->pid_ns && t->m.pid == 1)
		t->pid_ns = proc_bracket(proc_link(s->proc, "self/ns/pid", &s->text), "pid:[");
	start = t->m.vtid == 1 ? map_put(&s->inits, t->pid_ns) : NULL;

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
		put_fds(s, dir, 0);
	}
	return 0;
}

/* The folder of a process or thread; -1 when there is none. */
static int open_folder(const struct scan *s, uint64_t id)
{
	char name[24];

	snprintf(name, sizeof(name), "%llu", (unsigned long long)id);
	return openat(s->proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void close_folder(int dir)
{
	if (dir >= 0)
		close(dir);
}

static int scan_process(struct scan *s, uint64_t pid, struct err *err)
{
	int dir = open_folder(s, pid), got = 0;

	if (dir < 0)
		return 0;
	if (proc_task_read(&s->task, dir, pid, buf_view(&s->controllers), s->opts->live)) {
		find_namespace_start(s);
		got = put_task(s, err);
		put_fds(s, dir, s->task.m.pid);
		if (got == 0)
			got = scan_threads(s, dir, pid, err);
	}
	close_folder(dir);
	return got;
}

/* The control groups of a listed task: read once for all that are in the same. */
static void find_groups(struct scan *s, const struct live_task *l, int dir)
{
	const struct place *known = map_get(&s->groups, l->groups);
	struct place *place;
	char name[40];

	if (!known) {
		snprintf(name, sizeof(name), "task/%u/cgroup", l->local_tid);
		proc_task_read_cgroups(&s->task, dir, name, buf_view(&s->controllers));
		/* What ends is shown elsewhere than it was. */
		place = s->task.m.root.n ? map_put(&s->groups, l->groups) : NULL;
		if (!place)
			return;
		*place = (struct place){s->group_texts.n, s->task.m.cgroups.n};
		buf_span(&s->group_texts, s->task.m.cgroups);
		known = place;
	}
	if (!s->group_texts.failed)
		s->task.m.cgroups = span_of(s->group_texts.p + known->at, known->n);
}

/* A listed task; dir is the folder of its process. first: of the process's threads. */
static int scan_task(
	struct scan *s, const struct live_task *l, int dir, bool first, struct err *err)
{
	struct meta_proc *m = &s->task.m;
	int got;

	if (first) {
		*m = (struct meta_proc){0};
		proc_task_read_texts(&s->task, dir);
	} else {
		m->env = span_of(NULL, 0); /* readers take the process's */
	}
	task_list_fill(m, l, s->machine.boot_ts);
	find_groups(s, l, dir);
	got = put_task(s, err);
	put_fds(s, dir, l->tid == l->pid ? l->pid : 0);
	return got;
}

/* Where to find the texts of a process, given its first thread: with another one if that has ended. */
static int open_process(const struct scan *s, const struct live_task *first)
{
	const struct live_task *end = s->tasks + s->ntasks;
	bool ended = !first->vm_size && first + 1 < end && first[1].pid == first->pid;

	return open_folder(s, ended ? first[1].local_tid : first->local_pid);
}

static int scan_tasks(struct scan *s, struct err *err)
{
	int dir = -1, got = 0;

	for (size_t i = 0; i < s->ntasks && got == 0; i++) {
		const struct live_task *l = &s->tasks[i];
		bool first = !i || l->pid != l[-1].pid;

		if (first) {
			close_folder(dir);
			dir = open_process(s, l);
		}
		got = scan_task(s, l, dir, first, err);
	}
	close_folder(dir);
	return got;
}

/* Sockets of all network namespaces: a process may have some of another's. */
static void load_sockets(struct scan *s)
{
	for (size_t i = 0; i < (s->tasks ? s->ntasks : s->pids.n); i++) {
		const struct live_task *l = s->tasks ? &s->tasks[i] : NULL;
		int dir;

		if (l && (!l->net_ns || proc_net_has(&s->fds.net, l->net_ns)))
			continue;
		dir = open_folder(s, l ? l->local_tid : s->pids.v[i]);
		if (dir >= 0)
			proc_net_load(&s->fds.net, dir, l ? l->net_ns : 0);
		close_folder(dir);
	}
}

static int write_processes(struct scan *s, struct writer *w, struct err *err)
{
	s->tasks = task_list_read(s->opts->iters, &s->task_bytes, &s->ntasks);
	if (!s->tasks && !proc_ids_read(&s->pids, s->proc, "."))
		return err_errno(err, "%s", s->opts->proc);
	file_list_read(&s->fds.list, s->opts->iters);
	host_scan_controllers(s->proc, &s->text, &s->controllers);
	if (!s->fds.list.records.n)
		load_sockets(s);
	s->lists.big = w->block.big;
	s->w = w;
	s->procs = writer_begin(w, BT_PL_V9);
	if (s->tasks && scan_tasks(s, err) < 0)
		return -1;
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
