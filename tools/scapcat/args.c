/* SPDX-License-Identifier: MIT */
/* The options of scapcat. */
#include "tools/scapcat/args.h"

#include <stdlib.h>
#include <string.h>

#include "cli/msg.h"
#include "cli/opts.h"

/* sysdig's: longer data is shown as 77 characters and three dots. */
#define DATA_LIMIT 80

static int set_path(void *dest, const char *arg, struct err *err UNUSED)
{
	struct args *a = dest;

	a->paths[a->npaths++] = arg;
	return 0;
}

static int set_verbose(void *dest, const char *arg UNUSED, struct err *err UNUSED)
{
	struct text_opts *text = dest;

	text->data_limit = 0;
	return 0;
}

static int set_follow(void *dest, const char *arg, struct err *err)
{
	struct follow_opts *follow = dest;

	follow->on = true;
	return follow_spec_parse(&follow->spec, arg, err);
}

static int set_streams(void *dest, const char *arg, struct err *err UNUSED)
{
	struct follow_opts *follow = dest;

	follow->on = true;
	follow->folder = arg;
	return 0;
}

/* A setter per way of showing data. */
#define SET_DATA(name, value)                                                                      \
	static int set_##name(void *dest, const char *arg UNUSED, struct err *err UNUSED)          \
	{                                                                                          \
		((struct text_opts *)dest)->data_mode = value;                                     \
		return 0;                                                                          \
	}
SET_DATA(ascii, DATA_TEXT)
SET_DATA(hex, DATA_HEX)
SET_DATA(hex_ascii, DATA_HEX_TEXT)
SET_DATA(base64, DATA_BASE64)

/* And one per kind of lines. */
#define SET_KIND(name, value)                                                                      \
	static int set_##name(void *dest, const char *arg UNUSED, struct err *err UNUSED)          \
	{                                                                                          \
		((struct lines_opts *)dest)->kind = value;                                         \
		return 0;                                                                          \
	}
SET_KIND(joined, LINES_CALLS)
SET_KIND(tree, LINES_TREES)

