/* SPDX-License-Identifier: MIT */
/* One record where there were two, two where there was one, each family of rules by an example. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "pcapng/option.h"
#include "scap/names.h"
#include "support/capture.h"
#include "support/converts.h"
#include "support/render.h"

#define TIMELESS "%evt.num %thread.tid %evt.dir %evt.type %evt.info"

static void add_of(struct build *b, int64_t tid, uint16_t type, const struct build_param *params)
{
	build_event(b, &(struct build_event){.type = type, .tid = tid}, params);
}

static void add(struct build *b, uint16_t type, const struct build_param *params)
{
	add_of(b, 7, type, params);
}

static void expect_upgrade(struct build *b, const char *line, const char *want)
{
	const struct convert_opts opts = convert_upgrade();

	convert_expect(&opts, b, line, want);
	build_release(b);
}

static void expect_downgrade(struct build *b, const char *line, const char *want)
{
	const struct convert_opts opts = convert_downgrade("sysdig-0.29");

	convert_expect(&opts, b, line, want);
	build_release(b);
}

static struct losses losses_of(const struct convert_opts *opts, struct build *b)
{
	struct losses losses;

	free(convert_lines(opts, b, TIMELESS, &losses));
	build_release(b);
	return losses;
}

/* --- upgrade: enter and exit records ---------------------------------------------------------- */

Test(convert, the_exit_record_takes_what_the_enter_record_said)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_READ_E, PARAMS(P_S64(3), P_U32(100)));
	add(&b, PPME_SYSCALL_READ_X, PARAMS(P_S64(5), P_BYTES("hello")));
	expect_upgrade(&b, TIMELESS,
		"1 7 < read res=5 data=hello fd=3(<f>/etc/hosts) size=100\n");
}

Test(convert, how_long_the_call_took_is_kept)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_READ_E, PARAMS(P_S64(3), P_U32(100)));
	add(&b, PPME_SYSCALL_READ_X, PARAMS(P_S64(0), P_NONE));
	add(&b, PPME_SYSCALL_STAT_E, NO_PARAMS);
	add(&b, PPME_SYSCALL_STAT_X, PARAMS(P_S64(0), P_STR("/x")));
	expect_upgrade(&b, "%evt.type %evt.latency", "read 1000000\nstat 1000000\n");
}

/* As libs has it: numbers of a call whose beginning was not seen are zero. */
Test(convert, an_exit_record_without_its_enter_record)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_WRITE_E, PARAMS(P_S64(3), P_U32(9)));
	add(&b, PPME_SYSCALL_READ_X, PARAMS(P_S64(5), P_BYTES("hello")));
	add(&b, PPME_SYSCALL_FCHDIR_X, PARAMS(P_S64(0)));
	add(&b, PPME_SYSCALL_SETUID_X, PARAMS(P_S64(0)));
	expect_upgrade(&b, TIMELESS " %evt.latency",
		"1 7 < read res=5 data=hello fd=0 size=0 <NA>\n"
		"2 7 < fchdir res=0 fd=<NA> <NA>\n"
		"3 7 < setuid res=0 uid=<NA> <NA>\n");
}

Test(convert, threads_are_in_calls_of_their_own)
{
	struct build b = {0};

	render_machine(&b);
	add_of(&b, 7, PPME_SYSCALL_CLOSE_E, PARAMS(P_S64(3)));
	add_of(&b, 1, PPME_SYSCALL_CLOSE_E, PARAMS(P_S64(44)));
	add_of(&b, 7, PPME_SCHEDSWITCH_6_E, PARAMS(P_S64(1), P_U64(0), P_U64(0), P_U32(0), P_U32(0), P_U32(0)));
	add_of(&b, 1, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0)));
	add_of(&b, 7, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0)));
	expect_upgrade(&b, "%evt.num %thread.tid %evt.type %evt.arg.fd",
		"1 7 switch <NA>\n2 1 close 44\n3 7 close <f>/etc/hosts\n");
}

