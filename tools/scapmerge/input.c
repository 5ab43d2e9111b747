/* SPDX-License-Identifier: MIT */
/*
 * Blocks with their section headers out of the way: whoever writes a block needs its header only if
 * it is the first that goes to a place, and finds it here then.
 */
#include "tools/scapmerge/input.h"

#include "cli/stay.h"
#include "scap/shift.h"

/* What comes from the spool has been moved already. Returns whether there was memory. */
static bool move(struct input *in)
{
	if (!in->shift || in->turned)
		return true;
	return shift_block(&in->block, in->reader, in->shift, &in->shifted);
}

static bool read_on(struct input *in)
{
	while (!in->over) {
		if (reader_next(in->reader, &in->block, &in->err) != 1) {
			in->over = true;
		} else if (in->block.info->kind != BLOCK_SECTION) {
			if (move(in))
				return true;
			err_memory(&in->err);
			in->over = true;
		} else {
			buf_clear(&in->header);
			buf_span(&in->header, in->block.raw);
		}
	}
	return false;
}

int input_open(struct input *in)
{
	in->over = true;
	if (!in->src) {
		stay_for_writer(in->path);
		in->src = src_open(in->path, NULL, &in->err);
	}
	if (in->src)
		in->reader = reader_new(in->src, &in->err);
	if (!in->reader)
		return -1;
	in->over = false;
	in->waiting = read_on(in);
	return 0;
}

bool input_next(struct input *in)
{
	if (in->waiting) {
		in->waiting = false;
		return true;
	}
	return read_on(in);
}

int input_spool(const struct input *in, struct input *to, struct err *err)
{
	if (in->header.failed)
		return err_memory(err);
	if (to->spooled != in->block.section &&
		spool_write(&to->spool, buf_view(&in->header), err) < 0)
		return -1;
	to->spooled = in->block.section;
	return spool_write(&to->spool, in->block.raw, err);
}

static void close_file(struct input *in)
{
	if (in->reader && !in->warnings.count)
		in->warnings = *reader_warnings(in->reader);
	reader_free(in->reader);
	src_close(in->src);
	in->reader = NULL;
	in->src = NULL;
}

int input_turn(struct input *in, struct err *err)
{
	close_file(in);
	in->src = spool_read(&in->spool, err);
	if (in->src)
		in->reader = reader_new(in->src, err);
	if (!in->reader)
		return -1;
	in->turned = true;
	in->over = false;
	in->waiting = read_on(in);
	return 0;
}

void input_close(struct input *in)
{
	close_file(in);
	spool_release(&in->spool);
	buf_release(&in->header);
	buf_release(&in->shifted);
}
