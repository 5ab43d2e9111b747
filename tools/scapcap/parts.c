/* SPDX-License-Identifier: MIT */
/*
 * A file of several never replaces one that is there: it is opened as a new one. The only files ever
 * deleted are our own, when there are to be no more than so many, and no command is at work on them.
 */
#include "tools/scapcap/parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/msg.h"
#include "io/file_name.h"
#include "tools/scapcap/salvage.h"

#define NAMESAKES 100000 /* with the same name from strftime */

/* The file that names go to; one of the two that are open already for their names. */
static FILE *open_print(const char *name)
{
	if (strcmp(name, "-") == 0 || strcmp(name, "stdout") == 0)
		return stdout;
	return strcmp(name, "stderr") == 0 ? stderr : fopen(name, "we");
}

int parts_init(struct parts *p, const struct parts_opts *opts, struct err *err)
{
	*p = (struct parts){.opts = *opts,
		.hook = {.command = opts->command, .enough = opts->enough}};
	writer_init(&p->w, NULL, HOST_BIG);
	if (opts->keep) {
		p->names = calloc(opts->keep, sizeof(*p->names));
		if (!p->names)
			return err_memory(err);
	}
	if (opts->printname) {
		p->print = open_print(opts->printname);
		if (!p->print)
			return err_errno(err, "cannot create %s", opts->printname);
	}
	return 0;
}

/* The name of the next file; of several, one that nobody has yet. */
static int choose_name(struct parts *p, uint64_t now, struct err *err)
{
	const char *path = p->opts.path;
	struct buf name = {0};

	for (unsigned again = 0; again < NAMESAKES; again += again ? 1 : 2) {
		buf_clear(&name);
		if (p->opts.several)
			file_name(&name, path, p->number + 1, now, again);
		else
			buf_put(&name, path, strlen(path) + 1);
		if (name.failed || !p->opts.several || !file_name_has_codes(path) ||
			access((const char *)name.p, F_OK) < 0)
			break;
	}
	free(p->name);
	p->name = (char *)name.p;
	return name.failed ? err_memory(err) : 0;
}

/* Room for one more among those that stay. */
static void forget_oldest(struct parts *p)
{
	char **slot = p->opts.keep ? &p->names[p->number % p->opts.keep] : NULL;

	if (!slot)
		return;
	if (*slot)
		hook_delete(&p->hook, *slot);
	free(*slot);
	*slot = strdup(p->name);
}

int parts_open(struct parts *p, uint64_t now, struct err *err)
{
	/* Who follows the file sees the events as they come. */
	struct sink_opts opts = p->opts.packing;

	opts.live = true;
	opts.fresh = opts.named = p->opts.several;
	opts.enough = p->opts.enough;
	if (choose_name(p, now, err) < 0)
		return -1;
	p->sink = sink_open(p->name, &opts, err);
	if (!p->sink)
		return -1;
	p->w.sink = p->sink;
	forget_oldest(p);
	p->number++;
	return 0;
}

int parts_close(struct parts *p, struct err *err)
{
	struct sink *sink = p->sink;

	if (!sink)
		return 0;
	p->sink = p->w.sink = NULL;
	p->torn = sink_close(sink, err) < 0;
	if (p->torn)
		return -1;
	if (strcmp(p->name, "-") == 0)
		return 0;
	if (p->opts.tell)
		msg_warn(p->name, "written");
	hook_run(&p->hook, p->name);
	if (p->print && (fprintf(p->print, "%s\n", p->name) < 0 || fflush(p->print) != 0))
		return err_errno(err, "cannot write to %s", p->opts.printname);
	return 0;
}

uint64_t parts_salvage(struct parts *p, uint64_t safe)
{
	struct stat st;
	uint64_t events;

	if (strcmp(p->name, "-") == 0 || p->opts.packing.packing != SINK_PLAIN)
		return 0;
	events = salvage_file(p->name, safe);
	/* An empty file is no capture. A single one is what was asked for, and stays. */
	if (p->opts.several && stat(p->name, &st) == 0 && !st.st_size)
		(void)unlink(p->name);
	return events;
}

int parts_release(struct parts *p, struct err *err)
{
	int status = 0;

	if (p->opts.tell && !p->number)
		msg_warn(NULL, "no file was written: nothing asked for one");
	hook_end(&p->hook);
	if (p->hook.failed)
		status = err_set(err, ERR_IO, "the command for complete files failed %" PRIu64
			" times", p->hook.failed);
	sink_abort(p->sink);
	writer_release(&p->w);
	if (p->print && p->print != stdout && p->print != stderr)
		fclose(p->print);
	for (uint64_t i = 0; p->names && i < p->opts.keep; i++)
		free(p->names[i]);
	free(p->names);
	free(p->name);
	return status;
}
