/* SPDX-License-Identifier: MIT */
/*
 * A state follows what is written; whatever it ever had counts once: a process by its id, a
 * descriptor by its process and number.
 */
#include "tools/scapedit/tally.h"

#include <inttypes.h>
#include <stdlib.h>

#include "state/state.h"

enum item_kind {
	ITEM_PROCESS,
	ITEM_USER,
	ITEM_GROUP,
	ITEM_CONTAINER,
	ITEM_DESCRIPTOR,
	ITEM_KINDS,
};

struct item {
	uint8_t kind; /* enum item_kind */
	bool env;     /* a process with an environment */
	int64_t id;
	char name[64]; /* the last one it had, cut to fit */
};

struct tally {
	struct state *state;
	struct map known;     /* size_t, index of the item, by a key of all it is known by */
	struct buf items;     /* struct item each, but for descriptors */
	uint64_t n[ITEM_KINDS];
	uint64_t envs;
	bool listed;          /* lists came since the state was looked at */
	bool told;            /* users or containers did, in events */
	bool failed;
};

struct tally *tally_new(struct err *err)
{
	struct tally *t = calloc(1, sizeof(*t));

	if (!t) {
		err_memory(err);
		return NULL;
	}
	map_init(&t->known, sizeof(size_t));
	t->state = state_new(err);
	if (!t->state) {
		tally_free(t);
		return NULL;
	}
	return t;
}

void tally_free(struct tally *t)
{
	if (!t)
		return;
	state_free(t->state);
	map_release(&t->known);
	buf_release(&t->items);
	free(t);
}

/* A key for what a kind of things is told apart by. */
static uint64_t key_of(enum item_kind kind, uint64_t id, uint64_t part)
{
	uint64_t key = (id * 0x9e3779b97f4a7c15u) ^ (part * 0xc2b2ae3d27d4eb4fu + kind);

	return key ^ key >> 29;
}

/* Whether the thing is new; *at is its entry, which says 0 then. */
static bool find(struct tally *t, uint64_t key, size_t **at)
{
	size_t before = t->known.n;

	*at = map_put(&t->known, key);
	t->failed |= !*at;
	return *at && t->known.n > before;
}

static struct item *note(struct tally *t, enum item_kind kind, int64_t id, uint64_t part)
{
	const struct item fresh = {.kind = (uint8_t)kind, .id = id};
	size_t *at;

	if (find(t, key_of(kind, (uint64_t)id, part), &at)) {
		*at = t->items.n;
		buf_put(&t->items, &fresh, sizeof(fresh));
		t->n[kind]++;
	}
	return at && !t->items.failed ? (struct item *)(void *)(t->items.p + *at) : NULL;
}

static void set_name(struct item *item, struct span name)
{
	size_t n = MIN(name.n, sizeof(item->name) - 1);

	if (n)
		memcpy(item->name, name.p, n);
	item->name[n] = '\0';
}

static uint64_t hash(struct span s)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 1099511628211u;
	return h;
}

static void note_fd(struct tally *t, const struct thread *owner, int64_t fd)
{
	size_t *at;
	int64_t pid = owner->p.pid > 0 ? owner->p.pid : owner->p.tid;

	if (find(t, key_of(ITEM_DESCRIPTOR, (uint64_t)pid, (uint64_t)fd), &at))
		t->n[ITEM_DESCRIPTOR]++;
}

static void note_thread(struct tally *t, const struct thread *thread)
{
	int64_t pid = thread->p.pid > 0 ? thread->p.pid : thread->p.tid;
	struct item *item = note(t, ITEM_PROCESS, pid, 0);

	if (!item)
		return;
	if (thread->p.comm.n && (thread->p.tid == pid || !item->name[0]))
		set_name(item, thread->p.comm);
	t->envs += thread->p.env.n && !item->env;
	item->env |= thread->p.env.n > 0;
}

/* All descriptors of a thread. */
static void note_fds(struct tally *t, const struct thread *thread)
{
	const struct fd *fd;
	size_t pos = 0;
	uint64_t key;

	while ((fd = map_next(&thread->fds, &pos, &key)))
		note_fd(t, thread, fd->m.fd);
}

static void note_users(struct tally *t)
{
	const struct meta_user *u;
	size_t pos = 0;

	while ((u = state_next_user(t->state, &pos))) {
		struct item *item = u->is_group ? note(t, ITEM_GROUP, u->gid, hash(u->name))
						: note(t, ITEM_USER, u->uid, hash(u->name));

		if (item)
			set_name(item, u->name);
	}
}

