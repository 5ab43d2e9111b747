/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/capture.h"
#include "support/slices.h"
#include "tools/scapedit/repair.h"

/* What scapedit --repair makes of bytes. */
struct mended {
	struct buf out;
	struct edit_report rep;
	uint64_t lost, warnings;
	struct err err;
};

static void mend(struct mended *m, struct span bytes)
{
	struct src *src = src_mem(bytes, NULL, &m->err);
	struct reader *r = reader_new_mending(src, &m->err);
	struct sink *sink = sink_mem(&m->out, NULL, &m->err);

	if (r) {
		cr_assert_eq(edit_run(&(struct edit_opts){.what = &(struct select){0}, .repair = true}, r, sink, &m->rep, &m->err), 0, "%s",
			m->err.text);
		m->lost = reader_lost(r);
		m->warnings = reader_warnings(r)->count;
	}
	reader_free(r);
	src_close(src);
	cr_assert_eq(sink_close(sink, &m->err), 0);
}

static void mended_release(struct mended *m)
{
	buf_release(&m->out);
}

/* A section and four events, 52 bytes each, of which *at are the offsets. */
static void story(struct build *b, size_t at[4])
{
	build_section(b, 2);
	for (int i = 0; i < 4; i++) {
		build_event(b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = 7},
			PARAMS(P_S64(i)));
		at[i] = b->start;
	}
}

/* Mends b, which is without the bytes from hole on, so many of them, and expects what is left. */
static void expect_hole(struct build *b, size_t hole, size_t n, size_t events, uint64_t lost)
{
	struct mended m = {0};
	struct buf cut = {0};

	buf_put(&cut, b->out.p, hole);
	buf_put(&cut, b->out.p + hole + n, b->out.n - hole - n);
	mend(&m, buf_view(&cut));
	cr_expect_eq(slice_count(buf_view(&m.out)).all, events, "a hole of %zu at %zu: %lu events", n,
		hole, (unsigned long)slice_count(buf_view(&m.out)).all);
	cr_expect_eq(m.lost + m.rep.dropped, lost, "a hole of %zu at %zu: %lu lost", n, hole,
		(unsigned long)m.lost);
	cr_expect_eq(m.out.n + lost, cut.n, "what is not lost is there");
	buf_release(&cut);
	mended_release(&m);
}

Test(repair, goes_on_behind_a_hole)
{
	struct build b = {0};
	size_t at[4];

	story(&b, at);
	expect_hole(&b, at[1] + 8, 1, 3, at[2] - at[1] - 1);
	expect_hole(&b, at[1] + 8, 4, 3, at[2] - at[1] - 4);
	expect_hole(&b, at[1] + 30, 50, 2, at[3] - at[1] - 50);
	expect_hole(&b, at[2] - 2, 3, 2, at[3] - at[1] - 3);
	build_release(&b);
}

Test(repair, what_is_whole_stays_as_it_is)
{
	struct build b = {0};
	struct mended m = {0};

	slice_story(&b);
	build_block(&b, 0x777, span_str("of the future"));
	mend(&m, buf_view(&b.out));
	cr_expect_eq(m.lost + m.rep.dropped + m.rep.mended + m.warnings, 0);
	cr_expect(span_eq(buf_view(&m.out), buf_view(&b.out)));
	mended_release(&m);
	build_release(&b);
}

Test(repair, lengths_are_put_right)
{
	struct build b = {0};
	struct mended m = {0};
	struct capture c;
	size_t at[4];

	story(&b, at);
	b.out.p[at[2] - 4] ^= 0x40; /* the second length of an event */
	mend(&m, buf_view(&b.out));
	cr_expect_eq(m.rep.mended, 1);
	cr_expect_eq(m.lost + m.rep.dropped, 0);
	cr_assert(capture_open(&c, buf_view(&m.out)));
	cr_expect_eq(capture_rest(&c), 5);
	cr_expect_eq(reader_warnings(c.reader)->count, 0);
	capture_close(&c);
	mended_release(&m);
	build_release(&b);
}

