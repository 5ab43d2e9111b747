/* SPDX-License-Identifier: MIT */
/* The last stage is made first: each goes in front of what is there already. */
#include "tools/scapedit/steps.h"

#include <inttypes.h>

#include "cli/msg.h"

static int turn_take(void *self, const struct block *b, const struct reader *r UNUSED,
	struct writer *out, struct err *err)
{
	struct turned *t = self;

	out->block.big = t->big;
	return turn_block(&t->turn, out, b, err);
}

static const struct stage_ops turn_ops = {.take = turn_take};

int steps_init(struct steps *s, const struct args *a, struct sink *to, struct err *err)
{
	*s = (struct steps){.stages.top = to};
	if (a->turn) {
		s->turned.big = a->big;
		if (stages_add(&s->stages, &turn_ops, &s->turned, err) < 0)
			return -1;
	}
	if (change_wanted(&a->change) || comments_wanted(&a->comments)) {
		s->change.opts = &a->change;
		if (stages_add(&s->stages, &change_ops, &s->change, err) < 0)
			return -1;
	}
	return 0;
}

int steps_tell(const struct steps *s, const struct args *a)
{
	if (!s->change.left_out)
		return STATUS_OK;
	msg_warn(a->in, "blocks left out, as they cannot be looked into: %" PRIu64 " (%s)",
		s->change.left_out, s->change.why.text);
	return STATUS_DATA;
}

void steps_release(struct steps *s)
{
	stages_release(&s->stages);
	change_release(&s->change);
	turn_release(&s->turned.turn);
}
