/* SPDX-License-Identifier: MIT */
/* The layouts, and packets of several files as one section. */
#include <criterion/criterion.h>

#include "pcapng/option.h"
#include "support/build.h"
#include "support/capture.h"
#include "support/merges.h"
#include "support/run.h"

#define MS UINT64_C(1000) /* in microseconds, the default unit of interfaces */
#define T0 (BUILD_EPOCH / 1000)

static const struct merge_opts portable = {.layout = MERGE_PORTABLE};
static const struct merge_opts interleaved = {.layout = MERGE_INTERLEAVED};

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
	merges_expect(&portable, from, 2,
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
	merges_expect(&portable, from, 2,
		" SHB IDB:1 IDB:113 IDB:228 EPB1@1=a EPB2@2=A ISB2 EPB0@3=b IDB:101 PB2@4=B EPB3@5=c ISB1");
}

/* Numbers start again in each section of an input. */
Test(merge, sections_of_packets_become_one)
{
	struct build from[1] = {0};

	net(&from[0], 1, 1, "a", 2, "b");
	net(&from[0], 101, 3, "c", 4, "d");
	merges_expect(&portable, from, 1, " SHB IDB:1 EPB0@1=a EPB0@2=b IDB:101 EPB1@3=c EPB1@4=d");
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
	merges_expect(&portable, from, 3,
		" SHB IDB:1 IDB:101 IDB:228 EPB1@1=c EPB0@2=a EPB2@3=f EPB0@6=b EPB1@6=d EPB1@7=e");
}

