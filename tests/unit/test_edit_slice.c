/* SPDX-License-Identifier: MIT */
/* Slices of captures made here, so that each test is about one thing a cut could lose. */
#include <criterion/criterion.h>

#include "pcapng/pcapng.h"
#include "scap/event.h"
#include "support/capture.h"
#include "support/slices.h"
#include "scap/hide.h"

#define READ_X(b, id)                                                                              \
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_READ_X, .tid = (id)},            \
		PARAMS(P_S64(3), P_BYTES("abc")))

static void copy_is_equal(struct build *b)
{
	const struct select all = {0};
	struct buf out = {0};

	slice_bytes(&all, buf_view(&b->out), &out);
	cr_expect(span_eq(buf_view(&out), buf_view(&b->out)));
	buf_release(&out);
	build_release(b);
}

Test(edit_slice, without_a_selection_all_bytes_pass)
{
	struct build b = {0};

	slice_story(&b);
	build_option(&b, OPT_COMMENT, span_str("odd"));
	build_block(&b, 0x7777, span_str("no block of ours"));
	READ_X(&b, 100);
	b.out.p[b.out.n - 1] ^= 1; /* the length at its end is wrong, which events may have */
	build_event(
		&b, &(struct build_event){.type = PPME_SYSCALL_READ_X, .add_len = 99}, NO_PARAMS);
	b.out.big = true;
	slice_story(&b);
	build_option(&b, OPT_COMMENT, span_str("odd"));
	build_event(&b, &(struct build_event){.block = 0x8010ABCD, .type = 5}, PARAMS(P_S64(0)));
	copy_is_equal(&b);
}

Test(edit_slice, pcap_comes_out_as_pcapng)
{
	const struct select all = {0};
	struct build b = {0};
	struct capture c;
	struct buf out = {0};

	build_pcap(&b, PCAP_MAGIC_USEC, 100, 1);
	build_pcap_packet(&b, 1, 2, span_str("packet"), 0);
	slice_bytes(&all, buf_view(&b.out), &out);
	cr_assert(capture_open(&c, buf_view(&out)));
	cr_expect_eq(reader_format(c.reader), READER_PCAPNG);
	cr_expect_eq(capture_rest(&c), 3);
	cr_expect_eq(c.err.code, ERR_NONE);
	capture_close(&c);
	buf_release(&out);
	build_release(&b);
}

/* Each range there is, and what becomes of each when a part of it is cut again. */
static void all_ranges(bool big)
{
	struct build b = {.out.big = big};
	uint64_t n;

	slice_story(&b);
	n = slice_count(buf_view(&b.out)).all;
	for (uint64_t first = 1; first <= n; first++) {
		for (uint64_t last = first; last <= n; last++) {
			struct select s = slice_range(first, last);
			struct buf out = {0};

			slice_bytes(&s, buf_view(&b.out), &out);
			cr_expect_eq(
				slice_expect_same("built", &s, buf_view(&b.out), buf_view(&out)),
				last - first + 1);
			buf_release(&out);
			select_release(&s);
		}
	}
	build_release(&b);
}

Test(edit_slice, every_range_reads_as_in_the_whole)
{
	all_ranges(false);
}

Test(edit_slice, big_endian_too)
{
	all_ranges(true);
}

/* Every gap there is: a first event, then one further on. */
Test(edit_slice, what_a_gap_changed_is_known_behind_it)
{
	struct build b = {0};
	uint64_t n;

	slice_story(&b);
	n = slice_count(buf_view(&b.out)).all;
	for (uint64_t first = 1; first < n; first++) {
		for (uint64_t second = first + 2; second <= n; second++) {
			struct select_range r[] = {{first, first}, {second, second}};
			const struct select s = {.ranges = r, .n = 2};
			struct buf out = {0};

			slice_bytes(&s, buf_view(&b.out), &out);
			cr_expect_eq(
				slice_expect_same("built", &s, buf_view(&b.out), buf_view(&out)),
				2);
			cr_expect_eq(slice_count(buf_view(&out)).sections, 1);
			buf_release(&out);
		}
	}
	build_release(&b);
}

