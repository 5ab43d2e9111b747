/* SPDX-License-Identifier: MIT */
/*
 * A connection belongs to the process that used it last. Records of calls come when the calls end,
 * packets while they run: so the log is read some seconds ahead of the packets, and a connection is
 * kept for a while after its socket was closed. Two holders are kept of each: the last one and the
 * one before it.
 */
#include "tools/scapmerge/owners.h"

#include <stdlib.h>

#include "io/spool.h"

#define AHEAD  UINT64_C(2000000000)  /* calls that take longer are found late */
#define LINGER UINT64_C(60000000000) /* TCP's TIME_WAIT */

/* More connections than this at once and the ones not used longest are forgotten. */
#define FLOWS_MAX (1u << 17)

enum what {
	HAS,
	HAD, /* closed it */
};

/* A record of the log. */
struct entry {
	uint64_t ts;    /* of the event */
	uint64_t since; /* when its call began */
	struct flow flow;
	uint8_t what;   /* enum what */
	int64_t pid, tid;
	char comm[OWNER_COMM];
};

/* The last thing the log has of a flow. */
struct logged {
	int64_t pid, tid;
	const uint8_t *comm; /* interned by the state */
	bool closed;
};

struct holder {
	int64_t pid, tid;
	char comm[OWNER_COMM];
	uint64_t since, until; /* until: UINT64_MAX as long as it is open */
};

struct holders {
	struct flow flow;
	struct holder last, before; /* pid 0: nobody */
};

struct owners {
	struct spool log;
	struct map logged; /* struct logged by flow_key */
	bool restart;      /* look at all sockets */
	bool begun;        /* there was an event */
	char host[128];

	struct src *src;           /* the log, when it is being read */
	bool reading, over;
	struct entry next;         /* read, its time has not come; when !over */
	struct map young, old;     /* struct holders by flow_key; the old go when the young are many */
};

const char *owner_how_name(enum owner_how how)
{
	static const char *const names[] = {"none", "listening", "tuple", "exact"};

	return names[how];
}

struct owners *owners_new(struct err *err)
{
	struct owners *o = calloc(1, sizeof(*o));

	if (!o) {
		err_memory(err);
		return NULL;
	}
	map_init(&o->logged, sizeof(struct logged));
	map_init(&o->young, sizeof(struct holders));
	map_init(&o->old, sizeof(struct holders));
	o->restart = true;
	return o;
}

void owners_free(struct owners *o)
{
	if (!o)
		return;
	map_release(&o->logged);
	map_release(&o->young);
	map_release(&o->old);
	src_close(o->src);
	spool_release(&o->log);
	free(o);
}

const char *owners_host(const struct owners *o)
{
	return o->host;
}

void owners_restart(struct owners *o)
{
	o->restart = true;
}

/* --- writing -------------------------------------------------------------------------------- */

static void set_comm(char comm[OWNER_COMM], struct span text)
{
	size_t n = MIN(text.n, OWNER_COMM - 1);

	memset(comm, 0, OWNER_COMM);
	if (n)
		memcpy(comm, text.p, n);
}

/* Writes that t has the socket, or had it until now, unless that is what the log says anyway. */
static int log_socket(struct owners *o, const struct thread *t, const struct fd *fd, enum what what,
	uint64_t ts, uint64_t since, struct err *err)
{
	struct entry e = {.ts = ts, .since = since, .what = (uint8_t)what};
	struct logged *l;

	if (!flow_of_socket(&e.flow, fd))
		return 0;
	if (o->logged.n >= FLOWS_MAX)
		map_clear(&o->logged);
	l = map_put(&o->logged, flow_key(&e.flow));
	if (!l)
		return err_memory(err);
	if (what == HAS && l->pid == t->p.pid && l->tid == t->p.tid && l->comm == t->p.comm.p &&
		!l->closed)
		return 0;
	/* Who closes what another one uses has but given it away. */
	if (what == HAD && l->pid && l->pid != t->p.pid)
		return 0;
	*l = (struct logged){t->p.pid, t->p.tid, t->p.comm.p, what == HAD};
	e.pid = t->p.pid;
	e.tid = t->p.tid;
	set_comm(e.comm, t->p.comm);
	return spool_write(&o->log, span_of(&e, sizeof(e)), err);
}

static int log_all(struct owners *o, const struct thread *t, enum what what, uint64_t ts,
	uint64_t since, struct err *err)
{
	const struct fd *fd;
	size_t pos = 0;
	uint64_t key;

	while ((fd = map_next(&t->fds, &pos, &key))) {
		if (log_socket(o, t, fd, what, ts, since, err) < 0)
			return -1;
	}
	return 0;
}

/* Sockets of a state that was loaded; those that the capture starts with were there before it. */
static int log_existing(struct owners *o, const struct state *st, uint64_t ts, struct err *err)
{
	const struct meta_machine *machine = state_machine(st);
	const struct thread *t;
	size_t pos = 0;

	if (machine && machine->host.n)
		memcpy(o->host, machine->host.p, MIN(machine->host.n, sizeof(o->host) - 1));
	while ((t = state_next_thread(st, &pos))) {
		if (log_all(o, t, HAS, ts, o->begun ? ts : 0, err) < 0)
			return -1;
	}
	o->restart = false;
	o->begun = true;
	return 0;
}

uint64_t owners_begin_of_call(const struct moment *m)
{
	uint64_t ns;

	if (event_duration(m->ev, &ns) && ns < m->ev->ts)
		return m->ev->ts - ns;
	return m->enter_ts ? m->enter_ts : m->ev->ts;
}

