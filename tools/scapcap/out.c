/* SPDX-License-Identifier: MIT */
/*
 * The programs write the file's own encoding, so there is nothing to encode here: a block is wrapped
 * around the record, straight from the ring's memory into the writer's buffer.
 */
#include "tools/scapcap/out.h"

#include "io/sink.h"
#include "pcapng/block.h"
#include "scap/loss.h"
#include "tools/scapcap/record.h"

/* Returns 1, 0 when enough was written, -1 on failure (err). */
static int hand_on(struct out *o, uint64_t ts, struct span raw, bool hidden, struct err *err)
{
	int got = o->to->ops->event(o->to, ts, raw, err);

	if (got < 0) {
		o->refused += !hidden;
		return -1;
	}
	o->hidden += hidden && got > 0;
	o->events += !hidden && got > 0;
	return o->events < o->limit && got > 0;
}

/* The same for what passes the sieve. */
static int sift(struct out *o, uint64_t ts, struct span raw, struct err *err)
{
	struct sieved s;
	int got = 1;

	if (sieve_event(o->sieve, raw, &s, err) < 0)
		return -1;
	if (s.enter.n)
		got = hand_on(o, ts, s.enter, true, err);
	return got > 0 && s.event.n ? hand_on(o, ts, s.event, s.hidden, err) : got;
}

int out_record(struct out *o, uint16_t cpu, struct span record, struct err *err)
{
	struct record head;
	struct span raw;
	struct buf *b;
	bool hidden;

	if (o->events >= o->limit)
		return 0;
	memcpy(&head, record.p, RECORD_HEAD);
	if (head.len > record.n - RECORD_EVENT)
		return err_set(err, ERR_FORMAT, "a record of the BPF programs is torn");
	hidden = (head.duration & RECORD_HIDDEN) != 0 &&
		 !(o->sieve && sieve_judges(o->sieve, head.type));
	head.duration &= ~RECORD_HIDDEN;
	b = writer_begin(&o->w, hidden ? BT_EVF_V2 : BT_EV_V2);
	buf_u16(b, cpu);
	if (hidden)
		buf_u32(b, EVENT_HIDDEN);
	buf_put(b, record.p + RECORD_EVENT, head.len);
	if (head.duration)
		event_put_duration(b, head.duration);
	if (writer_finish(&o->w, &raw, err) < 0)
		return -1;
	o->last_ts = head.ts;
	return o->sieve ? sift(o, head.ts, raw, err) : hand_on(o, head.ts, raw, hidden, err);
}

/* The block of an event that is not from the rings; to is the caller's. */
static int make_block(struct buf *to, const struct event *ev, struct err *err)
{
	struct sink *sink = sink_mem(to, NULL, err);
	struct writer w;
	int got = -1;

	writer_init(&w, sink, HOST_BIG);
	if (sink)
		got = event_write(&w, ev, err);
	if (sink_close(sink, err) < 0)
		got = -1;
	writer_release(&w);
	return got;
}

/* Writes an event that does not count. Returns 0, or -1 on failure (err). */
static int write_event(struct out *o, const struct event *ev, bool sieved, struct err *err)
{
	struct sieved s = {.hidden = false};
	struct buf block = {0};
	int got = make_block(&block, ev, err);

	s.event = buf_view(&block);
	if (got == 0 && sieved)
		got = sieve_event(o->sieve, s.event, &s, err);
	if (got == 0 && s.event.n && o->to->ops->event(o->to, ev->ts, s.event, err) < 0)
		got = -1;
	buf_release(&block);
	return got;
}

int out_event(struct out *o, const struct event *ev, struct err *err)
{
	return write_event(o, ev, o->sieve != NULL, err);
}

int out_loss(struct out *o, uint16_t cpu, uint64_t n, struct err *err)
{
	struct event ev = {.ts = o->last_ts,
		.tid = -1,
		.cpu = cpu,
		.big = HOST_BIG};
	char text[LOSS_TEXT];

	loss_put(&ev, n, text);
	return write_event(o, &ev, false, err);
}
