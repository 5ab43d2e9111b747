/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/build.h"
#include "support/capture.h"
#include "tools/scapinfo/collect.h"

#define SEC UINT64_C(1000000000)

/* Collects what was built; returns what collect_run returned. Release in and b. */
static int collect(struct info *in, const struct build *b, struct err *err)
{
	struct src *src = src_mem(buf_view(&b->out), NULL, err);
	int status;

	cr_assert_not_null(src);
	cr_assert_eq(info_init(in, err), 0);
	status = collect_run(in, src, err);
	src_close(src);
	return status;
}

/* The same for a capture that is all right. */
static struct info collect_good(const struct build *b)
{
	struct info in;
	struct err err = {0};

	cr_assert_eq(collect(&in, b, &err), 0, "%s", err.text);
	cr_expect(!in.incomplete && !in.damaged && !in.warnings.count);
	return in;
}

static void event_at(struct build *b, uint16_t type, uint64_t ts)
{
	build_event(b, &(struct build_event){.type = type, .tid = 1, .ts = ts}, NO_PARAMS);
}

/* An event of a writer that did not know the time. */
static void event_without_time(struct build *b, uint16_t type)
{
	event_at(b, type, BUILD_EPOCH);
	store_u64(b->out.p + b->start + 10, 0, false);
}

static void hidden_at(struct build *b, uint16_t type, uint64_t ts)
{
	build_event(b,
		&(struct build_event){.block = BT_EVF_V2, .type = type, .flags = 1, .ts = ts},
		NO_PARAMS);
}

static void packet_at(struct build *b, uint32_t interface, uint64_t usec, uint32_t length)
{
	build_packet(b, interface, usec, span_str("0123456789"), length);
}

Test(info_collect, counts_events_by_kind_and_type)
{
	struct build b = {0};
	struct info in;

	build_section(&b, 2);
	event_at(&b, PPME_SYSCALL_OPEN_E, 0);
	event_at(&b, PPME_SYSCALL_OPEN_X, 0);
	event_at(&b, PPME_SYSCALL_OPEN_X, 0);
	event_at(&b, PPME_SCHEDSWITCH_6_E, 0);
	event_at(&b, PPME_DROP_E, 0);
	event_at(&b, 60000, 0);
	hidden_at(&b, PPME_SYSCALL_OPEN_X, 0);
	build_event(&b, &(struct build_event){.type = PPME_GENERIC_X}, PARAMS(P_U16(46), P_U16(98)));
	in = collect_good(&b);
	cr_expect(in.is_scap && !in.is_pcap);
	cr_expect_eq(in.events, 8);
	cr_expect_eq(in.enters, 1);
	cr_expect_eq(in.exits, 4);
	cr_expect_eq(in.hidden, 1);
	cr_expect_eq(in.drop_events, 1);
	cr_expect_eq(in.unknown_events, 1);
	cr_expect_eq(in.types[PPME_SYSCALL_OPEN_X], 3);
	cr_expect_eq(in.calls[46], 1);
	cr_expect_eq(in.blocks, 9);
	cr_expect_eq(in.data_size, b.out.n);
	cr_expect_eq(in.event_bytes, b.out.n - 28);
	info_release(&in);
	build_release(&b);
}

Test(info_collect, events_lost_are_summed)
{
	struct build b = {0};
	struct info in;

	build_section(&b, 2);
	build_event(&b, &(struct build_event){.type = PPME_NOTIFICATION_E},
		PARAMS(P_STR("drop"), P_STR("412 events lost")));
	build_event(&b, &(struct build_event){.type = PPME_NOTIFICATION_E},
		PARAMS(P_STR("drop"), P_STR("30 events lost")));
	build_event(&b, &(struct build_event){.type = PPME_NOTIFICATION_E},
		PARAMS(P_STR("io_uring"), P_STR("7 READ")));
	in = collect_good(&b);
	cr_expect_eq(in.lost, 442);
	info_release(&in);
	build_release(&b);
}

