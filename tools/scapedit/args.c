/* SPDX-License-Identifier: MIT */
/* The command line: a table of options, then IN, OUT and ranges, which may look like options. */
#include "tools/scapedit/args.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/msg.h"
#include "cli/parse.h"
#include "tools/scapedit/versions.h"

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

static int set_downgrade(void *dest, const char *arg, struct err *err)
{
	struct convert_opts *opts = dest;

	opts->downgrade = true;
	return version_set(&opts->schema, arg, err);
}

/* Whether what was asked of the conversion goes together. Returns OPTS_GO or a status. */
static int check_convert(struct convert_opts *o)
{
	if (o->upgrade && o->downgrade)
		return msg_usage("either --upgrade or --downgrade");
	if (o->upgrade && !o->schema)
		o->schema = version_default();
	if (!o->schema)
		return OPTS_GO;
	if (o->upgrade && !version_has_exits(o->schema))
		return msg_usage("that version expects two records a call: --downgrade makes them");
	if (o->downgrade && !version_reads_counts(o->schema))
		return msg_usage("readers of that version cannot read files of version 1.2");
	return OPTS_GO;
}

static int add_rules(void *dest, const char *arg, struct err *err)
{
	return redact_rules_add(dest, arg, err);
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

static int set_state(void *dest, const char *arg, struct err *err)
{
	static const char *const names[] = {
		[SELECT_STATE_REACHED] = "reachable",
		[SELECT_STATE_ALL] = "all",
		[SELECT_STATE_NONE] = "none",
	};

	struct select *what = dest;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(arg, names[i]) == 0) {
			what->state = (enum select_state)i;
			what->state_given = true;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "'%s' is none of reachable, all, none", arg);
}

/* "FILTER=MS": the last '=' is the one. */
static int compile_around(struct args *a)
{
	const char *text = a->around;
	const char *end = strrchr(text, '=');
	struct err err = {0};
	char *filter;
	int status;

	if (!end || parse_seconds(end + 1, &a->what.near, &err) < 0)
		return msg_usage("--around: '%s' does not end with = and a number of milliseconds",
			text);
	a->what.near /= 1000;
	filter = strndup(text, (size_t)(end - text));
	if (!filter)
		return msg_usage("out of memory");
	status = asked_compile(&a->asked, filter, &a->what.around);
	free(filter);
	return status;
}

static int compile_all(struct args *a)
{
	int status = asked_finish(&a->asked, false);

	if (status == OPTS_GO && a->asked.filter)
		status = asked_compile(&a->asked, a->asked.filter, &a->what.filter);
	return status == OPTS_GO && a->around ? compile_around(a) : status;
}

/* Returns OPTS_GO, or the status of the usage error. */
static int check(struct args *a)
{
	if (a->asked.from_stdin && strcmp(a->in, "-") == 0)
		return msg_usage("standard input cannot be both a filter and a capture");
	if (a->verify && (strcmp(a->in, "-") == 0 || strcmp(a->out, "-") == 0))
		return msg_usage("--verify needs files that can be read again, not -");
	if (a->verify && a->what.state == SELECT_STATE_NONE)
		return msg_usage("without state nothing reads as it did: no --verify");
	if (check_convert(&a->convert) != OPTS_GO)
		return STATUS_USAGE;
	if (a->verify && a->convert.schema)
		return msg_usage("--verify compares records one by one, which a conversion changes");
	if (a->split.by && strcmp(a->out, "-") == 0)
		return msg_usage("--split needs a name that parts can be called after, not -");
	if (a->split.by && a->verify)
		return msg_usage("--verify compares one output, not the parts of --split");
	if (a->verify && change_shows(&a->change))
		return msg_usage("--verify compares how records read, which these options change");
	if (a->verify && a->redact.given)
		return msg_usage("--verify compares what --redact replaces");
	if (a->redact_key && !a->redact.given)
		return msg_usage("--redact-key needs --redact");
	return OPTS_GO;
}

/* As other programs take them behind operands, where -9 is a range here. */
static bool is_option(const char *word)
{
	return word[0] == '-' && word[1] && !isdigit((unsigned char)word[1]);
}

