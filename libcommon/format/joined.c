/* SPDX-License-Identifier: MIT */
/*
 * Of all the calls in flight, at most one has a line that is begun and not shown yet: the one that
 * began last. Its line waits for its end; anything else that has to be shown first makes it an
 * unfinished one. What was shown of a call is a mask over the parameters of its enter type, so that
 * the rest can be told from it when the call is over. Where some calls are not to be shown, none has
 * a line that others wait for: each keeps its own until it ends.
 */
#include "format/joined.h"

#include <stdlib.h>

#include "base/map.h"
#include "filter/view.h"

struct call {
	uint16_t type;     /* of the enter record */
	uint64_t shown;    /* bits: these parameters of the enter type stand in the line */
	struct buf line;   /* as far as it goes */
	size_t early_at;   /* where in it early parameters belong, if some are to come; else 0 */
	bool some_before;  /* there are parameters in front of that */
	int64_t tid;
	bool wanted;       /* to be shown even if it never ends */
	struct call *next, *prev; /* in flight, in the order they began; or among the spare ones */
};

struct joined {
	struct text *prefix;
	const struct joined_style *style;
	bool whole;           /* not all calls are to be shown */
	struct map calls;     /* struct call * by thread */
	struct call *first, *last; /* of the same */
	struct call *spare;   /* ended, with their memory */
	struct call *waiting; /* its line is begun */
	int64_t last_tid;     /* of the line shown last */
	uint64_t last_ts;
};

struct joined *joined_new(
	struct text *prefix, const struct joined_style *style, bool whole, struct err *err)
{
	struct joined *j = calloc(1, sizeof(*j));

	if (!j) {
		err_memory(err);
		return NULL;
	}
	map_init(&j->calls, sizeof(struct call *));
	j->prefix = prefix;
	j->style = style;
	j->whole = whole;
	return j;
}

/* --- calls in flight ------------------------------------------------------------------------ */

static struct call *call_get(const struct joined *j, int64_t tid)
{
	struct call **at = map_get(&j->calls, (uint64_t)tid);

	return at ? *at : NULL;
}

/* A call of a thread that is in none. NULL without memory. */
static struct call *call_make(struct joined *j, int64_t tid, uint16_t type)
{
	struct call *c = j->spare;
	struct call **at;

	if (!c)
		c = calloc(1, sizeof(*c));
	else
		j->spare = c->next;
	at = c ? map_put(&j->calls, (uint64_t)tid) : NULL;
	if (!at) {
		free(c);
		return NULL;
	}
	*at = c;
	c->tid = tid;
	c->type = type;
	c->shown = 0;
	c->wanted = false;
	c->next = NULL;
	c->prev = j->last;
	*(j->last ? &j->last->next : &j->first) = c;
	j->last = c;
	buf_clear(&c->line);
	return c;
}

/* Accepts NULL. */
static void call_drop(struct joined *j, struct call *c)
{
	if (!c)
		return;
	if (j->waiting == c)
		j->waiting = NULL;
	map_del(&j->calls, (uint64_t)c->tid);
	*(c->prev ? &c->prev->next : &j->first) = c->next;
	*(c->next ? &c->next->prev : &j->last) = c->prev;
	c->next = j->spare;
	j->spare = c;
}

void joined_free(struct joined *j)
{
	struct call *next;

	if (!j)
		return;
	while (j->first)
		call_drop(j, j->first);
	for (struct call *c = j->spare; c; c = next) {
		next = c->next;
		buf_release(&c->line);
		free(c);
	}
	map_release(&j->calls);
	free(j);
}

/* --- lines ---------------------------------------------------------------------------------- */

/* The line as far as it goes without what belongs behind parameters that are to come. */
static void put_line(const struct call *c, struct buf *out)
{
	struct span s = buf_view(&c->line);

	buf_span(out, span_of(s.p, c->early_at ? c->early_at : s.n));
}

/* What belongs behind those, without the comma in front of it. */
static struct span line_tail(const struct call *c)
{
	size_t at = c->early_at ? c->early_at : c->line.n;

	if (c->early_at && c->some_before)
		at += strlen(", ");
	return span_of(c->line.p ? c->line.p + at : NULL, c->line.n - at);
}

