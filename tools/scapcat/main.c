/* SPDX-License-Identifier: MIT */
/* scapcat: prints the events of captures as lines of text. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "tools/scapcat/cat.h"

/* sysdig's: longer data is shown as 77 characters and three dots. */
#define DATA_LIMIT 80

struct files {
	const char **paths;
	size_t n;
};

static int set_file(void *dest, const char *arg, struct err *err UNUSED)
{
	struct files *f = dest;

	f->paths[f->n++] = arg;
	return 0;
}

static int set_time(void *dest, const char *arg, struct err *err)
{
	static const struct {
		const char *name;
		enum text_time time;
		bool utc;
	} rows[] = {
		{"h", TEXT_TIME_CLOCK, false},
		{"a", TEXT_TIME_EPOCH, false},
		{"r", TEXT_TIME_FIRST, false},
		{"d", TEXT_TIME_CALL, false},
		{"D", TEXT_TIME_SHOWN, false},
		{"iso", TEXT_TIME_ISO, false},
		{"utc", TEXT_TIME_CLOCK, true},
	};
	struct text_opts *text = dest;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].name, arg) == 0) {
			text->time = rows[i].time;
			text->utc |= rows[i].utc;
			return 0;
		}
	}
	return err_set(err, ERR_USAGE, "'%s' is none of h, a, r, d, D, iso, utc", arg);
}

static int set_verbose(void *dest, const char *arg UNUSED, struct err *err UNUSED)
{
	struct text_opts *text = dest;

	text->data_limit = 0;
	return 0;
}

static void tell_warnings(const char *path, const struct reader_warnings *w)
{
	if (w->count == 1)
		msg_warn(path, "offset %" PRIu64 ": %s", w->first_offset, w->first);
	else
		msg_warn(path, "offset %" PRIu64 ": %s (and %" PRIu64 " more)", w->first_offset,
			w->first, w->count - 1);
}

/* Prints one file. Returns whether there is a reason to print another; *status is what went wrong.
 */
static bool print_file(struct cat *c, const char *path, int *status)
{
	const struct src_opts src_opts = {.wanted = reader_wants};
	struct reader_warnings warnings = {0};
	struct err err = {0};
	struct src *src = src_open(path, &src_opts, &err);
	int got = src ? cat_file(c, src, &warnings, &err) : -1;

	src_close(src);
	if (warnings.count)
		tell_warnings(path, &warnings);
	if (got < 0)
		msg_err(path, &err);
	if (got < 0 || warnings.count)
		*status = STATUS_DATA;
	if (got != 0 && c->packets)
		msg_warn(path, "%" PRIu64 " packet%s not shown", c->packets,
			c->packets == 1 ? " is" : "s are");
	return got != 0;
}

static int print_all(const struct cat_opts *opts, const struct files *files)
{
	struct err err = {0};
	struct cat c;
	int status = STATUS_OK;

	if (cat_init(&c, opts, stdout, &err) < 0) {
		cat_release(&c);
		if (err.code == ERR_USAGE)
			return msg_usage("%s", err.text);
		msg_err(NULL, &err);
		return STATUS_DATA;
	}
	for (size_t i = 0; i < files->n; i++)
		if (!print_file(&c, files->paths[i], &status))
			break;
	cat_release(&c);
	return msg_finish(status);
}

int main(int argc, char **argv)
{
	struct cat_opts opts = {.text.data_limit = DATA_LIMIT};
	struct files files = {calloc((size_t)argc + 1, sizeof(*files.paths)), 0};
	const struct opt options[] = {
		{'r', "read", "FILE", "print this file (operands do the same)", set_file, &files},
		{'n', "count", "N", "stop after N lines", opt_u64, &opts.limit},
		{'p', "print", "TEMPLATE", "what a line shows, as text with %fields", opt_string,
			&opts.text.template},
		{'t', "time", "KIND",
			"what %evt.outputtime shows: h time of day (the default), a seconds since "
			"1970, r since the first event, d that the call took, D since the line "
			"before, iso date and time, utc time of day in UTC",
			set_time, &opts.text},
		{'U', "utc", NULL, "times in UTC, not in the local zone", opt_true, &opts.text.utc},
		{'v', "verbose", NULL, "do not cut data at 80 characters", set_verbose, &opts.text},
		{0, "internal", NULL, "also records that are there for the state only", opt_true,
			&opts.internal},
		{0},
	};
	const struct opts_cli cli = {
		.tool = "scapcat",
		.usage = "[OPTION...] [FILE...]",
		.about = "Print the events of captures, with the names of processes and files.",
		.options = options,
		.examples = "scapcat trace.scap | grep openat\n"
			    "scapcap -w - -d 2 | scapcat\n"
			    "scapcat -p '%evt.time %proc.name %fd.name' trace.scap.gz",
	};
	int first, status;

	if (!files.paths) {
		msg_warn(NULL, "out of memory");
		return STATUS_DATA;
	}
	status = opts_parse(&cli, argc, argv, &first);
	if (status == OPTS_GO) {
		for (int i = first; i < argc; i++)
			files.paths[files.n++] = argv[i];
		if (!files.n)
			files.paths[files.n++] = "-";
		status = print_all(&opts, &files);
	} else {
		status = msg_finish(status);
	}
	free(files.paths);
	return status;
}
