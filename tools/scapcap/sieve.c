/* SPDX-License-Identifier: MIT */
/*
 * Every event goes through the state, so that each is judged as of its moment. An enter record that
 * does not pass waits until its call returns: what stays of the call, shown or hidden, needs it.
 */
#include "tools/scapcap/sieve.h"

#include <stdlib.h>

#include "scap/hide.h"
#include "state/open_calls.h"
#include "tools/scapcap/calls.h"
#include "tools/scapcap/resume.h"
#include "tools/scapcap/rules.h"

struct sieve {
	struct sieve_opts opts;
	struct state *st;
	struct calls calls;
	struct place place;
	struct buf enter, event; /* hidden records */
	bool looks; /* at the state, too */
	bool matters[EVENT_TYPES]; /* to later events */
};

/* Whether events of a type stay when they do not pass: as the BPF programs decide it for calls. */
static bool type_matters(uint16_t type)
{
	const struct event_info *info = event_info(type);

	if (info->category & EC_SYSCALL)
		return event_is_exit(type) && calls_keep(type) != KEEP_NOT;
	return state_changes(type) && type != PPME_SCHEDSWITCH_6_E;
}

struct sieve *sieve_new(const struct sieve_opts *opts, struct err *err)
{
	struct sieve *s = calloc(1, sizeof(*s));

	if (!s) {
		err_memory(err);
		return NULL;
	}
	s->opts = *opts;
	s->looks = opts->keep || filter_needs_state(opts->trigger);
	calls_init(&s->calls);
	for (uint16_t type = 0; type < EVENT_TYPES; type++)
		s->matters[type] = type_matters(type);
	s->st = state_new(err);
	if (s->st)
		return s;
	sieve_free(s);
	return NULL;
}

void sieve_free(struct sieve *s)
{
	if (!s)
		return;
	state_free(s->st);
	calls_release(&s->calls);
	buf_release(&s->enter);
	buf_release(&s->event);
	free(s);
}

int sieve_head(struct sieve *s, struct span head, struct err *err)
{
	return s->looks ? resume_load(s->st, head, err) : 0;
}

bool sieve_judges(const struct sieve *s, uint16_t type)
{
	return s->opts.keep && type < EVENT_TYPES && s->opts.push->judged[type];
}

static bool failed(const struct event *ev)
{
	int64_t res;

	return ev->info->category & EC_SYSCALL && event_i64(ev, 0, &res) && rule_failed(res);
}

/* Whether what does not pass stays, hidden. A transfer matters if it tells of another peer. */
static bool stays(const struct sieve *s, const struct event *ev, const struct moment *m)
{
	if (ev->flags & EVENT_HIDDEN || m->renamed || calls_ends_written(&s->calls, ev))
		return true;
	return ev->type < EVENT_TYPES && s->matters[ev->type] && !failed(ev);
}

static void hide(struct sieve *s, const struct event *ev, const struct block *b, struct sieved *out)
{
	calls_put_enter(&s->calls, ev, &s->enter);
	hide_event(&s->event, b);
	out->enter = buf_view(&s->enter);
	out->event = buf_view(&s->event);
	out->hidden = true;
}

static void pass(struct sieve *s, const struct event *ev, struct span raw, const struct moment *m,
	struct sieved *out)
{
	calls_put_enter(&s->calls, ev, &s->enter);
	out->enter = buf_view(&s->enter);
	out->event = raw;
	if (s->opts.trigger && filter_match(s->opts.trigger, s->st, m, &s->place))
		*s->opts.hit = true;
}

static void judge(struct sieve *s, const struct event *ev, const struct block *b,
	const struct moment *m, struct sieved *out)
{
	struct filter *keep = s->opts.keep;

	*out = (struct sieved){.hidden = false};
	buf_clear(&s->enter);
	buf_clear(&s->event);
	if (!(ev->flags & EVENT_HIDDEN) && (!keep || filter_match(keep, s->st, m, &s->place)))
		pass(s, ev, b->raw, m, out);
	else if (stays(s, ev, m))
		hide(s, ev, b, out);
	calls_note(&s->calls, ev, b, out->event.n > 0);
}

int sieve_event(struct sieve *s, struct span raw, struct sieved *out, struct err *err)
{
	struct block b = resume_block(raw);
	struct moment m = {.fd = -1};
	struct err ignored;
	struct event ev;

	err_clear(&ignored);
	if (event_decode(&ev, &b, &ignored) < 0) {
		*out = (struct sieved){.event = raw};
		return 0;
	}
	m.ev = &ev;
	if (s->looks && state_apply(s->st, &ev, &m, err) < 0)
		return -1;
	place_event(&s->place, &ev);
	judge(s, &ev, &b, &m, out);
	return s->calls.failed || s->enter.failed || s->event.failed ? err_memory(err) : 0;
}
