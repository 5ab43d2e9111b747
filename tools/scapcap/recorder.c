/* SPDX-License-Identifier: MIT */
/*
 * Whole blocks in a ring of bytes; none is torn at the end of the memory, where a shorter lap leaves
 * some unused. A block that has to make room goes into the state, which is therefore always that in
 * front of the oldest one.
 *
 *   | newest blocks | free | oldest blocks ... | unused |
 *                   ^ end  ^ start             ^ lap
 */
#include "tools/scapcap/recorder.h"

#include <stdlib.h>

#include "base/endian.h"
#include "tools/scapcap/resume.h"
#include "tools/scapcap/salvage.h"

struct recorder {
	struct outlet base;
	struct recorder_opts opts;
	struct parts parts;
	struct resume resume;
	uint8_t *bytes;
	size_t start, end; /* of the oldest block; behind the newest */
	size_t lap;        /* where the oldest blocks' lap ends; valid while wrapped */
	bool wrapped;      /* the newest blocks stand in front of the oldest */
	uint64_t now;      /* time of the newest block */
	uint64_t dropped;  /* of the last that went into the state */
	uint64_t hit;      /* of the first event that passed and is in no file yet; 0: none */
	uint64_t written;  /* when the last file was, because of an event; 0: never */
	uint64_t lost;     /* events that a file was to have and has not */
	bool failed;       /* to write a file */
};

static int dump(struct recorder *r, struct err *err);

static struct recorder *of(struct outlet *o)
{
	return (struct recorder *)o;
}

static bool is_empty(const struct recorder *r)
{
	return !r->wrapped && r->start == r->end;
}

static struct span block_at(const struct recorder *r, size_t at)
{
	return span_of(r->bytes + at, load_u32(r->bytes + at + 4, HOST_BIG));
}

/* The time of an event block: behind the processor, and the flags where there are some. */
static uint64_t block_ts(struct span raw)
{
	bool flags = block_info(load_u32(raw.p, HOST_BIG))->version & EVB_FLAGS;
	size_t at = WRITER_BODY + sizeof(uint16_t) + (flags ? sizeof(uint32_t) : 0);

	return load_u64(raw.p + at, HOST_BIG);
}

/* The oldest block into the state. Returns 0, or -1 (err). */
static int drop_oldest(struct recorder *r, struct err *err)
{
	struct span raw = block_at(r, r->start);

	/* What was waited for would be lost. */
	if (r->hit && block_ts(raw) >= r->hit) {
		if (dump(r, err) < 0)
			return -1;
		if (is_empty(r))
			return 0;
		raw = block_at(r, r->start);
	}
	r->start += raw.n;
	if (r->wrapped && r->start == r->lap) {
		r->start = 0;
		r->wrapped = false;
	}
	r->dropped = block_ts(raw);
	return resume_event(&r->resume, raw, err);
}

/* Makes n bytes free behind end, which may move to the front. Returns 0, or -1 (err). */
static int make_room(struct recorder *r, size_t n, struct err *err)
{
	for (;;) {
		if (is_empty(r))
			r->start = r->end = 0;
		if (!r->wrapped && r->opts.size - r->end >= n)
			return 0;
		/* Not up to start itself: then full would look like empty. */
		if (r->wrapped && r->start - r->end > n)
			return 0;
		if (!r->wrapped && r->start > n) {
			r->lap = r->end;
			r->end = 0;
			r->wrapped = true;
			return 0;
		}
		if (drop_oldest(r, err) < 0)
			return -1;
	}
}

static int recorder_begin(struct outlet *o, uint64_t now, struct span head, struct err *err)
{
	struct recorder *r = of(o);

	r->now = now;
	return resume_head(&r->resume, head, err);
}

static int recorder_event(struct outlet *o, uint64_t ts, struct span raw, struct err *err)
{
	struct recorder *r = of(o);

	r->now = ts;
	if (r->opts.hit && *r->opts.hit) {
		*r->opts.hit = false;
		r->hit = r->hit ? r->hit : ts;
	}
	if (raw.n > r->opts.size) {
		while (!is_empty(r))
			if (drop_oldest(r, err) < 0)
				return -1;
		return resume_event(&r->resume, raw, err) < 0 ? -1 : 1;
	}
	if (make_room(r, raw.n, err) < 0)
		return -1;
	memcpy(r->bytes + r->end, raw.p, raw.n);
	r->end += raw.n;
	return 1;
}

