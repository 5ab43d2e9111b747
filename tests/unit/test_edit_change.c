/* SPDX-License-Identifier: MIT */
/* Changes asked for on the command line, made on captures in memory. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/msg.h"
#include "cli/opts.h"
#include "pcapng/option.h"
#include "pcapng/packet.h"
#include "pcapng/recode.h"
#include "scap/event.h"
#include "scap/fdlist.h"
#include "scap/proclist.h"
#include "support/capture.h"
#include "support/slices.h"
#include "tools/scapedit/steps.h"

/* What one run of the tool reports and writes. */
struct edited {
	struct buf out;
	struct edit_report rep;
	uint64_t left_out;
	int status; /* of the whole */
	struct err err;
};

/* Runs scapedit with words separated by "|": options, and behind "--" ranges. */
static void edit(struct edited *e, const char *words, struct span in)
{
	const char *ranges = strstr(words, "|--|");
	int n = ranges ? (int)(ranges - words) : (int)strlen(words);
	char text[300], *argv[24], *at = text;
	struct args a = {0};
	struct steps steps;
	struct sink *sink;
	struct capture c;
	int argc = 0;

	*e = (struct edited){.status = -1};
	snprintf(text, sizeof(text), "scapedit|%.*s|in|out%s", n, words, ranges ? ranges + 3 : "");
	while ((argv[argc] = strsep(&at, "|")))
		argc++;
	e->status = args_parse(&a, argc, argv);
	if (e->status != OPTS_GO) {
		args_release(&a);
		return;
	}
	sink = sink_mem(&e->out, NULL, &e->err);
	cr_assert(capture_open(&c, in));
	e->status = steps_init(&steps, &a, sink, &e->err);
	if (e->status == 0)
		e->status = edit_run(&(struct edit_opts){.what = &a.what, .repair = a.repair, .comments = &a.comments}, c.reader,
			steps.stages.top, &e->rep, &e->err);
	if (e->status == 0)
		e->status = stages_end(&steps.stages, &e->err);
	e->left_out = steps.change.left_out + e->rep.left_out;
	steps_release(&steps);
	sink_abort(sink);
	capture_close(&c);
	args_release(&a);
}

static void edited_release(struct edited *e)
{
	buf_release(&e->out);
}

static void expect_edit(const char *options, struct span in, struct span want)
{
	struct edited e;

	edit(&e, options, in);
	cr_expect_eq(e.status, 0, "%s: %s", options, e.err.text);
	cr_expect(span_eq(buf_view(&e.out), want), "%s: %zu and %zu bytes", options, e.out.n, want.n);
	edited_release(&e);
}

static bool holds(const struct buf *b, const char *text)
{
	return memmem(b->p, b->n, text, strlen(text)) != NULL;
}

/* Opens the capture at its block number n, from 1. */
static void block_at(struct capture *c, const struct buf *bytes, unsigned n)
{
	cr_assert(capture_open(c, buf_view(bytes)));
	while (n--)
		cr_assert_eq(capture_next(c), 1, "%s", c->err.text);
}

static struct event event_at(struct capture *c, const struct buf *bytes, unsigned n)
{
	struct err err = {0};
	struct event ev;

	block_at(c, bytes, n);
	cr_assert_eq(event_decode(&ev, &c->block, &err), 0, "%s", err.text);
	return ev;
}

/* --- times ------------------------------------------------------------------------------------- */

/* Everything with a time, from this moment on. */
static void timed(struct build *b, uint64_t start)
{
	struct meta_machine m = {.cpus = 1, .boot_ts = start};
	struct buf *isb;

	build_section(b, 2);
	build_interface(b, 1, 0);
	build_machine(b, &m);
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .ts = start}, NO_PARAMS);
	build_event(b, &(struct build_event){.block = BT_EVF, .type = PPME_SYSCALL_CLOSE_X, .ts = 1},
		NO_PARAMS);
	/* None: it stays none. */
	store_u64(b->out.p + b->start + 8 + 6, 0, false);
	build_packet(b, 0, start / 1000, span_str("packet"), 6);
	build_old_packet(b, 0, start / 1000, span_str("packet"), 6);
	isb = build_begin(b, BT_ISB);
	buf_u32(isb, 0);
	buf_u32(isb, (uint32_t)(start / 1000 >> 32));
	buf_u32(isb, (uint32_t)(start / 1000));
	build_end(b);
}