/* A slice of a slice, whose hidden records count as records. */
Test(edit_slice, can_be_cut_again)
{
	struct build b = {0};
	struct select s = slice_range(20, 35);
	struct buf once = {0};
	uint64_t n;

	slice_story(&b);
	slice_bytes(&s, buf_view(&b.out), &once);
	select_release(&s);
	n = slice_count(buf_view(&once)).all;
	for (uint64_t first = 1; first <= n; first++) {
		struct buf twice = {0};

		s = slice_range(first, n);
		slice_bytes(&s, buf_view(&once), &twice);
		slice_expect_same("built", &s, buf_view(&once), buf_view(&twice));
		buf_release(&twice);
		select_release(&s);
	}
	buf_release(&once);
	build_release(&b);
}

Test(edit_slice, from_the_first_event_the_lists_pass_as_they_are)
{
	struct build b = {0};
	struct select s = slice_range(1, 3);
	struct buf out = {0};

	slice_story(&b);
	s.state = SELECT_STATE_ALL;
	slice_bytes(&s, buf_view(&b.out), &out);
	cr_assert_lt(out.n, b.out.n);
	cr_expect_eq(memcmp(out.p, b.out.p, out.n), 0);
	cr_expect_eq(slice_count(buf_view(&out)).all, 3, "and nothing comes behind the last");
	buf_release(&out);
	select_release(&s);
	build_release(&b);
}

Test(edit_slice, an_exit_keeps_its_enter_record_hidden)
{
	struct build b = {0};
	struct select s = slice_range(5, 5); /* the exit of shell's read; its enter is the first */
	struct buf out = {0};
	struct slice_events n;

	slice_story(&b);
	slice_bytes(&s, buf_view(&b.out), &out);
	n = slice_count(buf_view(&out));
	cr_expect_eq(n.shown, 1);
	cr_expect_geq(n.all, 2);
	buf_release(&out);
	select_release(&s);
	build_release(&b);
}

Test(edit_slice, of_two_sections_only_the_selected_one_is_written)
{
	struct build b = {0};
	struct select s;
	struct buf out = {0};
	uint64_t n;

	slice_story(&b);
	n = slice_count(buf_view(&b.out)).all;
	slice_story(&b);
	s = slice_range(n + 10, n + 12);
	slice_bytes(&s, buf_view(&b.out), &out);
	cr_expect_eq(slice_count(buf_view(&out)).sections, 1);
	cr_expect_eq(slice_expect_same("built", &s, buf_view(&b.out), buf_view(&out)), 3);
	buf_clear(&out);
	s.ranges[0].first = n - 1;
	slice_bytes(&s, buf_view(&b.out), &out);
	cr_expect_eq(slice_count(buf_view(&out)).sections, 2);
	cr_expect_eq(slice_expect_same("built", &s, buf_view(&b.out), buf_view(&out)), 14);
	buf_release(&out);
	select_release(&s);
	build_release(&b);
}

Test(edit_slice, past_the_end_leaves_the_state)
{
	struct build b = {0};
	struct select s = slice_range(1000, UINT64_MAX);
	struct buf out = {0};
	struct capture c;

	slice_story(&b);
	s.state = SELECT_STATE_ALL;
	cr_expect(slice_bytes(&s, buf_view(&b.out), &out).empty);
	cr_expect_eq(slice_count(buf_view(&out)).shown, 0);
	cr_assert(capture_open(&c, buf_view(&out)));
	cr_expect_gt(capture_rest(&c), 3, "a header and lists");
	capture_close(&c);
	buf_release(&out);
	select_release(&s);
	build_release(&b);
}

