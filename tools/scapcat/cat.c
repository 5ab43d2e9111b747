/* SPDX-License-Identifier: MIT */
/*
 * Every record goes through the state, in the order of the file; lines gather in a large buffer
 * that is written when it is full or when the source has no whole block left, so that a live
 * capture is shown as it comes.
 */
#include "tools/scapcat/cat.h"

#include <errno.h>

#include "base/endian.h"
#include "pcapng/pcapng.h"

#define LINES_FULL (128u << 10)

int cat_init(struct cat *c, const struct cat_opts *opts, FILE *out, struct err *err)
{
	*c = (struct cat){.opts = *opts, .out = out};
	c->text = text_new(&opts->text, err);
	return c->text ? 0 : -1;
}

void cat_release(struct cat *c)
{
	text_free(c->text);
	buf_release(&c->lines);
}

/* Returns false when out takes no more, of which the end of the program tells. */
static bool write_lines(struct cat *c, bool flush)
{
	size_t n = c->lines.n;
	bool good = !n || fwrite(c->lines.p, 1, n, c->out) == n;

	buf_clear(&c->lines);
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
	uint64_t num;   /* of the last event */
	bool beginning; /* nothing but the machine's state so far in this section */
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

static int take_event(struct cat *c, struct input *in, const struct block *b, struct err *err)
{
	struct err damage;
	struct moment m;
	struct event ev;

	in->num++;
	err_clear(&damage);
	if (event_decode(&ev, b, &damage) < 0) {
		reader_warn(in->reader, b->offset, "%s", damage.text);
		return 0;
	}
	if (state_apply(in->state, &ev, &m, err) < 0)
		return -1;
	text_note(c->text, &ev);
	in->beginning = in->beginning && describes_machine(ev.type);
	if (!is_shown(c, in, &ev))
		return 0;
	text_event(c->text, in->state, &m, in->num, &c->lines);
	c->shown++;
	return c->lines.failed ? err_memory(err) : 0;
}

static int take_block(struct cat *c, struct input *in, const struct block *b, struct err *err)
{
	struct err damage = {0};

	if (b->info->kind == BLOCK_EVENT)
		return take_event(c, in, b, err);
	if (b->info->kind == BLOCK_PACKET)
		c->packets++;
	if (b->info->kind == BLOCK_SECTION)
		in->beginning = true;
	if (state_load(in->state, b, &damage) < 0) {
		if (damage.code == ERR_MEMORY)
			return err_memory(err);
		reader_warn(in->reader, b->offset, "%s", damage.text);
	}
	return 0;
}

/* Whether the block behind b is there as a whole, so that reading it will not have to wait. */
static bool next_is_there(const struct input *in, const struct block *b)
{
	struct span have = src_buffered(in->src);
	uint64_t used = b->offset + b->raw.n - src_offset(in->src);

	if (used > have.n || have.n - used < PCAPNG_OVERHEAD)
		return false;
	return load_u32(have.p + used + 4, b->big) <= have.n - used;
}

static int take_all(struct cat *c, struct input *in, struct err *err)
{
	struct block b;
	int got;

	while ((got = reader_next(in->reader, &b, err)) > 0) {
		bool wait;

		if (take_block(c, in, &b, err) < 0)
			return -1;
		if (c->opts.limit && c->shown >= c->opts.limit)
			return 0;
		wait = !next_is_there(in, &b);
		if (c->lines.n && (wait || c->lines.n >= LINES_FULL) && !write_lines(c, wait))
			return 0;
	}
	return got < 0 ? -1 : 1;
}

int cat_file(struct cat *c, struct src *src, struct reader_warnings *warnings, struct err *err)
{
	struct input in = {.src = src, .beginning = true};
	int result = -1;

	*warnings = (struct reader_warnings){0};
	c->packets = 0;
	text_restart(c->text);
	in.reader = reader_new(src, err);
	in.state = in.reader ? state_new(err) : NULL;
	if (!in.state)
		goto out;
	result = take_all(c, &in, err);
	if (!write_lines(c, true) && result > 0)
		result = 0;
	*warnings = *reader_warnings(in.reader);
out:
	state_free(in.state);
	reader_free(in.reader);
	return result;
}
