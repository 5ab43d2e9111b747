/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "io/sink.h"
#include "pcapng/option.h"
#include "support/build.h"
#include "support/capture.h"

/* A section and two events: 28, 52 and 52 bytes. */
static void small(struct build *b)
{
	build_section(b, 2);
	for (int i = 0; i < 2; i++)
		build_event(b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = 7},
			PARAMS(P_S64(0)));
}

static void opened(struct capture *c, const struct build *b)
{
	cr_assert(capture_open(c, buf_view(&b->out)), "%s", c->err.text);
}

static void done(struct capture *c, struct build *b)
{
	capture_close(c);
	build_release(b);
}

/* Reads it all: so many whole blocks, then this failure at this offset. */
static void expect_failure(struct build *b, size_t blocks, enum err_code code, uint64_t offset)
{
	struct capture c;
	struct err first;

	opened(&c, b);
	cr_expect_eq(capture_rest(&c), blocks);
	first = c.err;
	cr_expect_eq(first.code, code, "%d: %s", first.code, first.text);
	cr_expect(first.has_offset);
	cr_expect_eq(first.offset, offset, "%s", first.text);
	err_clear(&c.err);
	cr_expect_eq(capture_next(&c), -1, "a failure is not forgotten");
	done(&c, b);
}

static void expect_warnings(struct build *b, size_t blocks, uint64_t count, uint64_t offset)
{
	struct capture c;

	opened(&c, b);
	cr_expect_eq(capture_rest(&c), blocks);
	cr_expect_eq(c.err.code, ERR_NONE, "%s", c.err.text);
	cr_expect_eq(reader_warnings(c.reader)->count, count);
	cr_expect_eq(reader_warnings(c.reader)->first_offset, offset);
	cr_expect(reader_warnings(c.reader)->first[0]);
	done(&c, b);
}

Test(reader, refuses_what_is_no_capture)
{
	static const char *texts[] = {"", "\x0A", "\x0A\x0D\x0D", "hello, world", "\xA1\xB2\xC3\xD5...."};
	struct capture c;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		cr_expect_not(capture_open(&c, span_str(texts[i])));
		cr_expect_eq(c.err.code, ERR_FORMAT);
		capture_close(&c);
	}
}

static void blocks_in_order(bool big)
{
	struct build b = {.out.big = big};
	struct capture c;

	small(&b);
	build_block(&b, 0x777, span_str("of the future"));
	opened(&c, &b);
	cr_expect_eq(reader_format(c.reader), READER_PCAPNG);
	cr_expect_eq(reader_section(c.reader)->number, 0);
	cr_assert_eq(capture_next(&c), 1);
	cr_expect_eq(c.block.info->kind, BLOCK_SECTION);
	cr_expect_eq(c.block.offset, 0);
	cr_expect_eq(reader_section(c.reader)->minor, 2);
	cr_assert_eq(capture_next(&c), 1);
	cr_expect_eq(c.block.info->kind, BLOCK_EVENT);
	cr_expect_eq(c.block.body.n, 40);
	cr_assert_eq(capture_next(&c), 1);
	cr_expect_eq(c.block.offset, 80);
	cr_expect_eq(c.block.big, big);
	cr_expect_eq(c.block.section, 1);
	cr_assert_eq(capture_next(&c), 1);
	cr_expect_eq(c.block.type, 0x777);
	cr_expect_eq(c.block.info->kind, BLOCK_UNKNOWN);
	cr_expect(span_eq(c.block.raw, build_last(&b).raw));
	cr_expect(span_eq(c.block.body, span_of("of the future\0\0\0", 16)), "with its padding");
	cr_expect_eq(capture_next(&c), 0);
	cr_expect_eq(capture_next(&c), 0, "the end stays the end");
	cr_expect_eq(reader_warnings(c.reader)->count, 0);
	done(&c, &b);
}

Test(reader, gives_all_blocks_in_order)
{
	blocks_in_order(false);
	blocks_in_order(true);
}

