/* SPDX-License-Identifier: MIT */
/* Rows of fields: separators, quotes, several values, and what is missing. */
#include <criterion/criterion.h>

#include "support/capture.h"
#include "support/count_malloc.h"
#include "support/data.h"
#include "support/render.h"

/* Two packets between 10.0.0.2:40001 and 10.0.0.53:53, and before them an event when asked. */
static void add_packets(struct build *b)
{
	static const uint8_t udp[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 0, 29, 0,
		1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 2, 10, 0, 0, 53, 0x9c, 0x41, 0, 53, 0, 9, 0, 0,
		'x'};

	build_interface(b, 1, 0);
	build_packet(b, 0, UINT64_C(1700000000500000), span_of(udp, sizeof(udp)), 60);
}

static void expect(const struct cat_opts *o, const char *want)
{
	struct build b = {0};

	render_machine(&b);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_READ_X, .tid = 7},
		PARAMS(P_S64(6), P_BYTES("a,\"b'"), P_S64(6), P_U32(10)));
	add_packets(&b);
	print_expect(o, &b, 1, want);
	build_release(&b);
}

Test(fields_out, tshark_separates_by_tabs_and_leaves_out_what_is_missing)
{
	struct cat_opts o = DATA(RECORDS_FIELDS, "frame.number", "evt.type", "fd.num",
		"container.image", "udp.port");

	expect(&o, "1\tread\t6\t\t\n2\t\t\t\t40001,53\n");
}

Test(fields_out, which_of_several_values)
{
	struct cat_opts o = DATA(RECORDS_FIELDS, "ip.addr");

	o.lines.records.out.aggregator = ' ';
	expect(&o, "10.0.0.2 10.0.0.53\n");
	o.lines.records.out.occurrence = OCCURRENCE_FIRST;
	expect(&o, "10.0.0.2\n");
	o.lines.records.out.occurrence = OCCURRENCE_LAST;
	expect(&o, "10.0.0.53\n");
}

/* These have a text of their own, which fields of packets seldom do. */
Test(fields_out, what_a_packet_is_in_a_line)
{
	struct cat_opts o = DATA(RECORDS_FIELDS, "frame.interface", "packet.info");

	expect(&o, "0\t10.0.0.2:40001 > 10.0.0.53:53 UDP length 1\n");
}

/* A record that none of the fields says anything of has no row. */
Test(fields_out, fields_choose_between_events_and_packets)
{
	struct cat_opts events = DATA(RECORDS_FIELDS, "evt.num"),
			packets = DATA(RECORDS_FIELDS, "udp.dstport");

	expect(&events, "1\n");
	expect(&packets, "53\n");
}

Test(fields_out, a_header_and_a_bom)
{
	struct cat_opts o = DATA(RECORDS_FIELDS, "evt.num", "proc.aname[1]");

	o.lines.records.out.header = o.lines.records.out.bom = true;
	expect(&o, "\xef\xbb\xbf"
		   "evt.num\tproc.aname[1]\n1\tinit\n");
}

Test(fields_out, quotes)
{
	struct cat_opts o = DATA(RECORDS_FIELDS, "evt.num", "evt.arg.data", "fd.sport");

	o.lines.records.out.separator = ',';
	o.lines.records.out.quote = QUOTE_DOUBLE;
	expect(&o, "\"1\",\"a,\"\"b'\",\n");
	o.lines.records.out.quote = QUOTE_SINGLE;
	expect(&o, "'1','a,\"b''',\n");
	o.lines.records.out.quote = QUOTE_NONE;
	expect(&o, "1,a,\"b',\n");
}

Test(fields_out, csv_quotes_what_needs_it)
{
	struct cat_opts o = DATA(RECORDS_FIELDS, "evt.num", "evt.arg.data", "proc.name");

	o.lines.records.out = (struct fields_opts)FIELDS_CSV;
	expect(&o, "evt.num,evt.arg.data,proc.name\r\n1,\"a,\"\"b'\",cat\r\n");
}

/* Descriptor 6 has a line feed in its name: that stays one row, unless rows end with NUL. */
Test(fields_out, a_row_is_a_line)
{
	struct cat_opts o = DATA(RECORDS_FIELDS, "fd.name");

	expect(&o, "/tmp/a\\nb\n");
	o.lines.records.out = (struct fields_opts)FIELDS_CSV;
	expect(&o, "fd.name\r\n/tmp/a\\nb\r\n");
}