Test(convert, some_enter_records_stay_and_are_completed)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_OPEN_E, NO_PARAMS);
	add(&b, PPME_SYSCALL_OPEN_X, PARAMS(P_S64(9), P_STR("/a"), P_U32(1), P_U32(0)));
	add(&b, PPME_SOCKET_CONNECT_E, PARAMS(P_S64(4)));
	add(&b, PPME_SOCKET_CONNECT_X, PARAMS(P_S64(0), P_NONE));
	expect_upgrade(&b, TIMELESS,
		"1 7 > open name=<NA> flags=<NA> mode=<NA>\n"
		"2 7 < open fd=9(<f>/a) name=/a flags=1(O_RDONLY) mode=0 dev=<NA> ino=<NA>\n"
		"3 7 > connect fd=4(<4t>10.0.0.1:80->10.0.0.2:9) addr=NULL\n"
		"4 7 < connect res=0 tuple=NULL fd=4(<4t>10.0.0.1:80->10.0.0.2:9) addr=NULL\n");
}

Test(convert, calls_that_never_return_are_told)
{
	const struct convert_opts opts = convert_upgrade();
	struct build b = {0};
	struct losses l;

	render_machine(&b);
	add(&b, PPME_SYSCALL_READ_E, PARAMS(P_S64(3), P_U32(1)));
	add(&b, PPME_SYSCALL_CLOSE_E, PARAMS(P_S64(3))); /* its exit record is lost */
	add(&b, PPME_PROCEXIT_1_E, PARAMS(P_S64(0)));
	add_of(&b, 1, PPME_SYSCALL_READ_E, PARAMS(P_S64(3), P_U32(1))); /* to the end */
	l = losses_of(&opts, &b);
	cr_expect_eq(l.events[LOSS_UNENDED][PPME_SYSCALL_READ_E], 2);
	cr_expect_eq(l.events[LOSS_UNENDED][PPME_SYSCALL_CLOSE_E], 1);
	cr_expect_eq(losses_events(&l, LOSS_UNENDED), 3);
	cr_expect_eq(losses_events(&l, LOSS_PARAMS), 0);
}

Test(convert, what_no_exit_record_has_a_place_for_is_told)
{
	const struct convert_opts opts = convert_upgrade();
	struct build b = {0};
	struct losses l;

	render_machine(&b);
	add(&b, PPME_SYSCALL_POLL_E, PARAMS(P_POLL(3, 1), P_S64(5)));
	add(&b, PPME_SYSCALL_POLL_X, PARAMS(P_S64(1), P_POLL(3, 4)));
	add(&b, PPME_GENERIC_E, PARAMS(P_U16(46), P_U16(98)));
	add(&b, PPME_GENERIC_X, PARAMS(P_U16(46)));
	l = losses_of(&opts, &b);
	cr_expect_eq(l.events[LOSS_PARAMS][PPME_SYSCALL_POLL_E], 1);
	cr_expect_eq(losses_events(&l, LOSS_PARAMS), 1);
}

/* As scapmerge and slices leave it behind packets, for readers that want an event in each section. */
Test(convert, a_section_is_not_left_without_an_event)
{
	const struct convert_opts opts = convert_upgrade();
	struct build b = {0};
	struct buf out = {0};
	struct capture c;
	struct event ev;
	unsigned events = 0;

	render_machine(&b);
	add(&b, PPME_SYSCALL_STAT_E, NO_PARAMS);
	add(&b, PPME_SYSCALL_STAT_X, PARAMS(P_S64(0), P_STR("/x")));
	build_section(&b, 2);
	build_interface(&b, 1, 0);
	build_packet(&b, 0, 1, span_str("packet"), 0);
	build_event(&b,
		&(struct build_event){.block = BT_EVF_V2, .flags = EVENT_HIDDEN,
			.type = PPME_SOCKET_GETSOCKNAME_E, .tid = -1},
		NO_PARAMS);
	convert_bytes(&opts, buf_view(&b.out), &out, NULL);
	cr_assert(capture_open(&c, buf_view(&out)));
	while (capture_next(&c) == 1)
		events += c.block.info->kind == BLOCK_EVENT;
	cr_expect_eq(events, 2);
	cr_assert_eq(event_decode(&ev, &c.block, &c.err), 0);
	cr_expect(ev.type == PPME_SOCKET_GETSOCKNAME_E && ev.flags == EVENT_HIDDEN);
	capture_close(&c);
	buf_release(&out);
	build_release(&b);
}

/* --- upgrade: types ---------------------------------------------------------------------------- */

