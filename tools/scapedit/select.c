/* SPDX-License-Identifier: MIT */
/*
 * Ranges are sorted and joined once; since numbers only grow, a pass moves through them with one
 * index. Times are compared as they come: a capture need not be in order.
 */
#include "tools/scapedit/select.h"

#include <stdlib.h>
#include <string.h>

#include "cli/parse.h"
#include "filter/literal.h"

int select_add_range(struct select *s, const char *text, struct err *err)
{
	struct select_range r;
	struct select_range *grown;

	if (parse_range(text, &r.first, &r.last, err) < 0)
		return -1;
	grown = realloc(s->ranges, (s->n + 1) * sizeof(*grown));
	if (!grown)
		return err_memory(err);
	s->ranges = grown;
	s->ranges[s->n++] = r;
	return 0;
}

static int by_first(const void *a, const void *b)
{
	const struct select_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

void select_ready(struct select *s)
{
	size_t i, n = 0;

	if (!s->n)
		return;
	qsort(s->ranges, s->n, sizeof(*s->ranges), by_first);
	for (i = 1; i < s->n; i++) {
		struct select_range *last = &s->ranges[n];

		if (last->last == UINT64_MAX || s->ranges[i].first <= last->last + 1)
			last->last = MAX(last->last, s->ranges[i].last);
		else
			s->ranges[++n] = s->ranges[i];
	}
	s->n = n + 1;
}

void select_release(struct select *s)
{
	free(s->ranges);
	filter_free(s->filter);
	filter_free(s->around);
	*s = (struct select){0};
}

/* A number is of seconds here; to filters it would be one of nanoseconds. */
int select_parse_time(const char *text, struct select_time *t, struct err *err)
{
	bool good;

	t->given = true;
	t->relative = text[0] == '+';
	text += t->relative;
	if (!text[strspn(text, "0123456789.")])
		good = parse_seconds(text, &t->ns, &(struct err){0}) == 0;
	else
		good = t->relative ? literal_duration(span_str(text), &t->ns)
				   : literal_time(span_str(text), false, &t->ns);
	if (good)
		return 0;
	return err_set(err, ERR_USAGE,
		"'%s%s' is no time such as 1700000000.25, 2023-11-14T22:13:20Z, 2023-11-14 or +5s",
		t->relative ? "+" : "", text);
}

enum select_only select_belongs(enum block_kind kind)
{
	/* Everything not named here belongs to neither: it goes when one of them is asked for. */
	static const enum select_only belongs[] = {
		[BLOCK_INTERFACE] = SELECT_PACKETS,
		[BLOCK_PACKET] = SELECT_PACKETS,
		[BLOCK_NAMES] = SELECT_PACKETS,
		[BLOCK_STATS] = SELECT_PACKETS,
		[BLOCK_SECRETS] = SELECT_PACKETS,
		[BLOCK_MACHINE] = SELECT_EVENTS,
		[BLOCK_PROCLIST] = SELECT_EVENTS,
		[BLOCK_FDLIST] = SELECT_EVENTS,
		[BLOCK_IFLIST] = SELECT_EVENTS,
		[BLOCK_USERLIST] = SELECT_EVENTS,
		[BLOCK_EVENT] = SELECT_EVENTS,
	};

	return kind < ARRAY_SIZE(belongs) ? belongs[kind] : SELECT_ALL;
}

bool select_wants(const struct select *s, enum block_kind kind)
{
	return s->only == SELECT_ALL || kind == BLOCK_SECTION || select_belongs(kind) == s->only;
}

static uint64_t absolute(const struct selection *s, const struct select_time *t)
{
	uint64_t ns;

	return __builtin_add_overflow(t->ns, t->relative ? s->base : 0, &ns) ? UINT64_MAX : ns;
}

static bool in_time(struct selection *s, uint64_t ts)
{
	if (ts && !s->timed) {
		s->timed = true;
		s->base = ts;
	}
	if (ts)
		s->now = ts;
	return (!s->what->from.given || s->now >= absolute(s, &s->what->from)) &&
	       (!s->what->until.given || s->now < absolute(s, &s->what->until));
}

static bool in_ranges(struct selection *s, uint64_t num)
{
	const struct select *w = s->what;

	s->num = num;
	while (s->range < w->n && w->ranges[s->range].last < num)
		s->range++;
	return !w->n || (s->range < w->n && w->ranges[s->range].first <= num);
}

static bool has_filters(const struct select *w)
{
	return w->filter || w->around;
}

static bool counted(struct selection *s)
{
	if (s->what->count && s->kept == s->what->count)
		return false;
	s->kept++;
	return true;
}

bool selection_event(struct selection *s, uint64_t num, uint64_t ts, bool passes)
{
	bool names = s->what->n || has_filters(s->what);
	bool named = in_ranges(s, num) && passes;
	bool wanted = !names || named != s->what->drop;
	bool timed = in_time(s, ts);

	if (wanted && !timed && !ts)
		s->untimed++;
	return wanted && timed && counted(s);
}

bool selection_packet(struct selection *s, uint64_t ts, bool passes)
{
	bool wanted = !has_filters(s->what) || passes != s->what->drop;

	return in_time(s, ts) && wanted && counted(s);
}

bool selection_events_over(const struct selection *s)
{
	const struct select *w = s->what;
	const struct select_range *last = w->n ? &w->ranges[w->n - 1] : NULL;

	if (s->what->count && s->kept == s->what->count)
		return true;
	if (!last)
		return false;
	if (w->drop)
		return !has_filters(w) && last->last == UINT64_MAX && s->num + 1 >= last->first;
	return s->num >= last->last;
}

bool selection_over(const struct selection *s)
{
	return (s->what->count && s->kept == s->what->count) ||
	       (s->what->only == SELECT_EVENTS && selection_events_over(s));
}

bool selection_rest(const struct selection *s)
{
	const struct select *w = s->what;
	const struct select_range *last = w->n ? &w->ranges[w->n - 1] : NULL;

	if (w->from.given || w->until.given || w->count || w->only != SELECT_ALL ||
		has_filters(w))
		return false;
	if (!last)
		return true;
	if (w->state != SELECT_STATE_ALL)
		return false; /* lists and hidden records to come may hold more than is reached */
	return w->drop ? s->num >= last->last
		       : last->last == UINT64_MAX && s->num + 1 >= last->first;
}
