/* SPDX-License-Identifier: MIT */
/*
 * Lists into the state. A section header empties it; a list of interfaces or users replaces the one
 * before, threads and descriptors add up. Descriptors of a thread nobody has told of yet make it
 * known by its tid, since lists may come in any order.
 */
#include "state/state_priv.h"

#include <stdlib.h>

#include "scap/fdlist.h"
#include "scap/iflist.h"
#include "scap/machine.h"
#include "scap/proclist.h"
#include "scap/userlist.h"

static void drop_ifs(struct state *st)
{
	for (size_t i = 0; i < st->nifs; i++)
		intern_drop(st->texts, &st->ifs[i].name);
	st->nifs = 0;
}

static void drop_machine(struct state *st)
{
	intern_drop(st->texts, &st->machine.host);
	st->machine = (struct meta_machine){0};
	st->has_machine = false;
}

static int load_section(struct state *st, const struct block *b UNUSED, struct err *err UNUSED)
{
	st->pending = (struct pending){0};
	st->unsettled = false;
	threads_reset(st);
	users_reset(st);
	containers_reset(st);
	drop_ifs(st);
	drop_machine(st);
	st->now = 0;
	return 0;
}

static int load_machine(struct state *st, const struct block *b, struct err *err UNUSED)
{
	struct cursor c = cursor_of(b->body, b->big);

	drop_machine(st);
	machine_read(&c, &st->machine);
	st->machine.host = intern_take(st->texts, st->machine.host);
	st->has_machine = true;
	return 0;
}

static int load_procs(struct state *st, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct meta_proc p;
	int got;

	while ((got = proclist_next(&c, b->info->version, &p, err)) > 0)
		thread_load(st, &p);
	return got;
}

/* The process of a pidfd, from its name. */
static int64_t pid_in_name(struct span name)
{
	int64_t pid = 0;
	size_t prefix = sizeof(PIDFD_PREFIX) - 1;

	if (!span_starts(name, PIDFD_PREFIX) || name.n == prefix || name.n > prefix + 10)
		return -1;
	for (size_t i = prefix; i < name.n; i++) {
		if (name.p[i] < '0' || name.p[i] > '9')
			return -1;
		pid = pid * 10 + (name.p[i] - '0');
	}
	return pid;
}

/* An entry as it stands in a list, into the descriptors of t. */
static struct fd *fd_load(struct state *st, struct thread *t, const struct meta_fd *m)
{
	struct fd *fd = fd_make(st, t, m->fd, m->type);

	if (!fd)
		return NULL;
	fd->m = *m;
	fd->m.name = intern_take(st->texts, m->name);
	fd->from_list = true;
	if (m->type == FDT_PIDFD)
		fd->pid = pid_in_name(m->name);
	socket_load(st, fd);
	return fd;
}

static int load_fds(struct state *st, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	int64_t tid = fdlist_tid(&c);
	struct thread *t = cursor_left(&c) >= 4 ? thread_make(st, tid) : NULL;
	struct meta_fd m;
	int got;

	if (c.bad)
		return err_set_at(err, ERR_FORMAT, b->offset, "descriptor list without a thread");
	if (!t)
		return 0;
	while ((got = fdlist_next(&c, b->info->version, &m, err)) > 0)
		fd_load(st, t, &m);
	st->unsettled = true;
	return got;
}

static struct meta_if *new_if(struct state *st)
{
	size_t cap = st->ifs_cap ? st->ifs_cap * 2 : 16;
	struct meta_if *more;

	if (st->nifs == st->ifs_cap) {
		more = realloc(st->ifs, cap * sizeof(*more));
		if (!more) {
			st->failed = true;
			return NULL;
		}
		st->ifs = more;
		st->ifs_cap = cap;
	}
	return &st->ifs[st->nifs++];
}

static int load_ifs(struct state *st, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct meta_if i, *to;
	int got;

	drop_ifs(st);
	while ((got = iflist_next(&c, b->info->version, &i, err)) > 0) {
		to = new_if(st);
		if (!to)
			break;
		*to = i;
		to->name = intern_take(st->texts, i.name);
	}
	return got < 0 ? -1 : 0;
}

static int load_users(struct state *st, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct span host = {0};
	struct meta_user u;
	int got;

	users_del_all(st, host);
	while ((got = userlist_next(&c, b->info->version, &u, err)) > 0)
		users_put(st, host, &u);
	return got;
}

typedef int load_fn(struct state *st, const struct block *b, struct err *err);

int state_load(struct state *st, const struct block *b, struct err *err)
{
	static load_fn *const loaders[] = {
		[BLOCK_SECTION] = load_section,
		[BLOCK_MACHINE] = load_machine,
		[BLOCK_PROCLIST] = load_procs,
		[BLOCK_FDLIST] = load_fds,
		[BLOCK_IFLIST] = load_ifs,
		[BLOCK_USERLIST] = load_users,
	};
	unsigned kind = b->info->kind;

	if (kind >= ARRAY_SIZE(loaders) || !loaders[kind])
		return 0;
	if (loaders[kind](st, b, err) < 0)
		return -1;
	return st->failed || intern_failed(st->texts) ? err_memory(err) : 0;
}

void fds_settle(struct state *st)
{
	uint8_t ports[PORT_SET_BYTES];
	struct thread **t;
	struct fd *fd;
	size_t pos = 0, fd_pos;
	uint64_t key;

	st->unsettled = false;
	server_ports(st, ports);
	while ((t = map_next(&st->threads, &pos, &key))) {
		fd_pos = 0;
		while ((fd = map_next(&(*t)->fds, &fd_pos, &key)))
			socket_settle(st, fd, ports);
	}
}
