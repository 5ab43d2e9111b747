/* SPDX-License-Identifier: MIT */
/*
 * A file is full before the event that would go over one of its limits, as far as that can be known:
 * times and numbers are exact, sizes are looked at after each event, as dumpcap does it. It goes on a
 * little where no file may begin, and is at least twice as long as the lists that it begins with: or
 * a small limit would make a file of each event.
 */
#include "tools/scapcap/files.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "tools/scapcap/resume.h"
#include "tools/scapcap/salvage.h"

struct files {
	struct outlet base;
	struct files_opts opts;
	struct parts parts;
	struct resume resume; /* only if there may be several files */
	uint64_t began;       /* the open file, ns since 1970 */
	uint64_t head;        /* bytes in front of its events */
	uint64_t events;      /* in it */
	struct {
		uint64_t bytes, events;
	} safe; /* of it, at the last flush */
	bool done;
};

static struct files *of(struct outlet *o)
{
	return (struct files *)o;
}

static bool limit_reached(uint64_t value, uint64_t limit)
{
	return limit && value >= limit;
}

/* Whether the open file is over one of its limits. */
static bool is_full(const struct files *f, uint64_t ts)
{
	const struct limits *l = &f->opts.next;
	uint64_t age = ts > f->began ? ts - f->began : 0, bytes = sink_offset(f->parts.sink);

	return limit_reached(age, l->duration) || limit_reached(f->events, l->events) ||
		(limit_reached(bytes, l->bytes) && bytes - f->head >= f->head) ||
		(l->interval && age && ts / l->interval != f->began / l->interval);
}

/* Whether the next file is to begin. */
static bool is_time(struct files *f, uint64_t ts)
{
	return f->resume.st && is_full(f, ts) && resume_ready(&f->resume, ts);
}

/* The next file, unless that was the last. Returns 1, 0, or -1 (err). */
static int next_file(struct files *f, uint64_t now, struct err *err)
{
	struct writer *w = &f->parts.w;

	if (limit_reached(f->parts.number, f->opts.stop.files)) {
		f->done = true;
		return 0;
	}
	if (parts_close(&f->parts, err) < 0)
		return -1;
	f->events = f->safe.events = f->safe.bytes = 0;
	if (parts_open(&f->parts, now, err) < 0)
		return -1;
	f->began = now;
	if (writer_section(w, 2, f->opts.application, NULL, err) < 0 ||
		resume_write(&f->resume, w, err) < 0)
		return -1;
	f->head = sink_offset(f->parts.sink);
	return 1;
}

static int files_begin(struct outlet *o, uint64_t now, struct span head, struct err *err)
{
	struct files *f = of(o);

	if (parts_open(&f->parts, now, err) < 0)
		return -1;
	f->began = now;
	if (f->resume.st && resume_head(&f->resume, head, err) < 0)
		return -1;
	f->head = head.n;
	return writer_raw(&f->parts.w, head, err);
}

static int files_event(struct outlet *o, uint64_t ts, struct span raw, struct err *err)
{
	struct files *f = of(o);
	int got;

	if (f->done)
		return 0;
	if (is_time(f, ts) && (got = next_file(f, ts, err)) <= 0)
		return got;
	f->events += salvage_shown(raw);
	if (writer_raw(&f->parts.w, raw, err) < 0)
		return -1;
	if (f->resume.st && resume_event(&f->resume, raw, err) < 0)
		return -1;
	f->done = limit_reached(sink_offset(f->parts.sink), f->opts.stop.bytes);
	return 1;
}

bool files_reader_left(void)
{
	struct pollfd p = {.fd = STDOUT_FILENO};

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLHUP));
}

/* Whether there is still somebody to write to: a pipe tells that even when nothing is written. */
static int look_for_reader(const struct files *f, struct err *err)
{
	if (strcmp(f->opts.parts.path, "-") != 0 || !files_reader_left())
		return 0;
	errno = EPIPE;
	return err_errno(err, "cannot write");
}

static int files_tick(struct outlet *o, uint64_t now, struct err *err)
{
	struct files *f = of(o);

	if (f->done)
		return 0;
	if (look_for_reader(f, err) < 0)
		return -1;
	hook_collect(&f->parts.hook);
	return is_time(f, now) ? next_file(f, now, err) : 1;
}

static int files_flush(struct outlet *o, struct err *err)
{
	struct files *f = of(o);

	if (sink_flush(f->parts.sink, err) < 0)
		return -1;
	f->safe.bytes = sink_offset(f->parts.sink);
	f->safe.events = f->events;
	return 0;
}

static int files_end(struct outlet *o, int status UNUSED, uint64_t *lost, struct err *err)
{
	struct files *f = of(o);
	int got = parts_close(&f->parts, err);

	*lost = 0;
	if (f->parts.torn)
		*lost = f->events - f->safe.events - parts_salvage(&f->parts, f->safe.bytes);
	if (parts_release(&f->parts, err) < 0)
		got = -1;
	resume_release(&f->resume);
	free(f);
	return got;
}

static const struct outlet_ops ops = {files_begin, files_event, files_tick, files_flush, files_end};

struct outlet *files_new(const struct files_opts *opts, struct err *err)
{
	struct files *f = calloc(1, sizeof(*f));
	struct err ignored = {0};
	uint64_t lost;

	if (!f) {
		err_memory(err);
		return NULL;
	}
	f->base.ops = &ops;
	f->opts = *opts;
	if (parts_init(&f->parts, &opts->parts, err) == 0 &&
		(!opts->parts.several || resume_init(&f->resume, opts->live, err) == 0))
		return &f->base;
	(void)files_end(&f->base, 0, &lost, &ignored);
	return NULL;
}