static void note_containers(struct tally *t)
{
	const struct container *c;
	size_t pos = 0;

	while ((c = state_next_container(t->state, &pos))) {
		struct item *item = note(t, ITEM_CONTAINER, 0, hash(c->id));

		if (item)
			set_name(item, c->name.n ? c->name : c->id);
	}
}

static void note_all(struct tally *t)
{
	const struct thread *thread;
	size_t pos = 0;

	while ((thread = state_next_thread(t->state, &pos))) {
		note_thread(t, thread);
		note_fds(t, thread);
	}
	t->listed = false;
}

static void note_told(struct tally *t)
{
	note_users(t);
	note_containers(t);
	t->told = false;
}

/* Whether a user or a container may be another one or none after an event. */
static bool forgets(const struct event *ev)
{
	switch (ev->type) {
	case PPME_USER_ADDED_E:
	case PPME_USER_DELETED_E:
	case PPME_GROUP_ADDED_E:
	case PPME_GROUP_DELETED_E:
	case PPME_ASYNCEVENT_E:
		return true;
	default:
		return false;
	}
}

static void note_event(struct tally *t, const struct moment *m)
{
	const struct thread *child;
	int64_t res;

	if (m->ev->tid <= 0) {
		t->told = true; /* users and containers are news in themselves */
		return;
	}
	if (!m->thread)
		return;
	if (m->entry)
		note_fd(t, m->thread, m->fd);
	if (!state_changes(m->ev->type) && map_get(&t->known,
			key_of(ITEM_PROCESS, (uint64_t)m->thread->p.pid, 0)))
		return;
	note_thread(t, m->thread);
	if (m->ev->nparams && event_i64(m->ev, 0, &res) && res > 0 && event_name(m->ev)[0] &&
		(m->ev->info && m->ev->info->params && m->ev->info->params[0].type == PT_PID) &&
		(child = state_thread(t->state, res)))
		note_thread(t, child);
}

static int take_event(struct tally *t, const struct block *b, struct err *err)
{
	struct err damage;
	struct event ev;
	struct moment m;

	if (t->listed)
		note_all(t);
	err_clear(&damage);
	if (event_decode(&ev, b, &damage) < 0)
		return 0;
	if (t->told && forgets(&ev))
		note_told(t);
	if (state_apply(t->state, &ev, &m, err) < 0)
		return -1;
	note_event(t, &m);
	return 0;
}

/* What is damaged passes, too: it is as it was in the input. */
static int take(void *self, const struct block *b, const struct reader *r UNUSED,
	struct writer *out, struct err *err)
{
	struct err damage;
	struct tally *t = self;

	err_clear(&damage);
	if (b->info->kind == BLOCK_EVENT) {
		if (take_event(t, b, err) < 0)
			return -1;
	} else if (b->info->kind != BLOCK_PACKET) {
		if (b->info->kind == BLOCK_SECTION) {
			note_all(t);
			note_told(t);
		}
		if (state_load(t->state, b, &damage) < 0 && damage.code == ERR_MEMORY)
			return err_memory(err);
		t->listed = true;
	}
	if (t->failed || t->items.failed)
		return err_memory(err);
	return writer_raw(out, b->raw, err);
}

static int end(void *self, struct writer *out UNUSED, struct err *err)
{
	struct tally *t = self;

	note_all(t);
	note_told(t);
	return t->failed || t->items.failed ? err_memory(err) : 0;
}

const struct stage_ops tally_ops = {.take = take, .end = end};

void tally_put(const struct tally *t, struct buf *b)
{
	buf_count(b, t->n[ITEM_PROCESS], "process", "processes");
	buf_count(b, t->n[ITEM_USER], "user", "users");
	if (t->n[ITEM_CONTAINER])
		buf_count(b, t->n[ITEM_CONTAINER], "container", "containers");
	buf_count(b, t->n[ITEM_DESCRIPTOR], "descriptor", "descriptors");
	buf_count(b, t->envs, "environment", "environments");
}

static int by_kind(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

bool tally_put_item(struct tally *t, size_t i, struct buf *b)
{
	static const char *const names[] = {"process", "user", "group", "container"};
	const struct item *item;

	if (i == 0 && t->items.n)
		qsort(t->items.p, t->items.n / sizeof(*item), sizeof(*item), by_kind);
	if (i >= t->items.n / sizeof(*item))
		return false;
	item = (const struct item *)(const void *)t->items.p + i;
	buf_text(b, names[item->kind]);
	if (item->kind != ITEM_CONTAINER)
		buf_printf(b, " %" PRId64, item->id);
	buf_printf(b, " %s%s", item->name, item->env ? " (with environment)" : "");
	return true;
}