static int write_blocks(struct recorder *r, struct err *err)
{
	struct writer *w = &r->parts.w;
	size_t first = r->wrapped ? r->lap : r->end;

	if (writer_raw(w, span_of(r->bytes + r->start, first - r->start), err) < 0)
		return -1;
	return r->wrapped ? writer_raw(w, span_of(r->bytes, r->end), err) : 0;
}

/* Drops the oldest until a file may begin with what is left. Returns 0, or -1 (err). */
static int find_beginning(struct recorder *r, struct err *err)
{
	while (!is_empty(r) && !resume_ready(&r->resume, r->dropped))
		if (drop_oldest(r, err) < 0)
			return -1;
	return 0;
}

/* How many events there are that readers show. */
static uint64_t count_shown(const struct recorder *r)
{
	size_t end = r->wrapped ? r->lap : r->end;
	uint64_t n = 0;

	for (size_t at = r->start; at < end; at += block_at(r, at).n)
		n += salvage_shown(block_at(r, at));
	for (size_t at = 0; r->wrapped && at < r->end; at += block_at(r, at).n)
		n += salvage_shown(block_at(r, at));
	return n;
}

static int write_file(struct recorder *r, struct err *err)
{
	struct writer *w = &r->parts.w;

	if (parts_open(&r->parts, r->now, err) < 0)
		return -1;
	if (writer_section(w, 2, r->opts.application, NULL, err) < 0 ||
		resume_write(&r->resume, w, err) < 0)
		return -1;
	return write_blocks(r, err);
}

/* A file of what there is; all of it stays. */
static int dump(struct recorder *r, struct err *err)
{
	int got;

	if (r->hit)
		r->written = r->now;
	r->hit = 0;
	if (find_beginning(r, err) < 0)
		return -1;
	got = write_file(r, err);
	if (parts_close(&r->parts, err) < 0)
		got = -1;
	if (got < 0)
		r->lost = count_shown(r) - (r->parts.torn ? parts_salvage(&r->parts, 0) : 0);
	r->failed |= got < 0;
	return got;
}

static int recorder_tick(struct outlet *o, uint64_t now, struct err *err)
{
	struct recorder *r = of(o);
	bool due = r->hit && (!r->written || now >= r->written + RECORDER_REST);

	hook_collect(&r->parts.hook);
	if (*r->opts.asked || due) {
		*r->opts.asked = 0;
		if (dump(r, err) < 0)
			return -1;
	}
	return !r->opts.files || r->parts.number < r->opts.files;
}

static int recorder_flush(struct outlet *o UNUSED, struct err *err UNUSED)
{
	return 0;
}

static int recorder_end(struct outlet *o, int status, uint64_t *lost, struct err *err)
{
	struct recorder *r = of(o);
	bool wanted = r->hit || *r->opts.asked || (status != 0 && (r->opts.dump_on & DUMP_ON_EXIT));
	int got = wanted && !r->failed ? dump(r, err) : 0;

	*lost = r->lost;
	if (parts_release(&r->parts, err) < 0)
		got = -1;
	resume_release(&r->resume);
	free(r->bytes);
	free(r);
	return got;
}

static const struct outlet_ops ops = {
	recorder_begin, recorder_event, recorder_tick, recorder_flush, recorder_end};

struct outlet *recorder_new(const struct recorder_opts *opts, struct err *err)
{
	struct recorder *r = calloc(1, sizeof(*r));
	struct err ignored = {0};
	uint64_t lost;

	if (!r) {
		err_memory(err);
		return NULL;
	}
	r->base.ops = &ops;
	r->opts = *opts;
	r->bytes = malloc(opts->size);
	if (!r->bytes)
		err_memory(err);
	if (r->bytes && parts_init(&r->parts, &opts->parts, err) == 0 &&
		resume_init(&r->resume, opts->live, err) == 0)
		return &r->base;
	(void)recorder_end(&r->base, 0, &lost, &ignored);
	return NULL;
}
