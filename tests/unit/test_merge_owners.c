/* SPDX-License-Identifier: MIT */
/* Whose packets are: what merges say of packets with the sockets of a capture beside them. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "pcapng/option.h"
#include "pcapng/packet.h"
#include "support/capture.h"
#include "support/merges.h"
#include "support/run.h"
#include "tools/scapmerge/align.h"
#include "tools/scapmerge/flow.h"

static const struct merge_opts attribute = {.attribute = true};

#define LOCAL  0x0a000001
#define REMOTE 0x0a000002

/* A TCP packet of raw IP, "E" in descriptions since its second byte is 0. */
static void packet(struct build *b, uint64_t ms, uint32_t sip, uint16_t sport, uint32_t dip,
	uint16_t dport)
{
	struct buf p = {.big = true};

	buf_put(&p, "\x45\0\0\x28\0\1\0\0\x40\6\0\0", 12);
	buf_u32(&p, sip);
	buf_u32(&p, dip);
	buf_u16(&p, sport);
	buf_u16(&p, dport);
	buf_zeros(&p, 16);
	build_packet(b, 0, (BUILD_EPOCH + ms * BUILD_TICK) / 1000, buf_view(&p), 0);
	buf_release(&p);
}

/* Two captures: thread 7, "curl", with one descriptor; packets, still to come. */
static void begin(struct build from[2], const struct meta_fd *fd)
{
	struct meta_proc p[2] = {build_proc(7, 1, "curl"), build_proc(8, 1, "nc")};

	build_section(&from[0], 2);
	build_procs(&from[0], 9, BUILD_TAIL, p, 2);
	if (fd)
		build_fds(&from[0], 2, 7, fd, 1);
	build_section(&from[1], 0);
	build_interface(&from[1], 101, 0);
}

static void event(struct build *b, uint16_t type, int64_t tid, uint64_t ms,
	const struct build_param *params)
{
	build_event(b,
		&(struct build_event){.type = type, .tid = tid, .ts = BUILD_EPOCH + ms * BUILD_TICK},
		params);
}

static void other_event(struct build *b, uint64_t ms)
{
	event(b, PPME_SYSCALL_CLOSE_X, 8, ms, PARAMS(P_S64(-9), P_S64(99)));
}

/* A socket of a thread, connected between two times. */
static void connect(struct build *b, int64_t tid, uint64_t from, uint64_t to)
{
	event(b, PPME_SOCKET_SOCKET_E, tid, from, PARAMS(P_U32(2), P_U32(1), P_U32(6)));
	event(b, PPME_SOCKET_SOCKET_X, tid, from, PARAMS(P_S64(4)));
	event(b, PPME_SOCKET_CONNECT_E, tid, from, PARAMS(P_S64(4)));
	event(b, PPME_SOCKET_CONNECT_X, tid, to,
		PARAMS(P_S64(0), P_TUPLE4(LOCAL, 5000, REMOTE, 80)));
}

static void close_it(struct build *b, int64_t tid, uint64_t ms)
{
	event(b, PPME_SYSCALL_CLOSE_E, tid, ms, PARAMS(P_S64(4)));
	event(b, PPME_SYSCALL_CLOSE_X, tid, ms, PARAMS(P_S64(0)));
}

Test(merge_owners, sockets_that_were_there_before)
{
	struct meta_fd fd = build_tcp4(4, LOCAL, 5000, REMOTE, 80);
	struct build from[2] = {0};

	begin(from, &fd);
	other_event(&from[0], 5);
	packet(&from[1], 1, LOCAL, 5000, REMOTE, 80);
	packet(&from[1], 7, REMOTE, 80, LOCAL, 5000);
	packet(&from[1], 8, REMOTE, 80, LOCAL, 5001);
	merges_expect(&attribute, from, 2,
		" SHB PL_V9 FDL_V2 ev5@5 SHB IDB:101 EPB0@1=E(curl[7] exact) EPB0@7=E(to curl[7] exact)"
		" EPB0@8=E hidden38@8");
}

Test(merge_owners, during_a_connection_and_around_it)
{
	struct build from[2] = {0};

	begin(from, NULL);
	connect(&from[0], 7, 10, 12);
	close_it(&from[0], 7, 20);
	for (uint64_t ms = 9; ms <= 21; ms += 4)
		packet(&from[1], ms, LOCAL, 5000, REMOTE, 80);
	packet(&from[1], 70000, LOCAL, 5000, REMOTE, 80);
	packet(&from[1], 90000, LOCAL, 5000, REMOTE, 80);
	merges_expect(&attribute, from, 2,
		" SHB PL_V9 ev18@10 ev19@10 ev22@10 ev23@12 ev4@20 ev5@20 SHB IDB:101"
		" EPB0@9=E(curl[7] tuple) EPB0@13=E(curl[7] exact) EPB0@17=E(curl[7] exact)"
		" EPB0@21=E(curl[7] tuple) EPB0@70000=E EPB0@90000=E hidden38@90000");
}

