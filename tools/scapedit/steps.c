/* SPDX-License-Identifier: MIT */
/* The last stage is made first: each goes in front of what is there already. */
#include "tools/scapedit/steps.h"

int steps_init(
	struct steps *s, const struct args *a UNUSED, struct sink *to, struct err *err UNUSED)
{
	*s = (struct steps){.stages.top = to};
	return 0;
}

void steps_release(struct steps *s)
{
	stages_release(&s->stages);
}
