/* SPDX-License-Identifier: MIT */
/*
 * The table of threads. Threads are allocated one by one, so that pointers to them hold; removed
 * ones wait with their memory for the next. Each is in two lists, of its siblings and of its group,
 * which are found by the id they share, so that nothing ever walks the whole table. Threads whose
 * parent or main thread is not known are in such lists all the same.
 */
#include "state/threads.h"

#include <stdlib.h>

#include "base/path.h"
#include "state/state_priv.h"

#define NOT_KNOWN     "<NA>"
#define CWD_NOT_KNOWN "./"
#define ID_NONE       0xffffffffu
#define FDS_SPARE     256  /* slots a waiting thread may keep */
#define PARAMS_SPARE  4096 /* bytes, likewise */

static const uint16_t texts[] = {
	offsetof(struct meta_proc, comm),
	offsetof(struct meta_proc, exe),
	offsetof(struct meta_proc, exepath),
	offsetof(struct meta_proc, args),
	offsetof(struct meta_proc, cwd),
	offsetof(struct meta_proc, env),
	offsetof(struct meta_proc, cgroups),
	offsetof(struct meta_proc, root),
};

static struct span *text_at(struct meta_proc *p, size_t i)
{
	return (struct span *)(void *)((uint8_t *)p + texts[i]);
}

/* --- lists ---------------------------------------------------------------------------------- */

static int64_t kin_id(const struct thread *t, enum thread_kin kin)
{
	return kin == KIN_SIBLINGS ? t->p.ptid : t->p.pid;
}

static void link_kin(struct state *st, struct thread *t, enum thread_kin kin)
{
	struct thread_link *own = &t->kin[kin];
	struct thread **first;

	if (kin_id(t, kin) <= 0)
		return;
	first = map_put(&st->kin[kin], (uint64_t)kin_id(t, kin));
	if (!first) {
		st->failed = true;
		return;
	}
	*own = (struct thread_link){.next = *first, .linked = true};
	if (*first)
		(*first)->kin[kin].prev = t;
	*first = t;
}

static void unlink_kin(struct state *st, struct thread *t, enum thread_kin kin)
{
	struct thread_link *own = &t->kin[kin];
	struct thread **first;

	if (!own->linked)
		return;
	if (own->next)
		own->next->kin[kin].prev = own->prev;
	if (own->prev) {
		own->prev->kin[kin].next = own->next;
	} else {
		first = map_get(&st->kin[kin], (uint64_t)kin_id(t, kin));
		*first = own->next;
		if (!*first)
			map_del(&st->kin[kin], (uint64_t)kin_id(t, kin));
	}
	*own = (struct thread_link){0};
}

struct thread *thread_first(const struct state *st, enum thread_kin kin, int64_t id)
{
	struct thread **first = map_get(&st->kin[kin], (uint64_t)id);

	return first ? *first : NULL;
}

void thread_set_pid(struct state *st, struct thread *t, int64_t pid)
{
	if (t->p.pid == pid)
		return;
	unlink_kin(st, t, KIN_GROUP);
	t->p.pid = pid;
	link_kin(st, t, KIN_GROUP);
}

void thread_set_ptid(struct state *st, struct thread *t, int64_t ptid)
{
	if (t->p.ptid == ptid)
		return;
	unlink_kin(st, t, KIN_SIBLINGS);
	t->p.ptid = ptid;
	link_kin(st, t, KIN_SIBLINGS);
}

/* --- the table ------------------------------------------------------------------------------ */

struct thread *thread_get(const struct state *st, int64_t tid)
{
	struct thread **at = map_get(&st->threads, (uint64_t)tid);

	return at ? *at : NULL;
}

struct thread *thread_of_cpu(struct state *st, int64_t tid, uint16_t cpu)
{
	struct thread **recent = &st->recent[cpu % RECENT_THREADS];
	struct thread *t = *recent;

	if (t && t->p.tid == tid)
		return t;
	t = thread_get(st, tid);
	if (t)
		*recent = t;
	return t;
}

/* A thread of zeros, which keeps the memory it had when it is not new. */
static struct thread *thread_alloc(struct state *st)
{
	struct thread *t = st->spare;
	struct map fds;
	struct buf params;

	if (!t) {
		t = calloc(1, sizeof(*t));
		if (t)
			map_init(&t->fds, sizeof(struct fd));
		return t;
	}
	st->spare = t->kin[0].next;
	fds = t->fds;
	params = t->call.params;
	*t = (struct thread){.fds = fds, .call.params = params};
	return t;
}

