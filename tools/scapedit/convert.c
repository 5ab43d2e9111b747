/* SPDX-License-Identifier: MIT */
/*
 * An event goes through up to three steps: along the rows of conversions.def with the enter record
 * that waits for it (upgrade), into the schema (fit), and out, with an enter record in front that is
 * made from it (pairs). What no step changed is written byte for byte, everything else as a V2 block.
 *
 * The enter record of a pair belongs before blocks that came in long ago; so in pairs the output is
 * held back for a while (reorder.h). Where that is not long enough, an enter record stands later than
 * its time.
 *
 * Readers of scap want an event in every section they come to. Where enter records are all there is
 * (a section of packets has one, hidden, for that), the first of them stays as a hidden one.
 */
#include "tools/scapedit/convert.h"

#include <stdlib.h>

#include "pcapng/option.h"
#include "pcapng/pcapng.h"
#include "scap/conversions.h"
#include "scap/hide.h"
#include "scap/names.h"
#include "tools/scapedit/enters.h"
#include "tools/scapedit/fold.h"
#include "tools/scapedit/old_lists.h"
#include "tools/scapedit/recast.h"
#include "tools/scapedit/reorder.h"
#include "tools/scapedit/versions.h"

struct convert {
	struct convert_opts opts;
	bool pairs; /* of one record are to be made two */
	struct losses losses;
	struct enters enters;
	struct fold fold;
	struct recast recast, recast_enter;
	struct reorder reorder;
	struct event ev, enter, other;
	uint64_t last_ts; /* of what was put out last */
	/* Of the section: */
	struct buf first; /* its first enter record that was taken, hidden */
	bool wrote;       /* any event */
};

/* What goes behind a record. */
struct extra {
	struct cursor options; /* of its enter record */
	bool timed;
	uint64_t duration;
};

struct convert *convert_new(const struct convert_opts *opts, struct err *err)
{
	struct convert *c = calloc(1, sizeof(*c));

	if (!c) {
		err_memory(err);
		return NULL;
	}
	c->opts = *opts;
	c->pairs = opts->downgrade && !version_has_exits(opts->schema);
	enters_init(&c->enters, &c->losses);
	return c;
}

void convert_free(struct convert *c)
{
	if (!c)
		return;
	enters_release(&c->enters);
	fold_release(&c->fold);
	recast_release(&c->recast);
	recast_release(&c->recast_enter);
	reorder_release(&c->reorder);
	buf_release(&c->first);
	free(c);
}

const struct losses *convert_losses(const struct convert *c)
{
	return &c->losses;
}

/* --- out ------------------------------------------------------------------------------------ */

static int put_raw(struct convert *c, struct span block, const struct event *ev, struct writer *out,
	struct err *err)
{
	c->wrote |= ev != NULL;
	if (!c->pairs)
		return writer_raw(out, block, err);
	if (ev)
		c->last_ts = MAX(c->last_ts, ev->ts);
	return reorder_put(&c->reorder, block, c->last_ts, ev ? ev->tid : 0, out->sink, err);
}

/* Copies options, but not their end. Returns whether there were any. */
static bool put_options(struct buf *to, struct cursor options)
{
	struct option_view opt;
	bool any = false;

	while (option_next(&options, &opt) > 0) {
		if (!any)
			buf_zeros(to, pad4(to->n) - to->n);
		any = true;
		option_put(to, opt.code, opt.value);
	}
	return any;
}

/* The whole block of ev; borrowed from out. */
static int make_block(struct writer *out, const struct event *ev, const struct extra *extra,
	struct span *block, struct err *err)
{
	struct buf *to = event_begin(out, ev);
	bool any = put_options(to, ev->options);

	if (extra)
		any |= put_options(to, extra->options);
	if (extra && extra->timed)
		event_put_duration(to, extra->duration);
	else if (any)
		option_put_end(to);
	return writer_finish(out, block, err);
}

static int put_event(struct convert *c, const struct event *ev, const struct extra *extra,
	struct writer *out, struct err *err)
{
	struct span block;

