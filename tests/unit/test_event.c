/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "io/sink.h"
#include "pcapng/option.h"
#include "scap/event.h"
#include "support/build.h"

static const enum block_type all_blocks[] = {BT_EV, BT_EVF, BT_EV_V2, BT_EVF_V2, BT_EV_V2_LARGE,
	BT_EVF_V2_LARGE};

#define HEADER_V1 22 /* of a record, from its time on */
#define HEADER_V2 26

/* The event built last. */
static struct event decode(const struct build *b)
{
	struct block block = build_last(b);
	struct event ev;
	struct err err = {0};

	cr_assert_eq(event_decode(&ev, &block, &err), 0, "%s", err.text);
	return ev;
}

/* The event built last must be refused; its block's offset tells where. */
static void expect_damaged(const struct build *b, const char *why)
{
	struct block block = build_last(b);
	struct event ev;
	struct err err = {0};

	cr_expect_eq(event_decode(&ev, &block, &err), -1, "%s", why);
	cr_expect_eq(err.code, ERR_FORMAT);
	cr_expect(err.has_offset && err.offset == b->start);
	cr_expect_not_null(strstr(err.text, why), "%s: %s", why, err.text);
}

static const struct build_event close_x = {.type = PPME_SYSCALL_CLOSE_X, .cpu = 3, .tid = 4711};

static void close_in(struct build *b, enum block_type type, int32_t add_len, int32_t add_nparams)
{
	struct build_event ev = close_x;

	ev.block = type;
	ev.add_len = add_len;
	ev.add_nparams = add_nparams;
	build_event(b, &ev, PARAMS(P_S64(-9), P_S64(5)));
}

static void expect_view(enum block_type type, bool big)
{
	struct build b = {.out.big = big};
	struct build_event e = {.block = type, .type = PPME_SYSCALL_READ_X, .cpu = 7, .flags = 1,
		.ts = BUILD_EPOCH + 5, .tid = -1};
	bool flags = block_info(type)->version & EVB_FLAGS;
	struct event ev;
	int64_t res = 0, fd = 0;

	build_event(&b, &e, PARAMS(P_S64(-11), P_NONE, P_S64(4)));
	ev = decode(&b);
	cr_expect_eq(ev.ts, BUILD_EPOCH + 5);
	cr_expect_eq(ev.tid, -1);
	cr_expect_eq(ev.cpu, 7);
	cr_expect_eq(ev.flags, flags ? EVENT_HIDDEN : 0);
	cr_expect_eq(ev.type, PPME_SYSCALL_READ_X);
	cr_expect_eq(ev.info, event_info(PPME_SYSCALL_READ_X));
	cr_expect_eq(ev.nparams, 3);
	cr_expect(event_i64(&ev, 0, &res) && res == -11);
	cr_expect_eq(ev.params[1].n, 0);
	cr_expect(event_i64(&ev, 2, &fd) && fd == 4);
	cr_expect_eq(cursor_left(&ev.options), 0);
	build_release(&b);
}

Test(event, views_all_blocks_in_either_byte_order)
{
	for (size_t i = 0; i < ARRAY_SIZE(all_blocks); i++) {
		expect_view(all_blocks[i], false);
		expect_view(all_blocks[i], true);
	}
}

Test(event, parameters_are_views_of_the_block)
{
	struct build b = {0};
	struct block block;
	struct event ev;

	close_in(&b, BT_EV_V2, 0, 0);
	block = build_last(&b);
	ev = decode(&b);
	cr_expect_eq(ev.params[0].p, block.body.p + 2 + HEADER_V2 + 2 * 2);
	cr_expect_eq(ev.params[1].p, ev.params[0].p + 8);
	build_release(&b);
}

Test(event, old_records_are_solved_for_their_number_of_parameters)
{
	struct build b = {0};
	struct build_event e = close_x;
	struct event ev;

	e.block = BT_EV;
	build_event(&b, &e, NO_PARAMS);
	cr_expect_eq(decode(&b).nparams, 0);
	/* Empty parameters count, however many; more than the table has are kept. */
	build_event(&b, &e, PARAMS(P_NONE, P_NONE, P_S64(1), P_NONE, P_STR("x"), P_NONE));
	ev = decode(&b);
	cr_expect_eq(ev.nparams, 6);
	cr_expect(span_eq(event_str(&ev, 4), span_str("x")));
	/* No number makes these lengths fit. */
	close_in(&b, BT_EV, 1, 0);
	expect_damaged(&b, "its length fits no number of parameters");
	close_in(&b, BT_EV, -1, 0);
	expect_damaged(&b, "its length fits no number of parameters");
	close_in(&b, BT_EVF, 4096, 0);
	expect_damaged(&b, "its length fits no number of parameters");
	close_in(&b, BT_EV, -HEADER_V1 - 20, 0);
	expect_damaged(&b, "its length fits no number of parameters");
	build_release(&b);
}

