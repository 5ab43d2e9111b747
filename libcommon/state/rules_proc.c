/* SPDX-License-Identifier: MIT */
/*
 * The life of threads. A clone is seen twice, by the parent and by the child, in either order or in
 * one only; the first of the two makes the child. In a pid namespace the parent's record knows a
 * number that means nothing here, so there only the child's counts.
 */
#include "state/rules.h"

#include "base/path.h"

#define CLONE_NEWPID 0x00000040u
#define CLONE_FILES  0x00000001u
#define CLONE_PARENT 0x00000100u
#define CLONE_THREAD 0x00002000u
#define CLONE_VFORK  0x08000000u

#define NOT_KNOWN "<NA>"
#define AT_FDCWD  (-100)

#define EXECVEAT_EMPTY_PATH 1u

/* --- what records say of a thread ----------------------------------------------------------- */

/* Numbers of struct meta_proc that clone and execve records carry under these names. */
struct number {
	const char *name;
	uint16_t at;
	uint8_t size;
};

/* clang-format off */
#define NUMBER(name, m) {name, offsetof(struct meta_proc, m), sizeof(((struct meta_proc *)NULL)->m)}

static const struct number numbers[] = {
	NUMBER("fdlimit",         fdlimit),
	NUMBER("pgft_maj",        pfmajor),
	NUMBER("pgft_min",        pfminor),
	NUMBER("vm_size",         vmsize_kb),
	NUMBER("vm_rss",          vmrss_kb),
	NUMBER("vm_swap",         vmswap_kb),
	NUMBER("uid",             uid),
	NUMBER("gid",             gid),
	NUMBER("tty",             tty),
	NUMBER("vpgid",           vpgid),
	NUMBER("pgid",            pgid),
	NUMBER("loginuid",        loginuid),
	NUMBER("cap_inheritable", cap_inheritable),
	NUMBER("cap_permitted",   cap_permitted),
	NUMBER("cap_effective",   cap_effective),
	NUMBER("exe_ino",         exe_ino),
	NUMBER("exe_ino_ctime",   exe_ctime),
	NUMBER("exe_ino_mtime",   exe_mtime),
};
/* clang-format on */

static void take_numbers(const struct change *c, struct meta_proc *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		uint8_t *to = (uint8_t *)p + numbers[i].at;
		uint64_t v;
		uint32_t v32;

		if (!change_u64(c, numbers[i].name, &v))
			continue;
		v32 = (uint32_t)v;
		if (numbers[i].size == sizeof(v))
			memcpy(to, &v, sizeof(v));
		else
			memcpy(to, &v32, sizeof(v32));
	}
}

static void take_names(const struct change *c, struct thread *t)
{
	struct intern *texts = c->st->texts;
	struct span comm = change_text(c, "comm");
	struct span exe = change_text(c, "exe");

	intern_set(texts, &t->p.exe, exe);
	intern_set(texts, &t->p.comm, comm.n ? comm : exe);
	intern_set(texts, &t->p.args, change_bytes(c, "args"));
}

static void take_cgroups(const struct change *c, struct thread *t)
{
	struct span cgroups = change_bytes(c, "cgroups");

	if (cgroups.n)
		thread_set_cgroups(c->st, t, cgroups);
}

/* The ids a record gives to its own thread. */
static void take_ids(const struct change *c, struct thread *t)
{
	int64_t pid = t->p.pid, ptid = t->p.ptid;

	if (change_i64(c, "pid", &pid))
		thread_set_pid(c->st, t, pid);
	if (change_i64(c, "ptid", &ptid))
		thread_set_ptid(c->st, t, ptid);
	if (t->placeholder && t->p.pid >= 0) {
		t->placeholder = false;
		intern_set(c->st->texts, &t->p.cwd, span_of(NULL, 0)); /* no record has it */
	}
}

static void complete_placeholder(const struct change *c, struct thread *t)
{
	if (!t->placeholder)
		return;
	take_ids(c, t);
	change_i64(c, "vtid", &t->p.vtid);
	change_i64(c, "vpid", &t->p.vpid);
	take_names(c, t);
}

/* --- clone ---------------------------------------------------------------------------------- */

