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

#define TEXT_FULL (128u << 10)

int cat_init(struct cat *c, const struct cat_opts *opts, FILE *out, struct err *err)
{
	const struct filter_opts filters = {opts->lines.text.utc, opts->macros};

	*c = (struct cat){.opts = *opts, .out = out};
	c->lines = lines_new(&opts->lines, err);
	if (!c->lines)
		return -1;
	if (opts->filter && !(c->filter = filter_compile(opts->filter, &filters, err)))
		return -1;
	if (opts->nrules && !(c->paint = paint_new(opts->rules, opts->nrules, &filters, err)))
		return -1;
	if (opts->header)
		buf_text(&c->text, opts->header);
	return 0;
}

void cat_release(struct cat *c)
{
	lines_free(c->lines);
	filter_free(c->filter);
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

static int show_packet(struct cat *c, const struct packet *p, uint64_t frame, struct err *err)
{
	size_t before = c->text.n;
	int result;

	if (c->filter && !lines_pass_packet(c->lines, c->filter, p, frame))
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
	if (late_here(&in->watch) && in->late)
		return take_late(c, in, UINT64_MAX, frame, err);
	c->behind |= late_here(&in->watch);
	return show_packet(c, &p, frame, err);
}

static int take_event(struct cat *c, struct input *in, const struct block *b,
	const struct ordinal *at, struct err *err)
{
	struct err damage; /* not cleared as a whole: it is large, and this is done for every event */
	size_t before;
	struct moment m;
	struct event ev;

	err_clear(&damage);
	if (event_decode(&ev, b, &damage) < 0) {
		lines_note_damaged(c->lines);
		reader_warn(in->reader, b->offset, "%s", damage.text);
		return 0;
	}
	if (take_late(c, in, ev.ts, UINT64_MAX, err) < 0 ||
		state_apply(in->state, &ev, &m, err) < 0)
		return -1;
	lines_note(c->lines, &ev);
	in->beginning = in->beginning && describes_machine(ev.type);
	if (!is_shown(c, in, &ev) ||
		(c->filter && !lines_pass(c->lines, c->filter, in->state, &m, at->event)))
		return 0;
	before = c->text.n;
	if (c->paint)
		paint_event(c->paint, c->lines, in->state, &m, at->event);
	if (lines_event(c->lines, in->state, &m, at->event, &c->text, err) < 0)
		return -1;
	if (c->paint)
		paint_lines(c->paint, &c->text, before);
	c->shown += c->text.n > before;
	return 0;
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
static int take_list(struct input *in, const struct block *b, struct err *err)
{
	struct err damage = {0};

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
	return take_list(in, b, err);
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
	*warnings = *reader_warnings(in.reader);
out:
	ahead_free(in.ahead);
	state_free(in.state);
	reader_free(in.reader);
	return result;
}