static void set_defaults(struct state *st, struct thread *t, int64_t tid)
{
	t->p = (struct meta_proc){
		.tid = tid,
		.pid = -1,
		.ptid = -1,
		.sid = -1,
		.vpgid = -1,
		.vtid = -1,
		.vpid = -1,
		.pgid = -1,
		.comm = intern_take(st->texts, span_str(NOT_KNOWN)),
		.exe = intern_take(st->texts, span_str(NOT_KNOWN)),
		.cwd = intern_take(st->texts, span_str(CWD_NOT_KNOWN)),
		.uid = ID_NONE,
		.gid = ID_NONE,
		.loginuid = ID_NONE,
	};
	t->placeholder = true;
	t->call.fd = -1;
}

struct thread *thread_make(struct state *st, int64_t tid)
{
	struct thread *t = thread_get(st, tid);
	struct thread **at;

	/* Records about no thread have -1, the idle task 0. */
	if (t || tid <= 0 || st->threads.n >= THREADS_MAX)
		return t;
	t = thread_alloc(st);
	at = t ? map_put(&st->threads, (uint64_t)tid) : NULL;
	if (!at) {
		if (t) {
			t->kin[0].next = st->spare;
			st->spare = t;
		}
		st->failed = true;
		return NULL;
	}
	*at = t;
	set_defaults(st, t, tid);
	return t;
}

/* Lets go of what t holds; its memory stays as far as it is worth it. */
static void thread_empty(struct state *st, struct thread *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		intern_drop(st->texts, text_at(&t->p, i));
	intern_drop(st->texts, &t->container);
	fds_clear(st, t);
	if (t->fds.cap > FDS_SPARE)
		map_release(&t->fds);
	if (t->call.params.cap > PARAMS_SPARE)
		buf_release(&t->call.params);
	buf_clear(&t->call.params);
}

void thread_remove(struct state *st, struct thread *t)
{
	unlink_kin(st, t, KIN_SIBLINGS);
	unlink_kin(st, t, KIN_GROUP);
	map_del(&st->threads, (uint64_t)t->p.tid);
	for (size_t i = 0; i < RECENT_THREADS; i++)
		if (st->recent[i] == t)
			st->recent[i] = NULL;
	thread_empty(st, t);
	t->kin[0].next = st->spare;
	st->spare = t;
}

void threads_reset(struct state *st)
{
	struct thread **at;
	size_t pos = 0;
	uint64_t key;

	while ((at = map_next(&st->threads, &pos, &key))) {
		thread_empty(st, *at);
		(*at)->kin[0].next = st->spare;
		st->spare = *at;
	}
	map_clear(&st->threads);
	map_clear(&st->kin[KIN_SIBLINGS]);
	map_clear(&st->kin[KIN_GROUP]);
	memset(st->recent, 0, sizeof(st->recent));
	memset(st->exits, 0, sizeof(st->exits));
}

void threads_release(struct state *st)
{
	struct thread *t;

	threads_reset(st);
	while ((t = st->spare)) {
		st->spare = t->kin[0].next;
		map_release(&t->fds);
		buf_release(&t->call.params);
		free(t);
	}
	map_release(&st->threads);
	map_release(&st->kin[KIN_SIBLINGS]);
	map_release(&st->kin[KIN_GROUP]);
}

/* --- contents ------------------------------------------------------------------------------- */

struct thread *thread_owner(const struct state *st, struct thread *t)
{
	struct thread *main_thread = state_main(st, t);

	return main_thread ? main_thread : t;
}

struct span thread_cwd(const struct state *st, const struct thread *t)
{
	const struct thread *main_thread = state_main(st, t);

	return main_thread ? main_thread->p.cwd : span_str(CWD_NOT_KNOWN);
}

void thread_set_cwd(struct state *st, struct thread *t, struct span path)
{
	struct thread *owner = thread_owner(st, t);

	buf_clear(&st->text);
	path_join(&st->text, thread_cwd(st, t), path);
	if (st->text.n && st->text.p[st->text.n - 1] != '/')
		buf_char(&st->text, '/');
	intern_set(st->texts, &owner->p.cwd, buf_view(&st->text));
}

static void find_container(struct state *st, struct thread *t)
{
	intern_drop(st->texts, &t->container);
	t->container = container_id(st, t->p.cgroups);
}

void thread_set_cgroups(struct state *st, struct thread *t, struct span cgroups)
{
	const uint8_t *before = t->p.cgroups.p;

	intern_set(st->texts, &t->p.cgroups, cgroups);
	if (t->p.cgroups.p != before)
		find_container(st, t);
}

