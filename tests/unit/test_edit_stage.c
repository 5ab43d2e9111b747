/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "support/build.h"
#include "tools/scapedit/stage.h"

/* What a stage of the tests has seen. */
struct seen {
	unsigned blocks, interfaces;
	bool ended;
};

/* Drops packets, doubles everything else. */
static int take(void *self, const struct block *b, const struct reader *r, struct writer *out,
	struct err *err)
{
	struct seen *seen = self;

	seen->blocks++;
	seen->interfaces = reader_if_count(r);
	cr_expect_eq(out->block.big, b->big);
	if (b->info->kind == BLOCK_PACKET)
		return 0;
	if (writer_raw(out, b->raw, err) < 0)
		return -1;
	return writer_raw(out, b->raw, err);
}

static int end(void *self, struct writer *out, struct err *err)
{
	((struct seen *)self)->ended = true;
	return writer_section(out, 0, NULL, NULL, err);
}

static const struct stage_ops ops = {take, end};

static void write_all(struct sink *s, struct span bytes)
{
	struct err err = {0};

	cr_assert_eq(sink_write(s, bytes, &err), 0, "%s", err.text);
}

Test(edit_stage, sees_blocks_however_they_are_written)
{
	struct build b = {.out.big = true};
	struct buf to = {0};
	struct err err = {0};
	struct seen seen = {0};
	struct sink *sink = sink_mem(&to, NULL, &err);
	struct stage *s = stage_new(&ops, &seen, sink, &err);
	size_t head, all;

	cr_assert_not_null(s);
	build_section(&b, 0);
	build_interface(&b, 1, 0);
	head = b.out.n;
	build_packet(&b, 0, 1, span_str("abc"), 3);
	all = b.out.n;
	write_all(stage_sink(s), span_of(b.out.p, head));
	write_all(stage_sink(s), span_of(b.out.p, 0));
	write_all(stage_sink(s), span_of(b.out.p + head, all - head));
	cr_expect_eq(seen.blocks, 3);
	cr_expect_eq(seen.interfaces, 1);
	cr_expect_eq(to.n, 2 * head, "the packet is gone, the others are there twice");
	cr_assert_eq(stage_end(s, &err), 0);
	cr_expect(seen.ended);
	cr_expect_eq(to.n, 2 * head + 28, "and a section header without options");
	stage_free(s);
	cr_assert_eq(sink_close(sink, &err), 0);
	buf_release(&to);
	build_release(&b);
}

Test(edit_stage, stack)
{
	struct build b = {0};
	struct buf to = {0};
	struct err err = {0};
	struct seen first = {0}, second = {0};
	struct sink *sink = sink_mem(&to, NULL, &err);
	struct stages s = {.top = sink};

	cr_assert_eq(stages_add(&s, &ops, &second, &err), 0);
	cr_assert_eq(stages_add(&s, &ops, &first, &err), 0);
	build_section(&b, 2);
	write_all(s.top, buf_view(&b.out));
	cr_expect_eq(first.blocks, 1);
	cr_expect_eq(second.blocks, 2);
	cr_expect_eq(to.n, 4 * b.out.n);
	cr_assert_eq(stages_end(&s, &err), 0);
	cr_expect_eq(second.blocks, 3, "what the first one writes at its end goes through it, too");
	stages_release(&s);
	cr_assert_eq(sink_close(sink, &err), 0);
	buf_release(&to);
	build_release(&b);
}

Test(edit_stage, half_a_block_is_an_error)
{
	struct build b = {0};
	struct buf to = {0};
	struct err err = {0};
	struct seen seen = {0};
	struct sink *sink = sink_mem(&to, NULL, &err);
	struct stage *s = stage_new(&ops, &seen, sink, &err);

	build_section(&b, 2);
	cr_expect_eq(sink_write(stage_sink(s), span_of(b.out.p, b.out.n - 4), &err), -1);
	cr_expect_eq(err.code, ERR_TRUNCATED);
	stage_free(s);
	sink_abort(sink);
	buf_release(&to);
	build_release(&b);
}
