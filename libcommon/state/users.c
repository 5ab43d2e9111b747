/* SPDX-License-Identifier: MIT */
/*
 * Users and groups of the host and of containers in one map. A key is made of the container and the
 * id; for the host it is the id itself. Should two containers ever make the same key, the later one
 * takes the place.
 */
#include "state/users.h"

#include "state/state_priv.h"

struct user_entry {
	struct meta_user u; /* first: a struct meta_user of ours is an entry */
	struct span container;
};

#define GROUP_KEY (UINT64_C(1) << 32)

static uint64_t key_of(struct span container, bool is_group, uint32_t id)
{
	return text_key(container) ^ (id | (is_group ? GROUP_KEY : 0));
}

static const struct meta_user *find(
	const struct state *st, struct span container, bool is_group, uint32_t id)
{
	const struct user_entry *e = map_get(&st->users, key_of(container, is_group, id));

	if (!e || !span_eq(e->container, container) || e->u.is_group != is_group)
		return NULL;
	return (is_group ? e->u.gid : e->u.uid) == id ? &e->u : NULL;
}

const struct meta_user *state_user(const struct state *st, struct span container, uint32_t uid)
{
	return find(st, container, false, uid);
}

const struct meta_user *state_group(const struct state *st, struct span container, uint32_t gid)
{
	return find(st, container, true, gid);
}

const struct meta_user *state_next_user(const struct state *st, size_t *pos)
{
	uint64_t key;

	return map_next(&st->users, pos, &key);
}

struct span users_container(const struct meta_user *u)
{
	return ((const struct user_entry *)(const void *)u)->container;
}

static void drop(struct state *st, struct user_entry *e)
{
	intern_drop(st->texts, &e->u.name);
	intern_drop(st->texts, &e->u.home);
	intern_drop(st->texts, &e->u.shell);
	intern_drop(st->texts, &e->container);
}

void users_put(struct state *st, struct span container, const struct meta_user *u)
{
	uint64_t key = key_of(container, u->is_group, u->is_group ? u->gid : u->uid);
	struct user_entry *e = map_get(&st->users, key);
	struct user_entry fresh = {.u = *u};

	if (!e && st->users.n >= USERS_MAX)
		return;
	fresh.u.name = intern_take(st->texts, u->name);
	fresh.u.home = intern_take(st->texts, u->home);
	fresh.u.shell = intern_take(st->texts, u->shell);
	fresh.container = intern_take(st->texts, container);
	if (e)
		drop(st, e);
	else
		e = map_put(&st->users, key);
	if (e) {
		*e = fresh;
	} else {
		drop(st, &fresh);
		st->failed = true;
	}
}

void users_del(struct state *st, struct span container, bool is_group, uint32_t id)
{
	uint64_t key = key_of(container, is_group, id);

	if (!find(st, container, is_group, id))
		return;
	drop(st, map_get(&st->users, key));
	map_del(&st->users, key);
}

struct removal {
	struct state *st;
	struct span container;
};

static bool not_of_container(uint64_t key UNUSED, void *value, void *ctx)
{
	struct removal *r = ctx;
	struct user_entry *e = value;

	if (!span_eq(e->container, r->container))
		return true;
	drop(r->st, e);
	return false;
}

void users_del_all(struct state *st, struct span container)
{
	map_filter(&st->users, not_of_container, &(struct removal){st, container});
}

void users_reset(struct state *st)
{
	struct user_entry *e;
	size_t pos = 0;
	uint64_t key;

	if (!st->users.value_size)
		map_init(&st->users, sizeof(struct user_entry));
	while ((e = map_next(&st->users, &pos, &key)))
		drop(st, e);
	map_clear(&st->users);
}