/* Enough opened files in between that a fresh state is the smaller thing to write. */
Test(edit_slice, a_large_gap_becomes_a_section)
{
	struct build b = {0};
	struct select_range r[] = {{1, 1}, {0, 0}};
	const struct select s = {.ranges = r, .n = 2};
	struct buf out = {0};
	char name[2000];

	memset(name, 'n', sizeof(name));
	slice_story(&b);
	for (int i = 0; i < 1000; i++)
		build_event(&b, &(struct build_event){.type = PPME_SYSCALL_OPEN_X, .tid = 100},
			PARAMS(P_S64(10), P_SPAN(span_of(name, sizeof(name))), P_U32(1), P_U32(0)));
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_READ_E, .tid = 100},
		PARAMS(P_S64(10), P_U32(3)));
	READ_X(&b, 100);
	r[1].first = r[1].last = slice_count(buf_view(&b.out)).all;
	slice_bytes(&s, buf_view(&b.out), &out);
	cr_expect_eq(slice_count(buf_view(&out)).sections, 2);
	cr_expect_lt(out.n, 20000);
	cr_expect_eq(slice_expect_same("built", &s, buf_view(&b.out), buf_view(&out)), 2);
	buf_release(&out);
	build_release(&b);
}

/* What scapmerge writes: events, then a section of packets with a hidden event at its end. */
static void portable(struct build *b)
{
	slice_story(b);
	build_section(b, 0);
	build_interface(b, 1, 0);
	build_packet(b, 0, BUILD_EPOCH / 1000 + 7000, span_str("packet one"), 0);
	build_packet(b, 0, BUILD_EPOCH / 1000 + 9000, span_str("packet two"), 0);
	build_event(b, &(struct build_event){.block = BT_EVF_V2, .type = 38, .flags = 1, .tid = -1},
		NO_PARAMS);
}

Test(edit_slice, packets_stay_with_their_hidden_event)
{
	struct build b = {0};
	struct select s = slice_range(3, 4);
	struct buf out = {0};
	struct span end;

	portable(&b);
	end = build_last(&b).raw;
	slice_bytes(&s, buf_view(&b.out), &out);
	cr_expect_eq(slice_expect_same("built", &s, buf_view(&b.out), buf_view(&out)), 4);
	cr_assert_gt(out.n, end.n);
	cr_expect(span_eq(span_of(out.p + out.n - end.n, end.n), end));
	buf_clear(&out);
	s.count = 3;
	slice_bytes(&s, buf_view(&b.out), &out);
	cr_expect_eq(slice_expect_same("built", &s, buf_view(&b.out), buf_view(&out)), 3);
	cr_expect(span_eq(span_of(out.p + out.n - end.n, end.n), end), "with a count too");
	buf_release(&out);
	select_release(&s);
	build_release(&b);
}

Test(edit_slice, only_one_kind)
{
	struct build b = {0};
	struct select s = {.only = SELECT_PACKETS};
	struct buf out = {0};
	struct slice_events n;

	portable(&b);
	slice_bytes(&s, buf_view(&b.out), &out);
	n = slice_count(buf_view(&out));
	cr_expect_eq(n.all, 0);
	cr_expect_eq(n.sections, 1);
	cr_expect_eq(slice_expect_same("built", &s, buf_view(&b.out), buf_view(&out)), 2);
	buf_clear(&out);
	s.only = SELECT_EVENTS;
	slice_bytes(&s, buf_view(&b.out), &out);
	cr_expect_eq(slice_expect_same("built", &s, buf_view(&b.out), buf_view(&out)),
		slice_count(buf_view(&b.out)).shown);
	buf_release(&out);
	build_release(&b);
}

Test(edit_slice, times_select_packets_too)
{
	struct build b = {0};
	struct select s = {.from = {true, false, BUILD_EPOCH + 5000000},
		.until = {true, false, BUILD_EPOCH + 8000000}};
	struct buf out = {0};

	portable(&b);
	slice_bytes(&s, buf_view(&b.out), &out);
	cr_expect_eq(slice_expect_same("built", &s, buf_view(&b.out), buf_view(&out)), 4,
		"three events, a packet");
	buf_release(&out);
	build_release(&b);
}

