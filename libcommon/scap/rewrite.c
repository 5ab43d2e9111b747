/* SPDX-License-Identifier: MIT */
/*
 * One loop for all lists: an entry is read, changed, and put where it was read from, with
 * everything it had besides.
 */
#include "scap/rewrite.h"

#include "scap/fdlist.h"
#include "scap/iflist.h"
#include "scap/machine.h"
#include "scap/proclist.h"
#include "scap/userlist.h"

struct walk {
	const struct rewrite_ops *ops;
	void *self;
	unsigned version;
	struct cursor c;
	struct buf *to;
	int64_t tid; /* of a list of descriptors */
	bool all;    /* nothing was left out so far */
	struct err *damage;
};

/* Copies the next entry. Returns 1, 0 at the end, -1 when the rest is damaged. */
typedef int entry_fn(struct walk *w);

static int next_proc(struct walk *w)
{
	struct cursor was = w->c;
	struct meta_proc p;
	int got = proclist_next(&w->c, w->version, &p, w->damage);

	if (got == 1 && (!w->ops->proc || w->ops->proc(w->self, &p)))
		w->all &= proclist_put_again(w->to, w->version, was, &p);
	return got;
}

static int next_fd(struct walk *w)
{
	struct cursor was = w->c;
	struct meta_fd fd;
	int got = fdlist_next(&w->c, w->version, &fd, w->damage);

	if (got == 1 && (!w->ops->fd || w->ops->fd(w->self, w->tid, &fd)))
		w->all &= fdlist_put_again(w->to, w->version, was, &fd);
	return got;
}

static int next_interface(struct walk *w)
{
	struct span unknown = iflist_skip_unknown(&w->c, w->version);
	struct cursor was = w->c;
	struct meta_if i;
	int got = iflist_next(&w->c, w->version, &i, w->damage);

	if (w->to->big == was.big)
		buf_span(w->to, unknown);
	else
		w->all &= unknown.n == 0;
	if (got == 1 && (!w->ops->interface || w->ops->interface(w->self, &i)))
		w->all &= iflist_put_again(w->to, w->version, was, &i);
	return got;
}

static int next_user(struct walk *w)
{
	struct cursor was = w->c;
	struct meta_user u;
	int got = userlist_next(&w->c, w->version, &u, w->damage);

	if (got == 1 && (!w->ops->user || w->ops->user(w->self, &u)))
		w->all &= userlist_put_again(w->to, w->version, was, &u);
	return got;
}

/* It is no list, but a block with one entry. */
static int next_machine(struct walk *w)
{
	struct cursor was = w->c;
	struct meta_machine m;

	machine_read(&w->c, &m);
	if (w->ops->machine)
		w->ops->machine(w->self, &m);
	machine_put_again(w->to, was, &m);
	return 0;
}

static bool has_function(const struct rewrite_ops *ops, enum block_kind kind)
{
	switch (kind) {
	case BLOCK_MACHINE:
		return ops->machine;
	case BLOCK_PROCLIST:
		return ops->proc;
	case BLOCK_FDLIST:
		return ops->fd;
	case BLOCK_IFLIST:
		return ops->interface;
	case BLOCK_USERLIST:
		return ops->user;
	default:
		return false;
	}
}

static int put_entries(struct walk *w, const struct block *b)
{
	static entry_fn *const entries[] = {
		[BLOCK_MACHINE] = next_machine,
		[BLOCK_PROCLIST] = next_proc,
		[BLOCK_FDLIST] = next_fd,
		[BLOCK_IFLIST] = next_interface,
		[BLOCK_USERLIST] = next_user,
	};
	entry_fn *next = entries[b->info->kind];
	int got;

	if (b->info->kind == BLOCK_FDLIST) {
		w->tid = fdlist_tid(&w->c);
		fdlist_put_tid(w->to, w->tid);
	}
	while ((got = next(w)) == 1)
		;
	return got;
}

int rewrite_list(struct writer *w, const struct block *b, const struct rewrite_ops *ops, void *self,
	struct err *damage, struct err *err)
{
	struct walk walk = {.ops = ops,
		.self = self,
		.version = b->info->version,
		.c = cursor_of(b->body, b->big),
		.all = true,
		.damage = damage};
	int got;

	if (w->block.big == b->big && !has_function(ops, b->info->kind))
		return writer_raw(w, b->raw, err) < 0 ? -1 : 1;
	walk.to = writer_begin(w, b->type);
	got = put_entries(&walk, b);
	if (writer_end(w, err) < 0)
		return -1;
	if (got == 0 && !walk.all)
		got = err_set(damage, ERR_UNSUPPORTED,
			"%s block has more in an entry than we know, and cannot be put into "
			"another byte order",
			b->info->name);
	return got == 0;
}
