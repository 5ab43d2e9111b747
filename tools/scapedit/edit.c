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
	const struct select *what;
	const struct reach *reach;
	struct reader *reader;
	bool repair;
};

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
	struct repair repair;
	struct choose *c;
	struct slice *s;
	int status = -1;

	repair_init(&repair);
	c = choose_new(pass->what, pass->reader, pass->repair ? &repair : NULL, err);
	s = c ? slice_new(c, pass->reach, sink, err) : NULL;
	if (s) {
		status = copy(c, s, rep, err);
		rep->empty = slice_empty(s);
		rep->untimed = choose_selection(c)->untimed;
		rep->mended = MAX(rep->mended, repair.mended);
		rep->dropped = MAX(rep->dropped, repair.dropped);
	}
	slice_free(s);
	choose_free(c);
	repair_release(&repair);
	return status;
}

/* The first pass. */
static int survey(const struct pass *pass, struct reach *reach, struct spool *spool,
	struct edit_report *rep, struct err *err)
{
	struct repair repair;
	struct choose *c;
	int status = -1;

	repair_init(&repair);
	c = choose_new(pass->what, pass->reader, pass->repair ? &repair : NULL, err);
	if (c)
		status = survey_run(c, reach, spool, &rep->dropped_some, &rep->input, err);
	rep->mended = repair.mended;
	rep->dropped = repair.dropped;
	choose_free(c);
	repair_release(&repair);
	return status;
}

/* The second one; what it says of the input is what the first one said. */
static int run_again(struct pass *pass, struct sink *sink, struct edit_report *rep, struct err *err)
{
	static const struct select all = {0};
	struct edit_report again = {.mended = rep->mended, .dropped = rep->dropped};
	int status;

	if (!rep->dropped_some) {
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
	pass->repair = false; /* it was */
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
	struct pass pass = {.what = opts->what, .reader = r, .repair = opts->repair};

	*rep = (struct edit_report){.dropped_some = !selection_rest(&none)};
	if (edit_reads_twice(opts->what))
		return run_twice(&pass, opts->again, sink, rep, err);
	return run_pass(&pass, sink, rep, err);
}
