/* SPDX-License-Identifier: MIT */
#include "support/outlet.h"

#include <criterion/criterion.h>

#include "scap/event.h"
#include "support/capture.h"

static struct sink *sink_of(struct outlet *o)
{
	return ((struct sink_outlet *)o)->sink;
}

static int begin(struct outlet *o, uint64_t now, struct span head, struct err *err)
{
	(void)now;
	return sink_write(sink_of(o), head, err);
}

static int event(struct outlet *o, uint64_t ts, struct span raw, struct err *err)
{
	(void)ts;
	return sink_write(sink_of(o), raw, err) < 0 ? -1 : 1;
}

static int tick(struct outlet *o, uint64_t now, struct err *err)
{
	(void)o, (void)now, (void)err;
	return 1;
}

static int flush(struct outlet *o, struct err *err)
{
	return sink_flush(sink_of(o), err);
}

static int end(struct outlet *o, int status, uint64_t *lost, struct err *err)
{
	(void)o, (void)status, (void)err;
	*lost = 0;
	return 0;
}

static const struct outlet_ops ops = {begin, event, tick, flush, end};

void sink_outlet_init(struct sink_outlet *o, struct sink *sink)
{
	*o = (struct sink_outlet){.base.ops = &ops, .sink = sink};
}

uint64_t outlet_replay(struct outlet *to, struct span bytes)
{
	struct err err = {0};
	struct capture c;
	struct event ev;
	uint64_t n = 0;
	int got;

	cr_assert(capture_open(&c, bytes), "%s", c.err.text);
	while ((got = capture_next(&c)) == 1) {
		if (c.block.info->kind != BLOCK_EVENT)
			continue;
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
		if (n == 0)
			got = to->ops->begin(to, ev.ts, span_of(bytes.p, c.block.offset), &err);
		cr_assert_neq(got, -1, "%s", err.text);
		got = to->ops->event(to, ev.ts, c.block.raw, &err);
		cr_assert_neq(got, -1, "%s", err.text);
		n++;
		if (got == 0)
			break;
	}
	cr_assert_neq(got, -1, "%s", c.err.text);
	capture_close(&c);
	return n;
}
