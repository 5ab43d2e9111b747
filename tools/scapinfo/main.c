/* SPDX-License-Identifier: MIT */
/* scapinfo: summarises captures, what capinfos would have printed for all that is in them. */
#include <string.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "cli/stay.h"
#include "pcapng/reader.h"
#include "tools/scapinfo/collect.h"
#include "tools/scapinfo/report.h"
#include "tools/scapinfo/show.h"

#define MAX_OPTIONS 64

struct settings {
	struct show_opts show;
	bool stop;    /* at the first file with trouble */
	bool as_ever; /* asked for what is done anyway */
};

/* Says what is wrong with a file. Returns the exit status for it. */
static int tell_trouble(const char *path, const struct info *in, const struct err *err)
{
	const struct reader_warnings *w = &in->warnings;

	msg_damage(path, w->count, w->first_offset, w->first);
	if (err->code)
		msg_err(path, err);
	return err->code || w->count ? STATUS_DATA : STATUS_OK;
}

/* Reports one file, as far as it is whole. Returns its exit status. */
static int report_file(struct show *show, const char *path)
{
	const struct src_opts src_opts = {.wanted = reader_wants};
	struct err err = {0};
	struct info in = {0};
	struct src *src;
	int status;

	stay_for_writer(path);
	src = src_open(path, &src_opts, &err);
	if (src && info_init(&in, &err) == 0) {
		in.name = path;
		status = collect_run(&in, src, &err);
		if ((status == 0 || in.blocks) && show_report(show, &in, &err) < 0)
			err_memory(&err);
	}
	status = tell_trouble(path, &in, &err);
	info_release(&in);
	src_close(src);
	return status;
}

static int report_all(const struct settings *set, char **paths, size_t n)
{
	struct show show;
	int status = STATUS_OK;

	show_begin(&show, &set->show, stdout);
	for (size_t i = 0; i < n && !(set->stop && status != STATUS_OK); i++)
		if (report_file(&show, paths[i]) != STATUS_OK)
			status = STATUS_DATA;
	show_end(&show);
	return status;
}

/* The options of the table, and one for each part of the report. */
static void make_options(struct settings *set, struct opt *to)
{
	struct show_opts *show = &set->show;
	const struct opt styles[] = {
		{0, NULL, NULL, "Style of the report", NULL, NULL},
		{'T', "table", NULL, "a table: a line for each file", opt_true, &show->table},
		{'J', "json", NULL, "JSON: an array with an object for each file", opt_true,
			&show->json},
		{'r', "no-header", NULL, "no line with the names of the columns", opt_true,
			&show->no_header},
		{'m', "comma", NULL, "a comma between the columns, not a tab", opt_true,
			&show->comma},
		{'Q', "quote", NULL, "double quotes around each value of a table", opt_true,
			&show->quote},
		{'S', "epoch", NULL, "times as seconds since 1970", opt_true, &show->epoch},
		{'U', "utc", NULL, "times in UTC, not in the local zone", opt_true, &show->utc},
		{'v', "verbose", NULL, "cut no list short", opt_true, &show->verbose},
		{'C', "cancel", NULL, "stop at the first file with trouble", opt_true, &set->stop},
		{0, NULL, NULL, "Parts of the report (all when none is given)", NULL, NULL},
		{'A', "all", NULL, "all parts, whatever else is given", opt_true, &show->all},
	};
	/* Letters of capinfos that ask for the long report, plain numbers, tabs, a header. */
	static const char as_ever[] = {'L', 'M', 'N', 'R', 'B'};
	/* Others of its letters. */
	static const struct opt theirs[] = {
		{.letter = 'H', .help = "sha256sum tells hashes"},
		{.letter = 'l', .help = "say -I"},
		{.letter = 'n', .help = "say -W, which counts blocks of names"},
		{.letter = 'D', .help = "say -W, which counts blocks of secrets"},
		{.letter = 'q', .help = "say -Q for quotes, or -J"},
		{.letter = 'b', .help = "say -m for commas; tabs are there anyway"},
	};
	size_t n;
	const struct report_part *parts = report_parts(&n);

	for (size_t i = 0; i < ARRAY_SIZE(styles); i++)
		*to++ = styles[i];
	for (size_t i = 0; i < n; i++)
		*to++ = (struct opt){parts[i].letter, parts[i].name, NULL, parts[i].help, opt_true,
			&show->selected[(unsigned char)parts[i].letter]};
	for (size_t i = 0; i < ARRAY_SIZE(as_ever); i++)
		*to++ = (struct opt){as_ever[i], NULL, NULL, NULL, opt_true, &set->as_ever};
	memcpy(to, theirs, sizeof(theirs));
	to[ARRAY_SIZE(theirs)] = (struct opt){0};
}

int main(int argc, char **argv)
{
	char dash[] = "-";
	char *standard_input[] = {dash};
	struct settings set = {0};
	struct opt options[MAX_OPTIONS];
	const struct opts_cli cli = {
		.tool = "scapinfo",
		.usage = "[OPTION...] [FILE...]",
		.about = "Summarises captures of system calls, of packets, or of both.",
		.options = options,
		.examples = "scapinfo trace.scap\n"
			    "scapinfo -TmQ *.scap > captures.csv\n"
			    "scapinfo -J trace.scap | jq '.[0].events'\n"
			    "scapinfo -vw trace.scap",
	};
	int first, status;

	make_options(&set, options);
	status = opts_parse(&cli, argc, argv, &first);
	if (status == OPTS_GO && set.show.table && set.show.json)
		status = msg_usage("-T and -J exclude each other");
	if (status == OPTS_GO && first == argc)
		status = report_all(&set, standard_input, 1);
	else if (status == OPTS_GO)
		status = report_all(&set, argv + first, (size_t)(argc - first));
	return msg_finish(status);
}