Test(info_collect, events_without_time_and_hidden_ones_are_not_the_first)
{
	struct build b = {0};
	struct info in;

	build_section(&b, 2);
	event_without_time(&b, PPME_SYSCALL_CLOSE_X);
	hidden_at(&b, PPME_SYSCALL_CLOSE_X, BUILD_EPOCH);
	event_at(&b, PPME_CONTAINER_JSON_E, BUILD_EPOCH + SEC);
	event_at(&b, PPME_SYSCALL_CLOSE_X, BUILD_EPOCH + 3 * SEC);
	event_at(&b, PPME_SYSCALL_CLOSE_X, BUILD_EPOCH + 5 * SEC);
	event_at(&b, PPME_PROCINFO_E, BUILD_EPOCH + 9 * SEC);
	in = collect_good(&b);
	cr_expect_eq(in.times.first, BUILD_EPOCH + 3 * SEC);
	cr_expect_eq(in.times.last, BUILD_EPOCH + 5 * SEC);
	cr_expect_eq(info_duration(&in), 2 * SEC);
	cr_expect(!in.unordered);
	info_release(&in);
	build_release(&b);
}

Test(info_collect, events_about_the_machine_tell_the_time_when_there_are_no_others)
{
	struct build b = {0};
	struct info in;

	build_section(&b, 2);
	event_without_time(&b, PPME_CONTAINER_JSON_E);
	event_at(&b, PPME_PROCINFO_E, BUILD_EPOCH + SEC);
	event_at(&b, PPME_PROCINFO_E, BUILD_EPOCH + 4 * SEC);
	in = collect_good(&b);
	cr_expect_eq(in.times.first, BUILD_EPOCH + SEC);
	cr_expect_eq(info_duration(&in), 3 * SEC);
	info_release(&in);
	build_release(&b);
}

Test(info_collect, order_is_looked_at_within_sections)
{
	struct build b = {0};
	struct info in;

	build_section(&b, 2);
	event_at(&b, PPME_SYSCALL_CLOSE_X, BUILD_EPOCH + SEC);
	build_section(&b, 2);
	event_at(&b, PPME_SYSCALL_CLOSE_X, BUILD_EPOCH);
	in = collect_good(&b);
	cr_expect(!in.unordered);
	cr_expect_eq(in.sections, 2);
	cr_expect_eq(in.times.first, BUILD_EPOCH);
	info_release(&in);
	event_at(&b, PPME_SYSCALL_CLOSE_X, BUILD_EPOCH - 1);
	in = collect_good(&b);
	cr_expect(in.unordered);
	info_release(&in);
	build_release(&b);
}

/* Interface statistics: 100 received, 7 dropped by the interface, 9 by the system. */
static void add_stats(struct build *b, uint32_t interface)
{
	uint8_t n[8];
	static const struct {
		uint16_t code;
		uint64_t n;
	} rows[] = {{OPT_ISB_IFRECV, 100}, {OPT_ISB_IFDROP, 7}, {OPT_ISB_OSDROP, 9}};

	buf_u32(build_begin(b, BT_ISB), interface);
	buf_u64(&b->out, 0);
	build_end(b);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		store_u64(n, rows[i].n, false);
		build_option(b, rows[i].code, span_of(n, sizeof(n)));
	}
}

