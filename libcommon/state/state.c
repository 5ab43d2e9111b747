/* SPDX-License-Identifier: MIT */
/*
 * The tables together, and the way of an event through them: what the last record left pending, the
 * thread, the call it is in, the descriptor, the rule of its type. Loading is in load.c, writing in
 * dump.c, what events mean in rules.c and the files it names.
 */
#include "state/state.h"

#include <stdlib.h>

#include "state/rules.h"

struct state *state_new(struct err *err)
{
	struct state *st = calloc(1, sizeof(*st));

	if (!st) {
		err_memory(err);
		return NULL;
	}
	map_init(&st->threads, sizeof(struct thread *));
	map_init(&st->kin[KIN_SIBLINGS], sizeof(struct thread *));
	map_init(&st->kin[KIN_GROUP], sizeof(struct thread *));
	users_reset(st);
	containers_reset(st);
	kinds_make(st->kinds);
	st->texts = intern_new();
	if (!st->texts) {
		err_memory(err);
		state_free(st);
		return NULL;
	}
	return st;
}

void state_free(struct state *st)
{
	if (!st)
		return;
	if (st->texts)
		threads_release(st);
	map_release(&st->users);
	map_release(&st->containers);
	intern_free(st->texts);
	free(st->ifs);
	buf_release(&st->text);
	free(st);
}

uint64_t text_key(struct span s)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * 0x100000001b3u;
	return s.n ? h : 0;
}

/* --- lookups -------------------------------------------------------------------------------- */

struct thread *state_thread(const struct state *st, int64_t tid)
{
	return thread_get(st, tid);
}

struct thread *state_main(const struct state *st, const struct thread *t)
{
	struct thread *main_thread;

	if (t->p.pid <= 0)
		return NULL;
	main_thread = thread_get(st, t->p.pid);
	return main_thread && main_thread->p.pid == main_thread->p.tid ? main_thread : NULL;
}

struct fd *state_fd(const struct state *st, const struct thread *t, int64_t fd)
{
	const struct thread *main_thread = state_main(st, t);

	return fd_get(main_thread ? main_thread : t, fd);
}

const struct meta_machine *state_machine(const struct state *st)
{
	return st->has_machine ? &st->machine : NULL;
}

const struct meta_if *state_if(const struct state *st, size_t i)
{
	return i < st->nifs ? &st->ifs[i] : NULL;
}

struct thread *state_next_thread(const struct state *st, size_t *pos)
{
	struct thread **at;
	uint64_t key;

	while ((at = map_next(&st->threads, pos, &key)))
		if (!(*at)->dead)
			return *at;
	return NULL;
}

/* --- events --------------------------------------------------------------------------------- */

void state_settle(struct state *st)
{
	struct pending p = st->pending;

	st->pending = (struct pending){0};
	if (p.close_owner)
		fd_drop(st, p.close_owner, p.close_fd);
	if (p.exited)
		thread_exit(st, p.exited, p.reaper);
	if (st->unsettled)
		fds_settle(st);
}

static struct thread *find_thread(struct state *st, const struct event *ev, bool make)
{
	struct thread *t = thread_of_cpu(st, ev->tid, ev->cpu);

	return t || !make ? t : thread_make(st, ev->tid);
}

static void follow_rule(struct change *c, const struct kind *k)
{
	const struct rule *rule = k->rule;
	bool has_result = k->has_result && event_i64(c->ev, 0, &c->res);

	if (rule->flags & RULE_OK && (!has_result || c->res < 0))
		return;
	if (rule->flags & RULE_THREAD && !c->thread)
		return;
	if (rule->flags & RULE_FD && !c->entry)
		return;
	rule->run(c, rule->arg);
}

int state_apply(struct state *st, const struct event *ev, struct moment *m, struct err *err)
{
	static const struct kind nothing = {.fd_at = NO_FD};
	const struct kind *k = ev->type < EVENT_TYPES ? &st->kinds[ev->type] : &nothing;
	struct change c = {.st = st, .ev = ev, .fd = -1, .res = -1};
	struct span name = {0};

	if (st->pending.close_owner || st->pending.exited || st->unsettled)
		state_settle(st);
	if (ev->ts)
		st->now = ev->ts;
	c.thread = find_thread(st, ev, k->makes_thread);
	if (c.thread && k->enter)
		call_enter(&c, k);
	else if (c.thread && k->exit)
		call_exit(&c, k);
	if (c.entry)
		name = c.entry->m.name;
	if (k->rule)
		follow_rule(&c, k);
	*m = (struct moment){ev, c.thread, c.fd, c.entry, c.enter_ts, false, c.container};
	if (c.entry) /* texts that are equal are the same one */
		m->renamed = c.entry->m.name.p != name.p || c.entry->m.name.n != name.n;
	if (st->failed || intern_failed(st->texts) || st->text.failed)
		return err_memory(err);
	return 0;
}