/* The section is in the order of the first input, or of the events; the rest is turned. */
Test(merge, byte_orders)
{
	struct build packets[2] = {[0].out.big = true}, both[2] = {[0].out.big = true};

	net(&packets[0], 1, 1, "a", 3, "b");
	net(&packets[1], 101, 2, "c", 4, "d");
	merges_expect(&portable, packets, 2,
		" SHB-be IDB:1 IDB:101 EPB0@1=a EPB1@2=c EPB0@3=b EPB1@4=d");
	net(&both[0], 1, 1, "a", 3, "b");
	scap(&both[1]);
	merges_expect(&portable, both, 2,
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
	merges_expect(&portable, from, 2,
		" SHB IDB:1 IDB:101 EPB0@1=a EPB0@5=b SPB0=s EPB1@5=A EPB1@5=long EPB1@6=B EPB0@9=c");
}

Test(merge, files_with_events_follow_each_other)
{
	struct build from[2] = {0};
	struct input in[2] = {0};
	struct buf out = {0};

	scap(&from[0]);
	scap(&from[1]);
	cr_expect_eq(merges_run(&portable, from, in, 2, &out), 2);
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
	merges_expect(&portable, from, 2,
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
	merges_expect(&portable, from, 1, " SHB MI CB ev5@1");
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
	merges_expect(&portable, from, 1,
		" SHB IDB:1 EPB0@1=a EPB0@3=b EPB0@5=c hidden38@5 SHB PL_V9 ev5@4 ev5@6");
}

Test(merge, a_merge_of_a_merge_is_the_merge_of_all)
{
	struct build from[3] = {0}, again[2] = {0};
	struct input in[3] = {0};
	struct buf all = {0}, twice = {0};

	scap(&from[0]);
	net(&from[1], 1, 1, "a", 5, "b");
	net(&from[2], 101, 3, "c", 8, "d");
	cr_expect_eq(merges_run(&portable, from, in, 3, &all), 3);
	memset(in, 0, sizeof(in));
	cr_expect_eq(merges_run(&portable, from, in, 2, &again[0].out), 2);
	memset(in, 0, sizeof(in));
	buf_span(&again[1].out, buf_view(&from[2].out));
	cr_expect_eq(merges_run(&portable, again, in, 2, &twice), 2);
	cr_expect(span_eq(buf_view(&all), buf_view(&twice)));
	merges_expect_blocks(&twice,
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
	merges_expect(&interleaved, from, 2,
		" SHB PL_V9 FDL_V2 IDB:1 IDB:101 EPB0@1=a ev5@2 EPB1@3=c EPB0@5=b ev5@6 EPB1@8=d");
}

Test(merge, two_machines_cannot_be_interleaved)
{
	struct build from[2] = {0};
	struct input in[2] = {0};
	struct buf out = {0};

	scap(&from[0]);
	scap(&from[1]);
	cr_expect_eq(merges_run(&interleaved, from, in, 2, &out), 2);
	cr_expect_eq(in[0].err.code, ERR_NONE);
	cr_expect_eq(in[1].err.code, ERR_UNSUPPORTED);
	merges_expect_blocks(&out, " SHB PL_V9 FDL_V2 ev5@2 ev5@6");
	build_release(&from[0]);
	build_release(&from[1]);
	buf_release(&out);
}

Test(merge, two_sections_of_events_cannot_be_interleaved)
{
	struct build from[1] = {0};
	struct input in[1] = {0};
	struct buf out = {0};

	scap(&from[0]);
	scap(&from[0]);
	cr_expect_eq(merges_run(&interleaved, from, in, 1, &out), 1);
	cr_expect_eq(in[0].err.code, ERR_UNSUPPORTED);
	merges_expect_blocks(&out, " SHB PL_V9 FDL_V2 ev5@2 ev5@6");
	build_release(&from[0]);
	buf_release(&out);
}

Test(merge, what_is_whole_of_damaged_inputs)
{
	struct build from[3] = {0};
	struct input in[3] = {0};
	struct buf out = {0};

	scap(&from[0]);
	from[0].out.n -= 8; /* the last event is cut */
	net(&from[1], 1, 1, "a", 5, "b");
	from[1].out.n -= 4;
	build_block(&from[2], BT_IDB, span_str("no header"));
	cr_expect_eq(merges_run(&portable, from, in, 3, &out), 2);
	cr_expect_eq(in[0].err.code, ERR_TRUNCATED);
	cr_expect_eq(in[1].err.code, ERR_TRUNCATED);
	cr_expect_eq(in[2].err.code, ERR_FORMAT);
	merges_expect_blocks(&out, " SHB PL_V9 FDL_V2 ev5@2 SHB IDB:1 EPB0@1=a hidden38@2");
	for (int i = 0; i < 3; i++)
		build_release(&from[i]);
	buf_release(&out);
}

Test(merge, damaged_packets_are_left_out)
{
	struct build from[1] = {0};
	struct input in[1] = {0};
	struct buf out = {0};

	net(&from[0], 1, 1, "a", 2, "b");
	packet(&from[0], 7, 3, "c"); /* there is no interface 7 */
	packet(&from[0], 0, 4, "d");
	cr_expect_eq(merges_run(&portable, from, in, 1, &out), 1);
	cr_expect_eq(in[0].warnings.count, 1);
	merges_expect_blocks(&out, " SHB IDB:1 EPB0@1=a EPB0@2=b EPB0@4=d");
	build_release(&from[0]);
	buf_release(&out);
}

/* With events there must be none: sysdig 0.29.3 cannot read them. */
Test(merge, comments_of_packet_files)
{
	struct build from[2] = {[0].out.big = true};
	struct input in[2] = {0};
	struct buf out = {0};
	struct option_view opt;
	struct capture c;
	struct cursor at;

	build_section(&from[0], 0);
	build_option(&from[0], OPT_SHB_OS, span_str("os"));
	build_option(&from[0], OPT_COMMENT, span_str("one"));
	build_section(&from[1], 0);
	build_option(&from[1], OPT_COMMENT, span_str("two"));
	cr_expect_eq(merges_run(&portable, from, in, 2, &out), 2);
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

/* Interfaces that are alike in both, and one that is not. */
static void two_nets(struct build from[2], uint16_t second)
{
	net(&from[0], 1, 1, "a", 3, "b");
	build_section(&from[1], 0);
	build_interface(&from[1], 1, 0);
	if (second)
		build_interface(&from[1], second, 0);
	packet(&from[1], 0, 2, "c");
	packet(&from[1], second ? 1 : 0, 4, "d");
}

Test(merge, all_share_interfaces_only_if_all_are_alike)
{
	struct build same[2] = {0}, more[2] = {0};

	two_nets(same, 0);
	merges_expect(&portable, same, 2, " SHB IDB:1 EPB0@1=a EPB0@2=c EPB0@3=b EPB0@4=d");
	two_nets(more, 101);
	merges_expect(&portable, more, 2,
		" SHB IDB:1 IDB:1 IDB:101 EPB0@1=a EPB1@2=c EPB0@3=b EPB2@4=d");
}

Test(merge, any_interfaces_can_be_shared)
{
	const struct merge_opts any = {.share = IFS_SHARE_ANY};
	struct build from[2] = {0};

	two_nets(from, 101);
	merges_expect(&any, from, 2, " SHB IDB:1 IDB:101 EPB0@1=a EPB0@2=c EPB0@3=b EPB1@4=d");
}

Test(merge, no_interfaces_are_shared)
{
	const struct merge_opts none = {.share = IFS_SHARE_NONE};
	struct build from[2] = {0};

	two_nets(from, 0);
	merges_expect(&none, from, 2, " SHB IDB:1 IDB:1 EPB0@1=a EPB1@2=c EPB0@3=b EPB1@4=d");
}

/* Options count: another name is another interface. */
Test(merge, interfaces_of_different_names_are_not_alike)
{
	const struct merge_opts any = {.share = IFS_SHARE_ANY};
	struct build from[2] = {0};

	build_section(&from[0], 0);
	build_interface(&from[0], 1, 0);
	build_option(&from[0], OPT_IF_NAME, span_str("eth0"));
	build_section(&from[1], 0);
	build_interface(&from[1], 1, 0);
	build_option(&from[1], OPT_IF_NAME, span_str("eth1"));
	merges_expect(&any, from, 2, " SHB IDB:1 IDB:1");
}

/* Names and secrets stay behind what they followed; they belong to no interface. */
Test(merge, names_secrets_and_statistics_are_kept)
{
	struct build from[2] = {0};

	two_nets(from, 0);
	build_block(&from[0], BT_NRB, span_of("\0\0\0\0", 4));
	build_block(&from[1], BT_DSB, span_of("KSLT\0\0\0\0", 8));
	statistics(&from[1], 0);
	merges_expect(&portable, from, 2,
		" SHB IDB:1 EPB0@1=a EPB0@2=c EPB0@3=b NRB EPB0@4=d DSB ISB0");
}

static void broken_order(struct build *b)
{
	net(b, 1, 1, "a", 5, "e");
	packet(b, 0, 3, "c");
	packet(b, 0, 2, "b");
	packet(b, 0, 9, "f");
}

Test(merge, sorts_within_a_window)
{
	const struct merge_opts records = {.sort = {.records = 2}};
	const struct merge_opts time = {.sort = {.ns = 3 * BUILD_TICK}};
	const char *sorted = " SHB IDB:1 IDB:101 EPB0@1=a EPB0@2=b EPB0@3=c EPB1@4=A EPB0@5=e EPB1@6=B "
			     "EPB0@9=f";
	struct build from[2] = {0};

	for (int i = 0; i < 2; i++) {
		broken_order(&from[0]);
		net(&from[1], 101, 4, "A", 6, "B");
		merges_expect(i ? &records : &time, from, 2, sorted);
		from[0] = from[1] = (struct build){0};
	}
}

Test(merge, tells_of_packets_that_are_out_of_order)
{
	const struct merge_opts one = {.sort = {.records = 1}};
	struct build from[1] = {0};
	struct input in[1] = {0};
	struct buf out = {0};

	broken_order(&from[0]);
	cr_expect_eq(merges_run(&portable, from, in, 1, &out), 1);
	cr_expect_eq(in[0].disorder, 2);
	merges_expect_blocks(&out, " SHB IDB:1 EPB0@1=a EPB0@5=e EPB0@3=c EPB0@2=b EPB0@9=f");
	buf_clear(&out);
	memset(in, 0, sizeof(in));
	cr_expect_eq(merges_run(&one, from, in, 1, &out), 1);
	cr_expect_eq(in[0].disorder, 1);
	merges_expect_blocks(&out, " SHB IDB:1 EPB0@1=a EPB0@3=c EPB0@2=b EPB0@5=e EPB0@9=f");
	build_release(&from[0]);
	buf_release(&out);
}

Test(merge, appends_without_looking_at_times)
{
	const struct merge_opts append = {.append = true};
	struct build from[2] = {0};

	net(&from[0], 1, 4, "a", 6, "b");
	net(&from[1], 1, 1, "c", 5, "d");
	merges_expect(&append, from, 2, " SHB IDB:1 EPB0@4=a EPB0@6=b EPB0@1=c EPB0@5=d");
}

/* Whatever has a time in the file; sections of packets in units of their interfaces. */
Test(merge, moves_the_times_of_an_input)
{
	struct build from[3] = {[2].out.big = true};
	struct input in[3] = {0};
	struct buf out = {0};

	scap(&from[0]);
	net(&from[0], 1, 3, "a", 5, "b");
	net(&from[1], 1, 3, "c", 5, "d");
	build_section(&from[2], 0);
	build_interface(&from[2], 1, 0);
	build_option(&from[2], OPT_IF_TSRESOL, span_of("\x09", 1));
	build_packet(&from[2], 0, BUILD_EPOCH + 4 * BUILD_TICK, span_str("e"), 0);
	in[0].shift = (int64_t)BUILD_TICK;
	in[2].shift = -3 * (int64_t)BUILD_TICK;
	cr_expect_eq(merges_run(&portable, from, in, 3, &out), 3);
	merges_expect_blocks(&out,
		" SHB PL_V9 FDL_V2 ev5@3 ev5@7"
		" SHB IDB:1 IDB:1 IDB:1 EPB2@1=e EPB1@3=c EPB0@4=a EPB1@5=d EPB0@6=b hidden38@7");
	for (int i = 0; i < 3; i++)
		build_release(&from[i]);
	buf_release(&out);
}

Test(merge, offsets_on_the_command_line)
{
	struct run r;

	RUN(&r, "scapmerge", "-w", "-", "--offset", "fixtures/other.pcap:+1", "fixtures/usec-le.pcap");
	cr_expect_eq(r.status, 2);
	run_release(&r);
	RUN(&r, "scapmerge", "-w", "-", "--offset", "fixtures/usec-le.pcap:1", "fixtures/usec-le.pcap");
	cr_expect_eq(r.status, 2);
	run_release(&r);
	RUN(&r, "scapmerge", "-w", "-", "--offset", "fixtures/usec-le.pcap:-0.5",
		"fixtures/usec-le.pcap");
	cr_expect_eq(r.status, 0);
	run_release(&r);
}