Test(convert, old_types_become_new_ones)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_OPENAT_E, PARAMS(P_S64(5), P_STR("f"), P_U32(1), P_U32(0)));
	add(&b, PPME_SYSCALL_OPENAT_X, PARAMS(P_S64(9)));
	add(&b, PPME_SYSCALL_DUP_E, PARAMS(P_S64(9)));
	add(&b, PPME_SYSCALL_DUP_X, PARAMS(P_S64(10)));
	add(&b, PPME_SYSCALL_UNLINK_E, PARAMS(P_STR("/u")));
	add(&b, PPME_SYSCALL_UNLINK_X, PARAMS(P_S64(0)));
	expect_upgrade(&b, TIMELESS,
		"1 7 < openat fd=9(<f>/srv/d/f) dirfd=5(<d>/srv/d) name=f(/srv/d/f) flags=1(O_RDONLY) "
		"mode=0 dev=<NA> ino=<NA>\n"
		"2 7 < dup res=10(<f>/srv/d/f) oldfd=9(<f>/srv/d/f)\n"
		"3 7 < unlink res=0 path=/u\n");
}

/* The longest way there is. */
Test(convert, the_oldest_execve)
{
	const struct convert_opts opts = convert_upgrade();
	struct build b = {0};
	char *lines;

	render_machine(&b);
	add(&b, PPME_SYSCALL_EXECVE_8_E, NO_PARAMS);
	add(&b, PPME_SYSCALL_EXECVE_8_X,
		PARAMS(P_S64(0), P_STR("/bin/ls"), P_STR("-l"), P_S64(7), P_S64(7), P_S64(1),
			P_STR("/tmp"), P_U64(1024)));
	lines = convert_lines(&opts, &b, "%evt.num %evt.dir %evt.type %evt.info", NULL);
	cr_expect_not_null(strstr(lines, "1 > execve filename=<NA>\n2 < execve res=0 exe=/bin/ls "), "%s",
		lines);
	cr_expect_not_null(strstr(lines, " gid=<NA> filename=<NA>\n"), "%s", lines);
	free(lines);
	build_release(&b);
}

Test(convert, an_old_container_record_still_names_its_container)
{
	const struct convert_opts opts = convert_upgrade();
	struct build b = {0};
	char *lines;

	render_machine(&b);
	add_of(&b, 0, PPME_CONTAINER_E,
		PARAMS(P_STR("deadbeef0000"), P_U32(0), P_STR("a \"name\""), P_STR("img")));
	lines = convert_lines(&opts, &b, "%evt.info", NULL);
	cr_expect_str_eq(lines, "json={\"container\":{\"id\":\"deadbeef0000\",\"type\":0,"
		"\"name\":\"a \\\"name\\\"\",\"image\":\"img\"}}\n");
	free(lines);
	build_release(&b);
}

/* --- what stays --------------------------------------------------------------------------------- */

static void comment(struct build *b, const char *text)
{
	build_option(b, 1, span_str(text));
	build_option(b, 0, span_of(NULL, 0));
}

Test(convert, comments_of_both_records_stay)
{
	const struct convert_opts opts = convert_upgrade();
	struct build b = {0};
	struct buf out = {0};
	struct capture c;
	struct option_view opt;
	struct event ev;
	uint64_t ns = 0;

	build_section(&b, 2);
	add(&b, PPME_SYSCALL_CLOSE_E, PARAMS(P_S64(3)));
	comment(&b, "going in");
	add(&b, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0)));
	comment(&b, "coming out");
	convert_bytes(&opts, buf_view(&b.out), &out, NULL);
	cr_assert(capture_open(&c, buf_view(&out)));
	cr_assert(capture_next(&c) == 1 && capture_next(&c) == 1);
	cr_assert_eq(event_decode(&ev, &c.block, &c.err), 0, "%s", c.err.text);
	cr_expect(event_duration(&ev, &ns) && ns == BUILD_TICK);
	cr_assert_eq(option_next(&ev.options, &opt), 1);
	cr_expect(opt.code == 1 && span_eq(opt.value, span_str("coming out")));
	cr_assert_eq(option_next(&ev.options, &opt), 1);
	cr_expect(opt.code == 1 && span_eq(opt.value, span_str("going in")));
	cr_expect_eq(capture_next(&c), 0);
	capture_close(&c);
	buf_release(&out);
	build_release(&b);
}