Test(edit_change, times_move_by_seconds_with_a_sign)
{
	struct build was = {0}, later = {0}, earlier = {0};

	timed(&was, BUILD_EPOCH);
	timed(&later, BUILD_EPOCH + UINT64_C(3600250000000));
	timed(&earlier, BUILD_EPOCH - 1500000000);
	expect_edit("-t|3600.25", buf_view(&was.out), buf_view(&later.out));
	expect_edit("-t|+3600.25", buf_view(&was.out), buf_view(&later.out));
	expect_edit("--shift|-1.5", buf_view(&was.out), buf_view(&earlier.out));
	expect_edit("-t|-3600.25", buf_view(&later.out), buf_view(&was.out));
	expect_edit("-t|0", buf_view(&was.out), buf_view(&was.out));
	build_release(&was);
	build_release(&later);
	build_release(&earlier);
}

Test(edit_change, times_move_by_nanoseconds)
{
	struct build b = {0};
	struct capture c;
	struct edited e;

	build_section(&b, 2);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .ts = 1000}, NO_PARAMS);
	edit(&e, "-t|-0.000000001", buf_view(&b.out));
	cr_expect_eq(event_at(&c, &e.out, 2).ts, 999);
	capture_close(&c);
	edited_release(&e);
	build_release(&b);
}

/* --- lengths ----------------------------------------------------------------------------------- */

Test(edit_change, data_is_cut_and_results_stay)
{
	static const enum block_type blocks[] = {BT_EV, BT_EVF, BT_EV_V2, BT_EVF_V2, BT_EV_V2_LARGE,
		BT_EVF_V2_LARGE};

	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
		struct build b = {.out.big = i % 2};
		struct edited e;
		struct capture c;
		struct event ev;
		int64_t res;

		build_section(&b, 2);
		build_event(&b, &(struct build_event){.block = blocks[i], .type = PPME_SYSCALL_READ_X},
			PARAMS(P_S64(5000), P_BYTES("0123456789"), P_S64(3), P_U32(5000)));
		build_option(&b, OPT_COMMENT, span_str("stays"));
		edit(&e, "-s|4", buf_view(&b.out));
		ev = event_at(&c, &e.out, 2);
		cr_expect_eq(c.block.type, blocks[i]);
		cr_expect(span_eq(ev.params[1], span_str("0123")));
		cr_expect(event_i64(&ev, 0, &res) && res == 5000);
		cr_expect_eq(ev.nparams, 4);
		cr_expect_gt(cursor_left(&ev.options), 8);
		capture_close(&c);
		edited_release(&e);
		expect_edit("-s|10", buf_view(&b.out), buf_view(&b.out));
		build_release(&b);
	}
}

static struct packet packet_at(struct capture *c, const struct buf *bytes, unsigned n)
{
	struct err err = {0};
	struct packet p;

	block_at(c, bytes, n);
	cr_assert_eq(packet_decode(&p, &c->block, c->reader, &err), 0, "%s", err.text);
	return p;
}

Test(edit_change, packets_are_cut_and_lengths_stay)
{
	struct build b = {0};
	struct edited e;

	build_section(&b, 0);
	build_interface(&b, 1, 262144);
	build_packet(&b, 0, 1, span_str("0123456789"), 1500);
	build_option(&b, OPT_COMMENT, span_str("stays"));
	build_old_packet(&b, 0, 1, span_str("0123456789"), 1500);
	build_simple_packet(&b, span_str("0123456789"), 10);
	edit(&e, "-s|5", buf_view(&b.out));
	for (unsigned n = 3; n <= 5; n++) {
		struct capture c;
		struct packet p = packet_at(&c, &e.out, n);

		cr_expect(span_eq(p.data, span_str("01234")), "block %u", n);
		cr_expect_eq(p.length, n == 5 ? 10 : 1500);
		cr_expect_eq(p.via->snaplen, 5);
		cr_expect_eq(cursor_left(&p.options) != 0, n == 3);
		capture_close(&c);
	}
	expect_edit("-s|5", buf_view(&e.out), buf_view(&e.out));
	edited_release(&e);
	build_release(&b);
}

