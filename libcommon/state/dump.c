/* SPDX-License-Identifier: MIT */
/*
 * The state into list blocks and hidden events. Everything is sorted, so that what is read back is
 * written the same again.
 */
#include "state/dump_priv.h"

#include <stdlib.h>

#include "scap/fdlist.h"
#include "scap/iflist.h"
#include "scap/machine.h"
#include "scap/proclist.h"
#include "scap/userlist.h"
#include "state/reach.h"

/* A process list goes on in another block when it is as long as this. */
#define LIST_ENOUGH (32u << 20)

/* Borrowed things in order. */
struct sorted {
	const void **at;
	size_t n;
};

struct dump {
	struct state *st;
	struct writer *w;
	const struct reach *reach; /* NULL: everything is wanted */
	struct record record;
	struct sorted threads, users, containers;
	uint8_t server_ports[PORT_SET_BYTES];
};

/* --- order ---------------------------------------------------------------------------------- */

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_spans(struct span a, struct span b)
{
	int order = a.n && b.n ? memcmp(a.p, b.p, MIN(a.n, b.n)) : 0;

	return order ? order : compare((int64_t)a.n, (int64_t)b.n);
}

static int by_tid(const void *a, const void *b)
{
	const struct thread *const *x = a, *const *y = b;

	return compare((*x)->p.tid, (*y)->p.tid);
}

static int by_fd(const void *a, const void *b)
{
	const struct fd *const *x = a, *const *y = b;

	return compare((*x)->m.fd, (*y)->m.fd);
}

static int by_user(const void *a, const void *b)
{
	const struct meta_user *x = *(const struct meta_user *const *)a;
	const struct meta_user *y = *(const struct meta_user *const *)b;
	int order = compare_spans(users_container(x), users_container(y));

	if (!order)
		order = compare(x->is_group, y->is_group);
	return order ? order
		     : compare(x->is_group ? x->gid : x->uid, y->is_group ? y->gid : y->uid);
}

static int by_id(const void *a, const void *b)
{
	const struct container *const *x = a, *const *y = b;

	return compare_spans((*x)->id, (*y)->id);
}

/* All values of a map in order. indirect: the values are pointers to the things. */
static int sort(struct sorted *s, const struct map *m, bool indirect,
	int (*order)(const void *, const void *), struct err *err)
{
	size_t pos = 0;
	uint64_t key;
	void *value;

	*s = (struct sorted){.at = m->n ? malloc(m->n * sizeof(*s->at)) : NULL};
	if (m->n && !s->at)
		return err_memory(err);
	while ((value = map_next(m, &pos, &key)))
		s->at[s->n++] = indirect ? *(void *const *)value : value;
	if (s->n)
		qsort(s->at, s->n, sizeof(*s->at), order);
	return 0;
}

static void sorted_release(struct sorted *s)
{
	free(s->at);
}

/* --- lists ---------------------------------------------------------------------------------- */

static int put_machine(struct dump *d, struct err *err)
{
	if (!d->st->has_machine)
		return 0;
	machine_put(writer_begin(d->w, BT_MI), &d->st->machine);
	return writer_end(d->w, err);
}

static int put_ifs(struct dump *d, struct err *err)
{
	struct buf *b;

	if (!d->st->nifs)
		return 0;
	b = writer_begin(d->w, BT_IL_V2);
	for (size_t i = 0; i < d->st->nifs; i++)
		iflist_put(b, &d->st->ifs[i]);
	return writer_end(d->w, err);
}

/* Users of the host: those of no container, which come first. */
static int put_host_users(struct dump *d, struct err *err)
{
	struct buf *b = NULL;

	for (size_t i = 0; i < d->users.n && !users_container(d->users.at[i]).n; i++) {
		if (!b)
			b = writer_begin(d->w, BT_UL_V2);
		userlist_put(b, d->users.at[i]);
	}
	return b ? writer_end(d->w, err) : 0;
}

static enum reach_level level_of(const struct dump *d, int64_t tid)
{
	return d->reach ? reach_thread(d->reach, tid) : REACH_WHOLE;
}

/* Takes out what is not shown of a thread that is reached no further than this. */
static void hide_texts(struct meta_proc *p, enum reach_level level)
{
	if (level < REACH_ANCESTOR)
		p->args = p->env = span_of(NULL, 0);
	if (level < REACH_WHOLE)
		p->cwd = span_of(NULL, 0);
}

static int put_procs(struct dump *d, struct err *err)
{
	struct buf *b = NULL;

	for (size_t i = 0; i < d->threads.n; i++) {
		struct meta_proc p = ((const struct thread *)d->threads.at[i])->p;

		if (b && b->n > LIST_ENOUGH) {
			if (writer_end(d->w, err) < 0)
				return -1;
			b = NULL;
		}
		if (!b)
			b = writer_begin(d->w, BT_PL_V9);
		p.flags |= PROC_ACTIVE; /* as whoever reads it will have it */
		hide_texts(&p, level_of(d, p.tid));
		proclist_put(b, &p);
	}
	return b ? writer_end(d->w, err) : 0;
}

