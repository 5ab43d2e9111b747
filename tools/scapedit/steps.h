/* SPDX-License-Identifier: MIT */
/* The changes that the user asked for, as stages in the order in which they have to be made. */
#ifndef SCAPEDIT_STEPS_H
#define SCAPEDIT_STEPS_H

#include "scap/turn.h"
#include "tools/scapedit/args.h"
#include "tools/scapedit/stage.h"

struct steps {
	struct stages stages;
	struct change change;
	struct turned {
		bool big;
		struct turn turn;
	} turned;
};

/*
 * Stages in front of to, which stays the caller's, as a asks for them. Returns 0, or -1 on failure
 * (err). End with steps_release in either case.
 */
MUST_CHECK int steps_init(struct steps *s, const struct args *a, struct sink *to, struct err *err);

/*
 * Says what the steps had to leave out, after the last of them has ended. Returns the status it
 * leaves us with.
 */
int steps_tell(const struct steps *s, const struct args *a);

/* Frees the stages. */
void steps_release(struct steps *s);

#endif
