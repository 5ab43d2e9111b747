/* SPDX-License-Identifier: MIT */
/* The command line: a table of options, then IN, OUT and ranges, which may look like options. */
#include "tools/scapedit/args.h"

#include <string.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "cli/parse.h"

/* The default, said aloud. */
static int set_keep(void *dest, const char *arg UNUSED, struct err *err UNUSED)
{
	*(bool *)dest = false;
	return 0;
}

static int set_time(void *dest, const char *arg, struct err *err)
{
	return select_parse_time(arg, dest, err);
}

static int set_only(void *dest, const char *arg, struct err *err)
{
	enum select_only *only = dest;

	if (strcmp(arg, "events") == 0)
		*only = SELECT_EVENTS;
	else if (strcmp(arg, "packets") == 0)
		*only = SELECT_PACKETS;
	else
		return err_set(err, ERR_USAGE, "'%s' is neither events nor packets", arg);
	return 0;
}

static int set_snaplen(void *dest, const char *arg, struct err *err)
{
	return parse_u64(arg, 1, UINT32_MAX, dest, err);
}

static int set_endian(void *dest, const char *arg, struct err *err)
{
	struct args *a = dest;

	a->big = strcmp(arg, "big") == 0;
	if (!a->big && strcmp(arg, "little") != 0)
		return err_set(err, ERR_USAGE, "'%s' is neither big nor little", arg);
	a->turn = true;
	return 0;
}

/* Returns OPTS_GO, or the status of the usage error. */
static int check(const struct args *a)
{
	if (a->verify && (strcmp(a->in, "-") == 0 || strcmp(a->out, "-") == 0))
		return msg_usage("--verify needs files that can be read again, not -");
	if (a->split.by && strcmp(a->out, "-") == 0)
		return msg_usage("--split needs a name that parts can be called after, not -");
	if (a->split.by && a->verify)
		return msg_usage("--verify compares one output, not the parts of --split");
	if (a->verify && change_shows(&a->change))
		return msg_usage("--verify compares how records read, which these options change");
	return OPTS_GO;
}

int args_parse(struct args *a, int argc, char **argv)
{
	const struct opt options[] = {
		{0, NULL, NULL, "What is kept", NULL, NULL},
		{'r', "keep", NULL, "keep the events of the ranges (the default)", set_keep,
			&a->what.drop},
		{0, "drop", NULL, "drop the events of the ranges, keep the others", opt_true,
			&a->what.drop},
		{'A', "from", "TIME", "keep nothing before this time", set_time, &a->what.from},
		{'B', "until", "TIME", "keep nothing at or after this time", set_time,
			&a->what.until},
		{'n', "count", "COUNT", "end after so many records", opt_u64, &a->what.count},
		{0, "only", "KIND", "keep only events, or only packets", set_only, &a->what.only},
		{0, NULL, NULL, "Changes", NULL, NULL},
		{'t', "shift", "SECONDS", "add SECONDS to all times; with a minus, take them off",
			change_set_shift, &a->change},
		{'s', "snaplen", "BYTES", "cut the data of calls and packets to BYTES", set_snaplen,
			&a->change.snaplen},
		{0, "comment", "TEXT", "give the capture a comment; may be repeated",
			change_add_comment, &a->change},
		{0, "capture-comment", "TEXT", NULL, change_add_comment, &a->change},
		{0, "event-comment", "N:TEXT", "give event number N a comment; may be repeated",
			notes_add, &a->comments.events},
		{'a', "frame-comment", "N:TEXT",
			"the same by number of the frame, which counts packets too", notes_add,
			&a->comments.frames},
		{0, "strip-comments", NULL, "take all comments out", opt_true, &a->comments.strip},
		{0, "strip-env", NULL, "take all environments of processes out", opt_true,
			&a->change.strip_env},
		{0, "strip-data", NULL, "take all data out that calls have read or written",
			opt_true, &a->change.strip_data},
		{0, "strip-packets", NULL, "leave packets out, and what belongs to them", opt_true,
			&a->change.strip_packets},
		{0, NULL, NULL, "Output", NULL, NULL},
		{0, "split", "BY",
			"write parts: events=N, seconds=S, size=SIZE of each, or one for each container, "
			"process, thread or value of field=FIELD",
			split_set, &a->split},
		{0, "endian", "ORDER", "write all numbers with the big, or the little, end first",
			set_endian, a},
		{'z', "compress", "KIND",
			"gzip, zstd or none (the default); KIND:LEVEL says how hard to pack",
			sink_set_packing, &a->packing},
		{0, "verify", NULL, "read both files again and compare each kept event", opt_true,
			&a->verify},
		{0, NULL, NULL, "Damaged files", NULL, NULL},
		{0, "repair", NULL, "find all whole records, and put right what can be", opt_true,
			&a->repair},
		{0},
	};
	const struct opts_cli cli = {
		.tool = "scapedit",
		.usage = "[OPTION...] IN OUT [RANGE...]",
		.about = "Copies a capture, or the part in ranges of event numbers (7, 3-9, -9, "
			 "100-)\n"
			 "and times, with the state that its events need.",
		.options = options,
		.examples =
			"scapedit trace.scap part.scap 1000-2000\n"
			"scapedit -A +5s -B +6.5s trace.scap part.scap\n"
			"scapedit --drop trace.scap - 1-100 | scapcat\n"
			"scapedit -t -3600 -s 64 --strip-env -z zstd trace.scap small.scap.zst\n"
			"scapedit --split container trace.scap part.scap\n"
			"scapedit --repair torn.scap good.scap",
		.stop_at_operand = true, /* -9 is a range */
	};
	struct err err = {0};
	int first;
	int status = opts_parse(&cli, argc, argv, &first);

	if (status != OPTS_GO)
		return status;
	if (argc - first < 2)
		return msg_usage("IN and OUT are needed");
	a->in = argv[first];
	a->out = argv[first + 1];
	for (int i = first + 2; i < argc; i++) {
		if (select_add_range(&a->what, argv[i], &err) < 0)
			return msg_usage("%s%s", err.text,
				strncmp(argv[i], "--", 2) ? "" : "; options stand before IN");
	}
	select_ready(&a->what);
	return check(a);
}

void args_release(struct args *a)
{
	select_release(&a->what);
	comment_opts_release(&a->comments);
	change_opts_release(&a->change);
	split_opts_release(&a->split);
}