static int put_fds(struct dump *d, const struct thread *t, struct err *err)
{
	struct buf *b = writer_begin(d->w, BT_FDL_V2);
	struct sorted fds;
	struct meta_fd m;

	if (sort(&fds, &t->fds, false, by_fd, err) < 0)
		return -1;
	fdlist_put_tid(b, t->p.tid);
	for (size_t i = 0; i < fds.n; i++) {
		list_form(d->st, fds.at[i], d->server_ports, &m);
		if (list_takes(fds.at[i]))
			fdlist_put(b, &m);
	}
	sorted_release(&fds);
	return writer_end(d->w, err);
}

static bool has_fds(const struct dump *d, const struct thread *t)
{
	return level_of(d, t->p.tid) == REACH_WHOLE;
}

static int put_all_fds(struct dump *d, struct err *err)
{
	for (size_t i = 0; i < d->threads.n; i++)
		if (has_fds(d, d->threads.at[i]) && put_fds(d, d->threads.at[i], err) < 0)
			return -1;
	return 0;
}

/* --- hidden events -------------------------------------------------------------------------- */

static int put_containers(struct dump *d, struct err *err)
{
	for (size_t i = 0; i < d->containers.n; i++)
		if (restore_container(&d->record, d->containers.at[i], err) < 0)
			return -1;
	return 0;
}

static int put_container_users(struct dump *d, struct err *err)
{
	for (size_t i = 0; i < d->users.n; i++)
		if (users_container(d->users.at[i]).n &&
			restore_user(&d->record, d->users.at[i], err) < 0)
			return -1;
	return 0;
}

static int restore_fds(struct dump *d, const struct thread *t, struct err *err)
{
	struct sorted fds;
	struct meta_fd m;
	int status = 0;

	if (sort(&fds, &t->fds, false, by_fd, err) < 0)
		return -1;
	for (size_t i = 0; i < fds.n && status == 0; i++) {
		const struct fd *fd = fds.at[i];

		status = restore_fd(
			&d->record, t, fd, list_form(d->st, fd, d->server_ports, &m), err);
	}
	sorted_release(&fds);
	return status;
}

static int put_restores(struct dump *d, struct err *err)
{
	for (size_t i = 0; i < d->threads.n; i++) {
		const struct thread *t = d->threads.at[i];

		if (restore_thread(&d->record, t, err) < 0)
			return -1;
		if (has_fds(d, t) && restore_fds(d, t, err) < 0)
			return -1;
	}
	return 0;
}

/* --- all of it ------------------------------------------------------------------------------ */

static bool wants_thread(const struct reach *r, const void *t)
{
	return reach_thread(r, ((const struct thread *)t)->p.tid) != REACH_NOTHING;
}

static bool wants_user(const struct reach *r, const void *u)
{
	return reach_user(r, u);
}

static bool wants_container(const struct reach *r, const void *c)
{
	return reach_container(r, ((const struct container *)c)->id);
}

static void choose(
	struct sorted *s, const struct reach *r, bool (*wants)(const struct reach *, const void *))
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (wants(r, s->at[i]))
			s->at[n++] = s->at[i];
	s->n = n;
}

/* Leaves out what is not reached. */
static int choose_all(struct dump *d, struct err *err UNUSED)
{
	if (!d->reach)
		return 0;
	choose(&d->threads, d->reach, wants_thread);
	choose(&d->users, d->reach, wants_user);
	choose(&d->containers, d->reach, wants_container);
	return 0;
}

static int sort_all(struct dump *d, struct err *err)
{
	if (sort(&d->threads, &d->st->threads, true, by_tid, err) < 0)
		return -1;
	if (sort(&d->users, &d->st->users, false, by_user, err) < 0)
		return -1;
	return sort(&d->containers, &d->st->containers, false, by_id, err);
}

typedef int part_fn(struct dump *d, struct err *err);

int state_dump_reached(
	struct state *st, const struct reach *r, struct writer *w, struct err *err)
{
	static part_fn *const parts[] = {
		sort_all,
		choose_all,
		put_machine,
		put_ifs,
		put_host_users,
		put_procs,
		put_all_fds,
		put_containers,
		put_container_users,
		put_restores,
	};
	struct dump d = {.st = st, .w = w, .reach = r};
	int status = 0;

	state_settle(st);
	server_ports(st, r, d.server_ports);
	record_init(&d.record, w, st->now);
	for (size_t i = 0; i < ARRAY_SIZE(parts) && status == 0; i++)
		status = parts[i](&d, err);
	if (status == 0 && (st->failed || intern_failed(st->texts)))
		status = err_memory(err);
	sorted_release(&d.threads);
	sorted_release(&d.users);
	sorted_release(&d.containers);
	record_release(&d.record);
	return status;
}

int state_dump(struct state *st, struct writer *w, struct err *err)
{
	return state_dump_reached(st, NULL, w, err);
}
