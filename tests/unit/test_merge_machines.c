/* SPDX-License-Identifier: MIT */
/* Captures of one machine become one, those of several stay apart. */
#include <criterion/criterion.h>

#include "support/merges.h"
#include "support/render.h"

static const struct merge_opts portable = {.layout = MERGE_PORTABLE};

#define BOOT BUILD_EPOCH - UINT64_C(86400000000000)

/* A section of a machine with thread 7, "cat", and more threads after it if they are named. */
static void begin(struct build *b, const char *host, uint64_t boot, const char *more)
{
	struct meta_machine m = {
		.cpus = 2, .memory = 1 << 30, .host = span_str(host), .boot_ts = boot};
	struct meta_proc p[2] = {build_proc(7, 1, "cat")};
	struct meta_fd fd = build_file(3, "/etc/hosts");

	if (more)
		p[1] = build_proc(8, 1, more);
	build_section(b, 2);
	build_machine(b, &m);
	build_procs(b, 9, BUILD_TAIL, p, more ? 2 : 1);
	build_fds(b, 2, 7, &fd, 1);
}

/* An event that changes nothing: a close that failed. */
static void event(struct build *b, int64_t tid, uint64_t ms)
{
	build_event(b,
		&(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = tid,
			.ts = BUILD_EPOCH + ms * BUILD_TICK},
		PARAMS(P_S64(-9), P_S64(3)));
}

static void events(struct build *b, uint64_t first, uint64_t last)
{
	for (; first <= last; first++)
		event(b, 7, first);
}

/* Merges two captures and expects these blocks; release out. */
static void merge_two(struct build from[2], struct input in[2], struct buf *out, const char *want)
{
	cr_expect_eq(merges_run(&portable, from, in, 2, out), 2);
	if (want)
		merges_expect_blocks(out, want);
	build_release(&from[0]);
	build_release(&from[1]);
}

Test(merge_machines, captures_that_overlap_are_one)
{
	for (int first = 0; first < 2; first++) {
		struct build from[2] = {0};
		struct input in[2] = {0};
		struct buf out = {0};

		begin(&from[first], "web", BOOT, NULL);
		events(&from[first], 1, 4);
		begin(&from[!first], "web", BOOT, NULL);
		events(&from[!first], 3, 6);
		merge_two(from, in, &out,
			" SHB MI PL_V9 FDL_V2 ev5@1 ev5@2 ev5@3 ev5@4 ev5@5 ev5@6");
		cr_expect_null(in[first].joint.to);
		cr_expect_not_null(in[!first].joint.to);
		cr_expect(in[!first].joint.overlaps);
		cr_expect_eq(in[!first].joint.duplicates, 2);
		cr_expect_not(in[!first].joint.renewed);
		buf_release(&out);
	}
}

/* Two equal records of one file are two; the same two in the other file are no further ones. */
Test(merge_machines, equal_records_of_one_file_are_kept)
{
	struct build from[2] = {0};
	struct input in[2] = {0};
	struct buf out = {0};

	for (int i = 0; i < 2; i++) {
		begin(&from[i], "web", BOOT, NULL);
		event(&from[i], 7, 2);
		event(&from[i], 7, 2);
		event(&from[i], 7, 3);
	}
	merge_two(from, in, &out, " SHB MI PL_V9 FDL_V2 ev5@2 ev5@2 ev5@3");
	cr_expect_eq(in[1].joint.duplicates, 3);
	buf_release(&out);
}

Test(merge_machines, a_rotated_set_goes_on_in_one_section)
{
	struct build from[2] = {0};
	struct input in[2] = {0};
	struct buf out = {0};

	begin(&from[0], "web", BOOT, NULL);
	events(&from[0], 1, 2);
	begin(&from[1], "web", BOOT + 1000000, NULL); /* the clock was set a little */
	events(&from[1], 5, 6);
	merge_two(from, in, &out, " SHB MI PL_V9 FDL_V2 ev5@1 ev5@2 ev5@5 ev5@6");
	cr_expect_not(in[1].joint.overlaps);
	cr_expect_eq(in[1].joint.gap, 3 * BUILD_TICK);
	buf_release(&out);
}