Test(reader, sections_have_their_own_order_and_interfaces)
{
	struct build b = {0};
	struct capture c;

	small(&b);
	build_interface(&b, 1, 0);
	b.out.big = true;
	small(&b);
	opened(&c, &b);
	for (int i = 0; i < 4; i++)
		cr_assert_eq(capture_next(&c), 1);
	cr_expect_eq(reader_if_count(c.reader), 1);
	cr_assert_eq(capture_next(&c), 1);
	cr_expect_eq(c.block.section, 2);
	cr_expect(reader_section(c.reader)->big);
	cr_expect_eq(reader_if_count(c.reader), 0);
	cr_expect_null(reader_if(c.reader, 0));
	cr_expect_eq(capture_rest(&c), 2);
	cr_expect_eq(c.block.section, 2);
	cr_expect_eq(c.err.code, ERR_NONE);
	done(&c, &b);
}

Test(reader, describes_interfaces)
{
	static const uint8_t resolution = 0x80 | 20;
	char long_name[100];
	struct build b = {0};
	struct capture c;
	const struct reader_if *i;

	memset(long_name, 'n', sizeof(long_name));
	build_section(&b, 0);
	build_interface(&b, 276, 96);
	build_option(&b, OPT_IF_NAME, span_str("eth0"));
	build_option(&b, OPT_IF_TSRESOL, span_of(&resolution, 1));
	build_option(&b, OPT_END, span_of(NULL, 0));
	build_interface(&b, 1, 0);
	build_option(&b, OPT_IF_NAME, span_of(long_name, sizeof(long_name)));
	opened(&c, &b);
	cr_expect_eq(capture_rest(&c), 3);
	i = reader_if(c.reader, 0);
	cr_assert_not_null(i);
	cr_expect_eq(i->linktype, 276);
	cr_expect_eq(i->snaplen, 96);
	cr_expect_eq(i->units, 1 << 20);
	cr_expect_str_eq(i->name, "eth0");
	i = reader_if(c.reader, 1);
	cr_assert_not_null(i);
	cr_expect_eq(i->units, 1000000, "microseconds unless it says otherwise");
	cr_expect_eq(strlen(i->name), sizeof(i->name) - 1);
	done(&c, &b);
}

Test(reader, warns_of_a_time_resolution_it_cannot_count)
{
	static const uint8_t resolution = 20;
	struct build b = {0};

	build_section(&b, 0);
	build_interface(&b, 1, 0);
	build_option(&b, OPT_IF_TSRESOL, span_of(&resolution, 1));
	expect_warnings(&b, 2, 1, 28);
}

Test(reader, a_cut_capture_gives_all_whole_blocks_first)
{
	for (size_t cut = 1; cut < 52; cut++) {
		struct build b = {0};

		small(&b);
		b.out.n -= cut;
		expect_failure(&b, 2, ERR_TRUNCATED, 80);
	}
}

Test(reader, a_cut_says_what_is_missing)
{
	struct build b = {0};
	struct capture c;

	small(&b);
	b.out.n -= 12;
	opened(&c, &b);
	capture_rest(&c);
	cr_expect_not_null(strstr(c.err.text, "expecting 52 bytes, 40 are left"), "%s", c.err.text);
	done(&c, &b);
}

Test(reader, a_few_bytes_behind_the_last_block_are_a_cut)
{
	for (size_t n = 1; n < 8; n++) {
		struct build b = {0};

		small(&b);
		buf_zeros(&b.out, n);
		expect_failure(&b, 3, ERR_TRUNCATED, 132);
	}
}

Test(reader, a_block_length_that_cannot_be_is_an_error)
{
	static const uint32_t lengths[] = {0, 8, 11, 53, PCAPNG_MAX_BLOCK + 4, UINT32_MAX};

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct build b = {0};

		small(&b);
		buf_patch_u32(&b.out, b.start + 4, lengths[i]);
		build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X}, NO_PARAMS);
		expect_failure(&b, 2, ERR_FORMAT, 80);
	}
}

Test(reader, a_length_beyond_the_end_is_a_cut)
{
	struct build b = {0};

	small(&b);
	buf_patch_u32(&b.out, b.start + 4, 65536);
	expect_failure(&b, 2, ERR_TRUNCATED, 80);
}