/* What a child shares with the process it comes from. */
static void inherit(const struct change *c, struct thread *child, struct thread *from, bool thread)
{
	struct state *st = c->st;
	struct thread *owner = thread_owner(st, from);

	thread_inherit(st, child, from);
	if (thread) {
		child->p.flags |= CLONE_FILES;
		child->exec_ts = from->exec_ts;
		intern_set(st->texts, &child->p.cwd, span_of(NULL, 0));
		return;
	}
	intern_set(st->texts, &child->p.env, owner->p.env);
	intern_set(st->texts, &child->p.cwd, thread_cwd(st, from));
	fds_inherit(st, child, owner);
}

static void fill_child(const struct change *c, struct thread *child, uint32_t flags)
{
	child->placeholder = false;
	child->p.flags = flags;
	child->clone_ts = c->ev->ts;
	child->p.pidns_init_start_ts = c->st->has_machine ? c->st->machine.boot_ts : 0;
	take_names(c, child);
	take_numbers(c, &child->p);
	take_cgroups(c, child);
}

static bool in_pid_namespace(const struct thread *t)
{
	return t->p.vtid > 0 && t->p.vtid != t->p.tid;
}

/* A parent that waits for its child's exec is seen after it; the others are explained above. */
static bool made_by_child(uint32_t flags, uint8_t arg, const struct thread *parent)
{
	return flags & (PROC_CHILD_IN_PIDNS | CLONE_NEWPID | CLONE_PARENT | CLONE_VFORK) ||
	       arg == CLONE_VFORK_CALL || in_pid_namespace(parent);
}

/* The record of the parent; the result is the child's tid. */
static void clone_in_parent(struct change *c, uint32_t flags, uint8_t arg)
{
	struct state *st = c->st;
	bool thread = flags & CLONE_THREAD;
	struct thread *parent, *child;

	parent = c->thread = thread_make(st, c->ev->tid);
	if (!parent)
		return;
	complete_placeholder(c, parent);
	if (made_by_child(flags, arg, parent) || thread_exited_lately(st, c->res, c->ev->ts))
		return;
	child = thread_get(st, c->res);
	if (child == parent || (child && child->p.flags & PROC_CLONE_INVERTED))
		return;
	if (child)
		thread_remove(st, child);
	child = thread_make(st, c->res);
	if (!child)
		return;
	thread_set_pid(st, child, thread ? parent->p.pid : c->res);
	thread_set_ptid(st, child, thread ? parent->p.ptid : parent->p.tid);
	child->p.vtid = c->res;
	child->p.vpid = child->p.pid;
	inherit(c, child, parent, thread);
	fill_child(c, child, flags | (thread ? CLONE_FILES : 0));
}

/* The record of the child itself. */
static void clone_in_child(struct change *c, uint32_t flags)
{
	struct state *st = c->st;
	bool thread = flags & CLONE_THREAD;
	struct thread *child = c->thread, *from;
	int64_t from_tid;
	uint64_t since_boot;

	if (child && child->clone_ts && c->ev->ts - child->clone_ts < CLONE_STALE_NS)
		return;
	if (child)
		thread_remove(st, child);
	child = c->thread = thread_make(st, c->ev->tid);
	if (!child)
		return;
	take_ids(c, child);
	child->p.vtid = child->p.tid;
	change_i64(c, "vtid", &child->p.vtid);
	change_i64(c, "vpid", &child->p.vpid);
	from_tid = thread ? child->p.pid : child->p.ptid;
	from = from_tid != child->p.tid ? thread_make(st, from_tid) : NULL;
	if (from) {
		if (thread)
			complete_placeholder(c, from);
		inherit(c, child, from, thread);
	}
	fill_child(c, child, flags | PROC_CLONE_INVERTED | (thread ? CLONE_FILES : 0));
	if ((flags & (PROC_CHILD_IN_PIDNS | CLONE_NEWPID) || in_pid_namespace(child)) &&
		change_u64(c, "pidns_init_start_ts", &since_boot))
		child->p.pidns_init_start_ts += since_boot;
}

void rule_clone(struct change *c, uint8_t arg)
{
	uint64_t flags = 0;

	change_u64(c, "flags", &flags);
	if (c->res > 0)
		clone_in_parent(c, (uint32_t)flags, arg);
	else if (c->res == 0)
		clone_in_child(c, (uint32_t)flags);
}

