/* SPDX-License-Identifier: MIT */
/* The last stage is made first: each goes in front of what is there already. */
#include "tools/scapedit/steps.h"

#include "tools/scapedit/convert.h"

int steps_init(struct steps *s, const struct args *a, struct sink *to, struct err *err)
{
	*s = (struct steps){.stages.top = to};
	if (a->convert.schema) {
		s->convert = convert_new(&a->convert, err);
		if (!s->convert || stages_add(&s->stages, &convert_ops, s->convert, err) < 0)
			return -1;
	}
	return 0;
}

void steps_tell(const struct steps *s, const struct args *a)
{
	if (s->convert)
		losses_tell(convert_losses(s->convert), a->in, a->verbose);
}

void steps_release(struct steps *s)
{
	stages_release(&s->stages);
	convert_free(s->convert);
}
