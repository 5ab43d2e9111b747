/* SPDX-License-Identifier: MIT */
/*
 * The order of things: the programs are attached already when the machine's state is read, so that
 * nothing falls in between (what happens meanwhile waits in the rings); then the command runs, and
 * the rings are emptied again and again.
 *
 * The programs never wake us: we look every few milliseconds, which costs less than a wake-up per
 * record and gives the records of other processors the time to arrive that their order needs.
 */
#include "tools/scapcap/session.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "cli/msg.h"
#include "io/sink.h"
#include "pcapng/writer.h"
#include "tools/scapcap/command.h"
#include "tools/scapcap/naming.h"
#include "tools/scapcap/out.h"
#include "tools/scapcap/proc_scan.h"
#include "tools/scapcap/record.h"
#include "tools/scapcap/tracer.h"

#define MS          1000000ull
#define HURRY       (-10) /* as a nice value */
#define ORDER_DELAY (20 * MS)  /* how late a record may get into its ring */
#define ORDER_LEAST (2 * MS)   /* the same when the rings have room for no more */
#define PAUSE       (5 * MS)   /* between two looks */
#define FLUSH_EVERY (100 * MS) /* who reads along waits no longer */

struct session {
	const struct session_opts *opts;
	struct outlet *to;
	struct capture *cap;
	struct command command;
	struct out out;
	struct naming naming; /* if asked for */
	int nice;       /* what the command is to have */
	uint64_t *lost; /* by processor: told in the file so far */
	uint64_t flushed;
};

/* Tells in the file what was lost since the last time. */
static int tell_losses(struct session *s, struct err *err)
{
	const struct counters *now = capture_counters(s->cap);

	for (uint32_t cpu = 0; cpu < capture_cpus(s->cap); cpu++) {
		uint64_t lost = capture_dropped(&now[cpu]);

		if (lost == s->lost[cpu])
			continue;
		if (out_loss(&s->out, (uint16_t)cpu, lost - s->lost[cpu], err) < 0)
			return -1;
		s->lost[cpu] = lost;
	}
	return 0;
}

/* A rings_fn. */
static int take_record(void *arg, uint16_t cpu, struct span record, struct err *err)
{
	struct session *s = arg;

	if (*s->opts->stop > 1)
		return 0;
	if (s->opts->containers && naming_record(&s->naming, record, &s->out, err) < 0)
		return -1;
	return out_record(&s->out, cpu, record, err);
}

/* Empties the rings up to the time until. Returns 1, 0 when enough was written, -1 (err). */
static int take(struct session *s, uint64_t until, struct err *err)
{
	return rings_consume(capture_rings(s->cap), until, take_record, s, err);
}

/* The blocks in front of the events, into memory: outlets may want more of them than to write them. */
static int scan(struct session *s, struct writer *w, struct err *err)
{
	const struct proc_scan_opts opts = {.proc = "/proc",
		.etc = "/etc",
		.live = true,
		.old_reader = s->opts->pairs,
		.iters = capture_iters(s->cap)};

	if (writer_section(w, 2, s->opts->application, NULL, err) < 0)
		return -1;
	return proc_scan_write(&opts, w, err);
}

/* Hands on the blocks, and the names of the containers in them. Returns 0 or -1 (err). */
static int begin(struct session *s, uint64_t now, struct span head, struct err *err)
{
	bool naming = s->opts->containers != NULL;

	/* sysdig 0.29.3 does not know events about users. */
	if (naming && (naming_init(&s->naming, s->opts->containers, capture_rings(s->cap),
				   !s->opts->pairs, err) < 0 ||
			      naming_head(&s->naming, head, err) < 0))
		return -1;
	if (s->opts->sieve && sieve_head(s->opts->sieve, head, err) < 0)
		return -1;
	if (s->to->ops->begin(s->to, now, head, err) < 0)
		return -1;
	return naming ? naming_settle(&s->naming, &s->out, err) : 0;
}

static int write_head(struct session *s, uint64_t now, struct err *err)
{
	struct buf head = {0};
	struct sink *sink = sink_mem(&head, NULL, err);
	struct writer w;
	int got = -1;

	writer_init(&w, sink, HOST_BIG);
	if (sink)
		got = scan(s, &w, err);
	if (sink_close(sink, err) < 0)
		got = -1;
	if (got == 0)
		got = begin(s, now, buf_view(&head), err);
	writer_release(&w);
	buf_release(&head);
	return got;
}

static void fill_report(struct session *s, struct session_report *report)
{
	*report = (struct session_report){.events = s->out.events,
		.hidden = s->out.hidden,
		.unwritten = s->out.refused,
		.dropped = capture_counters(s->cap),
		.cpus = capture_cpus(s->cap),
		.late = rings_late(capture_rings(s->cap)),
		.status = s->command.status};
}

static void answer(struct session *s)
{
	struct session_report so_far;

	if (!s->opts->ask || !*s->opts->ask)
		return;
	*s->opts->ask = 0;
	fill_report(s, &so_far);
	s->opts->answer(&so_far);
}

