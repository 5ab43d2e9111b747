/* SPDX-License-Identifier: MIT */
/*
 * Reads a capture block by block: framing, byte order per section, interfaces per section. Classic
 * pcap files are shown as the pcapng blocks they would be (SHB, IDB, EPB), so that users of the
 * reader need not know. Nothing is copied: a block borrows from the source's buffer.
 */
#ifndef PCAPNG_READER_H
#define PCAPNG_READER_H

#include "base/err.h"
#include "io/src.h"
#include "pcapng/block.h"

struct reader;

enum reader_format {
	READER_PCAPNG,
	READER_PCAP,
};

/* The section being read. */
struct reader_section {
	unsigned number; /* 1 for the first, 0 before it */
	uint16_t major, minor;
	bool big;
};

/* An interface of the current section, from its IDB. */
struct reader_if {
	uint16_t linktype;
	uint32_t snaplen;    /* 0: no limit */
	uint64_t units;      /* timestamp units per second */
	int64_t offset_sec;  /* to be added to timestamps */
	char name[64];       /* "" when it has none; cut to fit */
};

/* Things that are wrong but did not stop us. */
struct reader_warnings {
	uint64_t count;
	uint64_t first_offset;
	char first[160]; /* text of the first one */
};

/*
 * A reader over src, which stays the caller's. Looks at the first bytes: data that is neither pcapng
 * nor pcap, or empty, is an error that says so. Returns NULL on failure (err).
 */
MUST_CHECK struct reader *reader_new(struct src *src, struct err *err);

/*
 * A reader of all that is whole in damaged data. Where no block can be it goes on at the next place
 * where one is: a warning, and what is in between is lost, as is the start of a block at the end of
 * the data. Data that does not start like a capture is searched, too, and gets a section header of
 * this machine's byte order in front when none comes first. Returns NULL on failure (err).
 */
MUST_CHECK struct reader *reader_new_mending(struct src *src, struct err *err);

/* Bytes that such a reader has passed over so far. */
uint64_t reader_lost(const struct reader *r);

/* Accepts NULL. Leaves the source open. */
void reader_free(struct reader *r);

/*
 * The next block. Returns 1, 0 at the end of the data, -1 on failure (err). A capture that was cut
 * short gives all its whole blocks, then ERR_TRUNCATED. Spans in b are borrowed: valid until the next
 * call. Unknown types are blocks like any other.
 */
MUST_CHECK int reader_next(struct reader *r, struct block *b, struct err *err);

/*
 * Whether the data starts like a capture we can read (used to choose members of archives). Needs
 * four bytes; a predicate for src_opts.wanted.
 */
bool reader_wants(struct span head);

/* What the data is; the blocks look the same. */
enum reader_format reader_format(const struct reader *r);

/* Never NULL. Valid until the next call of reader_next. */
const struct reader_section *reader_section(const struct reader *r);

/* Interface number id of the current section, or NULL. Valid until the next call of reader_next. */
const struct reader_if *reader_if(const struct reader *r, uint32_t id);

/* How many interfaces the current section has so far. */
uint32_t reader_if_count(const struct reader *r);

/* What was tolerated so far. Never NULL, valid as long as r. */
const struct reader_warnings *reader_warnings(const struct reader *r);

/* Adds a warning found by who decodes the block at offset (a damaged record, for example). */
void reader_warn(struct reader *r, uint64_t offset, const char *fmt, ...) PRINTF_LIKE(3, 4);

#endif