/* Lists have the own end of a connection first, the state has the client's: that is no news. */
Test(merge_machines, connections_of_servers_are_nothing_new)
{
	struct meta_fd fds[2] = {
		{.fd = 4, .type = FDT_IPV4_SERV, .sport = 22, .l4 = L4_TCP},
		build_tcp4(5, 0x0a000001, 22, 0x0a000002, 5000),
	};
	struct build from[2] = {0};
	struct input in[2] = {0};
	struct buf out = {0};

	for (int i = 0; i < 2; i++) {
		begin(&from[i], "web", BOOT, NULL);
		build_fds(&from[i], 2, 7, fds, 2);
		events(&from[i], 1 + (uint64_t)i, 3);
	}
	merge_two(from, in, &out, " SHB MI PL_V9 FDL_V2 FDL_V2 ev5@1 ev5@2 ev5@3");
	cr_expect_not(in[1].joint.renewed);
	buf_release(&out);
}

/* What happened in between is in the lists of the second one alone. */
Test(merge_machines, after_a_gap_with_changes_a_section_begins)
{
	struct build from[2] = {0};
	struct input in[2] = {0};
	struct buf out = {0};

	begin(&from[0], "web", BOOT, "top");
	events(&from[0], 1, 2);
	begin(&from[1], "web", BOOT, "vi");
	events(&from[1], 5, 5);
	merge_two(from, in, &out,
		" SHB MI PL_V9 FDL_V2 ev5@1 ev5@2 SHB MI PL_V9 FDL_V2 ev5@5");
	cr_expect(in[1].joint.renewed);
	buf_release(&out);
}

/* One capture was of some processes only: from where both are, each knows its own. */
Test(merge_machines, states_that_differ_are_joined_where_captures_overlap)
{
	const struct text_opts opts = {.template = "%thread.tid=%proc.name"};
	struct build from[2] = {0};
	struct input in[2] = {0};
	struct buf out = {0}, lines = {0};

	begin(&from[0], "web", BOOT, NULL);
	events(&from[0], 1, 4);
	begin(&from[1], "web", BOOT, "top");
	event(&from[1], 8, 3);
	merge_two(from, in, &out, NULL);
	cr_expect(in[1].joint.renewed);
	render_lines(buf_view(&out), &opts, &lines);
	buf_u8(&lines, 0);
	cr_expect_str_eq((const char *)lines.p, "7=cat\n7=cat\n7=cat\n8=top\n7=cat\n");
	buf_release(&lines);
	buf_release(&out);
}

/* Changes that the first capture saw are known when the second one ends it. */
Test(merge_machines, the_state_follows_the_events)
{
	const struct text_opts opts = {.template = "%evt.type %fd.name"};
	struct build from[2] = {0};
	struct input in[2] = {0};
	struct buf out = {0}, lines = {0};

	begin(&from[0], "web", BOOT, NULL);
	build_event(&from[0],
		&(struct build_event){.type = PPME_SYSCALL_DUP_1_X, .tid = 7, .ts = BUILD_EPOCH},
		PARAMS(P_S64(5), P_S64(3)));
	event(&from[0], 7, 4);
	begin(&from[1], "web", BOOT, NULL); /* of the same time, without descriptor 5 */
	event(&from[1], 7, 2);
	build_event(&from[1],
		&(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = 7,
			.ts = BUILD_EPOCH + 6 * BUILD_TICK},
		PARAMS(P_S64(0), P_S64(5)));
	merge_two(from, in, &out, " SHB MI PL_V9 FDL_V2 ev367@0 ev5@2 ev5@4 ev5@6");
	render_lines(buf_view(&out), &opts, &lines);
	buf_u8(&lines, 0);
	cr_expect_str_eq((const char *)lines.p,
		"dup /etc/hosts\nclose /etc/hosts\nclose /etc/hosts\nclose /etc/hosts\n");
	buf_release(&lines);
	buf_release(&out);
}