void thread_load(struct state *st, const struct meta_proc *p)
{
	struct thread *t = thread_make(st, p->tid);
	bool is_main = p->pid == p->tid;

	if (!t)
		return;
	unlink_kin(st, t, KIN_SIBLINGS);
	unlink_kin(st, t, KIN_GROUP);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		intern_drop(st->texts, text_at(&t->p, i));
	t->p = *p;
	t->p.env = is_main ? p->env : span_of(NULL, 0);
	t->p.cwd = span_of(NULL, 0);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		*text_at(&t->p, i) = intern_take(st->texts, *text_at(&t->p, i));
	link_kin(st, t, KIN_SIBLINGS);
	link_kin(st, t, KIN_GROUP);
	t->p.flags |= PROC_ACTIVE;
	t->dead = (p->flags & PROC_CLOSED) != 0;
	t->placeholder = p->pid < 0;
	find_container(st, t);
	if (is_main && p->cwd.n)
		thread_set_cwd(st, t, p->cwd);
	else if (t->placeholder)
		t->p.cwd = intern_take(st->texts, span_str(CWD_NOT_KNOWN));
}

void thread_inherit(struct state *st, struct thread *t, const struct thread *from)
{
	const struct meta_proc *p = &from->p;

	intern_set(st->texts, &t->p.exepath, p->exepath);
	intern_set(st->texts, &t->p.root, p->root);
	intern_set(st->texts, &t->p.cgroups, p->cgroups);
	intern_set(st->texts, &t->container, from->container);
	t->p.exe_writable = p->exe_writable;
	t->p.exe_upper_layer = p->exe_upper_layer;
	t->p.exe_lower_layer = p->exe_lower_layer;
	t->p.exe_from_memfd = p->exe_from_memfd;
	t->p.exe_ino = p->exe_ino;
	t->p.exe_ctime = p->exe_ctime;
	t->p.exe_mtime = p->exe_mtime;
	t->p.sid = p->sid;
	t->p.vpgid = p->vpgid;
	t->p.pgid = p->pgid;
	t->p.tty = p->tty;
	t->p.loginuid = p->loginuid;
	t->p.cap_inheritable = p->cap_inheritable;
	t->p.cap_permitted = p->cap_permitted;
	t->p.cap_effective = p->cap_effective;
}

/* --- the end of a thread -------------------------------------------------------------------- */

static struct thread *living_mate(const struct state *st, const struct thread *t)
{
	struct thread *mate = thread_first(st, KIN_GROUP, t->p.pid);

	while (mate && (mate == t || mate->dead))
		mate = mate->kin[KIN_GROUP].next;
	return mate;
}

/* The nearest ancestor that has asked for orphans, in the same pid namespace. */
static const struct thread *subreaper_of(const struct state *st, const struct thread *t)
{
	const struct thread *up = t, *main_thread;

	for (int i = 0; i < ANCESTORS_MAX; i++) {
		up = thread_get(st, up->p.ptid);
		main_thread = up ? state_main(st, up) : NULL;
		if (!up || up == t)
			return NULL;
		if (main_thread && main_thread->subreaper && !main_thread->dead &&
			main_thread->p.pidns_init_start_ts == t->p.pidns_init_start_ts)
			return main_thread;
	}
	return NULL;
}

static int64_t new_parent(const struct state *st, const struct thread *t, int64_t reaper)
{
	const struct thread *to = reaper > 0 && reaper != t->p.tid ? thread_get(st, reaper) : NULL;

	if (!to)
		to = living_mate(st, t);
	if (!to)
		to = subreaper_of(st, t);
	return to ? to->p.tid : 0;
}

static void give_children(struct state *st, const struct thread *t, int64_t reaper)
{
	struct thread *child = thread_first(st, KIN_SIBLINGS, t->p.tid);
	int64_t to;

	if (!child)
		return;
	to = new_parent(st, t, reaper);
	if (to == t->p.tid)
		return;
	while ((child = thread_first(st, KIN_SIBLINGS, t->p.tid)))
		thread_set_ptid(st, child, to);
}

void thread_exit(struct state *st, struct thread *t, int64_t reaper)
{
	struct thread *main_thread = state_main(st, t);

	st->exits[st->exits_next++ % RECENT_EXITS] = (struct recent_exit){t->p.tid, st->now};
	give_children(st, t, reaper);
	if (t != main_thread) {
		thread_remove(st, t);
		t = main_thread;
	}
	if (t && t->dead && !living_mate(st, t))
		thread_remove(st, t);
}

bool thread_exited_lately(const struct state *st, int64_t tid, uint64_t now)
{
	for (size_t i = 0; i < RECENT_EXITS; i++) {
		const struct recent_exit *e = &st->exits[i];

		if (e->tid == tid && e->ts && now - e->ts < CLONE_STALE_NS)
			return true;
	}
	return false;
}