Test(info_collect, packets_are_counted_by_interface_of_their_section)
{
	struct build b = {0};
	struct info in;
	const struct info_if *ifs;
	uint8_t drops[8] = {3};

	build_section(&b, 0);
	build_interface(&b, 1, 262144);
	packet_at(&b, 0, 1000000, 60);
	build_section(&b, 0);
	build_interface(&b, 101, 0);
	build_option(&b, OPT_IF_NAME, span_str("tun0"));
	build_option(&b, OPT_IF_FILTER, span_str("\0tcp port 80"));
	build_interface(&b, 113, 96);
	packet_at(&b, 1, 2000000, 0);
	packet_at(&b, 1, 3000000, 1500);
	build_option(&b, OPT_EPB_DROPCOUNT, span_of(drops, sizeof(drops)));
	add_stats(&b, 1);
	in = collect_good(&b);
	ifs = in.ifs.p;
	cr_expect(!in.is_scap && in.packets == 3);
	cr_expect_eq(in.packet_bytes, 60 + 10 + 1500);
	cr_expect_eq(in.packet_captured, 30);
	cr_expect_eq(in.packet_drops, 3);
	cr_expect_eq(in.times.first, SEC);
	cr_expect_eq(in.times.last, 3 * SEC);
	cr_assert_eq(in.ifs.n, 3);
	cr_expect(ifs[0].section == 1 && ifs[0].id == 0 && ifs[0].packets == 1);
	cr_expect(ifs[1].section == 2 && ifs[1].id == 0 && ifs[1].packets == 0);
	cr_expect(span_eq(ifs[1].name, span_str("tun0")));
	cr_expect(ifs[2].id == 1 && ifs[2].packets == 2 && ifs[2].bytes == 1510);
	cr_expect(ifs[2].captured == 20 && ifs[2].snaplen == 96 && ifs[2].linktype == 113);
	cr_expect(ifs[2].has_stats && ifs[2].received == 100);
	cr_expect(ifs[2].dropped == 7 && ifs[2].os_dropped == 9);
	info_release(&in);
	build_release(&b);
}

Test(info_collect, sections_of_their_own_and_mixed_ones_are_told_apart)
{
	struct build b = {0};
	struct info in;

	build_section(&b, 2);
	event_at(&b, PPME_SYSCALL_CLOSE_X, 0);
	build_section(&b, 2);
	build_interface(&b, 1, 0);
	packet_at(&b, 0, 1, 60);
	hidden_at(&b, PPME_SOCKET_GETSOCKNAME_E, 0);
	in = collect_good(&b);
	cr_expect(in.is_scap && in.packets == 1 && !in.mixed_section);
	info_release(&in);
	event_at(&b, PPME_SYSCALL_CLOSE_X, 0);
	in = collect_good(&b);
	cr_expect(in.mixed_section);
	info_release(&in);
	build_release(&b);
}

#define CONTAINER_ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void build_state(struct build *b)
{
	struct meta_proc procs[] = {build_proc(10, 1, "sh"), build_proc(11, 10, "thread"),
		build_proc(20, 1, "web")};
	struct meta_fd fds[] = {build_file(0, "/dev/null"), build_file(1, "/tmp/x")};
	struct meta_user users[] = {{.name = span_str("root")},
		{.is_group = true, .name = span_str("root")}, {.is_group = true, .gid = 1}};
	struct meta_if ifs[] = {{.type = 1, .name = span_str("lo")}};

	procs[1].pid = 10;
	procs[2].cgroups = span_str("cpu=/docker/" CONTAINER_ID);
	build_machine(b, &(struct meta_machine){.cpus = 8, .host = span_str("build-7")});
	build_ifs(b, 2, ifs, 1);
	build_users(b, 2, users, 3);
	build_procs(b, 9, BUILD_TAIL, procs, 3);
	build_fds(b, 2, 10, fds, 2);
	build_fds(b, 2, 20, fds, 1);
}

Test(info_collect, counts_what_was_on_the_machine)
{
	struct build b = {0};
	struct info in;

	build_section(&b, 2);
	build_state(&b);
	in = collect_good(&b);
	cr_expect(in.has_machine && in.machine.cpus == 8);
	cr_expect(span_eq(in.machine.host, span_str("build-7")));
	cr_expect_eq(in.threads, 3);
	cr_expect_eq(in.processes, 2);
	cr_expect_eq(in.fds, 3);
	cr_expect_eq(in.users, 1);
	cr_expect_eq(in.groups, 2);
	cr_expect_eq(in.addresses, 1);
	info_release(&in);
	build_release(&b);
}

