/* SPDX-License-Identifier: MIT */
/*
 * What is written is fed to a reader, so that a stage sees blocks as any program does: with byte
 * order and interfaces. Nothing is copied on the way in.
 */
#include "tools/scapedit/stage.h"

#include <stdlib.h>

struct stage {
	const struct stage_ops *ops;
	void *self;
	struct sink *in;
	struct src *src;
	struct reader *reader; /* NULL before the first block */
	struct writer out;
};

static int take(void *user, struct span bytes, struct err *err)
{
	struct stage *s = user;
	struct block b;
	int got;

	if (!bytes.n)
		return 0;
	src_feed(s->src, bytes);
	if (!s->reader && !(s->reader = reader_new(s->src, err)))
		return -1;
	while ((got = reader_next(s->reader, &b, err)) == 1) {
		s->out.block.big = b.big;
		if (s->ops->take(s->self, &b, s->reader, &s->out, err) < 0)
			return -1;
	}
	return got;
}

struct stage *stage_new(const struct stage_ops *ops, void *self, struct sink *to, struct err *err)
{
	struct stage *s = calloc(1, sizeof(*s));

	if (!s) {
		err_memory(err);
		return NULL;
	}
	s->ops = ops;
	s->self = self;
	writer_init(&s->out, to, false);
	s->src = src_fed(err);
	s->in = s->src ? sink_call(take, s, err) : NULL;
	if (!s->in) {
		stage_free(s);
		return NULL;
	}
	return s;
}

struct sink *stage_sink(struct stage *s)
{
	return s->in;
}

int stage_end(struct stage *s, struct err *err)
{
	return s->ops->end ? s->ops->end(s->self, &s->out, err) : 0;
}

void stage_free(struct stage *s)
{
	if (!s)
		return;
	sink_abort(s->in);
	reader_free(s->reader);
	src_close(s->src);
	writer_release(&s->out);
	free(s);
}

int stages_add(struct stages *s, const struct stage_ops *ops, void *self, struct err *err)
{
	struct stage *stage;

	assert(s->n < STAGES_MAX);
	stage = stage_new(ops, self, s->top, err);
	if (!stage)
		return -1;
	s->stage[s->n++] = stage;
	s->top = stage_sink(stage);
	return 0;
}

int stages_end(struct stages *s, struct err *err)
{
	for (size_t i = s->n; i > 0; i--)
		if (stage_end(s->stage[i - 1], err) < 0)
			return -1;
	return 0;
}

void stages_release(struct stages *s)
{
	while (s->n)
		stage_free(s->stage[--s->n]);
}