Test(edit_slice, what_is_whole_of_a_cut_capture_is_used)
{
	struct build b = {0};
	const struct select all = {0};
	struct select s = slice_range(2, UINT64_MAX);
	struct buf out = {0};
	size_t whole;

	slice_story(&b);
	whole = b.start;
	for (size_t n = whole + 1; n < b.out.n; n += 3) {
		struct span cut = span_of(b.out.p, n);

		buf_clear(&out);
		cr_expect_eq(slice_bytes(&all, cut, &out).input.code, ERR_TRUNCATED);
		cr_expect(span_eq(buf_view(&out), span_of(b.out.p, whole)));
		buf_clear(&out);
		cr_expect_eq(slice_bytes(&s, cut, &out).input.code, ERR_TRUNCATED);
		slice_expect_same("built", &s, cut, buf_view(&out));
	}
	buf_release(&out);
	select_release(&s);
	build_release(&b);
}

/* Readers that know them may take something from them. */
Test(edit_slice, unknown_types_stay_in_gaps)
{
	struct build b = {0};
	struct select_range r[] = {{1, 1}, {3, 3}};
	const struct select s = {.ranges = r, .n = 2};
	struct buf out = {0};

	build_section(&b, 2);
	READ_X(&b, 1);
	build_event(&b, &(struct build_event){.type = EVENT_TYPES + 7, .tid = 1}, NO_PARAMS);
	READ_X(&b, 1);
	slice_bytes(&s, buf_view(&b.out), &out);
	cr_expect_eq(slice_count(buf_view(&out)).all, 3);
	cr_expect_eq(slice_count(buf_view(&out)).shown, 2);
	buf_release(&out);
	build_release(&b);
}

static void hides(enum block_type from, enum block_type to, bool big)
{
	struct build b = {.out.big = big};
	struct buf out = {0};
	struct capture c;
	struct event ev, was;
	struct block was_block;
	struct err err = {0};

	build_section(&b, 2);
	buf_span(&out, buf_view(&b.out));
	build_event(&b,
		&(struct build_event){
			.block = from, .type = PPME_CONTAINER_JSON_2_E, .tid = 9, .cpu = 3},
		PARAMS(P_STR("{}")));
	build_option(&b, OPT_COMMENT, span_str("kept"));
	was_block = build_last(&b);
	hide_event(&out, &was_block);
	cr_assert_eq(event_decode(&was, &was_block, &err), 0, "%s", err.text);
	cr_assert(capture_open(&c, buf_view(&out)));
	cr_assert_eq(capture_next(&c), 1);
	cr_assert_eq(capture_next(&c), 1, "%s", c.err.text);
	cr_expect_eq(c.block.type, (uint32_t)to);
	cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
	cr_expect_eq(ev.flags, EVENT_HIDDEN);
	cr_expect_eq(ev.cpu, 3);
	cr_expect_eq(ev.ts, was.ts);
	cr_expect_eq(ev.nparams, was.nparams);
	cr_expect(span_eq(ev.params[0], was.params[0]));
	cr_expect_eq(cursor_left(&ev.options), cursor_left(&was.options));
	cr_expect_eq(capture_next(&c), 0, "%s", c.err.text);
	capture_close(&c);
	buf_release(&out);
	build_release(&b);
}

Test(edit_slice, hidden_copies_keep_the_layout)
{
	static const enum block_type pairs[][2] = {{BT_EV, BT_EVF}, {BT_EVF, BT_EVF},
		{BT_EV_V2, BT_EVF_V2}, {BT_EVF_V2, BT_EVF_V2}, {BT_EV_V2_LARGE, BT_EVF_V2_LARGE},
		{BT_EVF_V2_LARGE, BT_EVF_V2_LARGE}};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		hides(pairs[i][0], pairs[i][1], false);
		hides(pairs[i][0], pairs[i][1], true);
	}
}