static int parse(struct args *a, int argc, char **argv, int *first)
{
	struct lines_opts *lines = &a->cat.lines;
	struct text_opts *text = &lines->text;
	struct follow_opts *follow = &a->cat.follow;
	struct formats *formats = &a->formats;
	/* clang-format off */
	const struct opt options[] = {
		{'r', "read", "FILE", "print this file; operands are a filter then", set_path, a},
		{'n', "count", "N", "stop after N records", opt_u64, &a->cat.limit},
		{'p', "print", "TEMPLATE", "what a line shows, as text with %fields; or c, k: the line of the profile container, kubernetes", look_set_template, &a->look},
		{0, "require", NULL, "no line where a field of the template is missing, as sysdig without *", opt_true, &text->require},
		{0, "columns", "FIELDS", "columns of FIELD[:WIDTH], ... below a line with their names", opt_string, &a->look.columns},
		{'V', "tree", NULL, "below each line, all that is known of the record", set_tree, lines},
		{0, "joined", NULL, "a line per call, with its result and how long it took", set_joined, lines},
		{0, "comments", NULL, "also the comments on records, below their lines", opt_true, &lines->comments},
		{0, "internal", NULL, "also records that are there for the state only", opt_true, &a->cat.internal},

		{.help = "Filters"},
		ASKED_OPTIONS(&a->asked),

		{.help = "Looks"},
		{0, "profile", "NAME", "look, filter, time and colours by a name: see --list-profiles", opt_string, &a->look.profile},
		{0, "color", "WHEN", "colour lines as the profile says: auto (on a terminal), always, never", look_set_colour, &a->look},
		{0, "colour", "WHEN", NULL, look_set_colour, &a->look},
		{.help = "For other programs"},
		{'T', "format", "FORMAT", "text (the default), fields, csv, tsv, json, jsonl, ek (for Elasticsearch), strace or pcapng", formats_set, formats},
		{'e', "field", "FIELD", "with this field, in the order given; needed for -T fields", formats_add_field, formats},
		{'E', "fields-option", "NAME=VALUE,...",
			"how rows look: header=y|n, separator=C, quote=d|s|n, occurrence=f|l|a (first, last or all values of a "
			"field), aggregator=C (between them), bom=y|n; C is a character, /t or /s", formats_set_out, formats},
		{'0', "null", NULL, "a NUL behind each record instead of a line feed, texts as they are", opt_true, &formats->nul},
		{'w', "write", "FILE", "write a capture of what passes, - for standard output (as -T pcapng does)", opt_string, &formats->write},

		{.help = "Times"},
		{'t', "time", "KIND",
			"what %evt.outputtime shows: h time of day (the default), a seconds since 1970, r since the first "
			"event, d that the call took, D since the line before, iso date and time, utc time of day in UTC",
			look_set_time, &a->look},
		{'U', "utc", NULL, "times in UTC, not in the local zone", opt_true, &text->utc},

		{.help = "Data"},
		{'v', "verbose", NULL, "all of it, not cut at 80 characters", set_verbose, text},
		{'A', "print-ascii", NULL, "as text: printable characters and line ends alone", set_ascii, text},
		{'x', "print-hex", NULL, "in hex, lines of 16 bytes", set_hex, text},
		{'X', "print-hex-ascii", NULL, "in hex, with characters beside it", set_hex_ascii, text},
		{'b', "print-base64", NULL, "in base64", set_base64, text},

		{.help = "Data of descriptors, instead of lines about events"},
		{0, "follow", "WHAT",
			"what went through them in both directions: all, fd:EVENT the one an event is about, PID:FD, "
			"ADDRESS:PORT, tcp:PORT, ADDRESS:PORT-ADDRESS:PORT, pipe:INODE, tty, tty:NAME",
			set_follow, follow},
		{0, "raw", NULL, "the bytes alone", opt_true, &follow->raw},
		{0, "hex", NULL, "in hex, as -X", set_hex_ascii, text},
		{0, "streams", "DIR", "a file in this folder for each descriptor and direction, and an index", set_streams, follow},
		{.help = "Lists, instead of records"},
		{'l', "list", NULL, "the fields, or those that operands name; with -v hidden ones, too", opt_true, &a->list.fields},
		{'L', "list-events", NULL, "the events and their parameters, or those that operands name", opt_true, &a->list.events},
		{0, "list-json", NULL, "either as JSON, the fields by itself", opt_true, &a->list.json},
		{0, "list-macros", NULL, "the macros, as they are written", opt_true, &a->list.macros},
		{0, "list-profiles", NULL, "the profiles", opt_true, &a->list.profiles},

		/* Of sysdig and tshark. */
		{.letter = 'j', .help = "say -T jsonl, or -T json for an array"},
		{.letter = 'c', .help = "say -n N to stop after so many; there are no chisels"},
		{.letter = 'R', .help = "say -Y FILTER"},
		{.letter = 'G', .help = "-l lists fields, -L events"},
		{.letter = 'O', .help = "say -V"},
		{.letter = 's', .help = "say -v to see data whole"},
		{.letter = 'z', .help = "scapedit -Y FILTER -z KIND writes packed captures"},
		{.letter = 'S', .help = "scapinfo -w counts events by name"},
		{.letter = 'i', .help = "scapcap -w - | scapcat shows what happens now"},
		{.letter = 'f', .help = "scapcap chooses what is captured; -Y FILTER what is shown"},
		{.name = "unbuffered", .help = "lines from a pipe come at once anyway"},
		{.name = "list-markdown", .help = "say --list-json"},
		{0},
	};
	/* clang-format on */
	const struct opts_cli cli = {
		.tool = "scapcat",
		.usage = "[OPTION...] [FILE...] [FILTER]\n[OPTION...] -r FILE [FILTER]\n-l|-L [NAME...]",
		.about = "Prints the events of captures, with the names of processes and files.",
		.options = options,
		.examples = "scapcat trace.scap | grep openat\n"
			    "scapcap -w - -d 2 | scapcat\n"
			    "scapcat -Y 'fd.port=443 and evt.failed=true' trace.scap\n"
			    "scapcat trace.scap proc.name=cat and evt.type=openat\n"
			    "scapcat --columns evt.num,proc.name,evt.type,fd.name trace.scap\n"
			    "scapcat -l fd.name\n"
			    "scapcat --joined -p '%evt.time %proc.name ' trace.scap\n"
			    "scapcat -V -n 1 trace.scap\n"
			    "scapcat --follow tcp:80 trace.scap\n"
			    "scapcat --streams data -Y proc.name=curl trace.scap\n"
			    "scapmerge -w both.scap trace.scap eth0.pcap && scapcat both.scap\n"
			    "scapcat -p '%evt.time %proc.name %fd.name' trace.scap.gz\n"
			    "scapcat -T fields -e proc.name -e fd.name -E header=y trace.scap\n"
			    "scapcat -T jsonl trace.scap | jq 'select(.result == \"ENOENT\") | .names.name'\n"
			    "scapcat -Y proc.name=nginx -w nginx.scap trace.scap",
	};

	return opts_parse(&cli, argc, argv, first);
}

