/* SPDX-License-Identifier: MIT */
/* The command line: a table of options, then IN, OUT and ranges, which may look like options. */
#include "tools/scapedit/args.h"

#include <stdlib.h>
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

static int set_state(void *dest, const char *arg, struct err *err)
{
	static const char *const names[] = {
		[SELECT_STATE_REACHED] = "reachable",
		[SELECT_STATE_ALL] = "all",
		[SELECT_STATE_NONE] = "none",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(arg, names[i]) == 0) {
			*(enum select_state *)dest = (enum select_state)i;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "'%s' is none of reachable, all, none", arg);
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

/* Returns OPTS_GO, or the status after a message. */
static int compile(struct filter **f, const char *text)
{
	struct buf mark = {0};
	struct err err = {0};
	int status;

	*f = filter_compile(text, &(struct filter_opts){0}, &err);
	if (*f)
		return OPTS_GO;
	if (err.has_offset)
		filter_point_out(text, err.offset, &mark);
	status = msg_usage_mark(err.text, buf_view(&mark));
	buf_release(&mark);
	return status;
}

/* "FILTER=MS": the last '=' is the one. */
static int compile_around(struct select *what, const char *text)
{
	const char *end = strrchr(text, '=');
	struct err err = {0};
	char *filter;
	int status;

	if (!end || parse_seconds(end + 1, &what->near, &err) < 0)
		return msg_usage("--around: '%s' does not end with = and a number of milliseconds",
			text);
	what->near /= 1000;
	filter = strndup(text, (size_t)(end - text));
	if (!filter)
		return msg_usage("out of memory");
	status = compile(&what->around, filter);
	free(filter);
	return status;
}

static int compile_all(struct args *a)
{
	int status = a->filter ? compile(&a->what.filter, a->filter) : OPTS_GO;

	return status == OPTS_GO && a->around ? compile_around(&a->what, a->around) : status;
}

static int take_operands(struct args *a, int argc, char **argv, int first)
{
	struct err err = {0};

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
	if (a->verify && a->what.state == SELECT_STATE_NONE)
		return msg_usage("without state nothing reads as it did: no --verify");
	return compile_all(a);
}

int args_parse(struct args *a, int argc, char **argv)
{
	const struct opt options[] = {
		{0, NULL, NULL, "What is kept", NULL, NULL},
		{'Y', "filter", "FILTER", "what passes, as in 'proc.name=cat and evt.type=open'",
			opt_string, &a->filter},
		{0, "around", "FILTER=MS",
			"what is within so many milliseconds of a record that passes", opt_string,
			&a->around},
		{'r', "keep", NULL, "keep what ranges and filters name (the default)", set_keep,
			&a->what.drop},
		{0, "drop", NULL, "drop what ranges and filters name, keep the rest", opt_true,
			&a->what.drop},
		{'A', "from", "TIME", "keep nothing before this time", set_time, &a->what.from},
		{'B', "until", "TIME", "keep nothing at or after this time", set_time,
			&a->what.until},
		{'n', "count", "COUNT", "end after so many records", opt_u64, &a->what.count},
		{0, "only", "KIND", "keep only events, or only packets", set_only, &a->what.only},
		{0, "keep-state", "KIND",
			"of the machine's state, what is reachable from kept events (the default), "
			"all, or none",
			set_state, &a->what.state},
		{0, NULL, NULL, "Output", NULL, NULL},
		{'z', "compress", "KIND", "gzip or none (the default)", set_packing,
			&a->packing.packing},
		{0, "verify", NULL, "read both files again and compare each kept event", opt_true,
			&a->verify},
		{'v', "verbose", NULL, "say by name what the output holds", opt_true, &a->verbose},
		{'q', "quiet", NULL, "do not say what the output holds", opt_true, &a->quiet},
		{0, NULL, NULL, "Damaged files", NULL, NULL},
		{0, "repair", NULL, "find all whole records, and put right what can be", opt_true,
			&a->repair},
		{0},
	};
	const struct opts_cli cli = {
		.tool = "scapedit",
		.usage = "[OPTION...] IN OUT [RANGE...]",
		.about = "Copies a capture, or the part in ranges of event numbers (7, 3-9, -9, "
			 "100-),\n"
			 "times and filters, with the state that its events need.",
		.options = options,
		.examples = "scapedit trace.scap part.scap 1000-2000\n"
			    "scapedit -A +5s -B +6.5s trace.scap part.scap\n"
			    "scapedit -Y 'proc.name=nginx' trace.scap part.scap\n"
			    "scapedit --around 'evt.res=ENOSPC=500' trace.scap part.scap\n"
			    "scapedit --drop trace.scap - 1-100 | scapcat\n"
			    "scapedit --repair torn.scap good.scap",
		.stop_at_operand = true, /* -9 is a range */
	};
	int first;
	int status = opts_parse(&cli, argc, argv, &first);

	if (status != OPTS_GO)
		return status;
	return take_operands(a, argc, argv, first);
}

void args_release(struct args *a)
{
	select_release(&a->what);
}