Test(convert, hidden_records_stay_hidden)
{
	const struct convert_opts opts = convert_upgrade();
	struct build b = {0};
	struct buf out = {0};
	struct capture c;
	struct event ev;

	build_section(&b, 2);
	build_event(&b,
		&(struct build_event){.block = BT_EVF_V2, .flags = EVENT_HIDDEN, .cpu = 3,
			.type = PPME_SYSCALL_CLOSE_X, .tid = 7},
		PARAMS(P_S64(0)));
	convert_bytes(&opts, buf_view(&b.out), &out, NULL);
	cr_assert(capture_open(&c, buf_view(&out)));
	cr_assert(capture_next(&c) == 1 && capture_next(&c) == 1);
	cr_assert_eq(event_decode(&ev, &c.block, &c.err), 0, "%s", c.err.text);
	cr_expect(ev.flags == EVENT_HIDDEN && ev.cpu == 3 && ev.nparams == 2);
	capture_close(&c);
	buf_release(&out);
	build_release(&b);
}

Test(convert, the_first_layout_and_the_other_byte_order)
{
	struct build b = {.out.big = true};

	render_machine(&b);
	build_event(&b, &(struct build_event){.block = BT_EV, .type = PPME_SYSCALL_READ_E, .tid = 7},
		PARAMS(P_S64(3), P_U32(100)));
	build_event(&b, &(struct build_event){.block = BT_EV, .type = PPME_SYSCALL_READ_X, .tid = 7},
		PARAMS(P_S64(5), P_BYTES("hello")));
	expect_upgrade(&b, TIMELESS " %evt.latency",
		"1 7 < read res=5 data=hello fd=3(<f>/etc/hosts) size=100 1000000\n");
}

/* Packets, unknown blocks, damaged records, types newer than ours, and what is new already. */
Test(convert, everything_else_passes_byte_for_byte)
{
	const struct convert_opts opts = convert_upgrade();
	struct build b = {0};
	struct buf out = {0};
	struct losses l;

	render_machine(&b);
	build_interface(&b, 1, 0);
	build_packet(&b, 0, 1, span_str("packet"), 0);
	build_block(&b, 0x0BADF00D, span_str("unknown block"));
	add(&b, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(3)));
	add(&b, EVENT_TYPES + 100, PARAMS(P_S64(1)));
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_READ_E, .add_len = 100}, NO_PARAMS);
	convert_bytes(&opts, buf_view(&b.out), &out, &l);
	cr_expect(span_eq(buf_view(&out), buf_view(&b.out)));
	for (size_t kind = 0; kind < LOSS_KINDS; kind++)
		cr_expect_eq(losses_events(&l, kind), 0);
	buf_release(&out);
	build_release(&b);
}

/* --- schema -------------------------------------------------------------------------------------- */

Test(convert, what_a_schema_lacks_is_cut_and_counted)
{
	const struct convert_opts opts = {.schema = schema_find("0.23")};
	struct build b = {0};
	struct losses l;

	render_machine(&b);
	add(&b, PPME_SOCKET_SOCKET_X, PARAMS(P_S64(9), P_U32(2), P_U32(1), P_U32(6), P_U32(1)));
	add(&b, PPME_SOCKET_SOCKET_X, PARAMS(P_S64(9), P_U32(2), P_U32(1), P_U32(6), P_NONE));
	add(&b, PPME_SYSCALL_CLOSE_RANGE_X, PARAMS(P_S64(0), P_U32(3), P_U32(4), P_U32(0)));
	convert_expect(&opts, &b, TIMELESS,
		"1 7 < socket fd=9(<4>) domain=2(AF_INET) type=1 proto=6\n"
		"2 7 < socket fd=9(<4>) domain=2(AF_INET) type=1 proto=6\n"
		"3 7 < close_range \n");
	l = losses_of(&opts, &b);
	cr_expect_eq(l.events[LOSS_PARAMS][PPME_SOCKET_SOCKET_X], 1, "an empty one says nothing");
	cr_expect_eq(l.events[LOSS_TYPE][PPME_SYSCALL_CLOSE_RANGE_X], 1);
}

/* --- downgrade ------------------------------------------------------------------------------------ */

