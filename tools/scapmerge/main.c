/* SPDX-License-Identifier: MIT */
/* scapmerge: files and messages; the options are in merge_args.c, the work is in merge.c. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "tools/scapmerge/merge_args.h"

#define NS_PER_S UINT64_C(1000000000)

/* Tells how an input of a machine goes on from the one before. */
static void tell_joint(const struct input *in)
{
	const struct input_joint *j = &in->joint;
	const char *renewed = j->renewed ? "; its lists say more than was known, so a section of its own begins"
					 : "; one section, since its lists say nothing new";

	if (!j->to)
		return;
	if (!j->overlaps)
		msg_warn(in->path,
			"same machine as %s, %" PRIu64 ".%09" PRIu64 " s after its last event%s", j->to,
			j->gap / NS_PER_S, j->gap % NS_PER_S, renewed);
	else if (j->duplicates)
		msg_warn(in->path,
			"same machine as %s, which it overlaps: %" PRIu64 " events that both have, once%s",
			j->to, j->duplicates, renewed);
	else
		msg_warn(in->path,
			"same machine as %s, which it overlaps without an event that is the same in "
			"both: calls that both recorded are there twice%s",
			j->to, renewed);
}

/* Tells what was found out of its clock. */
static void tell_clock(const struct input *in)
{
	const struct input_clock *c = &in->clock;
	uint64_t ns = c->offset < 0 ? -(uint64_t)c->offset : (uint64_t)c->offset;

	if (!c->checked)
		return;
	if (c->found)
		msg_warn(in->path,
			"clock moved by %c%" PRIu64 ".%09" PRIu64 " s to agree on %" PRIu64
			" pieces of data that others have too; residual skew %" PRIu64 ".%09" PRIu64 " s",
			c->offset < 0 ? '-' : '+', ns / NS_PER_S, ns % NS_PER_S, c->matches,
			c->residual / NS_PER_S, c->residual % NS_PER_S);
	else
		msg_warn(in->path,
			"clock left as it is: %" PRIu64
			" pieces of data that others have too are not enough",
			c->matches);
}

/* Tells what was wrong with an input. Returns the status it leaves us with. */
static int tell(const struct input *in, const struct merge_opts *opts)
{
	const struct reader_warnings *w = &in->warnings;

	tell_clock(in);
	tell_joint(in);
	if (in->disorder)
		msg_warn(in->path, "%" PRIu64 " records are earlier than the one before%s", in->disorder,
			opts->sort.records || opts->sort.ns ? " by more than the window" : ": --sort puts them in order");
	if (opts->attribute && in->packets)
		msg_warn(in->path, "the process is known of %" PRIu64 " of %" PRIu64 " packets", in->noted,
			in->packets);
	msg_damage(in->path, w->count, w->first_offset, w->first);
	if (in->err.code)
		msg_err(in->path, &in->err);
	return w->count || in->err.code ? STATUS_DATA : STATUS_OK;
}

static int merge(const struct merge_args *a, struct input *in, size_t n)
{
	struct err err = {0};
	struct sink *sink = sink_open(a->out, &a->packing, &err);
	int opened = sink ? merge_run(&a->what, in, n, sink, &err) : -1;
	int status = STATUS_OK;

	for (size_t i = 0; i < n; i++) {
		if (tell(&in[i], &a->what) != STATUS_OK)
			status = STATUS_DATA;
	}
	if (opened <= 0)
		sink_abort(sink);
	if (opened < 0 || (opened > 0 && sink_close(sink, &err) < 0)) {
		msg_err(msg_output(a->out), &err);
		status = STATUS_DATA;
	}
	return status;
}

static int64_t offset_of(const struct merge_args *a, const char *path)
{
	int64_t ns = 0;

	for (size_t i = 0; i < a->noffsets; i++) {
		if (span_eq(span_str(path), span_of(a->offsets[i].file, a->offsets[i].n)))
			ns = a->offsets[i].ns;
	}
	return ns;
}

static int merge_files(const struct merge_args *a, char **files, size_t n)
{
	struct input *in = calloc(n, sizeof(*in));
	int status = STATUS_DATA;

	if (!in) {
		msg_warn(NULL, "out of memory");
		return status;
	}
	for (size_t i = 0; i < n; i++) {
		in[i].path = files[i];
		in[i].shift = offset_of(a, files[i]);
	}
	status = merge(a, in, n);
	free(in);
	return status;
}

int main(int argc, char **argv)
{
	struct merge_args a = {0};
	int first = 0;
	int status = merge_args_parse(&a, argc, argv, &first);

	if (status == OPTS_GO)
		status = merge_files(&a, argv + first, (size_t)(argc - first));
	merge_args_release(&a);
	return msg_finish(status);
}
