/* SPDX-License-Identifier: MIT */
/* scapmerge: options, files, messages; the work is in merge.c. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "tools/scapmerge/merge.h"

struct args {
	struct merge_opts what;
	const char *out;
};

static int set_layout(void *dest, const char *arg, struct err *err)
{
	enum merge_layout *layout = dest;

	if (strcmp(arg, "portable") == 0)
		*layout = MERGE_PORTABLE;
	else if (strcmp(arg, "interleaved") == 0)
		*layout = MERGE_INTERLEAVED;
	else
		return err_set(err, ERR_USAGE, "\"%s\" is neither portable nor interleaved", arg);
	return 0;
}

static int parse(struct args *a, int argc, char **argv, int *operands)
{
	const struct opt options[] = {
		{'w', "write", "FILE", "write to FILE; - is standard output", opt_string, &a->out},
		{0, "layout", "LAYOUT", "portable (events first, then packets) or interleaved",
			set_layout, &a->what.layout},
		{0},
	};
	const struct opts_cli cli = {
		.tool = "scapmerge",
		.usage = "[OPTION...] -w FILE FILE...",
		.about = "Merges captures of system calls and of packets into one file.",
		.options = options,
		.examples = "scapmerge -w both.pcapng trace.scap eth0.pcap lo.pcapng",
	};

	return opts_parse(&cli, argc, argv, operands);
}

/* Standard input can be read once. Returns OPTS_GO, or the status of the usage error. */
static int check(const struct args *a, char **files, int n)
{
	int stdins = 0;

	for (int i = 0; i < n; i++)
		stdins += strcmp(files[i], "-") == 0;
	if (!a->out)
		return msg_usage("missing -w: where is the output to go?");
	if (n == 0)
		return msg_usage("no files to merge");
	if (stdins > 1)
		return msg_usage("standard input can be only one of the files");
	return OPTS_GO;
}

/* Tells what was wrong with an input. Returns the status it leaves us with. */
static int tell(const struct input *in)
{
	const struct reader_warnings *w = &in->warnings;

	if (w->count)
		msg_warn(in->path, "offset %" PRIu64 ": %s%s", w->first_offset, w->first,
			w->count > 1 ? " (the first of several)" : "");
	if (in->err.code)
		msg_err(in->path, &in->err);
	return w->count || in->err.code ? STATUS_DATA : STATUS_OK;
}

static int merge(const struct args *a, struct input *in, size_t n)
{
	struct err err = {0};
	struct sink *sink = sink_open(a->out, NULL, &err);
	int opened = sink ? merge_run(&a->what, in, n, sink, &err) : -1;
	int status = STATUS_OK;

	for (size_t i = 0; i < n; i++) {
		if (tell(&in[i]) != STATUS_OK)
			status = STATUS_DATA;
	}
	if (opened <= 0)
		sink_abort(sink);
	if (opened < 0 || (opened > 0 && sink_close(sink, &err) < 0)) {
		msg_err(a->out, &err);
		status = STATUS_DATA;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct args a = {0};
	struct input *in = NULL;
	int first = 0;
	int status = parse(&a, argc, argv, &first);
	int n = argc - first;

	if (status == OPTS_GO)
		status = check(&a, argv + first, n);
	if (status == OPTS_GO) {
		in = calloc((size_t)n, sizeof(*in));
		for (int i = 0; in && i < n; i++)
			in[i].path = argv[first + i];
		if (in)
			status = merge(&a, in, (size_t)n);
		else
			status = STATUS_DATA;
	}
	free(in);
	return msg_finish(status);
}
