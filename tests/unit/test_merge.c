/* SPDX-License-Identifier: MIT */
/* Merges in memory. What comes out is compared as text, a word or two per block. */
#include <criterion/criterion.h>
#include <inttypes.h>

#include "pcapng/option.h"
#include "pcapng/packet.h"
#include "scap/event.h"
#include "support/build.h"
#include "support/capture.h"
#include "support/run.h"
#include "tools/scapmerge/merge.h"

#define MS UINT64_C(1000) /* in microseconds, the default unit of interfaces */
#define T0 (BUILD_EPOCH / 1000)

static const struct merge_opts portable = {.layout = MERGE_PORTABLE};
static const struct merge_opts interleaved = {.layout = MERGE_INTERLEAVED};

/* Merges what was built; the inputs can be looked at afterwards. Returns what merge_run does. */
static int merge(const struct merge_opts *opts, const struct build *from, struct input *in, size_t n,
	struct buf *out)
{
	struct err err = {0};
	struct sink *sink = sink_mem(out, NULL, &err);
	int opened;

	cr_assert_not_null(sink);
	for (size_t i = 0; i < n; i++) {
		in[i] = (struct input){.path = "in"};
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
	struct packet p;

	cr_assert_eq(packet_decode(&p, &c->block, c->reader, &c->err), 0, "%s", c->err.text);
	buf_printf(to, " %s%" PRIu32, c->block.info->name, p.interface);
	if (p.has_ts)
		buf_printf(to, "@%" PRIu64, (p.ts - BUILD_EPOCH) / BUILD_TICK);
	buf_printf(to, "=%.*s", (int)p.data.n, (const char *)p.data.p);
}

static void put_event(struct buf *to, struct capture *c)
{
	struct event ev;

	cr_assert_eq(event_decode(&ev, &c->block, &c->err), 0, "%s", c->err.text);
	buf_printf(to, " %s%u@%" PRIu64, ev.flags & EVENT_HIDDEN ? "hidden" : "ev", ev.type,
		(ev.ts - BUILD_EPOCH) / BUILD_TICK);
}

/* "SHB IDB:1 EPB0@5=data ev3@7": times in ticks of milliseconds since the epoch of what we build. */
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

static void expect_blocks(const struct buf *out, const char *want)
{
	struct buf got = {0};

	describe(buf_view(out), &got);
	cr_expect_str_eq((const char *)got.p, want);
	buf_release(&got);
}

/* Merges and expects these blocks and no complaints. */
static void expect_merge(const struct merge_opts *opts, struct build *from, size_t n,
	const char *want)
{
	struct input in[4];
	struct buf out = {0};

	cr_expect_eq(merge(opts, from, in, n, &out), (int)n);
	for (size_t i = 0; i < n; i++) {
		cr_expect_eq(in[i].err.code, ERR_NONE, "input %zu: %s", i, in[i].err.text);
		cr_expect_eq(in[i].warnings.count, 0, "input %zu: %s", i, in[i].warnings.first);
		build_release(&from[i]);
	}
	expect_blocks(&out, want);
	buf_release(&out);
}

static void event(struct build *b, uint64_t ms)
{
	build_event(b,
		&(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = 7,
			.ts = BUILD_EPOCH + ms * BUILD_TICK},
		PARAMS(P_S64(0), P_S64(3)));
}

static void packet(struct build *b, uint32_t interface, uint64_t ms, const char *data)
{
	build_packet(b, interface, T0 + ms * MS, span_str(data), 0);
}

/* A section with lists and two events, at 2 and 6. */
static void scap(struct build *b)
{
	struct meta_proc p = build_proc(7, 1, "cat");
	struct meta_fd fd = build_file(3, "/etc/hosts");

	build_section(b, 2);
	build_procs(b, 9, BUILD_TAIL, &p, 1);
	build_fds(b, 2, 7, &fd, 1);
	event(b, 2);
	event(b, 6);
}

/* A section with packets of one interface. */
static void net(struct build *b, uint16_t linktype, uint64_t ms1, const char *d1, uint64_t ms2,
	const char *d2)
{
	build_section(b, 0);
	build_interface(b, linktype, 0);
	packet(b, 0, ms1, d1);
	packet(b, 0, ms2, d2);
}

static void statistics(struct build *b, uint32_t interface)
{
	struct buf *out = build_begin(b, BT_ISB);

	buf_u32(out, interface);
	buf_u64(out, 0);
	build_end(b);
}

Test(merge, events_then_packets_then_the_mark)
{
	struct build from[2] = {0};

	net(&from[0], 1, 1, "a", 9, "b");
	scap(&from[1]);
	expect_merge(&portable, from, 2,
		" SHB PL_V9 FDL_V2 ev5@2 ev5@6 SHB IDB:1 EPB0@1=a EPB0@9=b hidden38@9");
}

Test(merge, interfaces_get_new_numbers)
{
	struct build from[2] = {0};

	build_section(&from[0], 0);
	build_interface(&from[0], 1, 0);
	build_interface(&from[0], 113, 0);
	packet(&from[0], 1, 1, "a");
	packet(&from[0], 0, 3, "b");
	build_interface(&from[0], 101, 0); /* the third, only now */
	packet(&from[0], 2, 5, "c");
	statistics(&from[0], 1);
	build_section(&from[1], 0);
	build_interface(&from[1], 228, 0);
	packet(&from[1], 0, 2, "A");
	statistics(&from[1], 0);
	build_old_packet(&from[1], 0, T0 + 4 * MS, span_str("B"), 0);
	expect_merge(&portable, from, 2,
		" SHB IDB:1 IDB:113 IDB:228 EPB1@1=a EPB2@2=A ISB2 EPB0@3=b IDB:101 PB2@4=B EPB3@5=c ISB1");
}

/* Numbers start again in each section of an input. */
Test(merge, sections_of_packets_become_one)
{
	struct build from[1] = {0};

	net(&from[0], 1, 1, "a", 2, "b");
	net(&from[0], 101, 3, "c", 4, "d");
	expect_merge(&portable, from, 1, " SHB IDB:1 EPB0@1=a EPB0@2=b IDB:101 EPB1@3=c EPB1@4=d");
}

Test(merge, three_inputs_by_time)
{
	struct build from[3] = {0};
	uint32_t s = BUILD_EPOCH / UINT64_C(1000000000);

	from[1].out.big = true;
	net(&from[0], 1, 2, "a", 6, "b");
	build_pcap(&from[1], PCAP_MAGIC_NSEC, 100, 101);
	build_pcap_packet(&from[1], s, 1000000, span_str("c"), 0);
	build_pcap_packet(&from[1], s, 6000000, span_str("d"), 0); /* as b: the order of the files */
	build_pcap_packet(&from[1], s, 7000000, span_str("e"), 0);
	build_pcap(&from[2], PCAP_MAGIC_USEC, 100, 228);
	build_pcap_packet(&from[2], s, 3000, span_str("f"), 0);
	expect_merge(&portable, from, 3,
		" SHB IDB:1 IDB:101 IDB:228 EPB1@1=c EPB0@2=a EPB2@3=f EPB0@6=b EPB1@6=d EPB1@7=e");
}

/* The section is in the order of the first input, or of the events; the rest is turned. */
Test(merge, byte_orders)
{
	struct build packets[2] = {[0].out.big = true}, both[2] = {[0].out.big = true};

	net(&packets[0], 1, 1, "a", 3, "b");
	net(&packets[1], 101, 2, "c", 4, "d");
	expect_merge(&portable, packets, 2,
		" SHB-be IDB:1 IDB:101 EPB0@1=a EPB1@2=c EPB0@3=b EPB1@4=d");
	net(&both[0], 1, 1, "a", 3, "b");
	scap(&both[1]);
	expect_merge(&portable, both, 2,
		" SHB PL_V9 FDL_V2 ev5@2 ev5@6 SHB IDB:1 EPB0@1=a EPB0@3=b hidden38@6");
}

/*
 * Simple packets have neither time nor interface: they follow the packet before them, and become
 * enhanced ones where interface 0 is somebody else's.
 */
Test(merge, simple_packets)
{
	struct build from[2] = {0};

	net(&from[0], 1, 1, "a", 5, "b");
	build_simple_packet(&from[0], span_str("s"), 0);
	packet(&from[0], 0, 9, "c");
	build_section(&from[1], 0);
	build_interface(&from[1], 101, 4);
	packet(&from[1], 0, 5, "A");
	build_simple_packet(&from[1], span_str("long one"), 8); /* cut at 4 */
	packet(&from[1], 0, 6, "B");
	expect_merge(&portable, from, 2,
		" SHB IDB:1 IDB:101 EPB0@1=a EPB0@5=b SPB0=s EPB1@5=A EPB1@5=long EPB1@6=B EPB0@9=c");
}

Test(merge, files_with_events_follow_each_other)
{
	struct build from[2] = {0};
	struct input in[2];
	struct buf out = {0};

	scap(&from[0]);
	scap(&from[1]);
	cr_expect_eq(merge(&portable, from, in, 2, &out), 2);
	cr_expect_eq(out.n, from[0].out.n + from[1].out.n);
	cr_expect(span_eq(span_of(out.p, from[0].out.n), buf_view(&from[0].out)));
	build_release(&from[0]);
	build_release(&from[1]);
	buf_release(&out);
}

/* Blocks we do not know are no danger in front of the events, and the end of reading behind. */
Test(merge, packets_between_events)
{
	struct build from[2] = {0};

	scap(&from[0]);
	build_interface(&from[0], 1, 0);
	packet(&from[0], 0, 4, "a");
	event(&from[0], 7);
	build_custom(&from[0], true, 32473, span_str("?"));
	net(&from[1], 101, 3, "b", 5, "c");
	expect_merge(&portable, from, 2,
		" SHB PL_V9 FDL_V2 ev5@2 ev5@6 ev5@7"
		" SHB IDB:1 IDB:101 EPB1@3=b EPB0@4=a CB EPB1@5=c hidden38@7");
}

Test(merge, foreign_blocks_before_events_stay)
{
	struct build from[1] = {0};
	struct meta_machine m = {.cpus = 1};

	build_section(&from[0], 2);
	build_machine(&from[0], &m);
	build_custom(&from[0], true, 32473, span_str("?"));
	event(&from[0], 1);
	expect_merge(&portable, from, 1, " SHB MI CB ev5@1");
}

/* As dumpcap writes them that captures packets and events at once. */
Test(merge, events_behind_packets)
{
	struct build from[1] = {0};
	struct meta_proc p = build_proc(7, 1, "cat");

	net(&from[0], 1, 1, "a", 3, "b");
	build_procs(&from[0], 9, BUILD_TAIL, &p, 1);
	event(&from[0], 4);
	packet(&from[0], 0, 5, "c");
	event(&from[0], 6);
	expect_merge(&portable, from, 1,
		" SHB IDB:1 EPB0@1=a EPB0@3=b EPB0@5=c hidden38@5 SHB PL_V9 ev5@4 ev5@6");
}

Test(merge, a_merge_of_a_merge_is_the_merge_of_all)
{
	struct build from[3] = {0}, again[2] = {0};
	struct input in[3];
	struct buf all = {0}, twice = {0};

	scap(&from[0]);
	net(&from[1], 1, 1, "a", 5, "b");
	net(&from[2], 101, 3, "c", 8, "d");
	cr_expect_eq(merge(&portable, from, in, 3, &all), 3);
	cr_expect_eq(merge(&portable, from, in, 2, &again[0].out), 2);
	buf_span(&again[1].out, buf_view(&from[2].out));
	cr_expect_eq(merge(&portable, again, in, 2, &twice), 2);
	cr_expect(span_eq(buf_view(&all), buf_view(&twice)));
	expect_blocks(&twice,
		" SHB PL_V9 FDL_V2 ev5@2 ev5@6"
		" SHB IDB:1 IDB:101 EPB0@1=a EPB1@3=c EPB0@5=b EPB1@8=d hidden38@8");
	for (int i = 0; i < 3; i++)
		build_release(&from[i]);
	build_release(&again[0]);
	build_release(&again[1]);
	buf_release(&all);
	buf_release(&twice);
}

Test(merge, interleaved_by_time)
{
	struct build from[2] = {0};

	net(&from[0], 1, 1, "a", 5, "b");
	scap(&from[1]);
	net(&from[1], 101, 3, "c", 8, "d"); /* as the portable layout has it */
	expect_merge(&interleaved, from, 2,
		" SHB PL_V9 FDL_V2 IDB:1 IDB:101 EPB0@1=a ev5@2 EPB1@3=c EPB0@5=b ev5@6 EPB1@8=d");
}

Test(merge, two_machines_cannot_be_interleaved)
{
	struct build from[2] = {0};
	struct input in[2];
	struct buf out = {0};

	scap(&from[0]);
	scap(&from[1]);
	cr_expect_eq(merge(&interleaved, from, in, 2, &out), 2);
	cr_expect_eq(in[0].err.code, ERR_NONE);
	cr_expect_eq(in[1].err.code, ERR_UNSUPPORTED);
	expect_blocks(&out, " SHB PL_V9 FDL_V2 ev5@2 ev5@6");
	build_release(&from[0]);
	build_release(&from[1]);
	buf_release(&out);
}

Test(merge, two_sections_of_events_cannot_be_interleaved)
{
	struct build from[1] = {0};
	struct input in[1];
	struct buf out = {0};

	scap(&from[0]);
	scap(&from[0]);
	cr_expect_eq(merge(&interleaved, from, in, 1, &out), 1);
	cr_expect_eq(in[0].err.code, ERR_UNSUPPORTED);
	expect_blocks(&out, " SHB PL_V9 FDL_V2 ev5@2 ev5@6");
	build_release(&from[0]);
	buf_release(&out);
}

Test(merge, what_is_whole_of_damaged_inputs)
{
	struct build from[3] = {0};
	struct input in[3];
	struct buf out = {0};

	scap(&from[0]);
	from[0].out.n -= 8; /* the last event is cut */
	net(&from[1], 1, 1, "a", 5, "b");
	from[1].out.n -= 4;
	build_block(&from[2], BT_IDB, span_str("no header"));
	cr_expect_eq(merge(&portable, from, in, 3, &out), 2);
	cr_expect_eq(in[0].err.code, ERR_TRUNCATED);
	cr_expect_eq(in[1].err.code, ERR_TRUNCATED);
	cr_expect_eq(in[2].err.code, ERR_FORMAT);
	expect_blocks(&out, " SHB PL_V9 FDL_V2 ev5@2 SHB IDB:1 EPB0@1=a hidden38@2");
	for (int i = 0; i < 3; i++)
		build_release(&from[i]);
	buf_release(&out);
}

Test(merge, damaged_packets_are_left_out)
{
	struct build from[1] = {0};
	struct input in[1];
	struct buf out = {0};

	net(&from[0], 1, 1, "a", 2, "b");
	packet(&from[0], 7, 3, "c"); /* there is no interface 7 */
	packet(&from[0], 0, 4, "d");
	cr_expect_eq(merge(&portable, from, in, 1, &out), 1);
	cr_expect_eq(in[0].warnings.count, 1);
	expect_blocks(&out, " SHB IDB:1 EPB0@1=a EPB0@2=b EPB0@4=d");
	build_release(&from[0]);
	buf_release(&out);
}

/* With events there must be none: sysdig 0.29.3 cannot read them. */
Test(merge, comments_of_packet_files)
{
	struct build from[2] = {[0].out.big = true};
	struct input in[2];
	struct buf out = {0};
	struct option_view opt;
	struct capture c;
	struct cursor at;

	build_section(&from[0], 0);
	build_option(&from[0], OPT_SHB_OS, span_str("os"));
	build_option(&from[0], OPT_COMMENT, span_str("one"));
	build_section(&from[1], 0);
	build_option(&from[1], OPT_COMMENT, span_str("two"));
	cr_expect_eq(merge(&portable, from, in, 2, &out), 2);
	cr_assert(capture_open(&c, buf_view(&out)));
	cr_assert_eq(capture_next(&c), 1);
	at = cursor_of(c.block.body, c.block.big);
	cursor_skip(&at, 16);
	cr_assert_eq(option_next(&at, &opt), 1);
	cr_expect(span_eq(opt.value, span_str("one")));
	cr_assert_eq(option_next(&at, &opt), 1);
	cr_expect(span_eq(opt.value, span_str("two")));
	cr_expect_eq(option_next(&at, &opt), 0);
	capture_close(&c);
	build_release(&from[0]);
	build_release(&from[1]);
	buf_release(&out);
}

Test(merge, standard_input_and_output)
{
	struct build from[1] = {0};
	struct run r;

	scap(&from[0]);
	run_tool(&r,
		(const char *const[]){"scapmerge", "-w", "-", "fixtures/usec-le.pcap", "-", NULL},
		buf_view(&from[0].out));
	cr_expect_eq(r.status, 0, "%s", (const char *)r.err.p);
	cr_assert_gt(r.out.n, from[0].out.n);
	cr_expect(span_eq(span_of(r.out.p, from[0].out.n), buf_view(&from[0].out)));
	run_release(&r);
	build_release(&from[0]);
}

Test(merge, exit_statuses)
{
	struct run r;

	RUN(&r, "scapmerge", "-w", "-", "-", "-");
	cr_expect_eq(r.status, 2);
	run_release(&r);
	RUN(&r, "scapmerge", "fixtures/usec-le.pcap");
	cr_expect_eq(r.status, 2);
	run_release(&r);
	RUN(&r, "scapmerge", "-w", "/dev/full", "fixtures/usec-le.pcap");
	cr_expect_eq(r.status, 1);
	run_release(&r);
	RUN(&r, "scapmerge", "-w", "-", "fixtures/nowhere.pcap", "fixtures/usec-le.pcap");
	cr_expect_eq(r.status, 1);
	cr_expect_gt(r.out.n, 0);
	cr_expect_not_null(strstr((const char *)r.err.p, "scapmerge: fixtures/nowhere.pcap: "));
	run_release(&r);
}
