/* SPDX-License-Identifier: MIT */
/* The programs write the file's own encoding, so there is nothing to encode here: a block is
 * wrapped around the record, straight from the ring's memory into the writer's buffer. */
#include "tools/scapcap/out.h"

#include <inttypes.h>
#include <stdio.h>

#include "io/sink.h"
#include "pcapng/block.h"
#include "tools/scapcap/record.h"

int out_record(void *arg, uint16_t cpu, struct span record, struct err *err)
{
	struct out *o = arg;
	struct record head;
	struct span raw;
	struct buf *b;
	bool hidden;
	int got;

	if (o->events >= o->limit)
		return 0;
	memcpy(&head, record.p, RECORD_HEAD);
	if (head.len > record.n - RECORD_EVENT)
		return err_set(err, ERR_FORMAT, "a record of the BPF programs is torn");
	hidden = (head.duration & RECORD_HIDDEN) != 0;
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
	got = o->to->ops->event(o->to, head.ts, raw, err);
	if (got < 0)
		return -1;
	o->last_ts = head.ts;
	o->hidden += hidden;
	o->events += !hidden;
	return o->events < o->limit && got > 0;
}

int out_event(struct out *o, const struct event *ev, struct err *err)
{
	struct buf block = {0};
	struct sink *sink = sink_mem(&block, NULL, err);
	struct writer w;
	int got = -1;

	writer_init(&w, sink, HOST_BIG);
	if (sink)
		got = event_write(&w, ev, err);
	if (sink_close(sink, err) < 0)
		got = -1;
	if (got == 0 && o->to->ops->event(o->to, ev->ts, buf_view(&block), err) < 0)
		got = -1;
	writer_release(&w);
	buf_release(&block);
	return got;
}

int out_loss(struct out *o, uint16_t cpu, uint64_t n, struct err *err)
{
	struct event ev = {.ts = o->last_ts,
		.tid = -1,
		.cpu = cpu,
		.type = PPME_NOTIFICATION_E,
		.nparams = 2,
		.big = HOST_BIG,
		.info = event_info(PPME_NOTIFICATION_E)};
	char text[64];
	int len = snprintf(text, sizeof(text), "%" PRIu64 " events lost", n);

	ev.params[0] = span_of("drop", sizeof("drop"));
	ev.params[1] = span_of(text, (size_t)len + 1);
	return out_event(o, &ev, err);
}
