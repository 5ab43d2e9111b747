/* SPDX-License-Identifier: MIT */
/*
 * Every record goes through the state, in the order of the file; lines gather in a large buffer
 * that is written when it is full or when the source has no whole block left, so that a live
 * capture is shown as it comes. Where lines need to know of what is to come, blocks are read ahead,
 * but never waited for.
 */
#include "tools/scapcat/cat.h"

#include <errno.h>

#include "base/endian.h"
#include "pcapng/pcapng.h"
#include "tools/scapcat/ahead.h"
#include "tools/scapcat/keep.h"

#define TEXT_FULL (128u << 10)

int cat_init(struct cat *c, const struct cat_opts *opts, FILE *out, struct err *err)
{
	const struct filter_opts filters = {opts->lines.text.utc, opts->macros};

	*c = (struct cat){.opts = *opts, .out = out};
	if (opts->follow.on && !opts->lines.text.template)
		c->opts.lines.text.template = FOLLOW_TEMPLATE;
	c->opts.lines.some = opts->filter != NULL;
	c->lines = lines_new(&c->opts.lines, err);
	if (!c->lines)
		return -1;
	if (opts->follow.on && !(c->follow = follow_new(&opts->follow, lines_text(c->lines), err)))
		return -1;
	if (opts->header)
		buf_text(&c->text, opts->header);
	lines_head(c->lines, &c->text);
	if (opts->filter && !(c->filter = filter_compile(opts->filter, &filters, err)))
		return -1;
	if (opts->nrules && !(c->paint = paint_new(opts->rules, opts->nrules, &filters, err)))
		return -1;
	c->stateless = !opts->thorough && !c->follow && !c->paint && !lines_need_state(c->lines) &&
		       !(c->filter && filter_needs_state(c->filter));
	if (opts->write)
		c->keep = keep_open(opts->write, !opts->filter, err);
	return c->keep || !opts->write ? 0 : -1;
}

void cat_release(struct cat *c)
{
	follow_free(c->follow);
	lines_free(c->lines);
	filter_free(c->filter);
	keep_abort(c->keep);
	paint_free(c->paint);
	buf_release(&c->text);
}

/* Returns false when out takes no more, of which the end of the program tells. */
static bool write_text(struct cat *c, bool flush)
{
	size_t n = c->text.n;
	bool good = !n || fwrite(c->text.p, 1, n, c->out) == n;

	buf_clear(&c->text);
	good = good && (!flush || fflush(c->out) == 0);
	if (!good)
		c->failed = errno;
	return good;
}

int cat_end(struct cat *c, struct err *err)
{
	struct keep *keep;

	lines_tail(c->lines, &c->text);
	if (c->text.failed)
		return err_memory(err);
	if (!c->failed)
		(void)write_text(c, true);
	keep = c->keep;
	c->keep = NULL;
	if (c->follow && follow_close(c->follow, err) < 0)
		return -1;
	return keep_close(keep, err);
}

/* What reading a file needs. */
struct input {
	struct src *src;
	struct reader *reader;
	struct state *state;
	struct ahead *ahead;     /* NULL: blocks are shown as they are read */
	struct late *late;       /* NULL: no packets are to be shown before their place */
	struct late_watch watch; /* of the blocks that were taken */
	struct ordinal at;       /* of the last record that was read */
	bool beginning;          /* nothing but the machine's state so far in this section */
};

/* Records that begin a section as part of the machine's state, and can come later as news. */
static bool describes_machine(uint16_t type)
{
	switch (type) {
	case PPME_CONTAINER_E:
	case PPME_CONTAINER_JSON_E:
	case PPME_CONTAINER_JSON_2_E:
	case PPME_USER_ADDED_E:
	case PPME_GROUP_ADDED_E:
	case PPME_ASYNCEVENT_E:
		return true;
	default:
		return false;
	}
}

static bool is_shown(const struct cat *c, const struct input *in, const struct event *ev)
{
	if (c->opts.internal)
		return true;
	if (ev->flags & EVENT_HIDDEN || in->beginning)
		return false;
	return !ev->info || (ev->info->category & EC_CLASS_MASK) != EC_INTERNAL;
}

/* What the capture that is written says to a record, which counts. A failure is told of by cat_end. */
static int keep(struct cat *c, int status, bool counts)
{
	c->shown += counts;
	c->stopped |= status < 0;
	return status;
}

static bool packet_passes(struct cat *c, const struct packet *p, uint64_t frame)
{
	return !c->filter || lines_pass_packet(c->lines, c->filter, p, frame);
}

static int show_packet(struct cat *c, const struct packet *p, uint64_t frame, struct err *err)
{
	size_t before = c->text.n;
	int result;

	if (c->follow || !packet_passes(c, p, frame))
		return 0;
	if (c->paint)
		paint_packet(c->paint, c->lines, p, frame);
	result = lines_packet(c->lines, p, frame, &c->text, err);
	if (c->paint)
		paint_lines(c->paint, &c->text, before);
	c->shown += c->text.n > before;
	return result;
}