static void put_unfinished(const struct call *c, struct buf *out)
{
	put_line(c, out);
	buf_text(out,
		c->early_at && c->some_before ? ",  <unfinished ...>\n" : " <unfinished ...>\n");
}

/* Drops a call that will not end any more. Accepts NULL. */
static void call_give_up(struct joined *j, struct call *c, struct buf *out)
{
	if (c && j->whole && c->wanted)
		put_unfinished(c, out);
	call_drop(j, c);
}

void joined_cut(struct joined *j, struct buf *out)
{
	if (!j->waiting)
		return;
	put_unfinished(j->waiting, out);
	j->waiting = NULL;
}

void joined_end(struct joined *j, struct buf *out)
{
	joined_cut(j, out);
	while (j->first)
		call_give_up(j, j->first, out);
	j->last_ts = 0;
}

static const struct param_ctx *params_of(
	struct joined *j, const struct state *st, const struct moment *m)
{
	return &text_view(j->prefix, st, m, 0)->params;
}

static void end_line(struct joined *j, const struct event *ev, struct buf *out)
{
	buf_char(out, '\n');
	j->last_tid = ev->tid;
	j->last_ts = ev->ts;
}

/* The place of a name among the parameters of an event type, or -1. */
static int place_of(const struct event_info *info, const char *name)
{
	for (uint32_t i = 0; i < info->nparams; i++)
		if (strcmp(info->params[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* Appends a parameter behind others; *any says whether there are some. */
static void put_arg(
	const struct joined *j, const struct param_ctx *ctx, uint32_t i, bool *any, struct buf *b)
{
	if (*any)
		buf_text(b, ", ");
	*any = true;
	j->style->arg(ctx, i, b);
}

static bool is_wanted(const struct joined *j, const struct event *ev, uint32_t i)
{
	return !j->style->wanted || j->style->wanted(ev, i);
}

static void put_prefix(struct joined *j, const struct param_ctx *ctx, uint64_t num, struct buf *b)
{
	size_t at = b->n;

	(void)text_put(j->prefix, ctx->st, ctx->m, num, b);
	if (j->style->end_prefix)
		j->style->end_prefix(at, b);
}

/* "name=value", and the result likewise without its name: the style of its own. */
static void put_named(const struct param_ctx *ctx, uint32_t i, struct buf *b)
{
	buf_text(b, event_param_name(ctx->m->ev, i));
	buf_char(b, '=');
	param_put(ctx, i, b);
}

static void put_first(const struct param_ctx *ctx, struct buf *b)
{
	param_put(ctx, 0, b);
}

const struct joined_style *joined_style(void)
{
	static const struct joined_style style = {
		.arg = put_named, .result = put_first, .resumed = " resumed> "};

	return &style;
}

/* The parameters of an event that a reader knows, other than numbers of generic calls. */
static uint32_t args_of(const struct event *ev)
{
	return ev->type == PPME_GENERIC_E || ev->type == PPME_GENERIC_X
		       ? 0
		       : MIN(ev->nparams, ev->info->nparams);
}

/* The first parameter of an exit record, which is what the call returned. */
static uint32_t first_arg(const struct event *ev)
{
	return event_is_exit(ev->type) ? 1 : 0;
}

/* Whether parameter i of a call's exit type is to stand in front of others of its enter type. */
static bool is_early(const struct joined *j, const struct event_info *enter,
	const struct event_info *exit, uint32_t i)
{
	const struct param_info *p = &exit->params[i];

	return i > 0 && j->style->early && j->style->early(p) && place_of(enter, p->name) < 0;
}

/* Whether parameter i of an enter type has to wait for such ones. */
static bool is_late(const struct joined *j, uint16_t type, uint32_t i)
{
	const struct event_info *enter = event_info(type), *exit = event_info(type + 1u);

	if (!j->style->late || !exit || !j->style->late(&enter->params[i]))
		return false;
	for (uint32_t k = 0; k < exit->nparams; k++)
		if (is_early(j, enter, exit, k))
			return true;
	return false;
}

/*
 * The beginning of a call's line, from its enter record or from its exit record: the parameters
 * that the enter type has, in its order.
 */
static void begin_line(struct joined *j, struct call *c, const struct param_ctx *ctx, uint64_t num)
{
	const struct event *ev = ctx->m->ev;
	const struct event_info *enter = event_info(c->type);
	bool any = false;

	buf_clear(&c->line);
	put_prefix(j, ctx, num, &c->line);
	buf_text(&c->line, event_name(ev));
	buf_char(&c->line, '(');
	c->shown = 0;
	c->early_at = 0;
	for (uint32_t i = 0; i < enter->nparams; i++) {
		int at = ev->type == c->type ? (int)i : place_of(ev->info, enter->params[i].name);

		if (at < (int)first_arg(ev) || at >= (int)args_of(ev))
			continue;
		if (!is_wanted(j, ev, (uint32_t)at))
			continue;
		if (!c->early_at && is_late(j, c->type, i)) {
			c->early_at = c->line.n;
			c->some_before = any;
		}
		put_arg(j, ctx, (uint32_t)at, &any, &c->line);
		c->shown |= UINT64_C(1) << i;
	}
}

/* Parameters of the exit record that are not shown yet: the early ones, or the others. */
static void put_args(const struct joined *j, const struct call *c, const struct param_ctx *ctx,
	bool early, bool *any, struct buf *out)
{
	const struct event *ev = ctx->m->ev;
	const struct event_info *enter = event_info(c->type);

	for (uint32_t i = first_arg(ev); i < args_of(ev); i++) {
		int at = place_of(enter, ev->info->params[i].name);

		if (at >= 0 && c->shown >> at & 1)
			continue;
		if ((c->early_at && is_early(j, enter, ev->info, i)) == early &&
			is_wanted(j, ev, i))
			put_arg(j, ctx, i, any, out);
	}
}

/* All of them, with what of the line waited for the early ones; the result; the time it took. */
static void put_rest(const struct joined *j, const struct call *c, const struct param_ctx *ctx,
	bool any, struct buf *out)
{
	struct span tail = line_tail(c);
	uint64_t ns;

	put_args(j, c, ctx, true, &any, out);
	if (tail.n && any)
		buf_text(out, ", ");
	buf_span(out, tail);
	any |= tail.n > 0;
	put_args(j, c, ctx, false, &any, out);
	buf_text(out, ") = ");
	if (args_of(ctx->m->ev))
		j->style->result(ctx, out);
	else
		buf_char(out, '?');
	if (moment_duration(ctx->m, &ns)) {
		buf_text(out, " <");
		times_put_seconds(ns, out);
		if (j->style->micro && !out->failed)
			out->n -= strlen("000");
		buf_char(out, '>');
	}
}

/* --- records -------------------------------------------------------------------------------- */

static bool is_call(const struct event *ev)
{
	return ev->info && ev->info->category & EC_SYSCALL && ev->tid > 0;
}

/* Whether records of this type are shown at all: what the scheduler does is not. */
static bool is_shown(const struct event *ev)
{
	return !ev->info || (ev->info->category & EC_CLASS_MASK) != EC_SCHEDULER;
}

/* A call begins; m and its event say when and with what. */
static int begin(struct joined *j, const struct state *st, const struct moment *m, uint16_t type,
	uint64_t num, struct buf *out, struct err *err)
{
	struct call *c = call_get(j, m->ev->tid);

	/* It may be known already, from its exit record that is to come. */
	if (c && c->type == type)
		return 0;
	joined_cut(j, out);
	call_give_up(j, c, out);
	c = call_make(j, m->ev->tid, type);
	if (!c)
		return err_memory(err);
	begin_line(j, c, params_of(j, st, m), num);
	if (!j->whole)
		j->waiting = c;
	return c->line.failed ? err_memory(err) : 0;
}

/* The same at the time it took before the event that ends it. */
static int begin_before(struct joined *j, const struct state *st, const struct moment *m,
	uint64_t num, struct buf *out, struct err *err)
{
	struct event start = *m->ev;
	struct moment then = {.ev = &start, .thread = m->thread, .fd = m->fd, .entry = m->entry};
	uint64_t ns = 0;

	if (moment_duration(m, &ns))
		start.ts -= MIN(ns, start.ts);
	return begin(j, st, &then, (uint16_t)(start.type & ~1u), num, out, err);
}

int joined_begin(struct joined *j, const struct state *st, const struct event *ev, uint64_t num,
	struct buf *out, struct err *err)
{
	struct moment m = {.ev = ev, .thread = state_thread(st, ev->tid), .fd = -1};

	return is_call(ev) ? begin_before(j, st, &m, num, out, err) : 0;
}

/* Whether a call that nobody knew of began before the line of another thread that was shown last.
 */
static bool began_before_last(const struct joined *j, const struct moment *m)
{
	uint64_t ns;

	return j->last_tid != m->ev->tid && moment_duration(m, &ns) &&
	       m->ev->ts - MIN(ns, m->ev->ts) < j->last_ts;
}

/* "<... read resumed> data=abc) = 3 <0.000012345>" */
static void resume_line(struct joined *j, const struct call *c, const struct param_ctx *ctx,
	uint64_t num, struct buf *out)
{
	const struct event *ev = ctx->m->ev;
	size_t at;

	joined_cut(j, out);
	put_prefix(j, ctx, num, out);
	buf_text(out, "<... ");
	buf_text(out, event_name(ev));
	buf_text(out, j->style->resumed);
	at = out->n;
	put_rest(j, c, ctx, false, out);
	if (out->p && out->p[at] == ')' && out->p[at - 1] == ' ') {
		memmove(out->p + at - 1, out->p + at, out->n - at);
		out->n--;
	}
}

static bool ends(const struct call *c, const struct event *ev)
{
	/* An execveat that works out ends as an execve. */
	return ev->type == c->type + 1 ||
	       (ev->type == PPME_SYSCALL_EXECVE_19_X && c->type == PPME_SYSCALL_EXECVEAT_E);
}

/* A call is over. */
static int finish(struct joined *j, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out, struct err *err)
{
	struct call unknown = {.type = (uint16_t)(m->ev->type & ~1u)};
	struct call *c = call_get(j, m->ev->tid);

	if (!c || !ends(c, m->ev)) {
		if (!j->whole && began_before_last(j, m))
			c = &unknown;
		else if (begin_before(j, st, m, num, out, err) < 0)
			return -1;
		else
			c = call_get(j, m->ev->tid);
	}
	if (j->whole || c == j->waiting) {
		put_line(c, out);
		put_rest(j, c, params_of(j, st, m), c->early_at ? c->some_before : c->shown != 0,
			out);
	} else {
		resume_line(j, c, params_of(j, st, m), num, out);
	}
	end_line(j, m->ev, out);
	call_drop(j, call_get(j, m->ev->tid));
	return 0;
}

/* An exit record that is not to be shown, and with it the call that it ends. */
static void leave_out(struct joined *j, const struct event *ev, struct buf *out)
{
	struct call *c = call_get(j, ev->tid);

	if (c && ends(c, ev))
		call_drop(j, c);
	else
		call_give_up(j, c, out);
}

/* A record that is no call, which may be the end of a thread and of the call it is in. */
static void other_line(struct joined *j, const struct state *st, const struct moment *m,
	uint64_t num, bool passes, struct buf *out)
{
	size_t at;

	joined_cut(j, out);
	if (m->ev->type == PPME_PROCEXIT_1_E || m->ev->type == PPME_PROCEXIT_E)
		call_give_up(j, call_get(j, m->ev->tid), out);
	if (!passes)
		return;
	put_prefix(j, params_of(j, st, m), num, out);
	if (!j->style->other || !j->style->other(m->ev, out)) {
		buf_text(out, "--- ");
		buf_text(out, event_name(m->ev));
		buf_char(out, ' ');
		at = out->n;
		param_put_all(params_of(j, st, m), out);
		buf_text(out, out->n == at ? "---" : " ---");
	}
	end_line(j, m->ev, out);
}

int joined_event(struct joined *j, const struct state *st, const struct moment *m, uint64_t num,
	bool passes, struct buf *out, struct err *err)
{
	if (!is_shown(m->ev))
		return 0;
	if (!is_call(m->ev)) {
		other_line(j, st, m, num, passes, out);
		return 0;
	}
	if (event_is_exit(m->ev->type) && passes)
		return finish(j, st, m, num, out, err);
	if (event_is_exit(m->ev->type)) {
		leave_out(j, m->ev, out);
		return 0;
	}
	if (begin(j, st, m, m->ev->type, num, out, err) < 0)
		return -1;
	call_get(j, m->ev->tid)->wanted = passes;
	return 0;
}
