/* SPDX-License-Identifier: MIT */
/*
 * The selection goes into the splitter, the parts through the steps into files. Where there are
 * more keys than files may be open, the input is read again for the others. What is to be redacted is
 * so in front of the splitter, so that the names of parts are pseudonyms, too.
 */
#include "tools/scapedit/split_run.h"

#include <inttypes.h>

#include "cli/msg.h"
#include "tools/scapedit/copy.h"
#include "tools/scapedit/redacting.h"
#include "tools/scapedit/split.h"

/* What is worth a line of the last pass. Returns the status. */
static int tell_all(const struct args *a, const struct reader *r, const struct edit_report *rep,
	const struct split *s, const struct split_parts *parts, tell_fn *tell)
{
	const struct split_damage *damage = split_damage(s);
	int status = tell(a, r, rep);

	if (damage->count) {
		msg_warn(a->in, "damaged records: %" PRIu64 " (%s)", damage->count,
			damage->first.text);
		status = STATUS_DATA;
	}
	if (!parts->made)
		msg_warn(a->in, "no events, no parts");
	return status;
}

/* Returns the status; *failed: there is no point in going on. */
static int pass(struct args *a, struct split_parts *parts, struct redacting *x, tell_fn *tell,
	bool *failed)
{
	struct edit_opts opts = {.what = &a->what, .repair = a->repair, .comments = &a->comments};
	struct edit_report rep;
	struct err err = {0};
	struct src *src, *src_again = NULL;
	struct reader *r = open_capture(a->in, a->repair, &src, &err);
	struct split *s = r ? split_new(parts, &err) : NULL;
	struct sink *to = s ? split_sink(s) : NULL;
	int status = STATUS_OK;

	*failed = !s || redacting_pass(x, &to, &err) < 0 ||
		  open_again(a, &opts.again, &src_again, &err) < 0 ||
		  edit_run(&opts, r, to, &rep, &err) < 0 || split_end(s, &err) < 0;
	if (*failed)
		status = STATUS_DATA;
	if (*failed && r)
		tell_failure(a, NULL, &err);
	if (!*failed && !parts->more)
		status = tell_all(a, r, &rep, s, parts, tell);
	split_free(s);
	reader_free(opts.again);
	reader_free(r);
	src_close(src_again);
	src_close(src);
	return status;
}

int split_run(struct args *a, tell_fn *tell)
{
	struct redacting x = {0};
	struct split_parts parts;
	struct err err = {0};
	int status = STATUS_DATA;
	bool failed = false;

	if (split_parts_init(&parts, a, can_read_again(a->in), &err) < 0 ||
		redacting_init(&x, a, &err) < 0)
		msg_err(NULL, &err);
	else
		do
			status = pass(a, &parts, &x, tell, &failed);
		while (!failed && parts.more);
	if (parts.status != STATUS_OK ||
		redacting_end_parts(&x, a, parts.done, parts.ndone) != STATUS_OK)
		status = STATUS_DATA;
	redacting_release(&x);
	split_parts_release(&parts);
	return status;
}