/* As Wireshark reads them; seen from writers that pad, but do not count the padding. */
Test(reader, padding_that_was_not_counted_is_there_nevertheless)
{
	struct build b = {0};

	small(&b);
	build_block(&b, BT_NRB, span_str("12345"));
	buf_patch_u32(&b.out, b.start + 4, 17);
	buf_patch_u32(&b.out, b.out.n - 4, 17);
	build_block(&b, BT_NRB, span_str("1234"));
	expect_warnings(&b, 5, 1, 132);
}

Test(reader, a_wrong_trailer_of_an_event_is_a_warning)
{
	struct build b = {0};

	small(&b);
	buf_patch_u32(&b.out, b.out.n - 4, 48);
	buf_put(&b.out, "rubbish!rubbish!", 16); /* what follows does not matter */
	buf_patch_u32(&b.out, b.out.n - 12, 16);
	buf_patch_u32(&b.out, b.out.n - 4, 16);
	expect_warnings(&b, 4, 1, 80);
}

Test(reader, a_wrong_trailer_of_a_list_is_a_warning_where_a_block_follows)
{
	struct meta_fd fd = build_file(3, "/etc/hosts");
	struct build b = {0};
	size_t start;

	small(&b);
	build_fds(&b, 2, 7, &fd, 1);
	start = b.start;
	buf_patch_u32(&b.out, b.out.n - 4, 0);
	build_fds(&b, 2, 8, &fd, 1);
	expect_warnings(&b, 5, 1, start);
}

Test(reader, a_wrong_trailer_of_a_list_is_a_warning_at_the_end)
{
	struct meta_fd fd = build_file(3, "/etc/hosts");
	struct build b = {0};

	small(&b);
	build_fds(&b, 2, 7, &fd, 1);
	buf_patch_u32(&b.out, b.out.n - 4, 0);
	expect_warnings(&b, 4, 1, b.start);
}

/* Rewritten interface lists are 4 bytes per entry longer than they say; the next header is inside. */
/* An interface list as sysdig writes old ones anew: its length lacks four bytes per entry. */
static void short_iflist(struct build *b, uint16_t type)
{
	struct meta_if lo = {.type = 1, .addr = {127, 0, 0, 1}, .name = span_str("lo")};
	struct meta_if ifs[] = {lo, lo, lo};
	size_t length;

	small(b);
	build_ifs(b, 2, ifs, 3);
	b->out.p[b->start + 12] = (uint8_t)type;
	length = b->out.n - b->start - 3 * 4;
	buf_patch_u32(&b->out, b->start + 4, (uint32_t)length);
	buf_patch_u32(&b->out, b->out.n - 4, (uint32_t)length);
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X}, NO_PARAMS);
}

Test(reader, interface_lists_as_sysdig_rewrites_them)
{
	struct build b = {0};

	short_iflist(&b, 1);
	expect_warnings(&b, 5, 1, 132);
}

Test(reader, a_wrong_trailer_of_a_list_is_an_error_where_no_block_follows)
{
	struct build b = {0};

	short_iflist(&b, 9); /* there are no such entries */
	expect_failure(&b, 3, ERR_FORMAT, 132);
}

Test(reader, a_block_without_its_fields_is_passed_on_as_unknown)
{
	struct build b = {0};
	struct capture c;

	small(&b);
	build_block(&b, BT_EPB, span_str("12345678"));
	opened(&c, &b);
	cr_expect_eq(capture_rest(&c), 4);
	cr_expect_eq(c.block.type, BT_EPB);
	cr_expect_eq(c.block.info->kind, BLOCK_UNKNOWN);
	cr_expect(span_eq(c.block.raw, build_last(&b).raw));
	cr_expect_eq(reader_warnings(c.reader)->count, 1);
	done(&c, &b);
}

Test(reader, refuses_other_major_versions)
{
	struct build b = {0};

	small(&b);
	build_section(&b, 0);
	b.out.p[b.start + 12] = 2;
	expect_failure(&b, 3, ERR_UNSUPPORTED, 132);
}

Test(reader, takes_any_minor_version)
{
	struct build b = {0};
	struct capture c;

	build_section(&b, 9);
	opened(&c, &b);
	cr_expect_eq(capture_rest(&c), 1);
	cr_expect_eq(c.err.code, ERR_NONE);
	cr_expect_eq(reader_section(c.reader)->minor, 9);
	done(&c, &b);
}