/* --- execve --------------------------------------------------------------------------------- */

static struct span dir_of(const struct change *c, int64_t dirfd)
{
	const struct fd *dir;

	if (dirfd == AT_FDCWD)
		return thread_cwd(c->st, c->thread);
	dir = fd_get(c->owner, dirfd);
	return dir ? dir->m.name : span_str("<UNKNOWN>");
}

/* What the enter record of an execveat asked to run. */
static void put_execveat_path(const struct change *c, struct buf *b)
{
	struct span path = event_text(c->enter, "pathname");
	uint64_t flags = 0;
	int64_t dirfd = AT_FDCWD;

	change_i64(c, "dirfd", &dirfd);
	if (path.n && !path_is_given(path))
		buf_text(b, NOT_KNOWN);
	else if (!path.n && event_u64(c->enter, 2, &flags) && flags & EXECVEAT_EMPTY_PATH)
		buf_span(b, dir_of(c, dirfd));
	else
		path_join(b, dir_of(c, dirfd), path);
}

static void take_exepath(const struct change *c, struct thread *t)
{
	struct buf *b = &c->st->text;
	struct span trusted = change_text(c, "trusted_exepath");
	struct span filename = change_text(c, "filename");

	buf_clear(b);
	if (path_is_given(trusted))
		buf_span(b, trusted);
	else if (c->enter && c->enter->type == PPME_SYSCALL_EXECVEAT_E)
		put_execveat_path(c, b);
	else if (path_is_given(filename))
		path_join(b, thread_cwd(c->st, t), filename);
	else
		buf_text(b, NOT_KNOWN);
	intern_set(c->st->texts, &t->p.exepath, buf_view(b));
}

/* Flags of the record itself: those of an execveat's enter record mean something else. */
static void take_exe_flags(const struct change *c, struct meta_proc *p)
{
	int i = event_param(c->ev, "flags");
	uint64_t flags = 0;

	if (i >= 0)
		event_u64(c->ev, (uint32_t)i, &flags);
	p->exe_writable = flags & 1;
	p->exe_upper_layer = flags >> 1 & 1;
	p->exe_from_memfd = flags >> 2 & 1;
	p->exe_lower_layer = flags >> 3 & 1;
}

/* A process that runs something new has one thread. */
static void remove_mates(struct state *st, struct thread *t)
{
	struct thread *mate = thread_first(st, KIN_GROUP, t->p.pid), *next;

	if (t->p.tid != t->p.pid)
		return;
	for (; mate; mate = next) {
		next = mate->kin[KIN_GROUP].next;
		if (mate != t)
			thread_exit(st, mate, t->p.tid);
	}
}

void rule_exec(struct change *c, uint8_t arg UNUSED)
{
	struct thread *t = c->thread;
	int64_t pid = t->p.pid;

	t->dead = false;
	if (t->placeholder) {
		take_ids(c, t);
		t->p.vtid = t->p.tid;
		t->p.vpid = t->p.pid;
	} else if (change_i64(c, "pid", &pid)) {
		thread_set_pid(c->st, t, pid);
	}
	remove_mates(c->st, t);
	take_exepath(c, t);
	take_names(c, t);
	take_numbers(c, &t->p);
	take_exe_flags(c, &t->p);
	intern_set(c->st->texts, &t->p.env, change_bytes(c, "env"));
	take_cgroups(c, t);
	c->owner = thread_owner(c->st, t);
	fds_drop_cloexec(c->st, c->owner);
	t->p.flags &= PROC_PIPE_SRC | PROC_PIPE_DST | PROC_MAIN_THREAD | PROC_CLONE_INVERTED;
	t->p.flags |= PROC_ACTIVE | PROC_NAME_CHANGED;
	t->exec_ts = c->ev->ts;
}

/* --- exit ----------------------------------------------------------------------------------- */

void rule_procexit(struct change *c, uint8_t arg UNUSED)
{
	struct pending *p = &c->st->pending;

	c->thread->dead = true;
	c->thread->p.flags |= PROC_CLOSED;
	p->exited = c->thread;
	p->reaper = 0;
	change_i64(c, "reaper_tid", &p->reaper);
}
