/* SPDX-License-Identifier: MIT */
/*
 * Every block goes through the slice, which passes it as it is when nothing was asked for. Trouble
 * with the input ends the copy like the end of the data does.
 */
#include "tools/scapedit/edit.h"

#include "tools/scapedit/repair.h"
#include "tools/scapedit/slice.h"

static int copy(struct slice *s, struct reader *r, struct edit_report *rep, struct err *err)
{
	struct block b;

	while (!slice_over(s) && reader_next(r, &b, &rep->input) == 1) {
		if (slice_block(s, &b, err) < 0)
			return -1;
	}
	return slice_finish(s, err);
}

/* The same, with each block put right. */
static int mend(struct slice *s, struct reader *r, struct edit_report *rep, struct err *err)
{
	struct repair repair;
	struct block b;
	int got = 1;

	repair_init(&repair);
	while (got >= 0 && !slice_over(s) && reader_next(r, &b, &rep->input) == 1) {
		got = repair_block(&repair, &b, r, err);
		if (got == 1)
			got = slice_block(s, &b, err);
	}
	rep->mended = repair.mended;
	rep->dropped = repair.dropped;
	repair_release(&repair);
	return got < 0 ? -1 : slice_finish(s, err);
}

int edit_run(const struct select *what, bool repair, struct reader *r, struct sink *sink,
	struct edit_report *rep, struct err *err)
{
	struct slice *s = slice_new(what, r, sink, err);
	int status;

	*rep = (struct edit_report){0};
	if (!s)
		return -1;
	status = repair ? mend(s, r, rep, err) : copy(s, r, rep, err);
	rep->empty = slice_empty(s);
	rep->untimed = slice_selection(s)->untimed;
	slice_free(s);
	return status;
}
