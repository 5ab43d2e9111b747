/* SPDX-License-Identifier: MIT */
/*
 * Each event that moves data is a piece, shown by itself where it stands in the capture. So nothing
 * is kept of a descriptor, and data of several come in the order in which it was read and written.
 */
#include "tools/scapcat/follow.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "filter/escape.h"
#include "pcapng/reader.h"
#include "scap/fdlist.h"
#include "tools/scapcat/late.h"
#include "tools/scapcat/streams.h"

struct follow {
	struct follow_opts opts;
	struct text *prefix;
	struct streams *streams; /* NULL: none */
	uint64_t id;             /* FOLLOW_EVENT: of the descriptor; 0: not known yet */
	uint64_t missing;
	bool lost; /* events were, since the last piece */
};

struct follow *follow_new(const struct follow_opts *opts, struct text *prefix, struct err *err)
{
	struct follow *f = calloc(1, sizeof(*f));

	if (!f) {
		err_memory(err);
		return NULL;
	}
	f->opts = *opts;
	f->prefix = prefix;
	if (opts->folder && !(f->streams = streams_new(opts->folder, err))) {
		free(f);
		return NULL;
	}
	return f;
}

void follow_free(struct follow *f)
{
	if (!f)
		return;
	streams_free(f->streams);
	free(f);
}

/* --- the descriptor of an event ------------------------------------------------------------- */

/* Reads a capture up to the event, with the state, of which damage is told another time. */
static int look_for(struct follow *f, struct reader *r, struct state *st, struct err *err)
{
	struct err damage = {0};
	uint64_t num = 0;
	struct block b;

	while (reader_next(r, &b, &damage) > 0) {
		struct event ev;
		struct moment m;

		err_clear(&damage);
		if (b.info->kind != BLOCK_EVENT) {
			if (state_load(st, &b, &damage) < 0 && damage.code == ERR_MEMORY)
				return err_memory(err);
			continue;
		}
		num++;
		if (event_decode(&ev, &b, &damage) < 0)
			continue;
		if (state_apply(st, &ev, &m, err) < 0)
			return -1;
		if (num < f->opts.spec.event)
			continue;
		f->id = m.entry ? m.entry->id : 0;
		return f->id ? 0
			     : err_set(err, ERR_UNSUPPORTED,
				       "event %" PRIu64 " is about no descriptor that is known", num);
	}
	return err_set(err, ERR_UNSUPPORTED, "there is no event %" PRIu64, f->opts.spec.event);
}

int follow_find(struct follow *f, const char *path, struct err *err)
{
	const struct src_opts opts = {.wanted = reader_wants};
	struct err unread = {0};
	struct state *st = NULL;
	struct reader *r = NULL;
	struct src *src = NULL;
	struct stat info;
	int result = 0;

	f->id = 0;
	if (f->opts.spec.kind != FOLLOW_EVENT)
		return 0;
	path = late_again(path);
	if (!path || stat(path, &info) < 0 || !S_ISREG(info.st_mode))
		return 0;
	src = src_open(path, &opts, &unread);
	r = src ? reader_new(src, &unread) : NULL;
	st = r ? state_new(&unread) : NULL;
	/* Whoever reads the capture will tell why it cannot be read. */
	if (st)
		result = look_for(f, r, st, err);
	state_free(st);
	reader_free(r);
	src_close(src);
	return result;
}

static bool is_followed(const struct follow *f, const struct moment *m)
{
	if (f->opts.spec.kind == FOLLOW_EVENT)
		return f->id && m->entry && m->entry->id == f->id;
	return follow_spec_match(&f->opts.spec, m);
}

void follow_note(struct follow *f, const struct moment *m, uint64_t num)
{
	if (f->opts.spec.kind == FOLLOW_EVENT && !f->id && num == f->opts.spec.event && m->entry)
		f->id = m->entry->id;
	if (m->ev->type != PPME_DROP_E && m->ev->type != PPME_DROP_X)
		return;
	f->lost = true;
	if (f->streams)
		streams_lost(f->streams);
}

/* --- pieces as text ------------------------------------------------------------------------- */

