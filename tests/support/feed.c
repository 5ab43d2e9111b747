/* SPDX-License-Identifier: MIT */
/* Every step is asserted, so that a test reads as a story and fails where the story does. */
#include "support/feed.h"

#include <criterion/criterion.h>

void feed_begin(struct feed *f)
{
	struct err err = {0};

	*f = (struct feed){.st = state_new(&err)};
	cr_assert_not_null(f->st);
	build_section(&f->b, 2);
	feed_last(f);
}

void feed_begin_shell(struct feed *f)
{
	struct meta_proc shell = build_proc(10, 1, "sh");

	feed_begin(f);
	build_procs(&f->b, 9, BUILD_TAIL, &shell, 1);
	feed_last(f);
}

void feed_end(struct feed *f)
{
	state_free(f->st);
	build_release(&f->b);
}

void feed_last(struct feed *f)
{
	struct block block = build_last(&f->b);
	struct err err = {0};

	cr_assert_eq(state_load(f->st, &block, &err), 0, "%s", err.text);
	f->b.out.n = 0;
}

static const struct moment *apply(struct feed *f)
{
	struct block block = build_last(&f->b);
	struct err err = {0};

	cr_assert_eq(event_decode(&f->ev, &block, &err), 0, "%s", err.text);
	cr_assert_eq(state_apply(f->st, &f->ev, &f->m, &err), 0, "%s", err.text);
	f->b.out.n = 0;
	return &f->m;
}

const struct moment *feed(
	struct feed *f, uint16_t type, int64_t tid, const struct build_param *params)
{
	return feed_at(f, 0, type, tid, params);
}

const struct moment *feed_at(
	struct feed *f, uint64_t ts, uint16_t type, int64_t tid, const struct build_param *params)
{
	build_event(&f->b, &(struct build_event){.type = type, .tid = tid, .ts = ts}, params);
	return apply(f);
}

bool says(struct span s, const char *text)
{
	return span_eq(s, span_str(text));
}

const char *name_of(struct feed *f, int64_t tid, int64_t fd)
{
	static _Thread_local char text[2048];
	const struct thread *t = state_thread(f->st, tid);
	const struct fd *known = t ? state_fd(f->st, t, fd) : NULL;

	if (!known || known->m.name.n >= sizeof(text))
		return NULL;
	if (known->m.name.n)
		memcpy(text, known->m.name.p, known->m.name.n);
	text[known->m.name.n] = 0;
	return text;
}
