/* SPDX-License-Identifier: MIT */
/* scapedit: files and messages; options are in args.c, the work is in edit.c. */
#include <inttypes.h>
#include <string.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "tools/scapedit/args.h"
#include "tools/scapedit/copy.h"
#include "tools/scapedit/split_run.h"
#include "tools/scapedit/verify.h"

static uint64_t lost(const struct reader *r, const struct edit_report *rep)
{
	return reader_lost(r) + rep->dropped;
}

/* What --repair did, in a line. */
static void tell_repair(const struct args *a, const struct reader *r, const struct edit_report *rep)
{
	if (lost(r, rep) || rep->mended)
		msg_warn(a->in, "blocks put right: %" PRIu64 ", bytes lost: %" PRIu64, rep->mended,
			lost(r, rep));
	else
		msg_warn(a->in, "nothing to repair");
}

/* What is worth a line although the copy went on. Returns the status it leaves us with. */
static int tell(const struct args *a, const struct reader *r, const struct edit_report *rep)
{
	const struct reader_warnings *w = reader_warnings(r);
	int status = STATUS_OK;

	msg_damage(a->in, w->count, w->first_offset, w->first);
	if (w->count && !(a->repair && lost(r, rep) == 0))
		status = STATUS_DATA;
	if (rep->input.code) {
		msg_err(a->in, &rep->input);
		status = STATUS_DATA;
	}
	if (a->repair)
		tell_repair(a, r, rep);
	if (rep->left_out) {
		msg_warn(a->in, "damaged records left out, which may have comments: %" PRIu64,
			rep->left_out);
		status = STATUS_DATA;
	}
	if (rep->unused)
		msg_warn(a->in,
			"no record for %" PRIu64 " of the comments, or none that can have one",
			rep->unused);
	if (rep->untimed)
		msg_warn(a->in, "%" PRIu64 " records without a time are not in that time",
			rep->untimed);
	if (rep->empty)
		msg_warn(a->in, "no events selected");
	if (reader_format(r) == READER_PCAP)
		msg_warn(a->in, "is pcap; the output is pcapng");
	return status;
}

/* Sets *written when there is a whole output. Returns the status. */
static int copy(struct args *a, bool *written)
{
	struct redacting x = {0};
	struct err err = {0};
	struct src *src;
	struct reader *r = open_capture(a->in, a->repair, &src, &err);
	struct sink *sink = NULL;
	struct copy_report rep;
	int status = STATUS_DATA;

	if (!r)
		goto out;
	sink = sink_open(a->out, &a->packing, &err);
	if (!sink || copy_capture(a, r, &x, sink, &rep, &err) < 0) {
		sink_abort(sink);
		tell_failure(a, msg_output(a->out), &err);
		goto out;
	}
	if (sink_close(sink, &err) < 0) {
		tell_failure(a, msg_output(a->out), &err);
		goto out;
	}
	*written = true;
	status = tell(a, r, &rep.edit);
	if (rep.status != STATUS_OK)
		status = rep.status;
	if (redacting_end(&x, a) != STATUS_OK)
		status = STATUS_DATA;
out:
	redacting_release(&x);
	reader_free(r);
	src_close(src);
	return status;
}

/* What stands on both sides, as far as a line can hold it. */
static void tell_difference(const struct args *a, const struct verify_report *rep)
{
	if (!rep->num)
		msg_warn(a->out, "differs from %s behind record %" PRIu64, a->in, rep->compared);
	else
		msg_warn(a->out, "event %" PRIu64 " of %s was \"%.*s\" and is \"%.*s\"", rep->num,
			a->in, (int)MIN(rep->whole.n, 300), (const char *)rep->whole.p,
			(int)MIN(rep->part.n, 300), (const char *)rep->part.p);
}

static int verify(const struct args *a)
{
	struct verify_report rep = {0};
	struct err err = {0};
	struct src *in = NULL, *out = NULL;
	struct reader *whole = open_capture(a->in, a->repair, &in, &err);
	struct reader *part = whole ? open_capture(a->out, false, &out, &err) : NULL;
	int same = part ? verify_run(&a->what, whole, part, &rep, &err) : -1;

	if (part && same < 0)
		msg_err(a->out, &err);
	if (same == 0)
		tell_difference(a, &rep);
	verify_release(&rep);
	reader_free(whole);
	reader_free(part);
	src_close(in);
	src_close(out);
	return same == 1 ? STATUS_OK : STATUS_DATA;
}

int main(int argc, char **argv)
{
	struct args a = {0};
	int status = args_parse(&a, argc, argv);
	bool written = false;

	if (status == OPTS_GO && a.split.by) {
		status = split_run(&a, tell);
	} else if (status == OPTS_GO) {
		status = copy(&a, &written);
		if (written && a.verify && verify(&a) != STATUS_OK)
			status = STATUS_DATA;
	}
	args_release(&a);
	return msg_finish(status);
}