static const struct {
	const char *arrow, *verb, *preposition, *colour;
} sides[PIECE_SIDES] = {
	[PIECE_IN] = {"<-- ", " read ", " from ", "\033[34m"},
	[PIECE_OUT] = {"--> ", " wrote ", " to ", "\033[31m"},
};
#define COLOUR_END "\033[0m"

static void put_descriptor(const struct moment *m, struct buf *out)
{
	char text[FOLLOW_NAME_MAX];

	buf_sdec(out, m->fd);
	if (!m->entry)
		return;
	buf_text(out, "(<");
	buf_char(out, fd_type_char(m->entry->m.type));
	buf_char(out, '>');
	escape_put(out, follow_name(m->entry, text));
	buf_char(out, ')');
}

static void put_head(struct follow *f, const struct state *st, const struct moment *m, uint64_t num,
	const struct piece *p, struct buf *out)
{
	buf_text(out, sides[p->side].arrow);
	(void)text_put(f->prefix, st, m, num, out);
	buf_text(out, sides[p->side].verb);
	buf_dec(out, piece_length(p));
	buf_text(out, piece_length(p) == 1 ? " byte" : " bytes");
	buf_text(out, sides[p->side].preposition);
	put_descriptor(m, out);
	if (p->has_position) {
		buf_text(out, " at ");
		buf_dec(out, p->position);
	}
}

/* Text with its lines, and with its tabs; what commands the terminal is escaped. */
static void put_lines(struct span s, struct buf *out)
{
	size_t start = 0;

	for (size_t i = 0; i <= s.n; i++) {
		size_t n = i - start;

		if (i < s.n && s.p[i] != '\n' && s.p[i] != '\t')
			continue;
		if (i < s.n && s.p[i] == '\n' && n && s.p[i - 1] == '\r')
			n--;
		escape_put(out, span_of(s.p + start, n));
		if (i < s.n)
			buf_char(out, (char)s.p[i]);
		start = i + 1;
	}
}

/* From a new line on; some modes begin and end one themselves. */
static void put_data(enum data_mode mode, struct span s, struct buf *out)
{
	bool begins = mode == DATA_TEXT || mode == DATA_HEX || mode == DATA_HEX_TEXT;

	if (!begins || !s.n)
		buf_char(out, '\n');
	if (!s.n)
		return;
	if (mode == DATA_DOTS)
		put_lines(s, out);
	else
		data_put(mode, 0, s, out);
	if (out->n && out->p[out->n - 1] != '\n')
		buf_char(out, '\n');
}

static void put_missing(uint64_t n, struct buf *out)
{
	if (!n)
		return;
	buf_text(out, "... ");
	buf_dec(out, n);
	buf_text(out, n == 1 ? " byte that was not captured\n" : " bytes that were not captured\n");
}

static void put_piece(struct follow *f, const struct state *st, const struct moment *m, uint64_t num,
	const struct piece *p, struct buf *out)
{
	if (f->lost)
		buf_text(out, "... events are missing here\n");
	if (f->opts.colour)
		buf_text(out, sides[p->side].colour);
	put_head(f, st, m, num, p, out);
	put_data(f->opts.mode, p->data, out);
	put_missing(p->missing, out);
	if (f->opts.colour)
		buf_text(out, COLOUR_END);
}

int follow_event(struct follow *f, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out, struct err *err)
{
	struct piece p;

	if (!piece_of(m, &p) || !is_followed(f, m))
		return 0;
	f->missing += p.missing;
	if (f->streams)
		return streams_put(f->streams, st, m, num, &p) < 0 ? -1 : 1;
	if (f->opts.raw)
		buf_span(out, p.data);
	else
		put_piece(f, st, m, num, &p, out);
	f->lost = false;
	return out->failed ? err_memory(err) : 1;
}

int follow_end(struct follow *f)
{
	f->lost = false;
	return f->streams ? streams_end(f->streams) : 0;
}

int follow_close(struct follow *f, struct err *err)
{
	return f->streams ? streams_close(f->streams, err) : 0;
}

uint64_t follow_missing(const struct follow *f)
{
	return f->missing;
}