	if (make_block(out, ev, extra, &block, err) < 0)
		return -1;
	return put_raw(c, block, ev, out, err);
}

/* --- into the schema ------------------------------------------------------------------------ */

static bool is_call(const struct event *ev)
{
	return ev->info && (ev->info->category & EC_SYSCALL);
}

/* Whether the enter record that goes with an exit record says the same as its parameter i. */
static bool enter_says(const struct convert *c, const struct event *exit, uint32_t i)
{
	uint16_t type = exit->type - 1;
	int n = c->pairs && event_is_exit(exit->type) ? schema_nparams(c->opts.schema, type) : 0;

	for (int k = 0; k < n; k++)
		if (recast_source(exit->info, exit->type, type, (uint32_t)k) == (int)i)
			return true;
	return false;
}

/* Leaves out parameters from n on. */
static void cut_params(struct convert *c, struct event *ev, uint32_t n)
{
	bool lost = false;

	for (uint32_t i = n; i < ev->nparams && !lost; i++)
		lost = !fold_made_up(ev->params[i]) && !enter_says(c, ev, i);
	if (lost)
		losses_add(&c->losses, LOSS_PARAMS, ev->type);
	ev->nparams = n;
}

/* A reader that does not know a code looks behind the end of its table: 0 is the unknown call. */
static uint16_t known_code(const struct convert *c, uint64_t code)
{
	return code < version_codes(c->opts.schema) ? (uint16_t)code : 0;
}

static bool fit_generic(struct convert *c, const struct event *ev)
{
	uint16_t type = event_is_exit(ev->type) ? PPME_GENERIC_X : PPME_GENERIC_E;
	int n = schema_nparams(c->opts.schema, type);
	int code = ppm_sc_code(ev->info->name);

	if (!is_call(ev) || code < 0 || n < 0)
		return false;
	recast_generic(&c->recast, &c->other, ev, type, (uint32_t)n,
		known_code(c, (uint64_t)code));
	return true;
}

/* Whether ev is a generic call with a code that the schema does not have. */
static bool has_unknown_code(const struct convert *c, const struct event *ev)
{
	uint64_t code;

	return (ev->type == PPME_GENERIC_E || ev->type == PPME_GENERIC_X) &&
	       event_u64(ev, 0, &code) && known_code(c, code) != code;
}

static const uint8_t no_code[2];

/* The record as one of a type that the schema has. Returns whether there is one: in c->other. */
static bool fit_type(struct convert *c, const struct event *ev)
{
	int type = conversion_older(c->opts.schema, ev->type);

	if (type >= 0) {
		int n = schema_nparams(c->opts.schema, (uint32_t)type);

		recast_event(&c->recast, &c->other, ev, (uint16_t)type, (uint32_t)n);
		return true;
	}
	if (ev->type == PPME_ASYNCEVENT_E)
		return recast_container(&c->recast, &c->other, ev);
	return fit_generic(c, ev);
}

/*
 * What the schema has for ev: ev itself, with *changed set when something was cut; another record;
 * or NULL. Types newer than our table pass: every reader steps over what is newer than its own.
 */
static const struct event *fit(struct convert *c, struct event *ev, bool *changed)
{
	int n = ev->info ? schema_nparams(c->opts.schema, ev->type) : EVENT_MAX_PARAMS;

	if (has_unknown_code(c, ev)) {
		losses_add(&c->losses, LOSS_TYPE, ev->type);
		ev->params[0] = span_of(no_code, sizeof(no_code));
		*changed = true;
	}
	if (n >= 0 && ev->nparams <= (uint32_t)n)
		return ev;
	*changed = true;
	if (n >= 0) {
		cut_params(c, ev, (uint32_t)n);
		return ev;
	}
	if (!fit_type(c, ev)) {
		losses_add(&c->losses, LOSS_RECORD, ev->type);
		return NULL;
	}
	losses_add(&c->losses, LOSS_TYPE, ev->type);
	c->other.options = ev->options;
	return &c->other;
}

