/* SPDX-License-Identifier: MIT */
/* The command line: a table of options, then IN, OUT and ranges, which may look like options. */
#include "tools/scapedit/args.h"

#include <string.h>

#include "cli/msg.h"
#include "cli/opts.h"

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

static int set_packing(void *dest, const char *arg, struct err *err)
{
	enum sink_packing *packing = dest;

	if (strcmp(arg, "gzip") == 0)
		*packing = SINK_GZIP;
	else if (strcmp(arg, "none") == 0)
		*packing = SINK_PLAIN;
	else
		return err_set(err, ERR_USAGE, "'%s' is neither gzip nor none", arg);
	return 0;
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
		{0, NULL, NULL, "Output", NULL, NULL},
		{'z', "compress", "KIND", "gzip or none (the default)", set_packing,
			&a->packing.packing},
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
		.examples = "scapedit trace.scap part.scap 1000-2000\n"
			    "scapedit -A +5s -B +6.5s trace.scap part.scap\n"
			    "scapedit --drop trace.scap - 1-100 | scapcat\n"
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
	if (a->verify && (strcmp(a->in, "-") == 0 || strcmp(a->out, "-") == 0))
		return msg_usage("--verify needs files that can be read again, not -");
	return OPTS_GO;
}

void args_release(struct args *a)
{
	select_release(&a->what);
}