static void expect_long_len(uint16_t type, int32_t add_len)
{
	struct build b = {0};
	struct build_event e = {.block = BT_EV, .type = type, .tid = 1, .add_len = add_len};
	struct event ev;

	build_event(&b, &e, PARAMS(P_STR("id"), P_STR("")));
	ev = decode(&b);
	cr_expect_eq(ev.nparams, 2, "type %u, %d more", type, add_len);
	cr_expect(span_eq(event_str(&ev, 0), span_str("id")));
	build_release(&b);
}

/* Some writers counted three bytes too many for these two types, others did not. */
Test(event, old_notifications_may_have_a_length_three_too_large)
{
	expect_long_len(PPME_NOTIFICATION_E, 0);
	expect_long_len(PPME_NOTIFICATION_E, 3);
	expect_long_len(PPME_INFRASTRUCTURE_EVENT_E, 0);
	expect_long_len(PPME_INFRASTRUCTURE_EVENT_E, 3);
}

Test(event, lengths_that_do_not_fit_together_are_refused)
{
	struct build b = {0};
	struct build_event e = close_x;

	close_in(&b, BT_EV_V2, 4, 0);
	expect_damaged(&b, "its length does not fit the block");
	close_in(&b, BT_EVF_V2, -21, 0); /* of 26 + 4 + 16 bytes: less than its header */
	expect_damaged(&b, "its length does not fit the block");
	close_in(&b, BT_EV_V2, 0, 1000);
	expect_damaged(&b, "more parameters than fit");
	close_in(&b, BT_EV_V2, 0, -3);
	expect_damaged(&b, "more parameters than fit");
	close_in(&b, BT_EV_V2, -1, 0);
	expect_damaged(&b, "a parameter is longer than the record");
	close_in(&b, BT_EV_V2, 0, 1); /* its length would be what the first parameter starts with */
	expect_damaged(&b, "a parameter is longer than the record");
	e.block = BT_EV_V2_LARGE;
	build_event(&b, &e, PARAMS(P_S64(0), P_S64(1)));
	store_u32(b.out.p + b.start + 8 + 2 + HEADER_V2, UINT32_MAX, false);
	expect_damaged(&b, "a parameter is longer than the record");
	build_release(&b);
}

Test(event, short_blocks_are_refused)
{
	struct build b = {0};

	for (size_t i = 0; i < ARRAY_SIZE(all_blocks); i++) {
		struct block block;
		struct event ev;
		struct err err = {0};
		bool flags = block_info(all_blocks[i])->version & EVB_FLAGS;
		size_t header = i < 2 ? HEADER_V1 : HEADER_V2;

		close_in(&b, all_blocks[i], 0, 0);
		block = build_last(&b);
		block.body.n = (flags ? 6 : 2) + header - 1;
		cr_expect_eq(event_decode(&ev, &block, &err), -1);
	}
	build_release(&b);
}

Test(event, bytes_behind_the_last_parameter_are_tolerated)
{
	struct build b = {0};

	/* A count that leaves the last parameter out. */
	close_in(&b, BT_EV_V2, 0, -1);
	cr_expect_eq(decode(&b).nparams, 1);
	build_release(&b);
}

Test(event, more_parameters_than_we_have_room_for_are_refused)
{
	struct build b = {0};
	struct build_param params[EVENT_MAX_PARAMS + 2] = {0};

	for (size_t i = 0; i <= EVENT_MAX_PARAMS; i++)
		params[i] = (struct build_param)P_U8(i);
	params[EVENT_MAX_PARAMS + 1].kind = BP_LAST;
	build_event(&b, &close_x, params);
	expect_damaged(&b, "more parameters than fit");
	params[EVENT_MAX_PARAMS].kind = BP_LAST;
	build_event(&b, &close_x, params);
	cr_expect_eq(decode(&b).nparams, EVENT_MAX_PARAMS);
	build_release(&b);
}

