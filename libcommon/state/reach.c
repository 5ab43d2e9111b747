/* SPDX-License-Identifier: MIT */
/*
 * Kept events mark threads. What else these need is known only at the end, because a thread's
 * parents, its group and who cloned it can be marked or change later: so links between threads are
 * noted as they come, and followed when all is marked.
 */
#include "state/reach.h"

#include <stdlib.h>

#include "state/state_priv.h"

/* A thread, and the links that were noted for it last. */
struct node {
	uint64_t marked; /* when the kept events of this thread last marked all they show; 0: never */
	int64_t ptid, pid;
	uint8_t level;
	bool linked;
};

enum link_kind {
	LINK_PARENT, /* an ancestor of what is at least one */
	LINK_GROUP,  /* of the same process, which lives as long as any of them: as far as the other */
	LINK_CLONE,  /* made it: as far as the other */
	LINK_KINDS,
};

struct link {
	int64_t from, to;
	uint8_t kind; /* enum link_kind */
};

struct reach {
	struct map nodes;      /* struct node by tid */
	struct map users;      /* nothing, by number, groups beyond 32 bits */
	struct map containers; /* nothing, by text_key of the id */
	struct buf links;      /* struct link each */
	struct buf orphans;    /* int64_t each: children of the thread whose exit is pending */
	uint64_t turn;         /* grows whenever threads change */
	struct buf ids;        /* of the containers, each with a NUL behind it */
	bool listed;           /* lists were loaded since threads were noted last */
	bool failed;
};

struct reach *reach_new(struct err *err)
{
	struct reach *r = calloc(1, sizeof(*r));

	if (!r) {
		err_memory(err);
		return NULL;
	}
	map_init(&r->nodes, sizeof(struct node));
	map_init(&r->users, 1);
	map_init(&r->containers, 1);
	r->turn = 1;
	return r;
}

void reach_free(struct reach *r)
{
	if (!r)
		return;
	map_release(&r->nodes);
	map_release(&r->users);
	map_release(&r->containers);
	buf_release(&r->links);
	buf_release(&r->orphans);
	buf_release(&r->ids);
	free(r);
}

static struct node *node_of(struct reach *r, int64_t tid)
{
	struct node *n = map_put(&r->nodes, (uint64_t)tid);

	r->failed |= !n;
	return n;
}

static void mark(struct reach *r, int64_t tid, enum reach_level level)
{
	struct node *n = tid > 0 ? node_of(r, tid) : NULL;

	if (n)
		n->level = (uint8_t)MAX((unsigned)n->level, (unsigned)level);
}

static void add(struct reach *r, struct map *set, uint64_t key)
{
	r->failed |= !map_put(set, key);
}

static void link(struct reach *r, int64_t from, int64_t to, enum link_kind kind)
{
	struct link l = {.from = from, .to = to, .kind = (uint8_t)kind};

	if (from > 0 && to > 0 && from != to)
		buf_put(&r->links, &l, sizeof(l));
}

/* What t hangs on, unless it is noted already. */
static void link_thread(struct reach *r, const struct thread *t)
{
	struct node *n = node_of(r, t->p.tid);

	if (!n || (n->linked && n->ptid == t->p.ptid && n->pid == t->p.pid))
		return;
	n->linked = true;
	n->ptid = t->p.ptid;
	n->pid = t->p.pid;
	link(r, t->p.tid, t->p.ptid, LINK_PARENT);
	link(r, t->p.tid, t->p.pid, LINK_GROUP);
	link(r, t->p.pid, t->p.tid, LINK_GROUP);
}

static void link_all(struct reach *r, const struct state *st)
{
	const struct thread *t;
	size_t pos = 0;

	while ((t = state_next_thread(st, &pos)))
		link_thread(r, t);
}

static bool is_procexit(uint16_t type)
{
	return type == PPME_PROCEXIT_E || type == PPME_PROCEXIT_1_E;
}

/* Children get another parent, which may be gone itself before anything of them is kept. */
void reach_before(struct reach *r, const struct state *st, const struct event *ev)
{
	const struct thread *t;

	buf_clear(&r->orphans);
	if (!is_procexit(ev->type))
		return;
	for (t = thread_first(st, KIN_SIBLINGS, ev->tid); t; t = t->kin[KIN_SIBLINGS].next)
		buf_put(&r->orphans, &t->p.tid, sizeof(t->p.tid));
}