/* Shows packets of later sections: those before a time, and up to a place in the file. */
static int take_late(
	struct cat *c, struct input *in, uint64_t ts, uint64_t frame, struct err *err)
{
	const struct packet *p;

	while (in->late && (p = late_packet(in->late)) && (!p->has_ts || p->ts < ts) &&
		late_frame(in->late) <= frame && late_group(in->late) <= in->watch.group) {
		if (show_packet(c, p, late_frame(in->late), err) < 0)
			return -1;
		late_next(in->late);
	}
	return 0;
}

static int take_packet(struct cat *c, struct input *in, const struct block *b, uint64_t frame,
	struct err *err)
{
	struct err damage = {0};
	struct packet p;

	if (packet_decode(&p, b, in->reader, &damage) < 0) {
		lines_note_damaged(c->lines);
		reader_warn(in->reader, b->offset, "%s", damage.text);
		return 0;
	}
	lines_note_packet(c->lines, &p);
	if (c->keep)
		return packet_passes(c, &p, frame) ? keep(c, keep_block(c->keep, b), true) : 0;
	if (late_here(&in->watch) && in->late)
		return take_late(c, in, UINT64_MAX, frame, err);
	c->behind |= late_here(&in->watch);
	return show_packet(c, &p, frame, err);
}

/* Whether events of this type need not be looked at: none of them passes, and none matters. */
static bool is_passed_over(const struct cat *c, const struct event *ev)
{
	return c->filter && !c->opts.thorough && !lines_want_all(c->lines) &&
	       filter_kind(c->filter, record_kind(ev)) == FILTER_NO;
}

/* Takes an event into the state, if anybody needs that. */
static int apply(struct cat *c, struct input *in, const struct event *ev, struct moment *m,
	struct err *err)
{
	if (!c->stateless)
		return state_apply(in->state, ev, m, err);
	*m = (struct moment){.ev = ev, .fd = -1};
	return 0;
}

/* Shows data. That files of it could not be written is told of by cat_end, too. */
static int follow(struct cat *c, struct input *in, const struct moment *m, uint64_t num,
	struct err *err)
{
	int result = follow_event(c->follow, in->state, m, num, &c->text, err);

	c->stopped |= result < 0 && !err->code;
	return result;
}

/*
 * Shows an event if it is visible and passes. Returns whether something was shown, or -1 on failure
 * (err).
 */
static int show_event(struct cat *c, struct input *in, const struct moment *m, uint64_t num,
	bool visible, struct err *err)
{
	bool pass =
		visible && (!c->filter || lines_pass(c->lines, c->filter, in->state, m, num));
	size_t before = c->text.n;

	if (c->follow)
		return pass ? follow(c, in, m, num, err) : 0;
	if (!pass && !lines_want_all(c->lines))
		return 0;
	if (c->paint)
		paint_event(c->paint, c->lines, in->state, m, num);
	if (lines_event(c->lines, in->state, m, num, pass, &c->text, err) < 0)
		return -1;
	if (c->paint)
		paint_lines(c->paint, &c->text, before);
	return c->text.n > before;
}

/* The event goes into the capture that is written, if it passes or matters. */
static int keep_event_of(struct cat *c, struct input *in, const struct moment *m,
	const struct block *b, uint64_t num, bool visible)
{
	bool passes = visible &&
		      (!c->filter || lines_pass(c->lines, c->filter, in->state, m, num));

	return keep(c,
		keep_event(c->keep, m->ev, b,
			passes ? KEEP_SHOWN : (visible ? KEEP_HIDDEN : KEEP_STATE)),
		passes);
}

static int take_event(struct cat *c, struct input *in, const struct block *b,
	const struct ordinal *at, struct err *err)
{
	struct err damage; /* not cleared as a whole: it is large, and this is done for every event */
	bool visible;
	struct moment m;
	struct event ev;
	int shown;

	err_clear(&damage);
	if (event_decode(&ev, b, &damage) < 0) {
		lines_note_damaged(c->lines);
		reader_warn(in->reader, b->offset, "%s", damage.text);
		return 0;
	}
	if (take_late(c, in, ev.ts, UINT64_MAX, err) < 0 ||
		apply(c, in, &ev, &m, err) < 0)
		return -1;
	lines_note(c->lines, &ev);
	if (c->follow)
		follow_note(c->follow, &m, at->event);
	in->beginning = in->beginning && describes_machine(ev.type);
	visible = is_shown(c, in, &ev);
	if (c->keep)
		return keep_event_of(c, in, &m, b, at->event, visible);
	if (is_passed_over(c, &ev) || (!visible && !lines_want_all(c->lines)))
		return 0;
	shown = show_event(c, in, &m, at->event, visible, err);
	c->shown += shown > 0;
	return shown < 0 ? -1 : 0;
}

/* An event whose call begins: it comes again when that is over. */
static int take_begin(struct cat *c, struct input *in, const struct block *b,
	const struct ordinal *at, struct err *err)
{
	struct err damage = {0};
	struct event ev;

	if (event_decode(&ev, b, &damage) < 0 || !is_shown(c, in, &ev))
		return 0;
	return lines_begin(c->lines, in->state, &ev, at->event, &c->text, err);
}