Test(event, types_newer_than_the_table)
{
	struct build b = {0};
	struct event ev;
	int64_t v = 77;

	build_event(&b, &(struct build_event){.type = 60001}, PARAMS(P_S64(1)));
	ev = decode(&b);
	cr_expect_eq(ev.type, 60001);
	cr_expect_null(ev.info);
	cr_expect_eq(ev.nparams, 1);
	cr_expect_str_eq(event_name(&ev), "unknown");
	cr_expect(!event_i64(&ev, 0, &v) && v == 77);
	cr_expect_eq(event_param(&ev, "res"), -1);
	build_release(&b);
}

Test(event, numbers_have_the_width_and_sign_of_their_type)
{
	for (int big = 0; big < 2; big++) {
		struct build b = {.out.big = big};
		struct event ev;
		int64_t i = 0;
		uint64_t u = 0;

		/* backlog is INT32, queuepct UINT8, mode UINT32, ino UINT64 */
		build_event(&b, &(struct build_event){.type = PPME_SOCKET_LISTEN_X},
			PARAMS(P_S64(INT64_MIN), P_S64(-1), P_U32(-5)));
		ev = decode(&b);
		cr_expect(event_i64(&ev, 0, &i) && i == INT64_MIN);
		cr_expect(event_i64(&ev, 2, &i) && i == -5);
		cr_expect(event_u64(&ev, 2, &u) && (int64_t)u == -5);
		build_event(&b, &(struct build_event){.type = PPME_SOCKET_ACCEPT_X},
			PARAMS(P_S64(3), P_NONE, P_U8(200)));
		ev = decode(&b);
		cr_expect(event_i64(&ev, 2, &i) && i == 200);
		build_event(&b, &(struct build_event){.type = PPME_SYSCALL_OPEN_X},
			PARAMS(P_S64(3), P_STR("/x"), P_U32(1), P_U32(UINT32_MAX), P_U32(0x801),
				P_U64(UINT64_MAX)));
		ev = decode(&b);
		cr_expect(event_u64(&ev, 3, &u) && u == UINT32_MAX);
		cr_expect(event_u64(&ev, 5, &u) && u == UINT64_MAX);
		build_release(&b);
	}
}

Test(event, numbers_that_are_not_there_leave_the_value_alone)
{
	struct build b = {0};
	struct event ev;
	uint64_t u = 77;

	/* fd empty, name no number, flags too short, mode longer than it should be, the rest missing */
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_OPEN_X},
		PARAMS(P_NONE, P_STR("/etc/hosts"), P_U16(3), P_U64(0644)));
	ev = decode(&b);
	cr_expect(!event_u64(&ev, 0, &u) && u == 77);
	cr_expect(!event_u64(&ev, 1, &u) && u == 77);
	cr_expect(!event_u64(&ev, 2, &u) && u == 77);
	cr_expect(event_u64(&ev, 3, &u) && u == 0644);
	u = 77;
	cr_expect(!event_u64(&ev, 4, &u) && u == 77);
	cr_expect(!event_u64(&ev, 32, &u) && u == 77);
	build_release(&b);
}

Test(event, texts_end_at_their_first_nul)
{
	struct build b = {0};
	struct event ev;

	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_OPEN_X},
		PARAMS(P_S64(3), P_STR("/a\0b"), P_U32(1)));
	ev = decode(&b);
	cr_expect(span_eq(event_str(&ev, 1), span_str("/a")));
	cr_expect_eq(event_str(&ev, 17).n, 0);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_OPEN_X},
		PARAMS(P_S64(3), P_BYTES("/no-nul")));
	ev = decode(&b);
	cr_expect(span_eq(event_str(&ev, 1), span_str("/no-nul")));
	build_release(&b);
}

Test(event, parameters_are_found_by_name_if_the_record_has_them)
{
	struct build b = {0};
	struct event ev;

	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_OPEN_X},
		PARAMS(P_S64(3), P_STR("/a"), P_U32(1)));
	ev = decode(&b);
	cr_expect_eq(event_param(&ev, "flags"), 2);
	cr_expect_eq(event_param(&ev, "ino"), -1);
	cr_expect_eq(event_param(&ev, "nonsense"), -1);
	build_release(&b);
}