/* What has to be done now and then; events before until are out. Returns 1, 0 to end, -1 (err). */
static int now_and_then(struct session *s, uint64_t now, uint64_t until, struct err *err)
{
	if (now - s->flushed < FLUSH_EVERY)
		return 1;
	s->flushed = now;
	answer(s);
	if (s->opts->containers && naming_write(&s->naming, &s->out, err) < 0)
		return -1;
	if (tell_losses(s, err) < 0 || s->to->ops->flush(s->to, err) < 0)
		return -1;
	return s->to->ops->tick(s->to, until, err);
}

/* Whether the command has ended. */
static bool ended(struct session *s)
{
	struct tracer *tracer = capture_tracer(s->cap);

	return tracer ? tracer_ended(tracer, &s->command.status) : command_ended(&s->command);
}

/* Up to when records are in order at a time now. */
static uint64_t settled(const struct session *s, uint64_t now)
{
	return now - (rings_filling(capture_rings(s->cap)) ? ORDER_LEAST : ORDER_DELAY);
}

/* Takes records until something ends the capture. Returns 0 or -1 (err). */
static int loop(struct session *s, uint64_t end, struct err *err)
{
	const struct timespec pause = {.tv_nsec = PAUSE};
	uint64_t now, before, until;
	int got = 1;

	for (;;) {
		now = capture_now(s->cap);
		before = s->out.events;
		until = MIN(settled(s, now), end);
		got = take(s, until, err);
		if (got > 0)
			got = now_and_then(s, now, until, err);
		if (got < 0)
			return -1;
		if (!got || now >= end || *s->opts->stop || ended(s))
			break;
		if (s->out.events - before < 1000)
			nanosleep(&pause, NULL);
	}
	capture_detach(s->cap);
	if (got && take(s, end, err) < 0)
		return -1;
	if (tell_losses(s, err) < 0)
		return -1;
	return s->to->ops->flush(s->to, err);
}

/* In the command's process: it has what priority it was given, and is followed from the start. */
static void prepare_command(void *arg)
{
	const struct session *s = arg;
	struct err err = {0};

	(void)setpriority(PRIO_PROCESS, 0, s->nice);
	if (s->opts->follow && capture_follow(s->cap, (uint32_t)getpid(), &err) < 0)
		_exit(STATUS_DATA);
}

/* The command begins, if there is one. Returns 0 or -1 (err). */
static int start_command(struct session *s, struct err *err)
{
	const struct session_opts *o = s->opts;
	struct tracer *tracer = capture_tracer(s->cap);

	if (tracer)
		tracer_go(tracer);
	else if (o->command)
		return command_start(
			&s->command, o->command, o->to_stdout, prepare_command, s, err);
	return 0;
}

static int run(struct session *s, struct err *err)
{
	const struct session_opts *o = s->opts;
	uint64_t now = capture_now(s->cap);
	uint64_t end = o->duration > UINT64_MAX - now ? UINT64_MAX : now + o->duration;

	/* Rings overflow on a busy machine if we only get our fair share. Not for the command. */
	s->nice = getpriority(PRIO_PROCESS, 0);
	(void)setpriority(PRIO_PROCESS, 0, MIN(s->nice, HURRY));
	if (write_head(s, now, err) < 0)
		return -1;
	/* What others did meanwhile may have filled the rings: room for what the command begins with. */
	if (take(s, MIN(capture_now(s->cap) - ORDER_DELAY, end), err) < 0 || start_command(s, err) < 0)
		return -1;
	return loop(s, end, err);
}

/* A rings_fn: counts what is left when nothing can be written any more. */
static int count_record(void *arg, uint16_t cpu UNUSED, struct span record, struct err *err UNUSED)
{
	struct session *s = arg;
	struct record head;

	memcpy(&head, record.p, RECORD_HEAD);
	s->out.refused += !(head.duration & RECORD_HIDDEN);
	return 1;
}

/* What is in the rings when a capture fails, or has to end at once, is lost. Returns 0 or -1 (err). */
static int count_rest(struct session *s, struct err *err)
{
	/* How much of it would have passed a filter is not known. */
	if (s->opts->sieve)
		return 0;
	return rings_consume(capture_rings(s->cap), UINT64_MAX, count_record, s, err) < 0 ? -1 : 0;
}

int session_run(const struct session_opts *opts, struct capture *cap, struct outlet *to,
	struct session_report *report, struct err *err)
{
	struct session s = {.opts = opts, .cap = cap, .to = to};
	int got;

	s.out = (struct out){.to = to, .sieve = opts->sieve, .limit = opts->limit, .last_ts = capture_now(cap)};
	writer_init(&s.out.w, NULL, HOST_BIG);
	s.lost = calloc(capture_cpus(cap), sizeof(*s.lost));
	got = s.lost ? run(&s, err) : err_memory(err);
	capture_detach(cap);
	if ((got < 0 || *opts->stop > 1) && count_rest(&s, err) < 0)
		got = -1;
	fill_report(&s, report);
	free(s.lost);
	naming_release(&s.naming);
	writer_release(&s.out.w);
	return got;
}
