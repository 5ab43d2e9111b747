/* SPDX-License-Identifier: MIT */
/* The programs write the file's own encoding, so there is nothing to encode here: a block is
 * wrapped around the record, straight from the ring's memory into the writer's buffer. */
#include "tools/scapcap/out.h"

#include <inttypes.h>
#include <stdio.h>

#include "pcapng/block.h"
#include "scap/event.h"
#include "tools/scapcap/record.h"

int out_record(void *arg, uint16_t cpu, struct span record, struct err *err)
{
	struct out *o = arg;
	struct record head;
	struct buf *b;
	bool hidden;

	if (o->events >= o->limit)
		return 0;
	memcpy(&head, record.p, RECORD_HEAD);
	if (head.len > record.n - RECORD_EVENT)
		return err_set(err, ERR_FORMAT, "a record of the BPF programs is torn");
	hidden = (head.duration & RECORD_HIDDEN) != 0;
	head.duration &= ~RECORD_HIDDEN;
	b = writer_begin(o->w, hidden ? BT_EVF_V2 : BT_EV_V2);
	buf_u16(b, cpu);
	if (hidden)
		buf_u32(b, EVENT_HIDDEN);
	buf_put(b, record.p + RECORD_EVENT, head.len);
	if (head.duration)
		event_put_duration(b, head.duration);
	if (writer_end(o->w, err) < 0)
		return -1;
	o->last_ts = head.ts;
	o->hidden += hidden;
	o->events += !hidden;
	return o->events < o->limit;
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
	return event_write(o->w, &ev, err);
}