Test(event, names_of_generic_events_are_their_calls)
{
	struct build b = {0};
	struct build_event generic = {.type = PPME_GENERIC_X};
	struct event ev;

	build_event(&b, &generic, PARAMS(P_U16(46), P_U16(98)));
	ev = decode(&b);
	cr_expect_str_eq(event_name(&ev), "getrusage");
	build_event(&b, &generic, PARAMS(P_U16(60000), P_U16(98)));
	ev = decode(&b);
	cr_expect_str_eq(event_name(&ev), "unknown");
	build_event(&b, &generic, NO_PARAMS);
	ev = decode(&b);
	cr_expect_str_eq(event_name(&ev), "unknown");
	build_event(&b, &close_x, NO_PARAMS);
	ev = decode(&b);
	cr_expect_str_eq(event_name(&ev), "close");
	build_release(&b);
}

Test(event, options_follow_behind_the_padding)
{
	for (size_t i = 0; i < ARRAY_SIZE(all_blocks); i++) {
		struct build b = {0};
		struct build_event e = close_x;
		struct event ev;
		struct option_view opt;
		uint64_t ns;

		e.block = all_blocks[i];
		build_event(&b, &e, PARAMS(P_S64(0), P_BYTES("odd")));
		build_option(&b, OPT_COMMENT, span_str("look here"));
		ev = decode(&b);
		cr_assert_eq(option_next(&ev.options, &opt), 1);
		cr_expect_eq(opt.code, OPT_COMMENT);
		cr_expect(span_eq(opt.value, span_str("look here")));
		cr_expect(!event_duration(&ev, &ns));
		build_release(&b);
	}
}

/* A capture of one event, written by us, with what the block held before it was ended. */
static void write_duration(struct buf *out, bool big, uint64_t ns)
{
	struct err err = {0};
	struct sink *sink = sink_mem(out, NULL, &err);
	struct writer w;
	struct buf *body;

	cr_assert_not_null(sink);
	writer_init(&w, sink, big);
	body = writer_begin(&w, BT_EV_V2);
	buf_u16(body, 0);
	buf_u64(body, BUILD_EPOCH);
	buf_u64(body, 1);
	buf_u32(body, HEADER_V2 + 2 + 3);
	buf_u16(body, PPME_SYSCALL_CLOSE_X);
	buf_u32(body, 1);
	buf_u16(body, 3);
	buf_put(body, "odd", 3);
	event_put_duration(body, ns);
	cr_assert_eq(writer_end(&w, &err), 0);
	writer_release(&w);
	cr_assert_eq(sink_close(sink, &err), 0);
}

Test(event, duration_is_read_back)
{
	for (int big = 0; big < 2; big++) {
		struct buf out = {0};
		struct block block = {.info = block_info(BT_EV_V2), .big = big};
		struct event ev;
		struct err err = {0};
		uint64_t ns = 0;

		write_duration(&out, big, 123456789);
		block.body = span_of(out.p + 8, out.n - PCAPNG_OVERHEAD);
		cr_assert_eq(event_decode(&ev, &block, &err), 0, "%s", err.text);
		cr_expect(event_duration(&ev, &ns));
		cr_expect_eq(ns, 123456789);
		buf_release(&out);
	}
}

Test(event, custom_options_of_others_are_no_duration)
{
	struct build b = {0};
	struct event ev;
	uint64_t ns = 77;
	uint8_t value[16] = {0};

	store_u32(value, SCAPTOOLS_PEN + 1, false);
	store_u32(value + 4, SCAPTOOLS_OPT_DURATION, false);
	close_in(&b, BT_EV_V2, 0, 0);
	build_option(&b, OPT_CUSTOM_BYTES, span_of(value, sizeof(value)));
	/* Ours, but cut short. */
	store_u32(value, SCAPTOOLS_PEN, false);
	build_option(&b, OPT_CUSTOM_BYTES, span_of(value, 12));
	ev = decode(&b);
	cr_expect(!event_duration(&ev, &ns));
	cr_expect_eq(ns, 77);
	build_release(&b);
}

/* Writes ev and gives the block that came out; out keeps it. */
static struct block write_event(const struct event *ev, struct buf *out)
{
	struct err err = {0};
	struct sink *sink = sink_mem(out, NULL, &err);
	struct writer w;
	uint32_t type;

	cr_assert_not_null(sink);
	writer_init(&w, sink, ev->big);
	cr_assert_eq(event_write(&w, ev, &err), 0, "%s", err.text);
	writer_release(&w);
	cr_assert_eq(sink_close(sink, &err), 0);
	type = load_u32(out->p, ev->big);
	return (struct block){
		.type = type,
		.info = block_info(type),
		.body = span_of(out->p + 8, out->n - PCAPNG_OVERHEAD),
		.raw = buf_view(out),
		.big = ev->big,
	};
}

