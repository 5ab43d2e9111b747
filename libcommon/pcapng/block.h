/* SPDX-License-Identifier: MIT */
/* A block of a pcapng file and what its type number means. Everything derives from blocks.def. */
#ifndef PCAPNG_BLOCK_H
#define PCAPNG_BLOCK_H

#include "base/base.h"
#include "base/span.h"

enum block_kind {
	BLOCK_UNKNOWN,
	BLOCK_SECTION,
	BLOCK_INTERFACE,
	BLOCK_PACKET,
	BLOCK_NAMES,
	BLOCK_STATS,
	BLOCK_SECRETS,
	BLOCK_CUSTOM,
	BLOCK_OTHER, /* known by name only */
	BLOCK_MACHINE,
	BLOCK_PROCLIST,
	BLOCK_FDLIST,
	BLOCK_IFLIST,
	BLOCK_USERLIST,
	BLOCK_EVENT,
};

/* Versions of event blocks are bits: what they have beyond the first layout. */
#define EVB_COUNT 1u /* number of parameters */
#define EVB_FLAGS 2u /* flags behind the cpu number */
#define EVB_LARGE 4u /* parameter lengths of 32 bits */

/* Block types by name: BT_EV_V2 and so on. */
enum block_type {
#define BLOCK(type, symbol, name, kind, version, min_body, what) BT_##symbol = (int)(type),
#define ALIAS(number, symbol)
#include "pcapng/blocks.def"
#undef BLOCK
#undef ALIAS
};

struct block_info {
	uint32_t type;
	const char *name; /* "EV_V2" */
	const char *what; /* "event with parameter count" */
	enum block_kind kind;
	unsigned version;
	uint32_t min_body;
};

struct block {
	uint32_t type;                 /* as in the file, aliases too */
	const struct block_info *info; /* never NULL: kind BLOCK_UNKNOWN for unknown types */
	struct span body;              /* without header and trailer, padding included */
	struct span raw;               /* the whole block as it is in the file */
	uint64_t offset;               /* of the block in the unpacked data */
	bool big;                      /* byte order of its section */
	unsigned section;              /* 1 for the first */
};

/* What a block type means; aliases give their target. Never NULL. Static. */
const struct block_info *block_info(uint32_t type);

/* Makes b the whole, well-formed block in raw, of the same byte order, section and offset. */
void block_become(struct block *b, struct span raw);

/* The rows of blocks.def in order of type, for lists and tests. */
size_t block_info_count(void);
const struct block_info *block_info_at(size_t i);

#endif