Test(fields_out, rows_that_end_with_nul_have_texts_as_they_are)
{
	struct cat_opts o = DATA(RECORDS_FIELDS, "fd.name", "evt.num");
	struct build b = {0};
	struct printed p;

	o.lines.records.out.end = "";
	o.lines.text.raw = true;
	render_machine(&b);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_E, .tid = 7},
		PARAMS(P_S64(6)));
	p = print(&o, &b);
	cr_assert_eq(p.n, sizeof("/tmp/a\nb\t1"));
	cr_expect_arr_eq(p.text, "/tmp/a\nb\t1", p.n);
	print_release(&p);
	build_release(&b);
}

static void expect_wrong(const char *field, const char *why)
{
	struct cat_opts o = DATA(RECORDS_FIELDS, field);
	struct err err = {0};
	struct lines *l = lines_new(&o.lines, &err);

	cr_expect_null(l);
	cr_expect_eq(err.code, ERR_USAGE);
	cr_expect(strstr(err.text, why), "%s", err.text);
}

Test(fields_out, fields_that_do_not_work)
{
	expect_wrong("proc.nam", "no field proc.nam; do you mean proc.name?");
	expect_wrong("fd.ip", "for filters only");
	expect_wrong("evt.arg", "needs a parameter");
	expect_wrong("evt.arg.nosuch", "no event has a parameter nosuch");
	expect_wrong("proc.aname[x]", "is a number");
	expect_wrong("proc.aname[1", "no field");
	expect_wrong("", "no field");
}

/* --- no memory per record ------------------------------------------------------------------- */

static void add_round(struct build *b)
{
	struct build_event e = {.tid = 7};

	e.type = PPME_SYSCALL_OPENAT_2_X;
	build_event(
		b, &e, PARAMS(P_S64(9), P_S64(-100), P_STR("a\xff/file"), P_U32(4097), P_U32(0)));
	e.type = PPME_SYSCALL_READ_X;
	build_event(b, &e, PARAMS(P_S64(3), P_BYTES("a,\"c"), P_S64(9), P_U32(10)));
	e.type = PPME_SYSCALL_POLL_E;
	build_event(b, &e, PARAMS(P_POLL(9, 1), P_S64(100)));
	e.type = PPME_SYSCALL_CLOSE_X;
	build_event(b, &e, PARAMS(P_S64(0), P_S64(9)));
}

/* Allocations while the second thousand of events is shown. */
static size_t allocations(const struct cat_opts *o)
{
	struct build b = {0};
	struct capture c;
	struct err err = {0};
	struct lines *l = lines_new(&o->lines, &err);
	struct state *st = state_new(&err);
	struct buf out = {0};
	size_t num = 0, before = 0, calls;

	render_machine(&b);
	for (int i = 0; i < 500; i++)
		add_round(&b);
	cr_assert(l && st && capture_open(&c, buf_view(&b.out)));
	while (capture_next(&c) == 1 && num < 2000) {
		struct moment m;
		struct event ev;

		if (c.block.info->kind != BLOCK_EVENT) {
			cr_assert_eq(state_load(st, &c.block, &err), 0);
			continue;
		}
		if (num++ == 1000)
			before = count_malloc();
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0);
		cr_assert_eq(state_apply(st, &ev, &m, &err), 0);
		lines_note(l, &ev);
		buf_clear(&out);
		cr_assert_eq(lines_event(l, st, &m, num, true, &out, &err), 0);
	}
	calls = count_malloc() - before;
	cr_assert_eq(num, 2000u);
	capture_close(&c);
	buf_release(&out);
	state_free(st);
	lines_free(l);
	build_release(&b);
	return calls;
}

Test(fields_out, no_record_allocates_whatever_the_format)
{
	struct cat_opts fields = DATA(
				RECORDS_FIELDS, "evt.num", "proc.name", "fd.name", "evt.args"),
			csv = DATA_ALL(RECORDS_FIELDS), jsonl = DATA_ALL(RECORDS_JSONL),
			chosen = DATA(RECORDS_JSONL, "proc.args", "evt.args", "evt.buffer"),
			ek = DATA_ALL(RECORDS_EK),
			strace = {.lines = {.kind = LINES_STRACE, .text.data_limit = 80}};

	csv.lines.records.out = (struct fields_opts)FIELDS_CSV;
	cr_expect_eq(allocations(&fields), 0u);
	cr_expect_eq(allocations(&csv), 0u);
	cr_expect_eq(allocations(&jsonl), 0u);
	cr_expect_eq(allocations(&chosen), 0u);
	cr_expect_eq(allocations(&ek), 0u);
	cr_expect_eq(allocations(&strace), 0u);
}