static int take_operands(struct args *a, int argc, char **argv, int first)
{
	struct err err = {0};
	int status;

	for (int i = first + 1; i < argc; i++)
		if (is_option(argv[i]))
			return msg_usage("options stand before IN: %s", argv[i]);
	if (argc - first < 2)
		return msg_usage("IN and OUT are needed");
	a->in = argv[first];
	a->out = argv[first + 1];
	for (int i = first + 2; i < argc; i++)
		if (select_add_range(&a->what, argv[i], &err) < 0)
			return msg_usage("%s", err.text);
	select_ready(&a->what);
	status = check(a);
	return status == OPTS_GO ? compile_all(a) : status;
}

int args_parse(struct args *a, int argc, char **argv)
{
	const struct opt options[] = {
		{0, NULL, NULL, "What is kept", NULL, NULL},
		ASKED_OPTIONS(&a->asked),
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
			set_state, &a->what},
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
		{0, NULL, NULL, "Redaction", NULL, NULL},
		{0, "redact", "RULES", "replace names, addresses, paths and secrets, drop payloads: "
			"default, rules, @FILE", add_rules, &a->redact},
		{0, "redact-key", "FILE", "make pseudonyms with this key, the same in every run",
			opt_string, &a->redact_key},
		{0, NULL, NULL, "Output", NULL, NULL},
		{0, "split", "BY",
			"write parts: events=N, seconds=S, size=SIZE of each, or one for each container, "
			"process, thread or value of field=FIELD",
			split_set, &a->split},
		{0, "endian", "ORDER", "write all numbers with the big, or the little, end first",
			set_endian, a},
		{'z', "compress", "KIND",
			"pack the output with gzip or zstd, or none; KIND:LEVEL says how hard",
			sink_set_packing, &a->packing},
		{'v', "verbose", NULL, "say more of what the output holds, lost, or still shows",
			opt_true, &a->verbose},
		{'q', "quiet", NULL, "do not say what the output holds", opt_true, &a->quiet},
		{0, "verify", NULL, "read both files again and compare each kept event", opt_true,
			&a->verify},
		{0, NULL, NULL, "Conversion", NULL, NULL},
		{0, "upgrade", NULL, "records as new versions write them: one for each call", opt_true,
			&a->convert.upgrade},
		{0, "downgrade", "VERSION", "records that this version can read: sysdig-0.29, 0.20, ...",
			set_downgrade, &a->convert},
		{0, "schema", "VERSION", "only types and parameters that this version has", version_set,
			&a->convert.schema},
		{0, NULL, NULL, "Damaged files", NULL, NULL},
		{0, "repair", NULL, "find all whole records, and put right what can be", opt_true,
			&a->repair},
		/* Of editcap. */
		{.letter = 'c', .help = "say --split events=N"},
		{.letter = 'i', .help = "say --split seconds=S"},
		{.letter = 'w', .help = "the output is the second operand"},
		{.letter = 'o', .help = "the output is the second operand"},
		{.letter = 'd', .help = "what files share is once in what scapmerge makes of them"},
		{.name = "discard-packet-comments", .help = "say --strip-comments"},
		{.name = "discard-capture-comment", .help = "say --strip-comments"},
		{0},
	};
	const struct opts_cli cli = {
		.tool = "scapedit",
		.usage = "[OPTION...] IN OUT [RANGE...]",
		.about = "Copies a capture, or the part in ranges of event numbers (7, 3-9, -9, "
			 "100-),\n"
			 "times and filters, with the state that its events need.",
		.options = options,
		.examples =
			"scapedit trace.scap part.scap 1000-2000\n"
			"scapedit -A +5s -B +6.5s trace.scap part.scap\n"
			"scapedit -Y 'proc.name=nginx' trace.scap part.scap\n"
			"scapedit --around 'evt.res=ENOSPC=500' trace.scap part.scap\n"
			"scapedit --drop trace.scap - 1-100 | scapcat\n"
			"scapedit -t -3600 -s 64 --strip-env -z zstd trace.scap small.scap.zst\n"
			"scapedit --split container trace.scap part.scap\n"
			"scapedit --repair torn.scap good.scap",
		.stop_at_operand = true, /* -9 is a range */
	};
	int first;
	int status = opts_parse(&cli, argc, argv, &first);

	return status == OPTS_GO ? take_operands(a, argc, argv, first) : status;
}

void args_release(struct args *a)
{
	select_release(&a->what);
	asked_release(&a->asked);
	comment_opts_release(&a->comments);
	change_opts_release(&a->change);
	redact_rules_release(&a->redact);
	split_opts_release(&a->split);
}
