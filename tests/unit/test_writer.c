/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "pcapng/block.h"
#include "pcapng/option.h"
#include "pcapng/pcapng.h"
#include "pcapng/writer.h"
#include "support/build.h"
#include "support/capture.h"

struct written {
	struct buf to;
	struct sink *sink;
	struct writer w;
	struct err err;
};

static void start(struct written *t, bool big)
{
	*t = (struct written){0};
	t->sink = sink_mem(&t->to, NULL, &t->err);
	cr_assert_not_null(t->sink);
	writer_init(&t->w, t->sink, big);
}

static void finish(struct written *t)
{
	cr_assert_eq(sink_flush(t->sink, &t->err), 0);
}

static void done(struct written *t)
{
	cr_expect_eq(sink_close(t->sink, &t->err), 0);
	writer_release(&t->w);
	buf_release(&t->to);
}

/* The same blocks, built by the tests' own code and by the writer. */
static void same_as_built(bool big)
{
	struct build b = {.out.big = big};
	struct written t;

	start(&t, big);
	for (size_t n = 0; n < 5; n++) {
		struct buf *body = writer_begin(&t.w, 0x777);

		buf_put(body, "abcde", n);
		cr_assert_eq(writer_end(&t.w, &t.err), 0);
		build_block(&b, 0x777, span_of("abcde", n));
	}
	finish(&t);
	cr_expect(span_eq(buf_view(&t.to), buf_view(&b.out)));
	done(&t);
	build_release(&b);
}

Test(writer, pads_and_fills_in_lengths)
{
	same_as_built(false);
	same_as_built(true);
}

Test(writer, body_starts_where_it_says)
{
	struct written t;
	struct buf *body;

	start(&t, false);
	body = writer_begin(&t.w, 0x777);
	cr_expect_eq(body->n, WRITER_BODY);
	buf_u32(body, 0);
	buf_patch_u32(body, WRITER_BODY, 99);
	cr_assert_eq(writer_end(&t.w, &t.err), 0);
	finish(&t);
	cr_expect_eq(load_u32(t.to.p + 8, false), 99);
	done(&t);
}

Test(writer, passes_raw_blocks_through)
{
	static const char odd[] = "no block at all, but not ours to judge";
	struct written t;

	start(&t, false);
	cr_assert_eq(writer_raw(&t.w, span_str(odd), &t.err), 0);
	finish(&t);
	cr_expect(span_eq(buf_view(&t.to), span_str(odd)));
	done(&t);
}

Test(writer, section_without_options_is_the_plainest)
{
	struct build b = {0};
	struct written t;

	start(&t, false);
	build_section(&b, 2);
	cr_assert_eq(writer_section(&t.w, 2, NULL, NULL, &t.err), 0);
	finish(&t);
	cr_expect(span_eq(buf_view(&t.to), buf_view(&b.out)));
	done(&t);
	build_release(&b);
}

Test(writer, section_has_the_options_it_is_given)
{
	struct written t;
	struct capture c;
	struct option_view opt;
	struct cursor options;

	start(&t, true);
	cr_assert_eq(writer_section(&t.w, 0, "scaptools", "a comment", &t.err), 0);
	finish(&t);
	cr_assert(capture_open(&c, buf_view(&t.to)));
	cr_assert_eq(capture_next(&c), 1);
	cr_expect(c.block.big);
	options = cursor_of(c.block.body, true);
	cursor_skip(&options, 16);
	cr_expect(option_find(options, OPT_SHB_USERAPPL, &opt));
	cr_expect(span_eq(opt.value, span_str("scaptools")));
	cr_expect(option_find(options, OPT_COMMENT, &opt));
	cr_expect(span_eq(opt.value, span_str("a comment")));
	capture_close(&c);
	done(&t);
}

Test(writer, refuses_blocks_no_reader_takes)
{
	struct written t;
	struct buf *body;

	start(&t, false);
	body = writer_begin(&t.w, 0x777);
	buf_zeros(body, PCAPNG_MAX_BLOCK);
	cr_expect_eq(writer_end(&t.w, &t.err), -1);
	cr_expect_eq(t.err.code, ERR_UNSUPPORTED);
	finish(&t);
	cr_expect_eq(t.to.n, 0);
	done(&t);
}