static void expect_apart(const struct merge_opts *opts, const char *host, uint64_t boot)
{
	struct build from[2] = {0};

	begin(&from[0], "web", BOOT, NULL);
	events(&from[0], 1, 4);
	begin(&from[1], host, boot, NULL);
	events(&from[1], 3, 5);
	merges_expect(opts, from, 2,
		" SHB MI PL_V9 FDL_V2 ev5@1 ev5@2 ev5@3 ev5@4 SHB MI PL_V9 FDL_V2 ev5@3 ev5@4 ev5@5");
}

Test(merge_machines, several_machines_stay_apart)
{
	const struct merge_opts append = {.append = true};

	expect_apart(&portable, "db", BOOT);
	expect_apart(&portable, "web", BOOT + UINT64_C(60000000000)); /* started again */
	expect_apart(&append, "web", BOOT);
}

/* web, db, web, db: those of a machine find each other. */
Test(merge_machines, machine_by_machine)
{
	struct build from[4] = {0};

	for (int i = 0; i < 4; i++) {
		begin(&from[i], i % 2 ? "db" : "web", BOOT, NULL);
		events(&from[i], 1 + i, 2 + i);
	}
	merges_expect(&portable, from, 4,
		" SHB MI PL_V9 FDL_V2 ev5@1 ev5@2 ev5@3 ev5@4"
		" SHB MI PL_V9 FDL_V2 ev5@2 ev5@3 ev5@4 ev5@5");
}

Test(merge_machines, another_machine_in_the_middle_is_refused)
{
	struct build from[2] = {0};
	struct input in[2] = {0};
	struct buf out = {0};

	begin(&from[0], "web", BOOT, NULL);
	events(&from[0], 1, 2);
	begin(&from[1], "web", BOOT, NULL);
	events(&from[1], 3, 3);
	begin(&from[1], "db", BOOT, NULL);
	events(&from[1], 4, 4);
	merge_two(from, in, &out, " SHB MI PL_V9 FDL_V2 ev5@1 ev5@2 ev5@3");
	cr_expect_eq(in[1].err.code, ERR_UNSUPPORTED);
	buf_release(&out);
}

Test(merge_machines, a_chain_can_be_interleaved)
{
	const struct merge_opts interleaved = {.layout = MERGE_INTERLEAVED};
	struct build from[3] = {0};

	begin(&from[0], "web", BOOT, NULL);
	events(&from[0], 1, 2);
	begin(&from[1], "web", BOOT, NULL);
	events(&from[1], 2, 4);
	build_section(&from[2], 0);
	build_interface(&from[2], 1, 0);
	build_packet(&from[2], 0, (BUILD_EPOCH + 3 * BUILD_TICK) / 1000, span_str("a"), 0);
	merges_expect(&interleaved, from, 3,
		" SHB MI PL_V9 FDL_V2 IDB:1 ev5@1 ev5@2 ev5@3 EPB0@3=a ev5@4");
}

/* Records without a time come before all others: they are not what a capture begins with. */
Test(merge_machines, records_without_time_do_not_reorder)
{
	const struct build_event untimed = {.type = PPME_SYSCALL_CLOSE_X, .tid = 7};
	struct build from[2] = {0};

	for (int i = 0; i < 2; i++) {
		begin(&from[i], "web", BOOT, NULL);
		build_event(&from[i], &untimed, PARAMS(P_S64(-9), P_S64(3)));
		memset(from[i].out.p + from[i].start + 10, 0, 8); /* its time */
		events(&from[i], 3 - 2 * (uint64_t)i, 4 - 2 * (uint64_t)i);
	}
	cr_assert_gt(from[0].out.n, 0);
	for (int i = 0; i < 2; i++) {
		struct build one[1] = {from[i]};
		struct input in[1] = {0};
		struct buf out = {0};

		cr_expect_eq(merges_run(&portable, one, in, 1, &out), 1);
		cr_expect(span_eq(buf_view(&out), buf_view(&from[i].out)));
		buf_release(&out);
	}
	build_release(&from[0]);
	build_release(&from[1]);
}