static void add_timed(struct build *b, uint64_t ns, uint16_t type, const struct build_param *params)
{
	uint8_t value[16];

	add(b, type, params);
	store_u32(value, SCAPTOOLS_PEN, b->out.big);
	store_u32(value + 4, SCAPTOOLS_OPT_DURATION, b->out.big);
	store_u64(value + 8, ns, b->out.big);
	build_option(b, OPT_CUSTOM_BYTES, span_of(value, sizeof(value)));
	build_option(b, 0, span_of(NULL, 0));
}

Test(convert, one_record_becomes_two)
{
	struct build b = {0};

	render_machine(&b);
	add_timed(&b, 250, PPME_SYSCALL_READ_X,
		PARAMS(P_S64(5), P_BYTES("hello"), P_S64(3), P_U32(100)));
	add(&b, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(3)));
	expect_downgrade(&b, "%evt.num %evt.rawtime.ns %evt.dir %evt.type %evt.info",
		"1 999999750 > read fd=3(<f>/etc/hosts) size=100\n"
		"2 000000000 < read res=5 data=hello\n"
		"3 001000000 > close fd=3(<f>/etc/hosts)\n"
		"4 001000000 < close res=0\n");
}

Test(convert, enter_records_go_where_their_time_belongs)
{
	struct build b = {0};

	render_machine(&b);
	add_of(&b, 1, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(3)));
	add_of(&b, 1, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(4)));
	add_timed(&b, 1500000, PPME_SYSCALL_FCHDIR_X, PARAMS(P_S64(0), P_S64(5)));
	add_timed(&b, 5000000, PPME_SYSCALL_FCHDIR_X, PARAMS(P_S64(0), P_S64(5)));
	expect_downgrade(&b, "%evt.rawtime.ns %thread.tid %evt.dir",
		"000000000 1 >\n000000000 1 <\n000500000 7 >\n001000000 1 >\n001000000 1 <\n"
		"002000000 7 <\n"
		/* No call begins before the thread's last one ended. */
		"998000000 7 >\n003000000 7 <\n");
}

Test(convert, paths_are_in_both_records)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_OPENAT_2_X,
		PARAMS(P_S64(9), P_S64(5), P_STR("f"), P_U32(1), P_U32(0), P_U32(7), P_U64(8)));
	expect_downgrade(&b, TIMELESS,
		"1 7 > openat dirfd=5(<d>/srv/d) name=f(/srv/d/f) flags=1(O_RDONLY) mode=0\n"
		"2 7 < openat fd=9(<f>/srv/d/f) dirfd=5(<d>/srv/d) name=f(/srv/d/f) "
		"flags=1(O_RDONLY) mode=0 dev=7\n");
}

Test(convert, an_enter_record_that_is_there_is_not_made_again)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_CREAT_E, PARAMS(P_STR("/a"), P_U32(0)));
	add(&b, PPME_SYSCALL_CREAT_X, PARAMS(P_S64(9), P_STR("/a"), P_U32(0), P_U32(0)));
	expect_downgrade(&b, "%evt.dir %evt.type", "> creat\n< creat\n");
}

Test(convert, what_is_not_known_of_the_beginning)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_POLL_X, PARAMS(P_S64(1), P_POLL(3, 1), P_S64(-1)));
	expect_downgrade(&b, TIMELESS,
		"1 7 > poll fds= timeout=-1\n2 7 < poll res=1 fds=3:f1\n");
}

Test(convert, new_types_become_old_ones_or_generic_calls)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_DUP2_X, PARAMS(P_S64(9), P_S64(3), P_S64(9)));
	add(&b, PPME_SYSCALL_INOTIFY_INIT1_X, PARAMS(P_S64(10), P_U16(1)));
	add(&b, PPME_SYSCALL_NEWFSTATAT_X, PARAMS(P_S64(0), P_S64(5), P_STR("m"), P_U32(0)));
	expect_downgrade(&b, TIMELESS,
		"1 7 > dup fd=3(<f>/etc/hosts)\n"
		"2 7 < dup res=9(<f>/etc/hosts)\n"
		"3 7 > inotify_init flags=1\n"
		"4 7 < inotify_init res=10(<i>)\n"
		"5 7 > newfstatat \n"
		"6 7 < newfstatat \n");
}