/* --- pairs ---------------------------------------------------------------------------------- */

/* The thread that a clone made returns from a call that it did not make. */
static bool begins_a_thread(const struct event *ev)
{
	int64_t res;

	switch (ev->type) {
	case PPME_SYSCALL_CLONE_20_X:
	case PPME_SYSCALL_CLONE3_X:
	case PPME_SYSCALL_FORK_20_X:
	case PPME_SYSCALL_VFORK_20_X:
		return event_i64(ev, 0, &res) && res == 0;
	default:
		return false;
	}
}

/* An exit record and an enter record of one call: an execveat that works out ends as an execve. */
static bool belongs_to(uint16_t exit, uint16_t enter)
{
	return enter + 1 == exit ||
	       (exit == PPME_SYSCALL_EXECVE_19_X && enter == PPME_SYSCALL_EXECVEAT_E);
}

/* Puts out the enter record of the call that exit ends, as the schema has it; whole is all of exit. */
static int put_enter(struct convert *c, const struct event *whole, const struct event *exit,
	struct writer *out, struct err *err)
{
	uint16_t type = exit->type - 1;
	int n = schema_nparams(c->opts.schema, type);
	uint64_t code, ns = 0;
	struct span block;

	if (n < 0 || event_info(type)->flags & EF_UNUSED)
		return 0;
	if (type == PPME_GENERIC_E && whole->type != PPME_GENERIC_X && event_u64(exit, 0, &code))
		recast_generic(&c->recast_enter, &c->enter, exit, type, (uint32_t)n, (uint16_t)code);
	else
		recast_event(&c->recast_enter, &c->enter, whole, type, (uint32_t)n);
	event_duration(whole, &ns);
	c->enter.ts -= MIN(ns, c->enter.ts);
	if (make_block(out, &c->enter, NULL, &block, err) < 0)
		return -1;
	return reorder_insert(&c->reorder, block, c->enter.ts, c->enter.tid, out->sink, err);
}

/* --- in ------------------------------------------------------------------------------------- */

/* Fits and puts out; alone says that no record tells how the call began. */
static int put_fitting(struct convert *c, const struct block *b, bool changed, bool alone,
	const struct extra *extra, struct writer *out, struct err *err)
{
	struct event *ev = &c->ev;
	uint32_t whole = ev->nparams;
	const struct event *fitting = fit(c, ev, &changed);
	uint32_t kept = ev->nparams;

	if (!fitting)
		return 0;
	if (alone) {
		ev->nparams = whole;
		if (put_enter(c, ev, fitting, out, err) < 0)
			return -1;
		ev->nparams = kept;
	}
	if (changed || extra)
		return put_event(c, fitting, extra, out, err);
	return put_raw(c, b->raw, ev, out, err);
}

static int take_enter(
	struct convert *c, const struct block *b, struct writer *out, struct err *err)
{
	bool changed = c->opts.upgrade && fold_event(&c->fold, &c->ev, NULL);
	bool taken = c->opts.upgrade && !conversion_keeps(c->ev.type);

	if (c->opts.upgrade || c->pairs) {
		if (enters_put(&c->enters, &c->ev, taken, err) < 0)
			return -1;
	}
	if (!taken)
		return put_fitting(c, b, changed, false, NULL, out, err);
	if (!c->wrote && !c->first.n)
		hide_event(&c->first, b);
	return c->first.failed ? err_memory(err) : 0;
}

static bool says_too(const struct event *ev, const char *name, struct span value)
{
	int at = event_param(ev, name);

	return at >= 0 && span_eq(ev->params[at], value);
}

/* Counts an enter record that says what its exit record, once of this type, does not. */
static void note_left(struct convert *c, uint16_t type)
{
	const struct event *enter = &c->enter;

	for (uint32_t i = 0; i < enter->nparams; i++) {
		if (enter->params[i].n && !conversion_takes(type, i) &&
			!(i < enter->info->nparams &&
				says_too(&c->ev, enter->info->params[i].name, enter->params[i]))) {
			losses_add(&c->losses, LOSS_PARAMS, enter->type);
			return;
		}
	}
}