/* What goes together where data of descriptors is asked for. */
static int check_follow(struct args *a)
{
	struct follow_opts *follow = &a->cat.follow;
	enum lines_kind kind = a->cat.lines.kind;

	follow->mode = a->cat.lines.text.data_mode;
	if (follow->on && (kind != LINES_RECORDS || a->cat.write))
		return msg_usage("--follow and --streams show no lines of events");
	if (a->cat.lines.text.require &&
		(follow->on || (kind != LINES_RECORDS && kind != LINES_TREES)))
		return msg_usage("--require is about lines of records");
	if (follow->raw && (!follow->on || follow->folder))
		return msg_usage("--raw goes with --follow");
	return OPTS_GO;
}

static bool reads_stdin(const struct args *a)
{
	size_t i = 0;

	while (i < a->npaths && strcmp(a->paths[i], "-") != 0)
		i++;
	return i < a->npaths;
}

/* Options are known: files, filters and looks follow from all of them. */
static int finish(struct args *a, const char *const *operands, size_t n)
{
	struct err err = {0};
	size_t files;
	int status;

	if (list_wanted(&a->list))
		return list_print(&a->list, !a->cat.lines.text.data_limit, &a->asked, operands, n);
	if (asked_operands(&a->asked, operands, n, a->npaths > 0, &files, &err) < 0)
		return msg_usage("%s", err.text);
	for (size_t i = 0; i < files; i++)
		a->paths[a->npaths++] = operands[i];
	if (!a->npaths)
		a->paths[a->npaths++] = "-";
	if (a->asked.from_stdin && reads_stdin(a))
		return msg_usage("standard input cannot be both a filter and a capture");
	a->cat.lines.text.template = a->look.template;
	if (formats_finish(&a->formats, &a->cat, &err) < 0)
		return msg_usage("%s", err.text);
	status = look_finish(&a->look, &a->asked, &a->cat);
	if (status == OPTS_GO)
		status = check_follow(a);
	if (status == OPTS_GO)
		status = asked_finish(&a->asked, a->cat.lines.text.utc);
	if (status != OPTS_GO)
		return status;
	a->cat.filter = a->asked.filter;
	a->cat.macros = a->asked.macros;
	a->cat.lines.notes = a->cat.internal && !a->cat.lines.text.template;
	return OPTS_GO;
}

int cat_args_parse(struct args *a, int argc, char **argv)
{
	int first, status;

	a->cat.lines.text.data_limit = DATA_LIMIT;
	a->paths = calloc((size_t)argc + 1, sizeof(*a->paths));
	a->formats.fields = calloc((size_t)argc + 1, sizeof(*a->formats.fields));
	if (!a->paths || !a->formats.fields) {
		msg_warn(NULL, "out of memory");
		return STATUS_DATA;
	}
	status = parse(a, argc, argv, &first);
	return status == OPTS_GO ? finish(a, (const char *const *)argv + first, (size_t)(argc - first)) : status;
}

void cat_args_release(struct args *a)
{
	free(a->paths);
	free(a->formats.fields);
	asked_release(&a->asked);
	look_release(&a->look);
}