static void expect_rewritten(enum block_type from, enum block_type to, uint32_t flags, bool big)
{
	struct build want = {.out.big = big}, b = {.out.big = big};
	struct build_event e = {.block = from, .type = PPME_SYSCALL_READ_X, .flags = flags,
		.ts = BUILD_EPOCH, .tid = 9, .cpu = 2};
	struct event ev;
	struct buf out = {0};

	build_event(&b, &e, PARAMS(P_S64(3), P_BYTES("abc")));
	ev = decode(&b);
	e.block = to;
	build_event(&want, &e, PARAMS(P_S64(3), P_BYTES("abc")));
	cr_expect(span_eq(write_event(&ev, &out).raw, build_last(&want).raw), "from %x to %x", from, to);
	buf_release(&out);
	build_release(&b);
	build_release(&want);
}

Test(event, is_written_as_the_newest_block)
{
	for (int big = 0; big < 2; big++) {
		expect_rewritten(BT_EV, BT_EV_V2, 0, big);
		expect_rewritten(BT_EV_V2, BT_EV_V2, 0, big);
		expect_rewritten(BT_EVF, BT_EVF_V2, EVENT_HIDDEN, big);
		expect_rewritten(BT_EVF_V2, BT_EVF_V2, EVENT_HIDDEN, big);
		expect_rewritten(BT_EVF_V2, BT_EV_V2, 0, big);
		expect_rewritten(BT_EV_V2_LARGE, BT_EV_V2_LARGE, 0, big);
		expect_rewritten(BT_EVF_V2_LARGE, BT_EVF_V2_LARGE, EVENT_HIDDEN, big);
	}
}

Test(event, large_blocks_are_written_where_they_are_needed)
{
	static uint8_t data[70000];
	struct event ev = {.type = PPME_SYSCALL_READ_X, .info = event_info(PPME_SYSCALL_READ_X),
		.nparams = 2, .params = {{data, 8}, {data, UINT16_MAX}}};
	struct buf out = {0};

	cr_expect_eq(write_event(&ev, &out).type, BT_EV_V2);
	buf_clear(&out);
	ev.params[1].n++;
	cr_expect_eq(write_event(&ev, &out).type, BT_EV_V2_LARGE);
	buf_clear(&out);
	ev.params[1].n = 1;
	ev.type = PPME_CONTAINER_JSON_2_E;
	ev.info = event_info(ev.type);
	cr_expect_eq(write_event(&ev, &out).type, BT_EV_V2_LARGE);
	buf_release(&out);
}

Test(event, parameters_of_the_other_byte_order_are_not_written)
{
	struct event ev = {.type = PPME_SYSCALL_CLOSE_X, .big = true};
	struct buf out = {0};
	struct err err = {0};
	struct sink *sink = sink_mem(&out, NULL, &err);
	struct writer w;

	cr_assert_not_null(sink);
	writer_init(&w, sink, false);
	cr_expect_eq(event_write(&w, &ev, &err), -1);
	cr_expect_eq(err.code, ERR_UNSUPPORTED);
	cr_expect_eq(out.n, 0);
	writer_release(&w);
	sink_abort(sink);
	buf_release(&out);
}

/* The name of the process group's parameter says which of the two ids it is since there are two. */
Test(event, names_of_parameters_are_those_of_the_records_age)
{
	struct event old = {.type = PPME_SYSCALL_EXECVE_19_X, .nparams = 28,
		.info = event_info(PPME_SYSCALL_EXECVE_19_X)};
	struct event newer = old;

	newer.nparams = 29;
	cr_expect_str_eq(event_param_name(&old, 17), "pgid");
	cr_expect_str_eq(event_param_name(&old, 16), "tty");
	cr_expect_str_eq(event_param_name(&newer, 17), "vpgid");
	cr_expect_str_eq(event_param_name(&newer, 28), "pgid");
	cr_expect_eq(event_param_shown(&old, "pgid"), 17);
	cr_expect_eq(event_param_shown(&old, "vpgid"), 17);
	cr_expect_eq(event_param_shown(&newer, "pgid"), 28);
	cr_expect_eq(event_param(&old, "pgid"), -1);
	cr_expect_eq(event_param_shown(&old, "nosuch"), -1);
}
