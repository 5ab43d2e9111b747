/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as the body of an event block. The first byte says which: EVB_ bits of its type, and the
 * upper bit for big endian.
 */
#include "pcapng/block.h"
#include "support/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct block_info *event_block(unsigned bits)
{
	for (size_t i = 0; i < block_info_count(); i++)
		if (block_info_at(i)->kind == BLOCK_EVENT && block_info_at(i)->version == bits)
			return block_info_at(i);
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct block_info *info = size ? event_block(data[0] & 0x7F) : NULL;
	struct span body;
	static struct decoder d;

	if (!info || size - 1 < info->min_body)
		return 0;
	body = span_of(data + 1, size - 1);
	if (decoder_start(&d))
		decoder_take(&d, &(struct block){.type = info->type, .info = info, .body = body,
			.raw = body, .big = data[0] & 0x80, .section = 1}, NULL);
	return 0;
}
