/* SPDX-License-Identifier: MIT */
/* Records of the BPF programs become event blocks, byte for byte. */
#include <criterion/criterion.h>

#include "io/sink.h"
#include "scap/event.h"
#include "scap/loss.h"
#include "support/capture.h"
#include "support/outlet.h"
#include "tools/scapcap/out.h"
#include "tools/scapcap/record.h"

#define DURATION 1234567

/* A close exit record of schema 0.23, as the programs leave it in a ring. */
static void put_close(struct buf *b, uint64_t duration, uint64_t fd)
{
	b->big = HOST_BIG;
	buf_u64(b, duration);
	buf_u64(b, 1700000000000000001); /* ts */
	buf_u64(b, 77);                  /* tid */
	buf_u32(b, 26 + 2 * 2 + 2 * 8);  /* len */
	buf_u16(b, PPME_SYSCALL_CLOSE_X);
	buf_u32(b, 2);
	buf_u16(b, 8);
	buf_u16(b, 8);
	buf_u64(b, 0); /* res */
	buf_u64(b, fd);
}

struct fixture {
	struct buf record, file;
	struct sink *sink;
	struct sink_outlet to;
	struct out out;
	struct err err;
};

static void setup(struct fixture *f, uint64_t duration)
{
	*f = (struct fixture){0};
	put_close(&f->record, duration, 5);
	f->sink = sink_mem(&f->file, NULL, &f->err);
	cr_assert(f->sink);
	sink_outlet_init(&f->to, f->sink);
	f->out = (struct out){.to = &f->to.base, .limit = UINT64_MAX};
	writer_init(&f->out.w, f->sink, HOST_BIG);
	cr_assert_eq(writer_section(&f->out.w, 2, NULL, NULL, &f->err), 0);
}

/* Ends the file and decodes its n-th event. */
static void decode(struct fixture *f, struct capture *c, struct event *ev, int n)
{
	cr_assert_eq(sink_close(f->sink, &f->err), 0, "%s", f->err.text);
	cr_assert(capture_open(c, buf_view(&f->file)), "%s", c->err.text);
	cr_assert_eq(capture_next(c), 1);
	while (n--)
		cr_assert_eq(capture_next(c), 1, "%s", c->err.text);
	cr_assert_eq(event_decode(ev, &c->block, &f->err), 0, "%s", f->err.text);
}

static void teardown(struct fixture *f, struct capture *c)
{
	capture_close(c);
	writer_release(&f->out.w);
	buf_release(&f->record);
	buf_release(&f->file);
}

Test(out, a_record_becomes_an_event_block)
{
	struct fixture f;
	struct capture c;
	struct event ev;
	uint64_t ns;
	int64_t fd = 0;

	setup(&f, 0);
	cr_assert_eq(out_record(&f.out, 3, buf_view(&f.record), &f.err), 1);
	decode(&f, &c, &ev, 1);
	cr_expect_eq(c.block.type, BT_EV_V2);
	cr_expect_eq(ev.cpu, 3);
	cr_expect_eq(ev.ts, 1700000000000000001);
	cr_expect_eq(ev.tid, 77);
	cr_expect_eq(ev.type, PPME_SYSCALL_CLOSE_X);
	cr_expect(event_i64(&ev, 1, &fd) && fd == 5);
	cr_expect(!event_duration(&ev, &ns), "it has no duration");
	cr_expect_eq(f.out.last_ts, ev.ts);
	teardown(&f, &c);
}

Test(out, the_duration_is_an_option_behind_the_event)
{
	struct fixture f;
	struct capture c;
	struct event ev;
	uint64_t ns = 0;

	setup(&f, DURATION);
	cr_assert_eq(out_record(&f.out, 3, buf_view(&f.record), &f.err), 1);
	decode(&f, &c, &ev, 1);
	cr_expect_eq(ev.nparams, 2);
	cr_expect(event_duration(&ev, &ns) && ns == DURATION);
	teardown(&f, &c);
}

Test(out, stops_at_the_limit)
{
	struct fixture f;
	struct capture c;
	struct event ev;

	setup(&f, 0);
	f.out.limit = 2;
	cr_expect_eq(out_record(&f.out, 0, buf_view(&f.record), &f.err), 1);
	cr_expect_eq(out_record(&f.out, 0, buf_view(&f.record), &f.err), 0);
	cr_expect_eq(f.out.events, 2);
	decode(&f, &c, &ev, 2);
	cr_expect_eq(capture_next(&c), 0, "there are two");
	teardown(&f, &c);
}

Test(out, losses_are_an_event_of_their_own)
{
	struct fixture f;
	struct capture c;
	struct event ev;

	setup(&f, 0);
	cr_assert_eq(out_record(&f.out, 0, buf_view(&f.record), &f.err), 1);
	cr_assert_eq(out_loss(&f.out, 1, 412, &f.err), 0);
	cr_expect_eq(f.out.events, 1, "it does not count");
	decode(&f, &c, &ev, 2);
	cr_expect_eq(ev.type, PPME_NOTIFICATION_E);
	cr_expect_eq(ev.cpu, 1);
	cr_expect_eq(ev.ts, f.out.last_ts);
	cr_expect(span_eq(event_str(&ev, 1), span_str("412 events lost")));
	cr_expect_eq(loss_count(&ev), 412);
	teardown(&f, &c);
}

Test(out, a_torn_record_is_an_error)
{
	struct fixture f;
	struct capture c = {0};

	setup(&f, 0);
	f.record.n -= 4;
	cr_expect_eq(out_record(&f.out, 0, buf_view(&f.record), &f.err), -1);
	cr_expect_eq(f.err.code, ERR_FORMAT);
	sink_abort(f.sink);
	teardown(&f, &c);
}
