/* SPDX-License-Identifier: MIT */
/* scapcat: files and messages; options are in args.c, the loop is in cat.c. */
#include <inttypes.h>
#include <unistd.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "cli/stay.h"
#include "tools/scapcat/args.h"

/* Prints one file. Returns whether there is a reason to print another; *status is what went wrong.
 */
static bool print_file(struct cat *c, const char *path, int *status)
{
	const struct src_opts src_opts = {.wanted = reader_wants};
	struct reader_warnings warnings = {0};
	struct err err = {0};
	struct late *late = c->keep ? NULL : late_open(path);
	bool found = !c->follow || follow_find(c->follow, path, &err) == 0;
	struct src *src = found ? src_open(path, &src_opts, &err) : NULL;
	int got = src ? cat_file(c, src, late, &warnings, &err) : -1;

	src_close(src);
	late_close(late);
	msg_damage(path, warnings.count, warnings.first_offset, warnings.first);
	if (got < 0)
		msg_err(path, &err);
	if (got < 0 || warnings.count)
		*status = STATUS_DATA;
	if (c->behind)
		msg_warn(path, "packets that belong between events are shown behind them");
	return got != 0;
}

static int print_all(const struct args *a)
{
	struct err err = {0};
	struct cat c;
	int status = STATUS_OK;

	if (cat_init(&c, &a->cat, stdout, &err) < 0) {
		cat_release(&c);
		if (err.code == ERR_USAGE)
			return msg_finish(msg_usage("%s", err.text));
		msg_err(a->cat.write ? msg_output(a->cat.write) : NULL, &err);
		return msg_finish(STATUS_DATA);
	}
	for (size_t i = 0; i < a->npaths; i++) {
		/* Who looks on and has seen enough does not want to see the rest. */
		if (a->cat.write || !isatty(STDOUT_FILENO))
			stay_for_writer(a->paths[i]);
		if (!print_file(&c, a->paths[i], &status))
			break;
	}
	if (cat_end(&c, &err) < 0 && err.code) {
		msg_err(a->cat.write ? msg_output(a->cat.write) : NULL, &err);
		status = STATUS_DATA;
	}
	if (a->cat.follow.raw && follow_missing(c.follow))
		msg_warn(NULL, "%" PRIu64 " bytes were not captured, and are left out",
			follow_missing(c.follow));
	cat_release(&c);
	return msg_finish_failed(status, c.failed);
}

int main(int argc, char **argv)
{
	struct args a = {0};
	int status = cat_args_parse(&a, argc, argv);

	status = status == OPTS_GO ? print_all(&a) : msg_finish(status);
	cat_args_release(&a);
	return status;
}