/* A call that has begun counts: the packets of a connect come before its end. */
Test(merge_owners, while_connecting)
{
	struct build from[2] = {0};

	begin(from, NULL);
	connect(&from[0], 7, 10, 500);
	packet(&from[1], 11, LOCAL, 5000, REMOTE, 80);
	merges_expect(&attribute, from, 2,
		" SHB PL_V9 ev18@10 ev19@10 ev22@10 ev23@500 SHB IDB:101 EPB0@11=E(curl[7] exact)"
		" hidden38@500");
}

/* The same ports again: each packet is the one's who had them then. */
Test(merge_owners, ports_used_by_one_after_the_other)
{
	struct build from[2] = {0};

	begin(from, NULL);
	connect(&from[0], 7, 10, 12);
	close_it(&from[0], 7, 20);
	connect(&from[0], 8, 30, 32);
	packet(&from[1], 15, LOCAL, 5000, REMOTE, 80);
	packet(&from[1], 21, LOCAL, 5000, REMOTE, 80);
	packet(&from[1], 35, LOCAL, 5000, REMOTE, 80);
	merges_expect(&attribute, from, 2,
		" SHB PL_V9 ev18@10 ev19@10 ev22@10 ev23@12 ev4@20 ev5@20 ev18@30 ev19@30 ev22@30 ev23@32"
		" SHB IDB:101 EPB0@15=E(curl[7] exact) EPB0@21=E(curl[7] tuple) EPB0@35=E(nc[8] exact)"
		" hidden38@35");
}

Test(merge_owners, a_server_that_listens)
{
	struct meta_fd fd = {.fd = 4, .type = FDT_IPV4_SERV, .sport = 80, .l4 = L4_TCP};
	struct build from[2] = {0};

	begin(from, &fd); /* at any address */
	other_event(&from[0], 5);
	packet(&from[1], 6, REMOTE, 999, LOCAL, 80);
	packet(&from[1], 7, REMOTE, 999, LOCAL, 81);
	merges_expect(&attribute, from, 2,
		" SHB PL_V9 FDL_V2 ev5@5 SHB IDB:101 EPB0@6=E(to curl[7] listening) EPB0@7=E hidden38@7");
}

/* Who exits has its sockets no more. */
Test(merge_owners, sockets_end_with_their_process)
{
	struct meta_fd fd = build_tcp4(4, LOCAL, 5000, REMOTE, 80);
	struct build from[2] = {0};

	begin(from, &fd);
	other_event(&from[0], 3);
	event(&from[0], PPME_PROCEXIT_1_E, 7, 5,
		PARAMS(P_S64(0), P_S64(0), P_U8(0), P_U8(0), P_S64(1)));
	packet(&from[1], 4, LOCAL, 5000, REMOTE, 80);
	packet(&from[1], 6, LOCAL, 5000, REMOTE, 80);
	merges_expect(&attribute, from, 2,
		" SHB PL_V9 FDL_V2 ev5@3 ev186@5 SHB IDB:101 EPB0@4=E(curl[7] exact) EPB0@6=E(curl[7] tuple)"
		" hidden38@6");
}

Test(merge_owners, nothing_is_said_unless_asked_for)
{
	const struct merge_opts plain = {0};
	struct meta_fd fd = build_tcp4(4, LOCAL, 5000, REMOTE, 80);
	struct build from[2] = {0};

	begin(from, &fd);
	other_event(&from[0], 5);
	packet(&from[1], 6, LOCAL, 5000, REMOTE, 80);
	merges_expect(&plain, from, 2,
		" SHB PL_V9 FDL_V2 ev5@5 SHB IDB:101 EPB0@6=E hidden38@6");
}

/* Both halves of the option are numbers of 32 bits; what the packet had before stays in front. */
static void expect_process(bool big)
{
	struct meta_fd fd = build_tcp4(4, LOCAL, 5000, REMOTE, 80);
	struct build from[2] = {[0].out.big = big, [1].out.big = big};
	struct option_view opt;
	struct input in[2] = {0};
	struct packet p = {0};
	struct buf out = {0};
	struct capture c;

	begin(from, &fd);
	other_event(&from[0], 5);
	packet(&from[1], 6, LOCAL, 5000, REMOTE, 80);
	build_option(&from[1], OPT_COMMENT, span_str("mine"));
	build_option(&from[1], OPT_END, span_of(NULL, 0));
	cr_assert_eq(merges_run(&attribute, from, in, 2, &out), 2);
	cr_assert(capture_open(&c, buf_view(&out)));
	while (capture_next(&c) == 1 && c.block.info->kind != BLOCK_PACKET)
		;
	cr_assert_eq(packet_decode(&p, &c.block, c.reader, &c.err), 0);
	cr_assert_eq(option_next(&p.options, &opt), 1);
	cr_expect(span_eq(opt.value, span_str("mine")));
	cr_assert_eq(option_next(&p.options, &opt), 1);
	cr_expect_eq(opt.code, OPT_EPB_PROCESS);
	cr_assert_eq(opt.value.n, 8);
	cr_expect_eq(load_u32(opt.value.p, big), 7);
	cr_expect_eq(load_u32(opt.value.p + 4, big), 7);
	cr_assert_eq(option_next(&p.options, &opt), 1);
	cr_expect(span_eq(opt.value, span_str("curl[7] exact")));
	cr_expect_eq(option_next(&p.options, &opt), 0);
	capture_close(&c);
	build_release(&from[0]);
	build_release(&from[1]);
	buf_release(&out);
}