Test(info_collect, containers_come_from_cgroups_and_from_records)
{
	struct build b = {0};
	struct info in;
	const struct info_container *c;

	build_section(&b, 2);
	build_state(&b);
	build_event(&b, &(struct build_event){.type = PPME_CONTAINER_JSON_E, .tid = -1},
		PARAMS(P_STR("{\"container\":{\"id\":\"0123456789ab\",\"type\":0,\"name\":\"web\","
			     "\"image\":\"nginx:latest\"}}\n")));
	/* The records of a section are asked for when it ends, here with the next one. */
	build_section(&b, 2);
	in = collect_good(&b);
	c = in.containers.p;
	cr_assert_eq(in.containers.n, 1);
	cr_expect(span_eq(c->id, span_str("0123456789ab")));
	cr_expect(span_eq(c->name, span_str("web")));
	cr_expect(span_eq(c->image, span_str("nginx:latest")));
	cr_expect_eq(c->threads, 1);
	info_release(&in);
	build_release(&b);
}

Test(info_collect, comments_and_the_header_are_kept)
{
	struct build b = {0};
	struct info in;
	const struct info_comment *record;

	build_section(&b, 2);
	build_option(&b, OPT_SHB_USERAPPL, span_str("scapcap 1.0"));
	build_option(&b, OPT_COMMENT, span_str("night shift"));
	event_at(&b, PPME_SYSCALL_CLOSE_X, 0);
	event_at(&b, PPME_SYSCALL_CLOSE_X, 0);
	build_option(&b, OPT_COMMENT, span_str("this one"));
	in = collect_good(&b);
	cr_expect(span_eq(in.application, span_str("scapcap 1.0")));
	cr_assert_eq(in.comments.n, 1);
	cr_expect(span_eq(*(struct span *)in.comments.p, span_str("night shift")));
	record = in.record_comments.p;
	cr_assert_eq(in.ncomments, 1);
	cr_expect(record->number == 2 && !record->is_packet);
	cr_expect(span_eq(record->text, span_str("this one")));
	info_release(&in);
	build_release(&b);
}

Test(info_collect, block_types_are_counted_by_name)
{
	struct build b = {0};
	struct info in;

	build_section(&b, 2);
	for (uint32_t i = 0; i < INFO_BLOCK_TYPES + 3; i++)
		build_block(&b, 0x7000 + i, span_str("what"));
	build_block(&b, 0x7000, span_str("what"));
	in = collect_good(&b);
	cr_expect_eq(in.nblock_types, INFO_BLOCK_TYPES);
	cr_expect_eq(in.block_types[0].type, BT_SHB);
	cr_expect_eq(in.block_types[1].n, 2);
	cr_expect_eq(in.other_blocks, 4);
	cr_expect_eq(in.unknown_blocks, INFO_BLOCK_TYPES + 4);
	info_release(&in);
	build_release(&b);
}

Test(info_collect, damaged_blocks_are_counted_and_passed_over)
{
	struct build b = {0};
	struct info in;
	struct err err = {0};

	build_section(&b, 2);
	build_state(&b);
	/* The second descriptor list ends within its entry. */
	store_u32(b.out.p + b.start + 16, 6, false);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .add_len = 100},
		NO_PARAMS);
	event_at(&b, PPME_SYSCALL_CLOSE_X, 0);
	cr_expect_eq(collect(&in, &b, &err), 0);
	cr_expect_eq(in.fds, 2);
	cr_expect_eq(in.events, 1);
	cr_expect_eq(in.damaged, 2);
	cr_expect_eq(in.warnings.count, 2);
	cr_expect(in.warning.n && !in.incomplete);
	info_release(&in);
	build_release(&b);
}

