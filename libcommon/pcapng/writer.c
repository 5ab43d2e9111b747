/* SPDX-License-Identifier: MIT */
/*
 * A block is built in one buffer, whose memory serves all blocks; its length is known, and filled
 * in, when it ends.
 */
#include "pcapng/writer.h"

#include "pcapng/block.h"
#include "pcapng/option.h"
#include "pcapng/pcapng.h"

void writer_init(struct writer *w, struct sink *sink, bool big)
{
	*w = (struct writer){.sink = sink, .block = {.big = big}};
}

void writer_release(struct writer *w)
{
	buf_release(&w->block);
}

int writer_raw(struct writer *w, struct span raw, struct err *err)
{
	return sink_write(w->sink, raw, err);
}

struct buf *writer_begin(struct writer *w, uint32_t type)
{
	buf_clear(&w->block);
	w->block.failed = false;
	buf_u32(&w->block, type);
	buf_u32(&w->block, 0);
	return &w->block;
}

int writer_finish(struct writer *w, struct span *raw, struct err *err)
{
	struct buf *b = &w->block;
	size_t n = pad4(b->n) + 4;

	if (b->failed)
		return err_memory(err);
	if (n > PCAPNG_MAX_BLOCK)
		return err_set(
			err, ERR_UNSUPPORTED, "block of %zu bytes, more than any reader takes", n);
	buf_zeros(b, pad4(b->n) - b->n);
	buf_patch_u32(b, 4, (uint32_t)n);
	buf_u32(b, (uint32_t)n);
	if (b->failed)
		return err_memory(err);
	*raw = buf_view(b);
	return 0;
}

int writer_end(struct writer *w, struct err *err)
{
	struct span raw;

	if (writer_finish(w, &raw, err) < 0)
		return -1;
	return writer_raw(w, raw, err);
}

int writer_section(struct writer *w, uint16_t minor, const char *application, const char *comment,
	struct err *err)
{
	struct buf *b = writer_begin(w, BT_SHB);

	buf_u32(b, PCAPNG_MAGIC);
	buf_u16(b, 1);
	buf_u16(b, minor);
	buf_u64(b, UINT64_MAX); /* length of the section: not known */
	if (comment)
		option_put(b, OPT_COMMENT, span_str(comment));
	if (application)
		option_put(b, OPT_SHB_USERAPPL, span_str(application));
	if (comment || application)
		option_put_end(b);
	return writer_end(w, err);
}
