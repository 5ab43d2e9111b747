/* SPDX-License-Identifier: MIT */
/*
 * A new look at /proc would be later than the events that still wait in the rings, and names would
 * come from the future. So the lists at the beginning are kept current by the events themselves, and
 * any place between two events can be a beginning. Only of users, groups and interfaces no event tells.
 */
#include "tools/scapcap/resume.h"

#include "base/endian.h"
#include "pcapng/pcapng.h"
#include "pcapng/reader.h"
#include "tools/scapcap/host_scan.h"

int resume_init(struct resume *f, bool live, struct err *err)
{
	*f = (struct resume){.live = live};
	calls_init(&f->calls);
	births_init(&f->births);
	f->st = state_new(err);
	return f->st ? 0 : -1;
}

void resume_release(struct resume *f)
{
	state_free(f->st);
	calls_release(&f->calls);
	births_release(&f->births);
	buf_release(&f->hidden);
	*f = (struct resume){0};
}

int resume_load(struct state *st, struct span head, struct err *err)
{
	struct src *src = src_mem(head, NULL, err);
	struct reader *r = src ? reader_new(src, err) : NULL;
	struct block b;
	int got = -1;

	while (r && (got = reader_next(r, &b, err)) == 1)
		if ((got = state_load(st, &b, err)) < 0)
			break;
	reader_free(r);
	src_close(src);
	return got;
}

struct block resume_block(struct span raw)
{
	uint32_t type = load_u32(raw.p, HOST_BIG);

	return (struct block){.type = type,
		.info = block_info(type),
		.body = span_of(raw.p + WRITER_BODY, raw.n - PCAPNG_OVERHEAD),
		.raw = raw,
		.big = HOST_BIG,
		.section = 1};
}

int resume_head(struct resume *f, struct span head, struct err *err)
{
	return resume_load(f->st, head, err);
}

int resume_event(struct resume *f, struct span raw, struct err *err)
{
	struct block b = resume_block(raw);
	struct err ignored = {0};
	struct moment m;
	struct event ev;

	if (event_decode(&ev, &b, &ignored) < 0) {
		f->damaged = true;
		return 0;
	}
	calls_note(&f->calls, &ev, &b, false);
	if (f->calls.failed)
		return err_memory(err);
	if (state_apply(f->st, &ev, &m, err) < 0)
		return -1;
	births_note(&f->births, f->st, &ev);
	return f->births.failed ? err_memory(err) : 0;
}

bool resume_ready(struct resume *f, uint64_t now)
{
	return !births_waiting(&f->births, now);
}

/* Takes in a list that has just been made. One without entries is no news but a failure. */
static int renew(struct resume *f, struct writer *w, struct err *err)
{
	struct block b;
	struct span raw;

	if (writer_finish(w, &raw, err) < 0)
		return -1;
	if (raw.n == PCAPNG_OVERHEAD)
		return 0;
	b = resume_block(raw);
	return state_load(f->st, &b, err);
}

static int look_again(struct resume *f, struct err *err)
{
	struct buf text = {0};
	struct writer w;
	int got;

	writer_init(&w, NULL, HOST_BIG);
	host_scan_interfaces(writer_begin(&w, BT_IL_V2));
	got = renew(f, &w, err);
	if (got == 0) {
		host_scan_users("/etc", &text, writer_begin(&w, BT_UL_V2));
		got = renew(f, &w, err);
	}
	writer_release(&w);
	buf_release(&text);
	return got;
}

int resume_write(struct resume *f, struct writer *w, struct err *err)
{
	if (f->live && look_again(f, err) < 0)
		return -1;
	if (state_dump(f->st, w, err) < 0)
		return -1;
	buf_clear(&f->hidden);
	calls_forget_written(&f->calls);
	calls_put_all(&f->calls, f->st, &f->hidden);
	if (f->calls.failed || f->hidden.failed)
		return err_memory(err);
	return f->hidden.n ? writer_raw(w, buf_view(&f->hidden), err) : 0;
}
