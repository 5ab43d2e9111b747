/* SPDX-License-Identifier: MIT */
/* The table of options, and what is more than a setter of cli/opts.h. */
#include "tools/scapmerge/merge_args.h"

#include <stdlib.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "cli/parse.h"

static int set_layout(void *dest, const char *arg, struct err *err)
{
	enum merge_layout *layout = dest;

	if (strcmp(arg, "portable") == 0)
		*layout = MERGE_PORTABLE;
	else if (strcmp(arg, "interleaved") == 0)
		*layout = MERGE_INTERLEAVED;
	else
		return err_set(err, ERR_USAGE, "'%s' is neither portable nor interleaved", arg);
	return 0;
}

static int set_share(void *dest, const char *arg, struct err *err)
{
	enum ifs_share *share = dest;

	if (strcmp(arg, "none") == 0)
		*share = IFS_SHARE_NONE;
	else if (strcmp(arg, "all") == 0)
		*share = IFS_SHARE_ALL;
	else if (strcmp(arg, "any") == 0)
		*share = IFS_SHARE_ANY;
	else
		return err_set(err, ERR_USAGE, "'%s' is neither none, all nor any", arg);
	return 0;
}

/* "1000" records, "2.5s" seconds. */
static int set_window(void *dest, const char *arg, struct err *err)
{
	struct window_limit *limit = dest;
	size_t n = strlen(arg);
	char text[32];

	*limit = (struct window_limit){0};
	if (!n || arg[n - 1] != 's')
		return parse_u64(arg, 1, UINT32_MAX, &limit->records, err);
	if (n > sizeof(text))
		return err_set(err, ERR_USAGE, "'%s' is not a number of seconds", arg);
	memcpy(text, arg, n - 1);
	text[n - 1] = 0;
	if (parse_seconds(text, &limit->ns, err) < 0)
		return -1;
	return limit->ns ? 0 : err_set(err, ERR_USAGE, "a window of no time sorts nothing");
}

static int set_offset(void *dest, const char *arg, struct err *err)
{
	struct merge_args *a = dest;
	const char *colon = strrchr(arg, ':');
	struct merge_offset *more;
	uint64_t ns;

	if (!colon || colon == arg || (colon[1] != '+' && colon[1] != '-'))
		return err_set(err, ERR_USAGE, "'%s' is not FILE:+SECONDS or FILE:-SECONDS", arg);
	if (parse_seconds(colon + 2, &ns, err) < 0)
		return -1;
	if (ns > INT64_MAX)
		return err_set(err, ERR_USAGE, "'%s' is too much", colon + 1);
	more = reallocarray(a->offsets, a->noffsets + 1, sizeof(*more));
	if (!more)
		return err_memory(err);
	a->offsets = more;
	more[a->noffsets++] = (struct merge_offset){arg, (size_t)(colon - arg),
		colon[1] == '-' ? -(int64_t)ns : (int64_t)ns};
	return 0;
}

static int set_align(void *dest, const char *arg, struct err *err)
{
	if (strcmp(arg, "auto") != 0)
		return err_set(err, ERR_USAGE, "'%s' is not auto", arg);
	return opt_true(dest, arg, err);
}

static bool is_operand(const struct merge_offset *o, char *const *files, int n)
{
	for (int i = 0; i < n; i++) {
		if (span_eq(span_str(files[i]), span_of(o->file, o->n)))
			return true;
	}
	return false;
}

/* Standard input can be read once. Returns OPTS_GO, or the status of the usage error. */
static int check(const struct merge_args *a, char *const *files, int n)
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
	if (stdins && a->what.align)
		return msg_usage("--align reads files twice, which standard input cannot be");
	if (a->what.join && a->what.append)
		return msg_usage("--join and --append exclude each other");
	for (size_t i = 0; i < a->noffsets; i++) {
		if (!is_operand(&a->offsets[i], files, n))
			return msg_usage("--offset: %.*s is none of the files",
				(int)a->offsets[i].n, a->offsets[i].file);
	}
	return OPTS_GO;
}

int merge_args_parse(struct merge_args *a, int argc, char **argv, int *operands)
{
	const struct opt options[] = {
		{'w', "write", "FILE", "write to FILE; - is standard output", opt_string, &a->out},
		{0, "layout", "LAYOUT", "portable (events first, then packets) or interleaved",
			set_layout, &a->what.layout},
		{'a', "append", NULL, "one file after the other, whatever their times and machines",
			opt_true, &a->what.append},
		{0, "join", NULL,
			"events of several machines as one section: processes and users get numbers of "
			"their own, events a comment with the host",
			opt_true, &a->what.join},
		{'I', "interfaces", "MODE",
			"same interfaces of several files: all are one if all files have the same "
			"(the default), any that are alike are one, none",
			set_share, &a->what.share},
		{0, "sort", "WINDOW",
			"put packets in order that are up to WINDOW records, or seconds (2.5s), out of it",
			set_window, &a->what.sort},
		{0, "offset", "FILE:+S", "move the times of FILE by so many seconds; with a minus sign, back",
			set_offset, a},
		{0, "align", "auto", "move the times of files to agree with traffic that others have too",
			set_align, &a->what.align},
		{'z', "compress", "KIND",
			"pack the output with gzip or zstd, or none; KIND:LEVEL says how hard", sink_set_packing,
			&a->packing},
		{0, "attribute", NULL, "say of each packet which process it belongs to", opt_true,
			&a->what.attribute},
		/* Of mergecap. */
		{.letter = 's', .help = "scapedit -s BYTES cuts data"},
		{.letter = 'F', .help = "pcapng is what is written, which holds scap"},
		{0},
	};
	const struct opts_cli cli = {
		.tool = "scapmerge",
		.usage = "[OPTION...] -w FILE FILE...",
		.about = "Merges captures of system calls and of packets into one file.",
		.options = options,
		.examples = "scapmerge -w both.pcapng trace.scap eth0.pcap lo.pcapng\n"
			    "scapmerge --attribute -w who.pcapng trace.scap eth0.pcap\n"
			    "scapmerge -w whole.scap trace.scap1 trace.scap2 trace.scap3",
	};
	int status = opts_parse(&cli, argc, argv, operands);

	return status == OPTS_GO ? check(a, argv + *operands, argc - *operands) : status;
}

void merge_args_release(struct merge_args *a)
{
	free(a->offsets);
}