/* --- comments ---------------------------------------------------------------------------------- */

/* The comments of the options from at on, each followed by "|". */
static void comments_at(struct cursor at, char *to, size_t size)
{
	struct option_view opt;
	size_t n = 0;

	*to = 0;
	while (option_next(&at, &opt) == 1)
		if (opt.code == OPT_COMMENT)
			n += (size_t)snprintf(to + n, size - n, "%.*s|", (int)opt.value.n,
				(const char *)opt.value.p);
	cr_expect(!at.bad);
}

static void expect_comments(const struct buf *bytes, unsigned block, const char *want)
{
	struct cursor at = {0};
	struct capture c;
	char got[200];

	block_at(&c, bytes, block);
	if (c.block.info->kind == BLOCK_EVENT) {
		capture_close(&c);
		at = event_at(&c, bytes, block).options;
	} else {
		cr_assert(recode_find_options(&c.block, &at));
	}
	comments_at(at, got, sizeof(got));
	cr_expect_str_eq(got, want, "block %u", block);
	capture_close(&c);
}

/* Three events and two packets: frames 1 to 5. */
static void mixed(struct build *b)
{
	struct build_event ev = {.type = PPME_SYSCALL_CLOSE_X, .tid = 1};

	build_section(b, 2);
	build_interface(b, 1, 0);
	build_event(b, &ev, PARAMS(P_S64(0)));
	build_packet(b, 0, 1, span_str("one"), 3);
	build_event(b, &ev, PARAMS(P_S64(0)));
	build_option(b, OPT_COMMENT, span_str("there"));
	build_option(b, OPT_END, span_str(""));
	build_packet(b, 0, 2, span_str("two"), 3);
	build_event(b, &ev, PARAMS(P_S64(0)));
}

Test(edit_change, comments_by_number_of_event_and_of_frame)
{
	struct build b = {0};
	struct edited e;

	mixed(&b);
	edit(&e, "--event-comment|2:mine|-a|4:a packet|--event-comment|2:again|-a|1:x|-a|6:none",
		buf_view(&b.out));
	cr_expect_eq(e.status, 0);
	cr_expect_eq(e.rep.unused, 1);
	expect_comments(&e.out, 3, "x|");
	expect_comments(&e.out, 4, "");
	expect_comments(&e.out, 5, "there|mine|again|");
	expect_comments(&e.out, 6, "a packet|");
	expect_comments(&e.out, 7, "");
	edited_release(&e);
	build_release(&b);
}

Test(edit_change, comments_are_for_numbers_of_the_input)
{
	struct build b = {0};
	struct edited e;
	struct slice_events n;

	slice_story(&b);
	edit(&e, "--event-comment|20:here|--|20-22", buf_view(&b.out));
	n = slice_count(buf_view(&e.out));
	cr_expect_eq(n.shown, 3);
	cr_expect(holds(&e.out, "here"));
	edited_release(&e);
	build_release(&b);
}

Test(edit_change, comments_of_the_capture_stand_in_its_first_section)
{
	struct build b = {0};
	struct edited e;

	build_section(&b, 0);
	build_option(&b, OPT_COMMENT, span_str("old"));
	build_option(&b, OPT_END, span_str(""));
	build_section(&b, 0);
	edit(&e, "--comment|new|--capture-comment|newer", buf_view(&b.out));
	expect_comments(&e.out, 1, "old|new|newer|");
	expect_comments(&e.out, 2, "");
	edited_release(&e);
	edit(&e, "--strip-comments|--comment|new", buf_view(&b.out));
	expect_comments(&e.out, 1, "new|");
	edited_release(&e);
	build_release(&b);
}

