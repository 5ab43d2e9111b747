/* SPDX-License-Identifier: MIT */
/* What comes out of a merge, as text. */
#include "support/merges.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#include "pcapng/option.h"
#include "pcapng/packet.h"
#include "scap/event.h"
#include "support/capture.h"

int merges_run(const struct merge_opts *opts, const struct build *from, struct input *in, size_t n,
	struct buf *out)
{
	struct err err = {0};
	struct sink *sink = sink_mem(out, NULL, &err);
	int opened;

	cr_assert_not_null(sink);
	for (size_t i = 0; i < n; i++) {
		in[i].path = "in";
		in[i].src = src_mem(buf_view(&from[i].out), NULL, &err);
		cr_assert_not_null(in[i].src);
	}
	opened = merge_run(opts, in, n, sink, &err);
	cr_expect_eq(err.code, ERR_NONE, "%s", err.text);
	cr_assert_eq(sink_close(sink, &err), 0);
	return opened;
}

static void put_packet(struct buf *to, struct capture *c)
{
	struct option_view opt;
	struct packet p;

	cr_assert_eq(packet_decode(&p, &c->block, c->reader, &c->err), 0, "%s", c->err.text);
	buf_printf(to, " %s%" PRIu32, c->block.info->name, p.interface);
	if (p.has_ts)
		buf_printf(to, "@%" PRIu64, (p.ts - BUILD_EPOCH) / BUILD_TICK);
	buf_printf(to, "=%.*s", (int)p.data.n, (const char *)p.data.p);
	if (option_find(p.options, OPT_COMMENT, &opt))
		buf_printf(to, "(%.*s)", (int)opt.value.n, (const char *)opt.value.p);
}

static void put_event(struct buf *to, struct capture *c)
{
	struct event ev;

	cr_assert_eq(event_decode(&ev, &c->block, &c->err), 0, "%s", c->err.text);
	buf_printf(to, " %s%u@%" PRIu64, ev.flags & EVENT_HIDDEN ? "hidden" : "ev", ev.type,
		(ev.ts - BUILD_EPOCH) / BUILD_TICK);
}

static void describe(struct span bytes, struct buf *to)
{
	struct capture c;

	cr_assert(capture_open(&c, bytes));
	while (capture_next(&c) == 1) {
		enum block_kind kind = c.block.info->kind;

		if (kind == BLOCK_PACKET)
			put_packet(to, &c);
		else if (kind == BLOCK_EVENT)
			put_event(to, &c);
		else if (kind == BLOCK_INTERFACE)
			buf_printf(to, " IDB:%u", load_u16(c.block.body.p, c.block.big));
		else if (kind == BLOCK_STATS)
			buf_printf(to, " ISB%u", load_u32(c.block.body.p, c.block.big));
		else
			buf_printf(to, " %s%s", c.block.info->name,
				kind == BLOCK_SECTION && c.block.big ? "-be" : "");
	}
	cr_expect_eq(c.err.code, ERR_NONE, "%s", c.err.text);
	cr_expect_eq(reader_warnings(c.reader)->count, 0, "%s", reader_warnings(c.reader)->first);
	buf_u8(to, 0);
	capture_close(&c);
}

void merges_expect_blocks(const struct buf *out, const char *want)
{
	struct buf got = {0};

	describe(buf_view(out), &got);
	cr_expect_str_eq((const char *)got.p, want);
	buf_release(&got);
}

void merges_expect(const struct merge_opts *opts, struct build *from, size_t n,
	const char *want)
{
	struct input in[4] = {0};
	struct buf out = {0};

	cr_expect_eq(merges_run(opts, from, in, n, &out), (int)n);
	for (size_t i = 0; i < n; i++) {
		cr_expect_eq(in[i].err.code, ERR_NONE, "input %zu: %s", i, in[i].err.text);
		cr_expect_eq(in[i].warnings.count, 0, "input %zu: %s", i, in[i].warnings.first);
		build_release(&from[i]);
	}
	merges_expect_blocks(&out, want);
	buf_release(&out);
}