static void expect_beginning(bool big)
{
	struct build b = {.out.big = big};
	struct mended m = {0};
	size_t at[4];

	story(&b, at);
	mend(&m, span_of(b.out.p + at[0] + 10, b.out.n - at[0] - 10));
	cr_expect_eq(slice_count(buf_view(&m.out)).all, 3);
	cr_expect_eq(slice_count(buf_view(&m.out)).sections, 1);
	cr_expect_eq(m.lost, at[1] - at[0] - 10);
	mended_release(&m);
	build_release(&b);
}

Test(repair, blocks_without_a_beginning_get_one_in_their_byte_order)
{
	expect_beginning(false);
	expect_beginning(true);
}

Test(repair, nothing_whole_is_an_error)
{
	struct mended m = {0};

	mend(&m, span_str("there is no capture in here, whatever one tries"));
	cr_expect_eq(m.err.code, ERR_NONE);
	cr_expect_eq(m.rep.input.code, ERR_FORMAT);
	mended_release(&m);
}

/* Where packed data ends early, so does what can be had of it: that is told, not asked for forever. */
static void expect_packed(enum sink_packing packing)
{
	struct sink_opts opts = {.packing = packing};
	struct build b = {0};
	struct buf packed = {0};
	struct err err = {0};
	struct sink *to = sink_mem(&packed, &opts, &err);
	size_t at[4], whole;

	story(&b, at);
	cr_assert_eq(sink_write(to, span_of(b.out.p, at[3]), &err), 0);
	cr_assert_eq(sink_flush(to, &err), 0);
	whole = packed.n;
	cr_assert_eq(sink_write(to, span_of(b.out.p + at[3], b.out.n - at[3]), &err), 0);
	cr_assert_eq(sink_close(to, &err), 0);
	for (size_t n = whole; n < packed.n; n++) {
		struct mended m = {0};

		mend(&m, span_of(packed.p, n));
		cr_expect_geq(slice_count(buf_view(&m.out)).all, 3);
		cr_expect(m.rep.input.code == ERR_TRUNCATED || m.lost, "told at %zu", n);
		mended_release(&m);
	}
	buf_release(&packed);
	build_release(&b);
}

Test(repair, packed_data_that_ends_early, .timeout = 60)
{
	expect_packed(SINK_GZIP);
	expect_packed(SINK_ZSTD);
}

/* Readers stop at descriptors of a thread that they do not know. */
Test(repair, descriptors_go_with_their_thread)
{
	struct meta_proc two[] = {build_proc(7, 1, "a"), build_proc(8, 1, "b")};
	struct meta_fd fd = {.fd = 3, .type = FDT_FILE_V2, .name = span_str("/x")};
	struct build b = {0};
	struct mended m = {0};
	struct capture c;

	build_section(&b, 2);
	build_procs(&b, 9, BUILD_TAIL, &two[0], 1);
	build_procs(&b, 9, BUILD_TAIL, &two[1], 1);
	buf_patch_u32(&b.out, b.start + 8, 0xFFFF); /* the length of the entry */
	build_fds(&b, 2, 7, &fd, 1);
	build_fds(&b, 2, 8, &fd, 1);
	mend(&m, buf_view(&b.out));
	cr_assert(capture_open(&c, buf_view(&m.out)));
	cr_expect_eq(capture_rest(&c), 3, "section, processes, descriptors of one");
	capture_close(&c);
	mended_release(&m);
	build_release(&b);
}

/* Whatever happens to a capture, what comes out reads without a complaint, and stays as it is. */
Test(repair, any_damage)
{
	struct build b = {0};
	struct buf bad = {0};

	srand(1);
	slice_story(&b);
	for (int round = 0; round < 300; round++) {
		struct mended once = {0}, twice = {0};

		buf_clear(&bad);
		buf_span(&bad, buf_view(&b.out));
		for (int i = rand() % 6; i >= 0; i--)
			bad.p[28 + (size_t)rand() % (bad.n - 28)] = (uint8_t)rand();
		bad.n -= (size_t)rand() % 40;
		mend(&once, buf_view(&bad));
		mend(&twice, buf_view(&once.out));
		cr_assert(span_eq(buf_view(&once.out), buf_view(&twice.out)), "round %d", round);
		cr_assert_eq(twice.warnings + twice.rep.mended + twice.lost, 0, "round %d", round);
		mended_release(&once);
		mended_release(&twice);
	}
	buf_release(&bad);
	build_release(&b);
}