Test(edit_change, all_comments_are_stripped_but_new_ones)
{
	static const char names[] = "\x01\0\x08\0\x7f\0\0\1abc\0\0\0\0\0";
	struct build b = {0}, want = {0};
	struct edited e;

	for (int with = 0; with < 2; with++) {
		struct build *to = with ? &b : &want;
		static const uint8_t nanoseconds = 9;

#define SECRET() \
	do { \
		if (with) { \
			build_option(to, OPT_COMMENT, span_str("SECRET")); \
			build_option(to, OPT_END, span_str("")); \
		} \
	} while (0)
		build_section(to, 2);
		SECRET();
		build_interface(to, 1, 0);
		build_option(to, OPT_IF_TSRESOL, span_of(&nanoseconds, 1));
		if (with)
			build_option(to, OPT_COMMENT, span_str("SECRET"));
		build_option(to, OPT_END, span_str(""));
		build_block(to, BT_NRB, span_of(names, sizeof(names) - 1));
		SECRET();
		build_event(to, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X},
			PARAMS(P_S64(0)));
		SECRET();
		build_packet(to, 0, 1, span_str("one"), 3);
		SECRET();
		build_block(to, BT_ISB, span_of(names, 12));
		SECRET();
#undef SECRET
	}
	expect_edit("--strip-comments", buf_view(&b.out), buf_view(&want.out));
	expect_edit("--strip-comments", buf_view(&want.out), buf_view(&want.out));
	edit(&e, "--strip-comments|--event-comment|1:new", buf_view(&b.out));
	expect_comments(&e.out, 4, "new|");
	cr_expect(!holds(&e.out, "SECRET"));
	edited_release(&e);
	build_release(&b);
	build_release(&want);
}

/* --- taken out --------------------------------------------------------------------------------- */

static const uint16_t with_env[] = {PPME_SYSCALL_EXECVE_14_X, PPME_SYSCALL_EXECVE_15_X,
	PPME_SYSCALL_EXECVE_16_X, PPME_SYSCALL_EXECVE_17_X, PPME_SYSCALL_EXECVE_18_X,
	PPME_SYSCALL_EXECVE_19_X, PPME_SYSCALL_EXECVEAT_X};

static void exec_event(struct build *b, uint16_t type)
{
	const struct event_info *info = event_info(type);
	struct build_param params[EVENT_MAX_PARAMS + 1] = {{0}};

	for (uint32_t i = 0; i < info->nparams; i++) {
		uint32_t width = param_width(info->params[i].type);

		params[i].kind = width ? BP_NUMBER : BP_BYTES;
		params[i].width = width;
		if (strcmp(info->params[i].name, "env") == 0)
			params[i].bytes = span_of("A=1\0K=SECRET", 13);
	}
	build_event(b, &(struct build_event){.type = type, .tid = 7}, params);
}

Test(edit_change, environments_are_stripped_everywhere)
{
	struct meta_proc p = build_proc(7, 1, "worker");
	struct build b = {0};
	struct edited e, again;
	struct capture c;

	p.env = span_of("K=SECRET", 9);
	build_section(&b, 2);
	for (unsigned v = 3; v <= 9; v++)
		build_procs(&b, v, BUILD_TAIL, &p, 1);
	for (size_t i = 0; i < ARRAY_SIZE(with_env); i++)
		exec_event(&b, with_env[i]);
	edit(&e, "--strip-env", buf_view(&b.out));
	cr_expect_eq(e.left_out, 0);
	cr_expect(holds(&b.out, "SECRET"));
	cr_expect(!holds(&e.out, "SECRET"));
	cr_expect(holds(&e.out, "worker"));
	cr_assert(capture_open(&c, buf_view(&e.out)));
	cr_expect_eq(capture_rest(&c), 1 + 7 + ARRAY_SIZE(with_env));
	capture_close(&c);
	edit(&again, "--strip-env", buf_view(&e.out));
	cr_expect(span_eq(buf_view(&again.out), buf_view(&e.out)));
	edited_release(&again);
	edited_release(&e);
	build_release(&b);
}

