/* SPDX-License-Identifier: MIT */
/*
 * Descriptors of a thread, by value in its map. A group shares those of its main thread
 * (thread_owner), a child gets a copy of each.
 */
#include "state/fds.h"

#include "state/state_priv.h"

static void drop_texts(struct state *st, struct fd *fd)
{
	intern_drop(st->texts, &fd->m.name);
	intern_drop(st->texts, &fd->raw_name);
}

struct fd *fd_get(const struct thread *t, int64_t fd)
{
	return fd < 0 ? NULL : map_get(&t->fds, (uint64_t)fd);
}

/* The place for a descriptor, empty. NULL for numbers that cannot be, when full, without memory. */
static struct fd *place(struct state *st, struct thread *t, int64_t fd)
{
	struct fd *at = fd_get(t, fd);

	if (at) {
		drop_texts(st, at);
		return at;
	}
	if (fd < 0 || st->nfds >= FDS_MAX)
		return NULL;
	at = map_put(&t->fds, (uint64_t)fd);
	if (at)
		st->nfds++;
	else
		st->failed = true;
	return at;
}

struct fd *fd_make(struct state *st, struct thread *t, int64_t fd, uint8_t type)
{
	struct fd *at = place(st, t, fd);

	if (at)
		*at = (struct fd){.m.fd = fd, .m.type = type, .pid = -1, .id = ++st->fds_made};
	return at;
}

struct fd *fd_copy(struct state *st, const struct fd *from, struct thread *to, int64_t fd)
{
	struct fd copy = *from;
	struct fd *at;

	/* Held first: the copy may replace the original. */
	copy.m.name = intern_share(st->texts, from->m.name);
	copy.raw_name = intern_share(st->texts, from->raw_name);
	copy.m.fd = fd;
	at = place(st, to, fd);
	if (!at) {
		drop_texts(st, &copy);
		return NULL;
	}
	/* A copy to its own number is the same descriptor still. */
	if (at != from)
		copy.id = ++st->fds_made;
	*at = copy;
	return at;
}

void fd_drop(struct state *st, struct thread *t, int64_t fd)
{
	struct fd *at = fd_get(t, fd);

	if (!at)
		return;
	drop_texts(st, at);
	map_del(&t->fds, (uint64_t)fd);
	st->nfds--;
}

void fd_set_name(struct state *st, struct fd *fd, struct span name)
{
	intern_set(st->texts, &fd->m.name, name);
}

void fds_clear(struct state *st, struct thread *t)
{
	struct fd *fd;
	size_t pos = 0;
	uint64_t key;

	while ((fd = map_next(&t->fds, &pos, &key)))
		drop_texts(st, fd);
	st->nfds -= t->fds.n;
	map_clear(&t->fds);
}

void fds_inherit(struct state *st, struct thread *to, const struct thread *from)
{
	const struct fd *fd;
	struct fd *copy;
	size_t pos = 0;
	uint64_t key;

	fds_clear(st, to);
	while ((fd = map_next(&from->fds, &pos, &key))) {
		copy = fd_copy(st, fd, to, fd->m.fd);
		if (copy)
			copy->cloned = true;
	}
}

static bool survives_exec(uint64_t key UNUSED, void *value, void *ctx)
{
	struct state *st = ctx;
	struct fd *fd = value;

	if (!(fd->m.flags & FD_O_CLOEXEC))
		return true;
	drop_texts(st, fd);
	st->nfds--;
	return false;
}

void fds_drop_cloexec(struct state *st, struct thread *t)
{
	map_filter(&t->fds, survives_exec, st);
}

struct range {
	struct state *st;
	uint64_t first, last;
	bool at_exec;
};

static bool stays_open(uint64_t key, void *value, void *ctx)
{
	struct range *r = ctx;
	struct fd *fd = value;

	if (key < r->first || key > r->last)
		return true;
	if (r->at_exec) {
		fd->m.flags |= FD_O_CLOEXEC;
		return true;
	}
	drop_texts(r->st, fd);
	r->st->nfds--;
	return false;
}

void fds_close_range(
	struct state *st, struct thread *t, uint64_t first, uint64_t last, bool at_exec)
{
	map_filter(&t->fds, stays_open, &(struct range){st, first, last, at_exec});
}