static void note_orphans(struct reach *r, const struct state *st, struct span tids)
{
	int64_t tid;

	for (size_t at = 0; at + sizeof(tid) <= tids.n; at += sizeof(tid)) {
		const struct thread *t;

		memcpy(&tid, tids.p + at, sizeof(tid));
		t = state_thread(st, tid);
		if (t)
			link_thread(r, t);
	}
}

static void mark_user(struct reach *r, bool is_group, uint32_t id)
{
	add(r, &r->users, (uint64_t)is_group << 32 | id);
}

/* Processes and users that parameters show by name. */
static void mark_params(struct reach *r, const struct event *ev)
{
	for (uint32_t i = 0; ev->info && i < MIN(ev->nparams, ev->info->nparams); i++) {
		uint8_t type = ev->info->params[i].type;
		int64_t v;

		if (type != PT_PID && type != PT_PID32 && type != PT_UID && type != PT_GID)
			continue;
		if (!event_i64(ev, i, &v))
			continue;
		if (type == PT_UID || type == PT_GID)
			mark_user(r, type == PT_GID, (uint32_t)v);
		else
			mark(r, v, REACH_NAME);
	}
}

static void mark_container(struct reach *r, struct span id)
{
	uint64_t key = text_key(id);

	if (!id.n || map_get(&r->containers, key))
		return;
	add(r, &r->containers, key);
	buf_span(&r->ids, id);
	buf_u8(&r->ids, 0);
}

/* All that fields show of a thread; its ancestors follow from the links. */
static void mark_thread(struct reach *r, const struct state *st, const struct thread *t)
{
	const struct thread *up = t;

	mark(r, t->p.tid, REACH_WHOLE);
	mark(r, t->p.pid, REACH_WHOLE);
	mark(r, t->p.sid, REACH_NAME);
	mark(r, t->p.pgid, REACH_NAME);
	mark(r, t->p.vpgid, REACH_NAME);
	mark_user(r, false, t->p.uid);
	mark_user(r, false, t->p.loginuid);
	mark_user(r, true, t->p.gid);
	mark_container(r, t->container);
	for (unsigned steps = 0; up && steps < ANCESTORS_MAX; steps++) {
		const struct thread *first = state_main(st, up);

		link_thread(r, up);
		if (first)
			link_thread(r, first);
		up = state_thread(st, first ? first->p.ptid : up->p.ptid);
	}
}

static void mark_event(struct reach *r, const struct state *st, const struct moment *m)
{
	const struct thread *t = m->thread;
	struct node *n;

	mark_params(r, m->ev);
	mark(r, m->ev->tid, REACH_WHOLE);
	if (!t)
		return;
	n = node_of(r, t->p.tid);
	if (!n || n->marked == r->turn)
		return;
	n->marked = r->turn;
	mark_thread(r, st, t);
}

static bool is_clone(const struct event *ev)
{
	return ev->info && event_is_exit(ev->type) &&
	       (strcmp(ev->info->name, "clone") == 0 || strcmp(ev->info->name, "clone3") == 0 ||
		       strcmp(ev->info->name, "fork") == 0 || strcmp(ev->info->name, "vfork") == 0);
}

/* Who a thread comes from, by what either of them says. */
static void note_clone(struct reach *r, const struct state *st, const struct event *ev)
{
	const struct thread *t = state_thread(st, ev->tid);
	const struct thread *child;
	int64_t res = -1;

	if (!event_i64(ev, 0, &res) || res < 0)
		return;
	child = res ? state_thread(st, res) : t;
	if (res)
		link(r, res, ev->tid, LINK_CLONE);
	if (!child)
		return;
	link_thread(r, child);
	if (!res) {
		link(r, child->p.tid, child->p.ptid, LINK_CLONE);
		link(r, child->p.tid, child->p.pid, LINK_CLONE);
	}
}

/* A descriptor of another process comes over. */
static void note_transfer(struct reach *r, const struct state *st, const struct moment *m)
{
	int i = m->ev->type == PPME_SYSCALL_PIDFD_GETFD_X ? event_param(m->ev, "pid_fd") : -1;
	const struct fd *from;
	int64_t fd;

	if (i < 0 || !m->thread || !event_i64(m->ev, (uint32_t)i, &fd))
		return;
	from = state_fd(st, m->thread, fd);
	if (from)
		link(r, m->ev->tid, from->pid, LINK_CLONE);
}

static bool is_about_fd(const struct event *ev)
{
	return ev->info && ev->info->flags & (EF_CREATES_FD | EF_DESTROYS_FD | EF_USES_FD);
}