Test(edit_change, data_is_stripped_and_names_stay)
{
	struct build_event ev = {.tid = 7};
	struct build b = {0};
	struct edited e;
	struct capture c;
	struct event got;

	build_section(&b, 2);
	ev.type = PPME_SYSCALL_READ_X;
	build_event(&b, &ev, PARAMS(P_S64(6), P_BYTES("SECRET"), P_S64(3), P_U32(9)));
	ev.type = PPME_SOCKET_SENDTO_X;
	build_event(&b, &ev, PARAMS(P_S64(6), P_BYTES("SECRET")));
	ev.type = PPME_SYSCALL_INIT_MODULE_X;
	build_event(&b, &ev, PARAMS(P_S64(0), P_BYTES("SECRET"), P_U64(6), P_STR("args")));
	ev.type = PPME_ASYNCEVENT_E;
	build_event(&b, &ev, PARAMS(P_U32(0), P_STR("container"), P_BYTES("{json}")));
	edit(&e, "--strip-data", buf_view(&b.out));
	cr_expect(!holds(&e.out, "SECRET"));
	cr_expect(holds(&e.out, "{json}"), "it is not what a call has read");
	got = event_at(&c, &e.out, 2);
	cr_expect_eq(got.nparams, 4);
	cr_expect_eq(got.params[1].n, 0);
	capture_close(&c);
	edited_release(&e);
	build_release(&b);
}

Test(edit_change, what_cannot_be_cleaned_is_left_out)
{
	struct meta_proc procs[] = {build_proc(1, 0, "init"), build_proc(7, 1, "worker")};
	struct build b = {0};
	struct edited e;

	procs[1].env = span_of("K=SECRET", 9);
	build_section(&b, 2);
	build_procs(&b, 9, 0, procs, 2);
	/* The second entry says that it is longer than the block. */
	store_u32(b.out.p + b.start + 8 + load_u32(b.out.p + b.start + 8, false), 60000, false);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_READ_X, .add_nparams = 40},
		PARAMS(P_S64(6), P_BYTES("SECRET")));
	build_event(&b, &(struct build_event){.type = 5000}, PARAMS(P_BYTES("SECRET")));
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X},
		PARAMS(P_S64(6), P_S64(3), P_BYTES("SECRET")));
	edit(&e, "--strip-data|--strip-env", buf_view(&b.out));
	cr_expect_eq(e.left_out, 3);
	cr_expect(holds(&e.out, "init"));
	cr_expect(!holds(&e.out, "SECRET"));
	cr_expect_eq(slice_count(buf_view(&e.out)).all, 1);
	edited_release(&e);
	edit(&e, "--strip-comments", buf_view(&b.out));
	cr_expect_eq(e.left_out, 1, "the damaged event");
	edited_release(&e);
	/* Cutting is no promise: they stay. */
	expect_edit("-s|2000", buf_view(&b.out), buf_view(&b.out));
	build_release(&b);
}

Test(edit_change, packets_and_theirs_are_stripped)
{
	struct build b = {0}, want = {0};

	for (int with = 0; with < 2; with++) {
		struct build *to = with ? &b : &want;

		build_section(to, 2);
		if (with) {
			build_interface(to, 1, 0);
			build_block(to, BT_NRB, span_of("\0\0\0\0", 4));
			build_block(to, BT_DSB, span_of("KSLT\0\0\0\0", 8));
			build_packet(to, 0, 1, span_str("one"), 3);
		}
		build_event(to, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X}, NO_PARAMS);
		build_custom(to, true, 1, span_str("stays"));
	}
	expect_edit("--strip-packets", buf_view(&b.out), buf_view(&want.out));
	build_release(&b);
	build_release(&want);
}

/* --- byte order -------------------------------------------------------------------------------- */

