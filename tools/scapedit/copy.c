/* SPDX-License-Identifier: MIT */
/* Puts together what a copy needs: the selection, the steps behind it, and who counts at the end. */
#include "tools/scapedit/copy.h"

#include <sys/stat.h>

#include "cli/msg.h"
#include "cli/stay.h"
#include "tools/scapedit/steps.h"
#include "tools/scapedit/tally.h"

struct reader *open_capture(const char *path, bool damaged, struct src **src, struct err *err)
{
	const struct src_opts opts = {.wanted = reader_wants};
	struct reader *r;

	stay_for_writer(path);
	*src = src_open(path, &opts, err);
	r = !*src ? NULL : damaged ? reader_new_mending(*src, err) : reader_new(*src, err);
	if (!r)
		msg_err(path, err);
	return r;
}

bool can_read_again(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int open_again(const struct args *a, struct reader **r, struct src **src, struct err *err)
{
	*r = NULL;
	*src = NULL;
	if (!edit_reads_twice(&a->what) || !can_read_again(a->in))
		return 0;
	*r = open_capture(a->in, a->repair, src, err);
	return *r ? 0 : -1;
}

void tell_failure(const struct args *a, const char *output, const struct err *err)
{
	bool of_input = err->code == ERR_UNSUPPORTED || err->code == ERR_FORMAT;

	msg_err(of_input ? a->in : output, err);
}

/* Copies what is selected through the steps to sink. Returns 0, or -1 on failure (err). */
static int copy_through(const struct args *a, const struct edit_opts *opts, struct reader *r,
	struct redacting *x, struct sink *sink, struct copy_report *rep, struct err *err)
{
	struct steps steps;
	int got = redacting_begin(x, a, &sink, err);

	if (got < 0)
		return -1;
	got = steps_init(&steps, a, sink, err);
	if (got == 0)
		got = edit_run(opts, r, steps.stages.top, &rep->edit, err);
	if (got == 0)
		got = stages_end(&steps.stages, err);
	if (got == 0)
		rep->status = steps_tell(&steps, a);
	steps_release(&steps);
	return got;
}

/* What the output holds of the machine, where something was left out. */
static void tell_tally(const struct args *a, struct tally *t)
{
	const char *file = msg_output(a->out);
	struct buf b = {0};

	tally_put(t, &b);
	msg_warn(file, "holds %.*s", (int)b.n, (const char *)b.p);
	buf_clear(&b);
	for (size_t i = 0; a->verbose && tally_put_item(t, i, &b); i++) {
		msg_warn(file, "%.*s", (int)b.n, (const char *)b.p);
		buf_clear(&b);
	}
	buf_release(&b);
}

/* The same, counting what arrives there. */
static int copy_counted(const struct args *a, const struct edit_opts *opts, struct reader *r,
	struct redacting *x, struct sink *sink, struct copy_report *rep, struct err *err)
{
	struct tally *t = tally_new(err);
	struct stages count = {.top = sink};
	int status = t ? stages_add(&count, &tally_ops, t, err) : -1;

	if (status == 0)
		status = copy_through(a, opts, r, x, count.top, rep, err);
	if (status == 0)
		status = stages_end(&count, err);
	if (status == 0 && rep->edit.dropped_some)
		tell_tally(a, t);
	stages_release(&count);
	tally_free(t);
	return status;
}

int copy_capture(struct args *a, struct reader *r, struct redacting *x, struct sink *sink,
	struct copy_report *rep, struct err *err)
{
	const struct selection none = {.what = &a->what};
	struct edit_opts opts = {.what = &a->what, .repair = a->repair, .comments = &a->comments};
	struct src *src;
	int status;

	*rep = (struct copy_report){0};
	status = open_again(a, &opts.again, &src, err);
	if (status == 0 && (a->quiet || selection_rest(&none)))
		status = copy_through(a, &opts, r, x, sink, rep, err);
	else if (status == 0)
		status = copy_counted(a, &opts, r, x, sink, rep, err);
	reader_free(opts.again);
	src_close(src);
	return status;
}