Test(reader, refuses_section_headers_without_magic_or_version)
{
	struct build b = {0};

	small(&b);
	build_section(&b, 0);
	b.out.p[b.start + 8] ^= 1;
	expect_failure(&b, 3, ERR_FORMAT, 132);
	b = (struct build){0};
	small(&b);
	build_section(&b, 0);
	b.out.n -= 12;
	buf_u32(&b.out, 20);
	buf_patch_u32(&b.out, b.start + 4, 20);
	expect_failure(&b, 3, ERR_FORMAT, 132);
}

/* Blocks longer than any buffer of the source, with others around them. */
Test(reader, blocks_may_be_long)
{
	struct buf payload = {0};
	struct build b = {0};
	struct capture c;

	memset(buf_zeros(&payload, 5u << 20), 'p', 5u << 20);
	small(&b);
	build_block(&b, 0x777, buf_view(&payload));
	build_block(&b, 0x778, buf_view(&payload));
	small(&b);
	opened(&c, &b);
	for (int i = 0; i < 4; i++)
		cr_assert_eq(capture_next(&c), 1);
	cr_expect(span_eq(c.block.body, buf_view(&payload)));
	cr_expect_eq(capture_rest(&c), 4);
	cr_expect_eq(c.err.code, ERR_NONE);
	buf_release(&payload);
	done(&c, &b);
}

Test(reader, damage_inside_compressed_data_comes_after_the_whole_blocks)
{
	struct build b = {0};
	struct buf packed = {0};
	struct err err = {0};
	struct capture c;
	struct sink *sink = sink_mem(&packed, &(struct sink_opts){.packing = SINK_GZIP}, &err);
	size_t blocks;

	cr_assert_not_null(sink);
	build_section(&b, 2);
	for (uint64_t i = 0; i < 20000; i++)
		build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = (int64_t)(i * i)},
			PARAMS(P_U64(i * 0x9E3779B97F4A7C15)));
	cr_assert_eq(sink_write(sink, buf_view(&b.out), &err), 0);
	cr_assert_eq(sink_close(sink, &err), 0);
	memset(packed.p + packed.n / 2, 0xFF, 64);
	cr_assert(capture_open(&c, buf_view(&packed)));
	blocks = capture_rest(&c);
	cr_expect(blocks > 5000 && blocks < 15000, "%zu", blocks);
	cr_expect_neq(c.err.code, ERR_NONE);
	cr_expect_neq(c.err.code, ERR_TRUNCATED, "%s", c.err.text);
	buf_release(&packed);
	done(&c, &b);
}

struct pcap_case {
	uint32_t magic;
	bool big;
	uint64_t units; /* expected */
	uint64_t ts;    /* of 5 seconds and a fraction of 7, in these units */
};

static void read_pcap(const struct pcap_case *t)
{
	struct build b = {.out.big = t->big};
	struct capture c;

	build_pcap(&b, t->magic, 262144, 0xF0000001); /* Ethernet, frames with a checksum of 30 bytes */
	build_pcap_packet(&b, 5, 7, span_str("packet"), 60);
	opened(&c, &b);
	cr_expect_eq(reader_format(c.reader), READER_PCAP);
	cr_assert_eq(capture_next(&c), 1);
	cr_expect_eq(c.block.info->kind, BLOCK_SECTION);
	cr_assert_eq(capture_next(&c), 1);
	cr_expect_eq(c.block.info->kind, BLOCK_INTERFACE);
	cr_assert_not_null(reader_if(c.reader, 0));
	cr_expect_eq(reader_if(c.reader, 0)->units, t->units);
	cr_expect_eq(reader_if(c.reader, 0)->snaplen, 262144);
	cr_expect_eq(reader_if(c.reader, 0)->linktype, 1);
	cr_assert_eq(capture_next(&c), 1);
	cr_expect_eq(c.block.type, BT_EPB);
	cr_expect_eq(c.block.offset, 24);
	cr_expect_eq(c.block.section, 1);
	cr_expect_eq(load_u32(c.block.body.p + 8, c.block.big), t->ts);
	cr_expect_eq(load_u32(c.block.body.p + 16, c.block.big), 60);
	cr_expect(span_eq(span_of(c.block.body.p + 20, 6), span_str("packet")));
	cr_expect_eq(capture_next(&c), 0);
	done(&c, &b);
}