static bool is_about_dir(const struct event *ev)
{
	return ev->info && (strcmp(ev->info->name, "chdir") == 0 ||
				   strcmp(ev->info->name, "getcwd") == 0);
}

/* Types that change threads, not only their descriptors. */
static bool changes_threads(const struct event *ev)
{
	return state_changes(ev->type) && !is_about_fd(ev);
}

void reach_lists(struct reach *r)
{
	r->listed = true;
}

void reach_note(struct reach *r, const struct state *st, const struct moment *m, bool kept)
{
	const struct event *ev = m->ev;

	if (r->listed) {
		link_all(r, st);
		r->turn++;
		r->listed = false;
	}
	note_orphans(r, st, buf_view(&r->orphans));
	if (changes_threads(ev)) {
		r->turn++;
		if (m->thread)
			link_thread(r, m->thread);
		if (is_clone(ev))
			note_clone(r, st, ev);
	}
	note_transfer(r, st, m);
	if (kept)
		mark_event(r, st, m);
}

/* How far a link leads from a thread that is reached so far. */
static enum reach_level led_to(const struct link *l, enum reach_level from)
{
	if (l->kind != LINK_PARENT)
		return from;
	return from >= REACH_ANCESTOR ? REACH_ANCESTOR : REACH_NOTHING;
}

int reach_close(struct reach *r, struct err *err)
{
	bool changed = true;

	while (changed && !r->failed && !r->links.failed) {
		changed = false;
		for (size_t at = 0; at < r->links.n; at += sizeof(struct link)) {
			enum reach_level level;
			struct link l;

			memcpy(&l, r->links.p + at, sizeof(l));
			level = led_to(&l, reach_thread(r, l.from));
			if (level <= reach_thread(r, l.to))
				continue;
			mark(r, l.to, level);
			changed = true;
		}
	}
	return r->failed || r->links.failed || r->orphans.failed || r->ids.failed ? err_memory(err) : 0;
}

enum reach_level reach_thread(const struct reach *r, int64_t tid)
{
	const struct node *n = map_get(&r->nodes, (uint64_t)tid);

	return n ? (enum reach_level)n->level : REACH_NOTHING;
}

bool reach_container(const struct reach *r, struct span id)
{
	return map_get(&r->containers, text_key(id)) != NULL;
}

bool reach_user(const struct reach *r, const struct meta_user *u)
{
	struct span container = users_container(u);
	uint64_t id = u->is_group ? u->gid : u->uid;

	return (!container.n || reach_container(r, container)) &&
	       map_get(&r->users, (uint64_t)u->is_group << 32 | id);
}

/* A record about a user or group, of the host or a container. */
static bool reach_user_event(const struct reach *r, const struct event *ev, bool is_group)
{
	int at = event_param(ev, is_group ? "gid" : "uid");
	int in = event_param(ev, "container_id");
	struct span container = in < 0 ? span_of(NULL, 0) : event_str(ev, (uint32_t)in);
	uint64_t id;

	return at >= 0 && event_u64(ev, (uint32_t)at, &id) &&
	       (!container.n || reach_container(r, container)) &&
	       map_get(&r->users, (uint64_t)is_group << 32 | (uint32_t)id);
}

/* A record about a container has the id somewhere. */
static bool reach_container_event(const struct reach *r, const struct event *ev)
{
	struct span ids = buf_view(&r->ids);

	while (ids.n) {
		struct span id = span_cstr(ids);

		for (uint32_t i = 0; i < ev->nparams; i++)
			if (ev->params[i].n && memmem(ev->params[i].p, ev->params[i].n, id.p, id.n))
				return true;
		ids = span_of(ids.p + id.n + 1, ids.n - id.n - 1);
	}
	return false;
}

bool reach_event(const struct reach *r, const struct event *ev)
{
	enum reach_level level;

	switch (ev->type) {
	case PPME_USER_ADDED_E:
	case PPME_USER_DELETED_E:
		return reach_user_event(r, ev, false);
	case PPME_GROUP_ADDED_E:
	case PPME_GROUP_DELETED_E:
		return reach_user_event(r, ev, true);
	case PPME_CONTAINER_E:
	case PPME_CONTAINER_JSON_E:
	case PPME_CONTAINER_JSON_2_E:
	case PPME_ASYNCEVENT_E:
		return reach_container_event(r, ev);
	default:
		level = reach_thread(r, ev->tid);
		return level == REACH_WHOLE || (level && !is_about_fd(ev) && !is_about_dir(ev));
	}
}
