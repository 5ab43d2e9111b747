/* SPDX-License-Identifier: MIT */
/*
 * Every block goes through the slice, which passes it as it is when nothing was asked for. Trouble
 * with the input ends the copy like the end of the data does.
 */
#include "tools/scapedit/edit.h"

#include "tools/scapedit/repair.h"
#include "tools/scapedit/slice.h"

/* What a block goes through before it is selected, or not. */
struct before {
	struct repair *repair;     /* NULL: blocks are as they are */
	struct comments *comments; /* NULL: theirs stay */
};

/* Returns 1, 0 when nothing is left of b, -1 on failure (err). */
static int before_block(const struct before *w, struct block *b, struct reader *r, struct err *err)
{
	int got = w->repair ? repair_block(w->repair, b, r, err) : 1;

	return got == 1 && w->comments ? comments_block(w->comments, b, err) : got;
}

static int copy(const struct before *before, struct slice *s, struct reader *r,
	struct edit_report *rep, struct err *err)
{
	struct block b;
	int got = 1;

	while (got >= 0 && !slice_over(s) && reader_next(r, &b, &rep->input) == 1) {
		got = before_block(before, &b, r, err);
		if (got == 1)
			got = slice_block(s, &b, err);
	}
	return got < 0 ? -1 : slice_finish(s, err);
}

static void report(const struct before *before, const struct slice *s, struct edit_report *rep)
{
	rep->empty = slice_empty(s);
	rep->untimed = slice_selection(s)->untimed;
	if (before->repair) {
		rep->mended = before->repair->mended;
		rep->dropped = before->repair->dropped;
	}
	if (before->comments) {
		rep->left_out = comments_left_out(before->comments);
		rep->unused = comments_unused(before->comments);
	}
}

int edit_run(const struct edit_opts *opts, struct reader *r, struct sink *sink,
	struct edit_report *rep, struct err *err)
{
	struct slice *s = slice_new(opts->what, r, sink, err);
	struct before before = {0};
	struct repair repair;
	int status = -1;

	*rep = (struct edit_report){0};
	repair_init(&repair);
	if (opts->repair)
		before.repair = &repair;
	if (opts->comments && comments_wanted(opts->comments)) {
		before.comments = comments_new(opts->comments, err);
		if (!before.comments)
			goto out;
	}
	if (!s)
		goto out;
	status = copy(&before, s, r, rep, err);
	report(&before, s, rep);
out:
	slice_free(s);
	repair_release(&repair);
	comments_free(before.comments);
	return status;
}