/* A block that is neither event nor packet. */
static int take_list(struct cat *c, struct input *in, const struct block *b, struct err *err)
{
	struct err damage = {0};

	if (c->keep && keep(c, keep_block(c->keep, b), false) < 0)
		return -1;
	if (b->info->kind == BLOCK_SECTION)
		in->beginning = true;
	if (state_load(in->state, b, &damage) < 0) {
		if (damage.code == ERR_MEMORY)
			return err_memory(err);
		reader_warn(in->reader, b->offset, "%s", damage.text);
	}
	return 0;
}

static int take_block(struct cat *c, struct input *in, const struct block *b,
	const struct ordinal *at, struct err *err)
{
	late_watch(&in->watch, b);
	if (b->info->kind == BLOCK_EVENT)
		return take_event(c, in, b, at, err);
	if (b->info->kind == BLOCK_PACKET)
		return take_packet(c, in, b, at->frame, err);
	return take_list(c, in, b, err);
}

/*
 * Whether the block behind b is there as a whole, so that reading it will not have to wait, and will
 * not make the reader forget the interfaces of this section.
 */
static bool next_is_there(const struct input *in, const struct block *b)
{
	struct span have = src_buffered(in->src);
	uint64_t used = b->offset + b->raw.n - src_offset(in->src);

	if (used > have.n || have.n - used < PCAPNG_OVERHEAD)
		return false;
	return load_u32(have.p + used + 4, b->big) <= have.n - used &&
	       load_u32(have.p + used, b->big) != BT_SHB;
}

/* Behind each block. Returns 1, or 0 when nothing more is to be printed. */
static int go_on(struct cat *c, bool flush)
{
	if (c->opts.limit && c->shown >= c->opts.limit)
		return 0;
	if (c->keep && flush && keep(c, keep_flush(c->keep), false) < 0)
		return 0;
	if (c->text.n && (flush || c->text.n >= TEXT_FULL) && !write_text(c, flush))
		return 0;
	return 1;
}

/* Takes the blocks that were read ahead: all of them, or until there is room for one more. */
static int take_ahead(struct cat *c, struct input *in, bool all, struct err *err)
{
	const struct ahead_block *b;
	int going = 1;

	while (going > 0 && (all || ahead_full(in->ahead)) && (b = ahead_next(in->ahead))) {
		int got = b->begins ? take_begin(c, in, &b->block, &b->at, err)
				    : take_block(c, in, &b->block, &b->at, err);

		going = got < 0 ? -1 : go_on(c, false);
	}
	return going;
}

/* A block was read. Returns 1; 0 when nothing more is to be printed; -1 on failure (err). */
static int take(struct cat *c, struct input *in, const struct block *b, struct err *err)
{
	bool wait = !next_is_there(in, b);
	int going;

	in->at.event += b->info->kind == BLOCK_EVENT;
	in->at.frame += b->info->kind == BLOCK_EVENT || b->info->kind == BLOCK_PACKET;
	if (!in->ahead)
		return take_block(c, in, b, &in->at, err) < 0 ? -1 : go_on(c, wait);
	if (ahead_put(in->ahead, b, &in->at, err) < 0)
		return -1;
	going = take_ahead(c, in, wait, err);
	return going > 0 ? go_on(c, wait) : going;
}

static int take_all(struct cat *c, struct input *in, struct err *err)
{
	struct err late = {0};
	struct block b;
	int got, going = 1;

	while (going > 0 && (got = reader_next(in->reader, &b, err)) > 0)
		going = take(c, in, &b, err);
	if (going <= 0)
		return going;
	if (in->ahead && take_ahead(c, in, true, &late) <= 0)
		return late.code ? err_copy(err, &late) : 0;
	lines_end(c->lines, &c->text);
	return got < 0 ? -1 : 1;
}

int cat_file(struct cat *c, struct src *src, struct late *late, struct reader_warnings *warnings,
	struct err *err)
{
	struct input in = {.src = src, .late = late, .beginning = true};
	int result = -1;

	*warnings = (struct reader_warnings){0};
	c->behind = false;
	lines_restart(c->lines);
	if (c->filter)
		filter_restart(c->filter);
	if (c->paint)
		paint_restart(c->paint);
	in.reader = reader_new(src, err);
	in.state = in.reader ? state_new(err) : NULL;
	if (!in.state)
		goto out;
	if (lines_want_begins(c->lines) && !(in.ahead = ahead_new(err)))
		goto out;
	result = take_all(c, &in, err);
	if (!write_text(c, true) && result > 0)
		result = 0;
	if (c->follow && follow_end(c->follow) < 0)
		c->stopped = true;
	if (c->stopped)
		result = 0;
	*warnings = *reader_warnings(in.reader);
out:
	ahead_free(in.ahead);
	state_free(in.state);
	reader_free(in.reader);
	return result;
}