Test(info_collect, a_cut_capture_gives_what_is_whole)
{
	struct build b = {0};
	struct info in;
	struct err err = {0};

	build_section(&b, 2);
	event_at(&b, PPME_SYSCALL_CLOSE_X, 0);
	event_at(&b, PPME_SYSCALL_CLOSE_X, 0);
	b.out.n -= 5;
	cr_expect_eq(collect(&in, &b, &err), -1);
	cr_expect_eq(err.code, ERR_TRUNCATED);
	cr_expect_eq(in.events, 1);
	cr_expect(in.incomplete && in.failure[0]);
	info_release(&in);
	build_release(&b);
}

Test(info_collect, what_is_no_capture_gives_nothing)
{
	struct build b = {0};
	struct info in;
	struct err err = {0};

	buf_text(&b.out, "this is a letter, not a capture");
	cr_expect_eq(collect(&in, &b, &err), -1);
	cr_expect_eq(in.blocks, 0);
	info_release(&in);
	info_release(&in);
	build_release(&b);
}

Test(info_collect, schemas_are_told_by_the_numbers_of_parameters)
{
	struct build b = {0};
	struct info in;

	build_section(&b, 2);
	event_at(&b, PPME_SYSCALL_MUNMAP_E, 0);
	in = collect_good(&b);
	cr_expect_null(info_schema(&in, true));
	info_release(&in);

	/* The exit record of read has four parameters since 0.20, two before. */
	build_release(&b);
	build_section(&b, 2);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_READ_X},
		PARAMS(P_S64(0), P_NONE, P_S64(3), P_U32(80)));
	in = collect_good(&b);
	cr_expect_str_eq(info_schema(&in, true), "0.20.0");
	cr_expect_str_eq(info_schema(&in, false), "HEAD");
	info_release(&in);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_READ_X}, PARAMS(P_S64(0), P_NONE));
	in = collect_good(&b);
	cr_expect_null(info_schema(&in, true));
	info_release(&in);
	build_release(&b);
}

static const struct {
	const char *name, *oldest, *newest;
	uint64_t events, threads, fds, containers;
} captures[] = {
	{"502Error.scap", "2016-12-31", "2017-12-31", 22381, 4, 23, 22},
	{"cat_write.scap", "2015-12-31", "2018-12-31", 345, 73, 384, 0},
	{"curl_google.scap", "2015-12-31", "2017-12-31", 1536, 54, 316, 0},
	{"docker-curl-https.scap", "0.17.0", "0.18.0", 3557, 104, 619, 2},
	{"open-multiple-files.scap", "2016-12-31", "2018-12-31", 1272, 128, 685, 2},
	{"ping_sendto.scap", "2015-12-31", "0.21.0", 1526, 136, 674, 0},
	{"privileged.scap", "2016-12-31", "HEAD", 2059, 100, 644, 1},
	{"test_ipv6_client.scap", "2015-12-31", "2018-12-31", 326, 58, 333, 0},
};

static void expect_capture(const char *folder, size_t i)
{
	struct err err = {0};
	struct info in = {0};
	struct src *src;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, captures[i].name);
	src = src_open(path, NULL, &err);
	cr_assert(src && info_init(&in, &err) == 0, "%s", err.text);
	cr_expect_eq(collect_run(&in, src, &err), 0, "%s: %s", path, err.text);
	cr_expect_eq(in.events, captures[i].events, "%s", path);
	cr_expect_eq(in.threads, captures[i].threads, "%s", path);
	cr_expect_eq(in.fds, captures[i].fds, "%s", path);
	cr_expect_eq(in.containers.n, captures[i].containers, "%s: %zu", path, in.containers.n);
	cr_expect_str_eq(info_schema(&in, true), captures[i].oldest, "%s", path);
	cr_expect_str_eq(info_schema(&in, false), captures[i].newest, "%s", path);
	cr_expect(in.warnings.count == 0 && !in.unordered, "%s", path);
	info_release(&in);
	src_close(src);
}

Test(info_collect, real_captures)
{
	const char *folder = real_captures();

	for (size_t i = 0; i < ARRAY_SIZE(captures); i++)
		expect_capture(folder, i);
}
