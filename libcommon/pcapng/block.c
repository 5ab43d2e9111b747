/* SPDX-License-Identifier: MIT */
/*
 * Lookups over blocks.def. Every block of a capture is looked up, so the lookup is a switch: the
 * compiler makes it a jump, and refuses two rows of one type.
 */
#include "pcapng/block.h"

#include "base/endian.h"
#include "pcapng/pcapng.h"

static const struct block_info rows[] = {
#define BLOCK(type, symbol, name, kind, version, min_body, what) \
	{type, name, what, BLOCK_##kind, version, min_body},
#define ALIAS(number, symbol)
#include "pcapng/blocks.def"
#undef BLOCK
#undef ALIAS
};

/* Position of each row in the table above. */
enum row {
#define BLOCK(type, symbol, name, kind, version, min_body, what) ROW_##symbol,
#define ALIAS(number, symbol)
#include "pcapng/blocks.def"
#undef BLOCK
#undef ALIAS
};

static const struct block_info unknown = {0, "unknown", "unknown block", BLOCK_UNKNOWN, 0, 0};

const struct block_info *block_info(uint32_t type)
{
	switch (type) {
#define BLOCK(number, symbol, name, kind, version, min_body, what) \
	case number: \
		return &rows[ROW_##symbol];
#define ALIAS(number, symbol) \
	case number: \
		return &rows[ROW_##symbol];
#include "pcapng/blocks.def"
#undef BLOCK
#undef ALIAS
	}
	return &unknown;
}

void block_become(struct block *b, struct span raw)
{
	b->type = load_u32(raw.p, b->big);
	b->info = block_info(b->type);
	b->raw = raw;
	b->body = span_of(raw.p + 8, raw.n - PCAPNG_OVERHEAD);
}

size_t block_info_count(void)
{
	return ARRAY_SIZE(rows);
}

const struct block_info *block_info_at(size_t i)
{
	return &rows[i];
}
