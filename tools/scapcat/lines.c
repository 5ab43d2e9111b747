/* SPDX-License-Identifier: MIT */
/* A row of functions per kind of lines; kinds without a function have nothing to do there. */
#include "tools/scapcat/lines.h"

#include <stdlib.h>

#include "filter/comments.h"
#include "format/joined.h"

struct lines {
	struct lines_opts opts;
	struct text *text;
	struct joined *joined; /* LINES_CALLS */
};

struct lines *lines_new(const struct lines_opts *opts, struct err *err)
{
	struct lines *l = calloc(1, sizeof(*l));
	struct text_opts text = opts->text;

	if (!l) {
		err_memory(err);
		return NULL;
	}
	l->opts = *opts;
	if (opts->kind == LINES_CALLS && !text.template)
		text.template = JOINED_TEMPLATE;
	l->text = text_new(&text, err);
	if (l->text && opts->kind == LINES_CALLS)
		l->joined = joined_new(l->text, err);
	if (!l->text || (opts->kind == LINES_CALLS && !l->joined)) {
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
	text_free(l->text);
	free(l);
}

void lines_restart(struct lines *l)
{
	text_restart(l->text);
}

void lines_note(struct lines *l, const struct event *ev)
{
	text_note(l->text, ev);
}

int lines_event(struct lines *l, const struct state *st, const struct moment *m, uint64_t num,
	struct buf *out, struct err *err)
{
	size_t before = out->n;

	if (l->joined && joined_event(l->joined, st, m, num, out, err) < 0)
		return -1;
	if (!l->joined)
		text_event(l->text, st, m, num, out);
	if (l->opts.comments && out->n > before)
		comments_put(m->ev->options, out);
	return out->failed ? err_memory(err) : 0;
}

bool lines_want_begins(const struct lines *l)
{
	return l->joined != NULL;
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
