/* SPDX-License-Identifier: MIT */
/* Puts together what the formatters make of a record: its line, the tree below it, comments. */
#include "tools/scapcat/lines.h"

#include <stdlib.h>

#include "filter/comments.h"
#include "format/joined.h"
#include "format/notes.h"
#include "format/strace.h"
#include "format/tree.h"

struct lines {
	struct lines_opts opts;
	struct text *text;
	struct joined *joined; /* LINES_CALLS and LINES_STRACE, else NULL */
	struct tree *tree;     /* LINES_TREES, else NULL */
	struct records *records; /* LINES_DATA, else NULL */
};

static bool has_calls(const struct lines *l)
{
	return l->opts.kind == LINES_CALLS || l->opts.kind == LINES_STRACE;
}

static bool make(struct lines *l, struct err *err)
{
	struct text_opts text = l->opts.text;
	bool strace = l->opts.kind == LINES_STRACE;

	if (has_calls(l) && !text.template) {
		text.template = strace ? STRACE_TEMPLATE : JOINED_TEMPLATE;
		text.packets = TEXT_PACKET_TEMPLATE;
	}
	l->text = text_new(&text, err);
	if (!l->text)
		return false;
	if (has_calls(l))
		return (l->joined = joined_new(l->text,
				strace ? strace_style(!l->opts.text.template) : joined_style(),
				l->opts.some, err)) != NULL;
	if (l->opts.kind == LINES_TREES)
		return (l->tree = tree_new(err)) != NULL;
	if (l->opts.kind == LINES_DATA)
		return (l->records = records_new(&l->opts.records, err)) != NULL;
	return true;
}

struct lines *lines_new(const struct lines_opts *opts, struct err *err)
{
	struct lines *l = calloc(1, sizeof(*l));

	if (!l) {
		err_memory(err);
		return NULL;
	}
	l->opts = *opts;
	if (!make(l, err)) {
		lines_free(l);
		return NULL;
	}
	return l;
}

void lines_free(struct lines *l)
{
	if (!l)
		return;
	joined_free(l->joined);
	tree_free(l->tree);
	records_free(l->records);
	text_free(l->text);
	free(l);
}

struct text *lines_text(struct lines *l)
{
	return l->text;
}

bool lines_need_state(const struct lines *l)
{
	return l->opts.kind != LINES_RECORDS || text_needs_state(l->text);
}

void lines_head(struct lines *l, struct buf *out)
{
	if (l->records)
		records_head(l->records, out);
}

void lines_tail(struct lines *l, struct buf *out)
{
	if (l->records)
		records_tail(l->records, out);
}

void lines_restart(struct lines *l)
{
	text_restart(l->text);
	if (l->tree)
		tree_restart(l->tree);
	if (l->records)
		records_restart(l->records);
}

void lines_note(struct lines *l, const struct event *ev)
{
	text_note(l->text, ev);
}

void lines_note_packet(struct lines *l, const struct packet *p)
{
	text_note_packet(l->text, p);
}

void lines_note_damaged(struct lines *l)
{
	text_note_damaged(l->text);
}

bool lines_pass(struct lines *l, struct filter *f, const struct state *st, const struct moment *m,
	uint64_t num)
{
	return filter_match(f, st, m, text_view(l->text, st, m, num)->place);
}

bool lines_pass_packet(struct lines *l, struct filter *f, const struct packet *p, uint64_t frame)
{
	return filter_match_packet(f, p, p->via->linktype, text_view_packet(l->text, p, frame)->place);
}

/* The line of a record by itself. Returns whether there is one. */
static bool put_event(struct lines *l, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out)
{
	const char *note = l->opts.notes ? event_note(m->ev) : NULL;

	if (!text_put(l->text, st, m, num, out))
		return false;
	if (note) {
		buf_text(out, " -- ");
		buf_text(out, note);
	}
	buf_char(out, l->opts.nul ? '\0' : '\n');
	return true;
}

/* Of the record that v looks at. */
static int put_data(struct lines *l, const struct view *v, struct buf *out, struct err *err)
{
	size_t before = out->n;

	records_put(l->records, v, out);
	if (out->n > before)
		text_shown(l->text);
	return out->failed ? err_memory(err) : 0;
}

bool lines_want_all(const struct lines *l)
{
	return l->joined && l->opts.some;
}

int lines_event(struct lines *l, const struct state *st, const struct moment *m, uint64_t num,
	bool passes, struct buf *out, struct err *err)
{
	size_t before = out->n;

	if (l->records)
		return put_data(l, text_view(l->text, st, m, num), out, err);
	if (l->joined && joined_event(l->joined, st, m, num, passes, out, err) < 0)
		return -1;
	if (!l->joined && !put_event(l, st, m, num, out))
		return 0;
	if (l->tree)
		tree_put(l->tree, text_view(l->text, st, m, num), out);
	if (l->opts.comments && passes && out->n > before)
		comments_put(m->ev->options, out);
	return out->failed ? err_memory(err) : 0;
}

int lines_packet(struct lines *l, const struct packet *p, uint64_t frame, struct buf *out,
	struct err *err)
{
	size_t before;

	if (l->records)
		return put_data(l, text_view_packet(l->text, p, frame), out, err);
	if (!text_has_packets(l->text))
		return 0;
	if (l->joined)
		joined_cut(l->joined, out);
	before = out->n;
	text_packet(l->text, p, frame, out);
	if (l->opts.nul && out->n > before)
		out->p[out->n - 1] = 0;
	if (l->tree && out->n > before)
		tree_put(l->tree, text_view_packet(l->text, p, frame), out);
	if (l->opts.comments && out->n > before)
		comments_put(p->options, out);
	return out->failed ? err_memory(err) : 0;
}

bool lines_want_begins(const struct lines *l)
{
	return l->joined && !l->opts.some;
}

int lines_begin(struct lines *l, const struct state *st, const struct event *ev, uint64_t num,
	struct buf *out, struct err *err)
{
	return l->joined ? joined_begin(l->joined, st, ev, num, out, err) : 0;
}

void lines_end(struct lines *l, struct buf *out)
{
	if (l->joined)
		joined_end(l->joined, out);
}
