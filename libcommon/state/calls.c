/* SPDX-License-Identifier: MIT */
/*
 * Enter and exit records of system calls. A thread is in one call at a time, so its last enter
 * record is kept until the exit record comes: what descriptor it names, and its parameters where
 * the exit record of older captures lacks them.
 *
 *   params: u32 number, u32 length of each, the bytes; in this machine's order
 */
#include "state/rules.h"

/* No enter record that a rule looks at comes near this; a longer one counts as not there. */
#define PARAMS_MAX 65536

static void keep_params(struct state *st, struct buf *to, const struct event *ev)
{
	size_t total = 0;

	buf_clear(to);
	for (uint32_t i = 0; i < ev->nparams; i++)
		total += ev->params[i].n;
	if (total > PARAMS_MAX)
		return;
	to->big = HOST_BIG;
	buf_u32(to, ev->nparams);
	for (uint32_t i = 0; i < ev->nparams; i++)
		buf_u32(to, (uint32_t)ev->params[i].n);
	for (uint32_t i = 0; i < ev->nparams; i++)
		buf_span(to, ev->params[i]);
	if (to->failed) {
		st->failed = true;
		to->failed = false;
		buf_clear(to);
	}
}

/* The enter record of a call as an event, as far as parameters go. NULL when it was not kept. */
static const struct event *kept_params(struct state *st, const struct thread_call *call, bool big)
{
	struct cursor lengths = cursor_of(buf_view(&call->params), HOST_BIG);
	struct cursor bytes = lengths;
	struct event *ev = &st->enter;

	if (!call->params.n)
		return NULL;
	ev->type = call->type;
	ev->info = event_info(call->type);
	ev->big = big;
	ev->nparams = cursor_u32(&lengths);
	cursor_skip(&bytes, 4 + 4 * (size_t)ev->nparams);
	for (uint32_t i = 0; i < ev->nparams; i++)
		ev->params[i] = cursor_span(&bytes, cursor_u32(&lengths));
	return ev;
}

static void find_entry(struct change *c)
{
	c->owner = thread_owner(c->st, c->thread);
	if (c->fd >= 0)
		c->entry = fd_get(c->owner, c->fd);
}

void call_enter(struct change *c, const struct kind *k)
{
	struct thread_call *call = &c->thread->call;

	if (k->fd_at != NO_FD)
		event_i64(c->ev, k->fd_at, &c->fd);
	call->open = true;
	call->type = c->ev->type;
	call->fd = c->fd;
	call->ts = c->ev->ts;
	if (k->keep_params)
		keep_params(c->st, &call->params, c->ev);
	else
		buf_clear(&call->params);
	find_entry(c);
}

static bool belongs_to(const struct event *ev, const struct thread_call *call)
{
	if (!call->open)
		return false;
	/* An execveat that works out ends as an execve. */
	return ev->type == call->type + 1 ||
	       (ev->type == PPME_SYSCALL_EXECVE_19_X && call->type == PPME_SYSCALL_EXECVEAT_E);
}

void call_exit(struct change *c, const struct kind *k)
{
	struct thread_call *call = &c->thread->call;

	if (belongs_to(c->ev, call)) {
		c->paired = true;
		c->enter_ts = call->ts;
		if (k->about_fd)
			c->fd = call->fd;
		if (k->rule && k->rule->flags & RULE_ENTER)
			c->enter = kept_params(c->st, call, c->ev->big);
	}
	call->open = false;
	if (c->fd < 0 && k->fd_at != NO_FD)
		event_i64(c->ev, k->fd_at, &c->fd);
	find_entry(c);
}

/* The record that has a value for the parameter: its index there in *i. */
static const struct event *who_has(const struct change *c, const char *name, uint32_t *i)
{
	const struct event *events[] = {c->ev, c->enter};

	for (size_t k = 0; k < ARRAY_SIZE(events); k++) {
		int at = events[k] ? event_param(events[k], name) : -1;

		if (at >= 0 && events[k]->params[at].n) {
			*i = (uint32_t)at;
			return events[k];
		}
	}
	return NULL;
}

bool change_u64(const struct change *c, const char *name, uint64_t *v)
{
	uint32_t i;
	const struct event *ev = who_has(c, name, &i);

	return ev && event_u64(ev, i, v);
}

bool change_i64(const struct change *c, const char *name, int64_t *v)
{
	uint64_t u;

	if (!change_u64(c, name, &u))
		return false;
	*v = (int64_t)u;
	return true;
}

bool change_u32(const struct change *c, const char *name, uint32_t *v)
{
	uint64_t u;

	if (!change_u64(c, name, &u))
		return false;
	*v = (uint32_t)u;
	return true;
}

struct span change_bytes(const struct change *c, const char *name)
{
	uint32_t i;
	const struct event *ev = who_has(c, name, &i);

	return ev ? ev->params[i] : span_of(NULL, 0);
}

struct span change_text(const struct change *c, const char *name)
{
	return span_cstr(change_bytes(c, name));
}

struct span event_text(const struct event *ev, const char *name)
{
	int i = ev ? event_param(ev, name) : -1;

	return i < 0 ? span_of(NULL, 0) : event_str(ev, (uint32_t)i);
}