Test(merge_owners, the_option_for_programs)
{
	expect_process(false);
	expect_process(true);
}

Test(merge_owners, what_a_packet_says_already_stays)
{
	struct meta_fd fd = build_tcp4(4, LOCAL, 5000, REMOTE, 80);
	struct build from[2] = {0}, again[1] = {0};
	struct input in[2] = {0};
	struct buf out = {0};

	begin(from, &fd);
	other_event(&from[0], 5);
	packet(&from[1], 6, LOCAL, 5000, REMOTE, 80);
	cr_expect_eq(merges_run(&attribute, from, in, 2, &again[0].out), 2);
	memset(in, 0, sizeof(in));
	cr_expect_eq(merges_run(&attribute, again, in, 1, &out), 1);
	cr_expect(span_eq(buf_view(&out), buf_view(&again[0].out)));
	build_release(&from[0]);
	build_release(&from[1]);
	build_release(&again[0]);
	buf_release(&out);
}

/* The recorded request over loopback: python3 talks to itself. */
Test(merge_owners, packets_of_the_workload)
{
	struct option_view opt;
	struct packet p;
	struct capture c;
	struct run r;
	int packets = 0;

	RUN(&r, "scapmerge", "--attribute", "-w", "-", "fixtures/exits.scap", "fixtures/workload.scap",
		"fixtures/workload.pcapng");
	cr_assert_eq(r.status, 0, "%s", (const char *)r.err.p);
	cr_assert(capture_open(&c, buf_view(&r.out)));
	while (capture_next(&c) == 1) {
		if (c.block.info->kind != BLOCK_PACKET)
			continue;
		packets++;
		cr_assert_eq(packet_decode(&p, &c.block, c.reader, &c.err), 0);
		cr_assert(option_find(p.options, OPT_COMMENT, &opt));
		cr_expect(span_starts(opt.value, "python3["));
	}
	cr_expect_gt(packets, 10);
	capture_close(&c);
	run_release(&r);
}

/*
 * The clock of the packets is 2.5 s late; the request and its answer are in the calls as well, so
 * they come back to within a millisecond.
 */
Test(merge_owners, clocks_agree_by_what_was_sent_and_received)
{
	struct input in[2] = {
		{.path = "fixtures/exits.scap"},
		{.path = "fixtures/workload.pcapng", .shift = -2500000000},
	};
	struct err err = {0};

	cr_assert_eq(align_inputs(in, 2, &err), 0, "%s", err.text);
	cr_expect_not(in[0].clock.checked);
	cr_expect(in[1].clock.found);
	cr_expect_geq(in[1].clock.matches, 3);
	cr_expect_lt(llabs(in[1].clock.offset - 2500000000), 1000000);
	cr_expect_eq(in[1].shift, in[1].clock.offset - 2500000000);
	cr_expect_lt(in[1].clock.residual, 1000000);
}

/* Ethernet with two tags, IPv6 with an extension header: udp from port 1 to port 2. */
static const uint8_t tagged[] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x88, 0xa8, 0, 1, 0x81, 0, 0, 2, 0x86, 0xdd, /* link */
	0x60, 0, 0, 0, 0, 16, 0, 64,                                                     /* IPv6 */
	0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
	17, 0, 0, 0, 0, 0, 0, 0, /* options */
	0, 1, 0, 2,
};

Test(merge_owners, ends_of_packets)
{
	struct flow f;

	cr_assert(flow_of_packet(&f, NULL, 1, span_of(tagged, sizeof(tagged))));
	cr_expect(f.v6);
	cr_expect_eq(f.l4, L4_UDP);
	cr_expect_eq(f.src[15], 1);
	cr_expect_eq(f.dst[15], 2);
	cr_expect_eq(f.sport, 1);
	cr_expect_eq(f.dport, 2);
	for (size_t n = 0; n < sizeof(tagged); n++)
		cr_expect_not(flow_of_packet(&f, NULL, 1, span_of(tagged, n)));
	cr_expect_not(flow_of_packet(&f, NULL, 127, span_of(tagged, sizeof(tagged))));
}

/* Only the first fragment has ports. */
Test(merge_owners, fragments_have_no_ports)
{
	uint8_t p[24] = {0x45, [9] = 17, [21] = 1, [23] = 2};
	struct flow f;

	cr_expect(flow_of_packet(&f, NULL, 101, span_of(p, sizeof(p))));
	p[7] = 1;
	cr_expect_not(flow_of_packet(&f, NULL, 101, span_of(p, sizeof(p))));
}
