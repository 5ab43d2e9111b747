/* SPDX-License-Identifier: MIT */
/* Whole captures turned are what a machine of the other byte order writes, and turn back. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "pcapng/recode.h"
#include "scap/event.h"
#include "scap/turn.h"
#include "support/build.h"
#include "support/capture.h"

/* Appends the capture in the byte order; returns whether all of it could be turned. */
static bool turned(struct span in, bool big, struct buf *to, struct err *err)
{
	struct capture c;
	struct sink *sink = sink_mem(to, NULL, err);
	struct turn turn = {0};
	struct writer w;
	bool all = true;

	cr_assert(capture_open(&c, in));
	writer_init(&w, sink, big);
	while (all && capture_next(&c) == 1)
		all = turn_block(&turn, &w, &c.block, err) == 0;
	capture_close(&c);
	turn_release(&turn);
	writer_release(&w);
	sink_abort(sink);
	return all;
}

static void expect_turned(struct span in, bool big, struct span want, const char *what)
{
	struct err err = {0};
	struct buf to = {0};

	cr_expect(turned(in, big, &to, &err), "%s: %s", what, err.text);
	cr_expect(span_eq(buf_view(&to), want), "%s: %zu and %zu bytes", what, to.n, want.n);
	buf_release(&to);
}

/* Values of every shape there is. */
static void events(struct build *b, enum block_type type)
{
	struct build_event ev = {.block = type, .cpu = 0x0102, .flags = 0, .tid = 4711};
	uint8_t list[2 + 2 * 10];

#define EVENT(t, ...)                                                                              \
	do {                                                                                       \
		ev.type = (t);                                                                     \
		build_event(b, &ev, PARAMS(__VA_ARGS__));                                          \
	} while (0)
	EVENT(PPME_SYSCALL_READ_X, P_S64(5), P_BYTES("hello"), P_S64(3), P_U32(99));
	EVENT(PPME_SYSCALL_OPEN_X, P_S64(3), P_STR("/etc/passwd"), P_U32(1), P_U32(0644), P_U32(7),
		P_U64(123456789));
	EVENT(PPME_SOCKET_CONNECT_X, P_S64(0), P_TUPLE4(0x7f000001, 1000, 0x7f000002, 80), P_S64(4),
		P_ADDR4(0x7f000002, 80));
	EVENT(PPME_SOCKET_CONNECT_X, P_S64(0), P_UNIX(0x1234, "/run/s"), P_S64(4), P_NONE);
	EVENT(PPME_SYSCALL_POLL_X, P_S64(1), P_POLL(7, 0x41));
	store_u16(list, 2, b->out.big);
	store_u64(list + 2, 5, b->out.big);
	store_u16(list + 10, 1, b->out.big);
	store_u64(list + 12, 6, b->out.big);
	store_u16(list + 20, 4, b->out.big);
	EVENT(PPME_SYSCALL_POLL_X, P_S64(1), P_SPAN(span_of(list, sizeof(list))));
	EVENT(PPME_SYSCALL_CLOSE_X, P_S64(0));
#undef EVENT
	ev.type = PPME_PROCEXIT_E;
	build_event(b, &ev, NO_PARAMS);
}

static void option_duration(struct build *b)
{
	uint8_t value[16];

	store_u32(value, SCAPTOOLS_PEN, b->out.big);
	store_u32(value + 4, SCAPTOOLS_OPT_DURATION, b->out.big);
	store_u64(value + 8, 1234567, b->out.big);
	build_option(b, OPT_CUSTOM_BYTES, span_of(value, sizeof(value)));
	build_option(b, OPT_COMMENT, span_str("a comment"));
	build_option(b, OPT_END, span_str(""));
}

static void story(struct build *b)
{
	static const enum block_type all[] = {
		BT_EV, BT_EVF, BT_EV_V2, BT_EVF_V2, BT_EV_V2_LARGE, BT_EVF_V2_LARGE};
	struct meta_proc p = build_proc(4711, 1, "worker");
	struct meta_fd fd = build_tcp4(3, 0x7f000001, 80, 0x7f000001, 1234);
	struct meta_machine machine = {.cpus = 4, .host = span_str("web-1"), .boot_ts = 99};

	build_section(b, 2);
	build_option(b, OPT_COMMENT, span_str("the capture"));
	build_option(b, OPT_END, span_str(""));
	build_interface(b, 1, 96);
	build_machine(b, &machine);
	build_procs(b, 8, 0, &p, 1);
	build_procs(b, 9, BUILD_TAIL, &p, 1);
	build_fds(b, 2, 4711, &fd, 1);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		events(b, all[i]);
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X}, PARAMS(P_S64(0)));
	option_duration(b);
	build_packet(b, 0, UINT64_C(0x123456789ab), span_str("a packet"), 1500);
	build_custom(b, true, 32473, span_str("what only they know"));
}