/* What the enter record said goes on in the exit record. */
static int upgrade_exit(
	struct convert *c, const struct block *b, struct writer *out, struct err *err)
{
	uint16_t type = c->ev.type;
	bool taken = false;
	bool entered = enters_take(&c->enters, &c->ev, &c->enter, &taken);
	bool changed = fold_event(&c->fold, &c->ev, entered ? &c->enter : NULL);
	struct extra extra = {0};
	uint64_t ns;

	if (!entered || !taken)
		return put_fitting(c, b, changed, false, NULL, out, err);
	if (!belongs_to(type, c->enter.type)) {
		losses_add(&c->losses, LOSS_UNENDED, c->enter.type);
		return put_fitting(c, b, changed, false, NULL, out, err);
	}
	note_left(c, type);
	extra.options = c->enter.options;
	extra.timed = !event_duration(&c->ev, &ns);
	extra.duration = c->ev.ts > c->enter.ts ? c->ev.ts - c->enter.ts : 0;
	return put_fitting(c, b, changed, false, &extra, out, err);
}

static int take_exit(
	struct convert *c, const struct block *b, struct writer *out, struct err *err)
{
	bool taken, alone;

	if (c->opts.upgrade)
		return upgrade_exit(c, b, out, err);
	alone = c->pairs && !begins_a_thread(&c->ev) &&
		!(enters_take(&c->enters, &c->ev, &c->enter, &taken) &&
			belongs_to(c->ev.type, c->enter.type));
	return put_fitting(c, b, false, alone, NULL, out, err);
}

static int take_event(
	struct convert *c, const struct block *b, struct writer *out, struct err *err)
{
	struct err damage = {0};
	bool changed;

	if (event_decode(&c->ev, b, &damage) < 0)
		return put_raw(c, b->raw, NULL, out, err);
	if (is_call(&c->ev)) {
		if (event_is_exit(c->ev.type))
			return take_exit(c, b, out, err);
		return take_enter(c, b, out, err);
	}
	if (c->ev.type == PPME_PROCEXIT_E || c->ev.type == PPME_PROCEXIT_1_E)
		enters_drop(&c->enters, c->ev.tid);
	changed = c->opts.upgrade && fold_event(&c->fold, &c->ev, NULL);
	return put_fitting(c, b, changed, false, NULL, out, err);
}

static int end_section(struct convert *c, struct writer *out, struct err *err)
{
	int status = 0;

	enters_release(&c->enters);
	if (!c->wrote && c->first.n)
		status = writer_raw(out, buf_view(&c->first), err);
	buf_clear(&c->first);
	c->wrote = false;
	return status;
}

/* Lists stay where they are among the events; packets may be overtaken by enter records. */
static int take_other(
	struct convert *c, const struct block *b, struct writer *out, struct err *err)
{
	if (b->info->kind == BLOCK_SECTION && end_section(c, out, err) < 0)
		return -1;
	if (!c->pairs)
		return writer_raw(out, b->raw, err);
	if (b->info->kind == BLOCK_PACKET)
		return put_raw(c, b->raw, NULL, out, err);
	if (reorder_flush(&c->reorder, out->sink, err) < 0)
		return -1;
	return old_lists_write(out, b, &c->losses, err);
}

static int convert_take(void *self, const struct block *b, const struct reader *r UNUSED,
	struct writer *out, struct err *err)
{
	struct convert *c = self;

	if (b->info->kind == BLOCK_EVENT)
		return take_event(c, b, out, err);
	return take_other(c, b, out, err);
}

static int convert_end(void *self, struct writer *out, struct err *err)
{
	struct convert *c = self;

	if (end_section(c, out, err) < 0)
		return -1;
	return reorder_flush(&c->reorder, out->sink, err);
}

const struct stage_ops convert_ops = {convert_take, convert_end};