Test(edit_change, byte_order_turns_and_reads_the_same)
{
	struct select all = {0}, range = slice_range(10, 30);
	struct build b = {0};
	struct edited e, back;

	slice_story(&b);
	edit(&e, "--endian|big", buf_view(&b.out));
	cr_assert_eq(e.status, 0, "%s", e.err.text);
	cr_expect(!span_eq(buf_view(&e.out), buf_view(&b.out)));
	slice_expect_same("big", &all, buf_view(&b.out), buf_view(&e.out));
	edit(&back, "--endian|little", buf_view(&e.out));
	cr_expect(span_eq(buf_view(&back.out), buf_view(&b.out)));
	edited_release(&back);
	edited_release(&e);
	edit(&e, "--endian|big|--comment|x|--event-comment|12:y|--|10-30", buf_view(&b.out));
	slice_expect_same("slice", &range, buf_view(&b.out), buf_view(&e.out));
	edited_release(&e);
	expect_edit("--endian|little", buf_view(&b.out), buf_view(&b.out));
	build_block(&b, 0xfff, span_str("?"));
	edit(&e, "--endian|big", buf_view(&b.out));
	cr_expect_eq(e.status, -1);
	cr_expect_eq(e.err.code, ERR_UNSUPPORTED);
	edited_release(&e);
	build_release(&b);
	select_release(&range);
}

/* --- all of it --------------------------------------------------------------------------------- */

static const char *const twice_as_once[] = {"-s|16", "--strip-comments", "--strip-env",
	"--strip-data", "--strip-packets", "-s|1|--strip-comments|--strip-env|--strip-packets",
	"--strip-data|--strip-env|--strip-comments"};

/* What was done once is done: a second time changes nothing. */
static void expect_idempotent(const char *path, struct span in)
{
	for (size_t i = 0; i < ARRAY_SIZE(twice_as_once); i++) {
		struct edited once, twice;

		edit(&once, twice_as_once[i], in);
		cr_expect_eq(once.status, 0, "%s %s: %s", path, twice_as_once[i], once.err.text);
		edit(&twice, twice_as_once[i], buf_view(&once.out));
		cr_expect(span_eq(buf_view(&once.out), buf_view(&twice.out)), "%s %s", path,
			twice_as_once[i]);
		cr_expect_eq(twice.left_out, 0, "%s %s", path, twice_as_once[i]);
		edited_release(&once);
		edited_release(&twice);
	}
}

/* Unpacked, as far as it is whole: what a copy makes of it. */
static void each_file(const char *folder)
{
	char **files = files_in(folder);

	for (char **f = files; *f; f++) {
		struct buf packed = {0};
		struct capture c;
		struct edited copy;
		bool is_capture;

		cr_assert(file_read(*f, &packed));
		is_capture = capture_open(&c, buf_view(&packed));
		capture_close(&c);
		if (is_capture) {
			edit(&copy, "-n|1000000000", buf_view(&packed));
			expect_idempotent(*f, buf_view(&copy.out));
			edited_release(&copy);
		}
		buf_release(&packed);
	}
	files_free(files);
}

Test(edit_change, changes_are_idempotent_on_fixtures)
{
	each_file("fixtures");
}

Test(edit_change, changes_are_idempotent_on_real_captures, .timeout = 600)
{
	const char *folder = real_captures();

	each_file(folder);
}

Test(edit_change, what_makes_no_sense_is_refused)
{
	static const char *const wrong[] = {"-t|1s", "-t|--1", "-t|9999999999999", "-s|0", "-s|x",
		"--event-comment|7", "--event-comment|0:x", "--event-comment|x:y", "-a|:x",
		"--endian|middle", "-z|lzma", "--verify|-t|1", "--verify|-s|9", "--verify|--strip-env",
		"--verify|--strip-data", "--verify|--strip-packets"};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct edited e;

		edit(&e, wrong[i], span_of(NULL, 0));
		cr_expect_eq(e.status, STATUS_USAGE, "%s", wrong[i]);
		edited_release(&e);
	}
}