int owners_note(struct owners *o, const struct state *st, const struct moment *m, struct err *err)
{
	const struct event *ev = m->ev;
	int64_t res;

	if (o->restart && log_existing(o, st, ev->ts, err) < 0)
		return -1;
	if (!m->thread)
		return 0;
	if (ev->type == PPME_PROCEXIT_E || ev->type == PPME_PROCEXIT_1_E)
		return log_all(o, m->thread, HAD, ev->ts, ev->ts, err);
	if (!m->entry)
		return 0;
	if (ev->type == PPME_SYSCALL_CLOSE_X && event_i64(ev, 0, &res) && res == 0)
		return log_socket(o, m->thread, m->entry, HAD, ev->ts, ev->ts, err);
	return log_socket(o, m->thread, m->entry, HAS, ev->ts, owners_begin_of_call(m), err);
}

/* --- reading -------------------------------------------------------------------------------- */

static struct holders *holders_get(struct owners *o, const struct flow *f)
{
	uint64_t key = flow_key(f);
	struct holders *h = map_get(&o->young, key);

	if (!h)
		h = map_get(&o->old, key);
	return h && flow_eq(&h->flow, f) ? h : NULL;
}

/* The same, ready to be changed. */
static struct holders *holders_make(struct owners *o, const struct flow *f)
{
	uint64_t key = flow_key(f);
	struct holders *h = map_get(&o->young, key), *older;

	if (h && flow_eq(&h->flow, f))
		return h;
	if (o->young.n >= FLOWS_MAX) {
		map_release(&o->old);
		o->old = o->young;
		map_init(&o->young, sizeof(struct holders));
	}
	h = map_put(&o->young, key);
	if (!h)
		return NULL;
	older = map_get(&o->old, key);
	if (older && flow_eq(&older->flow, f))
		*h = *older;
	else
		*h = (struct holders){.flow = *f};
	return h;
}

static void take_entry(struct holders *h, const struct entry *e)
{
	struct holder *last = &h->last;

	if (e->what == HAD && last->pid) {
		if (last->pid == e->pid)
			last->until = e->ts;
		return;
	}
	if (last->pid != e->pid || last->until != UINT64_MAX) {
		h->before = *last;
		last->pid = e->pid;
		last->since = e->since;
		last->until = e->what == HAD ? e->ts : UINT64_MAX;
	}
	last->tid = e->tid;
	memcpy(last->comm, e->comm, sizeof(last->comm));
}

/* Reads the next entry into o->next. */
static int read_next(struct owners *o, struct err *err)
{
	size_t n = 0;
	const uint8_t *p = src_peek(o->src, sizeof(o->next), &n, err);

	if (!p)
		return -1;
	o->over = n < sizeof(o->next);
	if (!o->over) {
		memcpy(&o->next, p, sizeof(o->next));
		src_consume(o->src, sizeof(o->next));
	}
	return 0;
}

static int begin_reading(struct owners *o, struct err *err)
{
	o->reading = true;
	o->over = !spool_used(&o->log);
	map_release(&o->logged);
	map_init(&o->logged, sizeof(struct logged));
	if (o->over)
		return 0;
	o->src = spool_read(&o->log, err);
	return o->src ? read_next(o, err) : -1;
}

static int read_until(struct owners *o, uint64_t ts, struct err *err)
{
	struct holders *h;

	if (!o->reading && begin_reading(o, err) < 0)
		return -1;
	while (!o->over && o->next.ts <= ts) {
		h = holders_make(o, &o->next.flow);
		if (!h)
			return err_memory(err);
		take_entry(h, &o->next);
		if (read_next(o, err) < 0)
			return -1;
	}
	return 0;
}

/* Whether h is somebody who had it at ts or shortly before or after. */
static enum owner_how fit(const struct holder *h, uint64_t ts)
{
	if (!h->pid)
		return OWNER_NONE;
	if (ts < h->since)
		return h->since - ts <= AHEAD ? OWNER_TUPLE : OWNER_NONE;
	if (ts <= h->until)
		return OWNER_EXACT;
	return ts - h->until <= LINGER ? OWNER_TUPLE : OWNER_NONE;
}

/* Looks for the flow; what is found counts for at most limit. */
static void look(struct owners *o, const struct flow *f, uint64_t ts, enum owner_how limit,
	struct owner *found)
{
	const struct holders *h = holders_get(o, f);
	const struct holder *best;
	enum owner_how last, before;

	if (!h)
		return;
	last = fit(&h->last, ts);
	before = fit(&h->before, ts);
	best = before > last || (before == last && ts < h->last.since) ? &h->before : &h->last;
	last = MIN(MAX(last, before), limit);
	if (last <= found->how)
		return;
	*found = (struct owner){.how = last, .pid = best->pid, .tid = best->tid};
	memcpy(found->comm, best->comm, sizeof(found->comm));
}

int owners_find(struct owners *o, const struct flow *f, uint64_t ts, struct owner *found,
	struct err *err)
{
	struct flow at = *f;

	*found = (struct owner){.how = OWNER_NONE};
	if (read_until(o, ts + AHEAD, err) < 0)
		return -1;
	look(o, &at, ts, OWNER_EXACT, found);
	memset(at.src, 0, sizeof(at.src)); /* a socket whose own address is not known */
	if (found->how == OWNER_NONE)
		look(o, &at, ts, OWNER_TUPLE, found);
	memset(at.dst, 0, sizeof(at.dst));
	at.dport = 0;
	if (found->how == OWNER_NONE)
		look(o, &at, ts, OWNER_LISTENING, found);
	at.v6 = true; /* which takes IPv4 as well */
	if (found->how == OWNER_NONE)
		look(o, &at, ts, OWNER_LISTENING, found);
	at = *f;
	memset(at.dst, 0, sizeof(at.dst));
	at.dport = 0;
	if (found->how == OWNER_NONE)
		look(o, &at, ts, OWNER_LISTENING, found);
	return 0;
}
