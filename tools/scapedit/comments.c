/* SPDX-License-Identifier: MIT */
/*
 * Numbers only grow: a pass moves through the notes in their order with one index for events and
 * one for frames. A block whose comments change is written again into memory, with new options.
 */
#include "tools/scapedit/comments.h"

#include <stdlib.h>

#include "cli/parse.h"
#include "pcapng/option.h"
#include "pcapng/pcapng.h"
#include "pcapng/recode.h"
#include "scap/event.h"

struct place {
	const struct notes *notes;
	size_t at;    /* the next note */
	uint64_t num; /* of the last record */
};

struct comments {
	bool strip;
	struct place events, frames;
	const char **texts; /* for this block; has room for all notes */
	size_t n;
	uint64_t used, left_out;
	struct buf options; /* of the changed block */
	struct buf copy;    /* the changed block */
	struct writer made; /* writes there */
};

int notes_add(void *notes, const char *text, struct err *err)
{
	struct notes *s = notes;
	const char *colon = strchr(text, ':');
	char number[24];
	struct note *grown;
	uint64_t num;

	if (!colon || (size_t)(colon - text) >= sizeof(number))
		return err_set(err, ERR_USAGE, "'%s' is not NUMBER:TEXT", text);
	memcpy(number, text, (size_t)(colon - text));
	number[colon - text] = 0;
	if (parse_u64(number, 1, UINT64_MAX, &num, err) < 0)
		return -1;
	grown = reallocarray(s->v, s->n + 1, sizeof(*grown));
	if (!grown)
		return err_memory(err);
	s->v = grown;
	s->v[s->n] = (struct note){num, s->n, colon + 1};
	s->n++;
	return 0;
}

void comment_opts_release(struct comment_opts *o)
{
	free(o->events.v);
	free(o->frames.v);
}

bool comments_wanted(const struct comment_opts *o)
{
	return o->strip || o->events.n || o->frames.n;
}

static int by_number(const void *a, const void *b)
{
	const struct note *x = a, *y = b;

	if (x->num != y->num)
		return x->num < y->num ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void place_init(struct place *p, struct notes *notes)
{
	if (notes->n)
		qsort(notes->v, notes->n, sizeof(*notes->v), by_number);
	p->notes = notes;
}

struct comments *comments_new(struct comment_opts *o, struct err *err)
{
	struct comments *c = calloc(1, sizeof(*c));

	if (!c) {
		err_memory(err);
		return NULL;
	}
	c->strip = o->strip;
	place_init(&c->events, &o->events);
	place_init(&c->frames, &o->frames);
	c->texts = calloc(o->events.n + o->frames.n + 1, sizeof(*c->texts));
	writer_init(&c->made, sink_mem(&c->copy, NULL, err), false);
	if (!c->texts || !c->made.sink) {
		err_memory(err);
		comments_free(c);
		return NULL;
	}
	return c;
}

void comments_free(struct comments *c)
{
	if (!c)
		return;
	sink_abort(c->made.sink);
	writer_release(&c->made);
	buf_release(&c->options);
	buf_release(&c->copy);
	free(c->texts);
	free(c);
}

uint64_t comments_left_out(const struct comments *c)
{
	return c->left_out;
}

uint64_t comments_unused(const struct comments *c)
{
	return c->events.notes->n + c->frames.notes->n - c->used;
}

/* Takes the notes for the next record. */
static void take_notes(struct comments *c, struct place *p)
{
	const struct notes *s = p->notes;

	p->num++;
	while (p->at < s->n && s->v[p->at].num == p->num)
		c->texts[c->n++] = s->v[p->at++].text;
}

void comments_put_options(
	struct buf *to, struct cursor at, bool strip, const char *const *texts, size_t n)
{
	struct option_view opt;
	size_t start = to->n;

	while (option_next(&at, &opt) == 1)
		if (!strip || opt.code != OPT_COMMENT)
			option_put(to, opt.code, opt.value);
	for (size_t i = 0; i < n; i++)
		option_put(to, OPT_COMMENT, span_str(texts[i]));
	if (to->n > start)
		option_put_end(to);
}

/* Whether the options from at on have to change, and if so, what they become. */
static bool make_options(struct comments *c, struct cursor at)
{
	struct option_view opt;

	if (!c->n && !(c->strip && option_find(at, OPT_COMMENT, &opt)))
		return false;
	buf_clear(&c->options);
	c->options.big = at.big;
	comments_put_options(&c->options, at, c->strip, c->texts, c->n);
	c->used += c->n;
	return true;
}

/* The copy becomes b. */
static int become(struct comments *c, struct block *b, struct err *err)
{
	if (sink_flush(c->made.sink, err) < 0)
		return -1;
	block_become(b, buf_view(&c->copy));
	return 1;
}

static int damaged(struct comments *c)
{
	if (!c->strip)
		return 1;
	c->left_out++;
	return 0;
}

static int comment_event(struct comments *c, struct block *b, struct err *err)
{
	struct err damage = {0};
	struct event ev;

	if (event_decode(&ev, b, &damage) < 0)
		return damaged(c);
	if (!make_options(c, ev.options))
		return 1;
	if (c->options.failed)
		return err_memory(err);
	ev.options = cursor_of(buf_view(&c->options), b->big);
	return event_rewrite(&c->made, b, &ev, err) < 0 ? -1 : become(c, b, err);
}

/* Blocks of pcapng, those that have options and that we know. */
static int comment_other(struct comments *c, struct block *b, struct err *err)
{
	struct cursor at;
	struct buf *to;

	if (!recode_find_options(b, &at) || !make_options(c, at))
		return 1;
	to = writer_begin(&c->made, b->type);
	buf_put(to, b->body.p, (size_t)(at.p - b->body.p));
	buf_zeros(to, pad4(to->n) - to->n);
	buf_span(to, buf_view(&c->options));
	if (c->options.failed)
		return err_memory(err);
	return writer_end(&c->made, err) < 0 ? -1 : become(c, b, err);
}

int comments_block(struct comments *c, struct block *b, struct err *err)
{
	buf_clear(&c->copy);
	c->made.block.big = b->big;
	c->n = 0;
	if (b->info->kind == BLOCK_EVENT)
		take_notes(c, &c->events);
	if (b->info->kind == BLOCK_EVENT || b->info->kind == BLOCK_PACKET)
		take_notes(c, &c->frames);
	if (!c->n && !c->strip)
		return 1;
	return b->info->kind == BLOCK_EVENT ? comment_event(c, b, err) : comment_other(c, b, err);
}