/* sysdig 0.29 looks behind the end of its table for a code that it does not know. */
Test(convert, calls_that_were_not_known_then)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_GENERIC_X, PARAMS(P_U16(ppm_sc_code("rseq")), P_U16(334)));
	add(&b, PPME_SYSCALL_MEMFD_CREATE_X, PARAMS(P_S64(11), P_STR("m"), P_U32(0)));
	expect_downgrade(&b, "%evt.dir %evt.type", "> unknown\n< unknown\n> unknown\n< unknown\n");
}

Test(convert, a_new_thread_did_not_make_the_call_that_it_returns_from)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_CLONE3_X, PARAMS(P_S64(8)));
	add_of(&b, 8, PPME_SYSCALL_CLONE3_X, PARAMS(P_S64(0)));
	expect_downgrade(&b, "%evt.num %evt.dir %evt.type",
		"1 > clone3\n2 < clone3\n3 < clone3\n");
}

Test(convert, what_is_no_call_and_was_not_known_then_is_left_out)
{
	const struct convert_opts opts = convert_downgrade("sysdig-0.29");
	struct build b = {0};
	struct losses l;

	render_machine(&b);
	add_of(&b, -1, PPME_USER_ADDED_E, PARAMS(P_U32(1), P_U32(1), P_STR("u"), P_STR("/"), P_STR("/"), P_STR("c")));
	build_event(&b, &(struct build_event){.block = BT_EV_V2_LARGE, .type = PPME_ASYNCEVENT_E, .tid = -1},
		PARAMS(P_U32(0), P_STR("container"), P_STR("{\"container\":{\"id\":\"c\"}}")));
	build_event(&b, &(struct build_event){.block = BT_EV_V2_LARGE, .type = PPME_ASYNCEVENT_E, .tid = -1},
		PARAMS(P_U32(0), P_STR("other"), P_STR("x")));
	convert_expect(&opts, &b, "%evt.type %evt.info",
		"container json={\"container\":{\"id\":\"c\"}}\n");
	l = losses_of(&opts, &b);
	cr_expect_eq(l.events[LOSS_RECORD][PPME_USER_ADDED_E], 1);
	cr_expect_eq(l.events[LOSS_RECORD][PPME_ASYNCEVENT_E], 1);
	cr_expect_eq(l.events[LOSS_TYPE][PPME_ASYNCEVENT_E], 1);
}

Test(convert, lists_and_sections_for_old_readers)
{
	const struct convert_opts opts = convert_downgrade("sysdig-0.29");
	struct meta_proc p = build_proc(7, 1, "cat");
	struct meta_fd fd = {.fd = 5, .type = FDT_PIDFD, .name = span_str("[pidfd]")};
	struct build b = {0};
	struct buf out = {0};
	struct losses l;
	struct capture c;

	p.exe_ino = 99;
	build_section(&b, 2);
	build_option(&b, 4, span_str("writer"));
	build_option(&b, 0, span_of(NULL, 0));
	build_procs(&b, 9, BUILD_TAIL, &p, 1);
	build_fds(&b, 2, 7, &fd, 1);
	add(&b, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(5)));
	convert_bytes(&opts, buf_view(&b.out), &out, &l);
	cr_expect(l.fds == 1 && l.procs == 1 && l.sections == 1);
	cr_assert(capture_open(&c, buf_view(&out)));
	cr_assert_eq(capture_next(&c), 1);
	cr_expect_eq(c.block.body.n, 16, "no options");
	free(convert_lines(&opts, &b, TIMELESS, NULL));
	capture_close(&c);
	convert_expect(&opts, &b, "%evt.dir %fd.num %fd.name %proc.exe_ino",
		"> 5 [pidfd] <NA>\n< 5 [pidfd] <NA>\n");
	buf_release(&out);
	build_release(&b);
}

/* Versions that expect one record get one. */
Test(convert, downgrade_to_a_version_with_exit_records)
{
	const struct convert_opts opts = convert_downgrade("0.22");
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(3)));
	add(&b, PPME_SYSCALL_FCNTL_X, PARAMS(P_S64(0), P_S64(5), P_U8(2), P_U64(2)));
	convert_expect(&opts, &b, "%evt.dir %evt.type %evt.info",
		"< close res=0 fd=3(<f>/etc/hosts)\n"
		"< fcntl res=0 fd=5(<d>/srv/d) cmd=2(F_GETFD)\n");
	build_release(&b);
}