Test(reader, pcap_looks_like_pcapng)
{
	read_pcap(&(struct pcap_case){PCAP_MAGIC_USEC, false, 1000000, 5000007});
	read_pcap(&(struct pcap_case){PCAP_MAGIC_USEC, true, 1000000, 5000007});
	read_pcap(&(struct pcap_case){PCAP_MAGIC_NSEC, false, 1000000000, 705032711}); /* low half */
	read_pcap(&(struct pcap_case){PCAP_MAGIC_NSEC, true, 1000000000, 705032711});
}

/* What pcap looks like is a capture of its own, whole from its first byte to its last. */
Test(reader, pcap_becomes_a_capture_that_reads_the_same)
{
	struct build b = {.out.big = true};
	struct buf copy = {0};
	struct capture c;

	build_pcap(&b, PCAP_MAGIC_NSEC, 96, 113);
	for (uint32_t i = 0; i < 4; i++)
		build_pcap_packet(&b, i, i, span_of("abcd", i), 60);
	opened(&c, &b);
	while (capture_next(&c) == 1)
		buf_span(&copy, c.block.raw);
	capture_close(&c);
	cr_assert(capture_open(&c, buf_view(&copy)));
	cr_expect_eq(capture_rest(&c), 6);
	cr_expect_eq(c.err.code, ERR_NONE, "%s", c.err.text);
	cr_expect_eq(reader_warnings(c.reader)->count, 0);
	cr_expect_eq(reader_if(c.reader, 0)->linktype, 113);
	buf_release(&copy);
	done(&c, &b);
}

Test(reader, a_cut_pcap_gives_all_whole_packets_first)
{
	for (size_t cut = 1; cut < 22; cut++) {
		struct build b = {0};

		build_pcap(&b, PCAP_MAGIC_USEC, 96, 1);
		build_pcap_packet(&b, 5, 7, span_str("packet"), 60);
		build_pcap_packet(&b, 6, 7, span_str("packet"), 60);
		b.out.n -= cut;
		expect_failure(&b, 3, ERR_TRUNCATED, 46);
	}
}

Test(reader, a_pcap_without_all_of_its_header_has_no_blocks)
{
	for (size_t cut = 1; cut < 20; cut++) {
		struct build b = {0};

		build_pcap(&b, PCAP_MAGIC_USEC, 96, 1);
		b.out.n -= cut;
		expect_failure(&b, 0, ERR_TRUNCATED, 0);
	}
}

Test(reader, a_pcap_packet_of_absurd_length_is_an_error)
{
	struct build b = {0};

	build_pcap(&b, PCAP_MAGIC_USEC, 96, 1);
	build_pcap_packet(&b, 5, 7, span_str("packet"), 60);
	buf_patch_u32(&b.out, b.start + 8, UINT32_MAX);
	expect_failure(&b, 2, ERR_FORMAT, 24);
}

Test(reader, wants_captures_alone)
{
	struct build b = {.out.big = true};

	build_section(&b, 0);
	cr_expect(reader_wants(buf_view(&b.out)));
	cr_expect(reader_wants(span_of(b.out.p, 4)));
	cr_expect_not(reader_wants(span_of(b.out.p, 3)));
	build_release(&b);
	build_pcap(&b, PCAP_MAGIC_NSEC, 0, 1);
	cr_expect(reader_wants(buf_view(&b.out)));
	cr_expect_not(reader_wants(span_str("README")));
	cr_expect_not(reader_wants(span_of(NULL, 0)));
	build_release(&b);
}

Test(reader, keeps_the_first_warning_and_counts_them_all)
{
	struct build b = {0};
	struct capture c;

	small(&b);
	opened(&c, &b);
	reader_warn(c.reader, 12, "the %s", "first");
	reader_warn(c.reader, 34, "the second");
	cr_expect_eq(reader_warnings(c.reader)->count, 2);
	cr_expect_eq(reader_warnings(c.reader)->first_offset, 12);
	cr_expect_str_eq(reader_warnings(c.reader)->first, "the first");
	done(&c, &b);
}