Test(turn, every_block_and_shape_of_value)
{
	struct build little = {.out.big = false}, big = {.out.big = true};

	story(&little);
	story(&big);
	expect_turned(buf_view(&little.out), true, buf_view(&big.out), "to big");
	expect_turned(buf_view(&big.out), false, buf_view(&little.out), "to little");
	expect_turned(buf_view(&big.out), true, buf_view(&big.out), "as it is");
	build_release(&little);
	build_release(&big);
}

static void expect_refused(const struct build *b, const char *why)
{
	struct err err = {0};
	struct buf to = {0};

	cr_expect(!turned(buf_view(&b->out), !b->out.big, &to, &err), "%s", why);
	cr_expect_eq(err.code, ERR_UNSUPPORTED);
	cr_expect_not_null(strstr(err.text, why), "%s", err.text);
	buf_release(&to);
}

Test(turn, what_is_not_known_is_refused)
{
	struct build b = {0};

	build_section(&b, 2);
	build_event(&b, &(struct build_event){.type = 5000}, PARAMS(P_S64(0)));
	expect_refused(&b, "type 5000 has parameters that are not known");
	b.out.n = b.start;
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X},
		PARAMS(P_S64(0), P_S64(0), P_S64(0), P_S64(0)));
	expect_refused(&b, "parameters that are not known");
	b.out.n = b.start;
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X}, PARAMS(P_U32(0)));
	expect_refused(&b, "an odd value");
	b.out.n = b.start;
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .add_nparams = 9},
		PARAMS(P_S64(0)));
	expect_refused(&b, "more parameters than fit");
	b.out.n = b.start;
	build_block(&b, 0x0fff, span_str("????"));
	expect_refused(&b, "0x00000fff");
	build_release(&b);
}

static void there_and_back(const char *path)
{
	struct buf bytes = {0}, there = {0}, whole = {0};
	struct err err = {0};
	struct capture c;
	bool opened, big;

	cr_assert(file_read(path, &bytes));
	opened = capture_open(&c, buf_view(&bytes)) && capture_next(&c) == 1 &&
		 reader_format(c.reader) == READER_PCAPNG;
	big = opened && c.block.big;
	capture_close(&c);
	if (opened) {
		cr_expect(turned(buf_view(&bytes), !big, &there, &err), "%s: %s", path, err.text);
		cr_expect(turned(buf_view(&bytes), big, &whole, &err));
		expect_turned(buf_view(&there), big, buf_view(&whole), path);
	}
	buf_release(&bytes);
	buf_release(&there);
	buf_release(&whole);
}

Test(turn, real_captures_there_and_back)
{
	char **files = files_in(real_captures());

	for (char **f = files; *f; f++)
		there_and_back(*f);
	files_free(files);
}

Test(recode, finds_the_options_of_every_block)
{
	static const char names[] = "\x01\0\x08\0\x7f\0\0\1abc\0\0\0\0\0";
	struct build b = {0};
	struct cursor c;
	struct block block;

#define EXPECT_OPTIONS()                                                                           \
	do {                                                                                       \
		build_option(&b, OPT_COMMENT, span_str("here"));                                   \
		block = build_last(&b);                                                            \
		cr_assert(recode_find_options(&block, &c), "%s", block.info->name);                \
		cr_expect_eq(cursor_u16(&c), OPT_COMMENT, "%s", block.info->name);                 \
		cr_expect_eq(cursor_left(&c), 6, "%s", block.info->name);                          \
	} while (0)
	build_section(&b, 0);
	EXPECT_OPTIONS();
	build_interface(&b, 1, 0);
	EXPECT_OPTIONS();
	build_packet(&b, 0, 1, span_str("12345"), 5);
	EXPECT_OPTIONS();
	build_old_packet(&b, 0, 1, span_str("123456"), 5);
	EXPECT_OPTIONS();
	build_block(&b, BT_NRB, span_of(names, sizeof(names) - 1));
	EXPECT_OPTIONS();
	build_block(&b, BT_ISB, span_str("123456789012"));
	EXPECT_OPTIONS();
	build_block(&b, BT_DSB, span_of("KSLT\3\0\0\0abc", 12));
	EXPECT_OPTIONS();
	build_simple_packet(&b, span_str("a"), 1);
	block = build_last(&b);
	cr_expect(!recode_find_options(&block, &c));
	build_release(&b);
}
