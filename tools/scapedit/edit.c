/* SPDX-License-Identifier: MIT */
/*
 * Picks what is selected and hands it to the slice. What kept events can show of the state is known
 * only when all have been seen: so where only that is wanted, there is a pass before, and where
 * that drops nothing, the input is copied as it is.
 */
#include "tools/scapedit/edit.h"

#include "tools/scapedit/slice.h"
#include "tools/scapedit/survey.h"

bool edit_reads_twice(const struct select *what)
{
	const struct selection none = {.what = what};

	return what->state == SELECT_STATE_REACHED && !selection_rest(&none);
}

/* What a pass works on. */
struct pass {
	const struct edit_opts *opts;
	const struct select *what;
	const struct reach *reach;
	struct reader *reader;
	bool prepared; /* blocks come as the pass before has put them right */
};

/* What chooses in a pass, and what blocks go through before that. */
struct work {
	struct repair repair;
	struct before before;
	struct choose *choose;
};

static int work_begin(struct work *w, const struct pass *pass, struct err *err)
{
	const struct edit_opts *o = pass->opts;

	*w = (struct work){0};
	repair_init(&w->repair);
	if (o->repair && !pass->prepared)
		w->before.repair = &w->repair;
	if (o->comments && comments_wanted(o->comments) && !pass->prepared) {
		w->before.comments = comments_new(o->comments, err);
		if (!w->before.comments)
			return -1;
	}
	w->choose = choose_new(pass->what, pass->reader, &w->before, err);
	return w->choose ? 0 : -1;
}

static void work_end(struct work *w, struct edit_report *rep)
{
	rep->mended = w->repair.mended;
	rep->dropped = w->repair.dropped;
	if (w->before.comments) {
		rep->left_out = comments_left_out(w->before.comments);
		rep->unused = comments_unused(w->before.comments);
	}
	choose_free(w->choose);
	comments_free(w->before.comments);
	repair_release(&w->repair);
}

static int copy(struct choose *c, struct slice *s, struct edit_report *rep, struct err *err)
{
	struct pick p;
	int got = 1;

	while (got == 1 && !slice_over(s)) {
		got = choose_next(c, &p, &rep->input, err);
		if (got == 1 && slice_pick(s, &p, err) < 0)
			got = -1;
	}
	return got < 0 ? -1 : slice_finish(s, err);
}

static int run_pass(
	const struct pass *pass, struct sink *sink, struct edit_report *rep, struct err *err)
{
	struct work w;
	struct slice *s = NULL;
	int status = work_begin(&w, pass, err);

	if (status == 0)
		s = slice_new(w.choose, pass->reach, sink, err);
	if (s) {
		status = copy(w.choose, s, rep, err);
		rep->empty = slice_empty(s);
		rep->untimed = choose_selection(w.choose)->untimed;
	}
	if (!s)
		status = -1;
	slice_free(s);
	work_end(&w, rep);
	return status;
}

/* The first pass. */
static int survey(const struct pass *pass, struct reach *reach, struct spool *spool,
	struct edit_report *rep, struct err *err)
{
	struct work w;
	int status = work_begin(&w, pass, err);

	if (status == 0)
		status = survey_run(w.choose, reach, spool, &rep->dropped_some, &rep->input, err);
	work_end(&w, rep);
	return status;
}

/* The second one; what it says of the input is what the first one said. */
static int run_again(struct pass *pass, struct sink *sink, struct edit_report *rep, struct err *err)
{
	static const struct select all = {0};
	struct edit_report again = {0};
	int status;

	if (!rep->dropped_some && !pass->what->state_given) {
		pass->what = &all;
		pass->reach = NULL;
	}
	status = run_pass(pass, sink, &again, err);
	rep->empty = again.empty;
	rep->untimed = again.untimed;
	return status;
}

static int run_spooled(
	struct pass *pass, struct spool *spool, struct sink *sink, struct edit_report *rep,
	struct err *err)
{
	struct src *src = spool_used(spool) ? spool_read(spool, err) : src_mem(span_of(NULL, 0), NULL, err);
	int status = -1;

	pass->reader = src ? reader_new(src, err) : NULL;
	pass->prepared = true;
	if (pass->reader)
		status = run_again(pass, sink, rep, err);
	reader_free(pass->reader);
	src_close(src);
	return status;
}

static int run_twice(struct pass *pass, struct reader *again, struct sink *sink,
	struct edit_report *rep, struct err *err)
{
	struct reach *reach = reach_new(err);
	struct spool spool = {0};
	int status = reach ? survey(pass, reach, again ? NULL : &spool, rep, err) : -1;

	pass->reach = reach;
	if (status == 0 && again) {
		pass->reader = again;
		status = run_again(pass, sink, rep, err);
	} else if (status == 0) {
		status = run_spooled(pass, &spool, sink, rep, err);
	}
	spool_release(&spool);
	reach_free(reach);
	return status;
}

int edit_run(const struct edit_opts *opts, struct reader *r, struct sink *sink,
	struct edit_report *rep, struct err *err)
{
	const struct selection none = {.what = opts->what};
	struct pass pass = {.opts = opts, .what = opts->what, .reader = r};

	*rep = (struct edit_report){.dropped_some = !selection_rest(&none)};
	if (edit_reads_twice(opts->what))
		return run_twice(&pass, opts->again, sink, rep, err);
	return run_pass(&pass, sink, rep, err);
}
