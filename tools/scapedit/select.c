/* SPDX-License-Identifier: MIT */
/*
 * Ranges are sorted and joined once; since numbers only grow, a pass moves through them with one
 * index. Times are compared as they come: a capture need not be in order.
 */
#include "tools/scapedit/select.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/parse.h"

#define NS_PER_SEC 1000000000ull

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
	*s = (struct select){0};
}

/* ".25" behind a time of day, up to what ends it. */
static int parse_fraction(const char **text, uint64_t *ns, struct err *err)
{
	size_t n = strspn(*text + 1, "0123456789");
	char number[24];

	if (n == 0 || n > 9)
		return err_set(err, ERR_USAGE, "wrong fraction of a second");
	snprintf(number, sizeof(number), "0%.*s", (int)n + 1, *text);
	*text += n + 1;
	return parse_seconds(number, ns, err);
}

static int parse_iso(const char *text, uint64_t *ns, struct err *err)
{
	struct tm tm = {.tm_isdst = -1};
	uint64_t fraction = 0;
	const char *end;
	time_t t;

	end = strptime(text, "%Y-%m-%d", &tm);
	end = end && (*end == 'T' || *end == ' ') ? strptime(end + 1, "%H:%M:%S", &tm) : NULL;
	if (!end)
		return err_set(err, ERR_USAGE, "no time: '%s'", text);
	if (*end == '.' && parse_fraction(&end, &fraction, err) < 0)
		return -1;
	t = strcmp(end, "Z") == 0 ? timegm(&tm) : mktime(&tm);
	if (strcmp(end, "Z") != 0 && *end)
		return err_set(err, ERR_USAGE, "'%s' behind the time", end);
	if (t < 0)
		return err_set(err, ERR_USAGE, "a time before 1970: '%s'", text);
	*ns = (uint64_t)t * NS_PER_SEC + fraction;
	return 0;
}

/* "+5", "+0.5s". */
static int parse_relative(const char *text, uint64_t *ns, struct err *err)
{
	char number[40];
	size_t n = strlen(text + 1);

	if (n && text[n] == 's')
		n--;
	if (n >= sizeof(number))
		return err_set(err, ERR_USAGE, "no time: '%s'", text);
	memcpy(number, text + 1, n);
	number[n] = '\0';
	return parse_seconds(number, ns, err);
}

int select_parse_time(const char *text, struct select_time *t, struct err *err)
{
	t->given = true;
	t->relative = text[0] == '+';
	if (t->relative)
		return parse_relative(text, &t->ns, err);
	if (strchr(text, '-'))
		return parse_iso(text, &t->ns, err);
	return parse_seconds(text, &t->ns, err);
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
	if (!w->n)
		return true;
	return (s->range < w->n && w->ranges[s->range].first <= num) != w->drop;
}

static bool counted(struct selection *s)
{
	if (s->what->count && s->kept == s->what->count)
		return false;
	s->kept++;
	return true;
}

bool selection_event(struct selection *s, uint64_t num, uint64_t ts)
{
	bool numbered = in_ranges(s, num);
	bool timed = in_time(s, ts);

	if (numbered && !timed && !ts)
		s->untimed++;
	return numbered && timed && counted(s);
}

bool selection_packet(struct selection *s, uint64_t ts)
{
	return in_time(s, ts) && counted(s);
}

bool selection_events_over(const struct selection *s)
{
	const struct select *w = s->what;
	const struct select_range *last = w->n ? &w->ranges[w->n - 1] : NULL;

	if (s->what->count && s->kept == s->what->count)
		return true;
	if (!last)
		return false;
	return w->drop ? last->last == UINT64_MAX && s->num + 1 >= last->first
		       : s->num >= last->last;
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

	if (w->from.given || w->until.given || w->count || w->only != SELECT_ALL)
		return false;
	if (!last)
		return true;
	return w->drop ? s->num >= last->last
		       : last->last == UINT64_MAX && s->num + 1 >= last->first;
}
