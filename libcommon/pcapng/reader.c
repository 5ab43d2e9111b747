/* SPDX-License-Identifier: MIT */
/*
 * Framing. A block stays in the source's buffer and is consumed when the next one is asked for.
 * Most blocks are whole in that buffer and have two equal lengths: those take a short way
 * (frame_ready); whatever is odd takes the long one (frame), which knows all that can be wrong:
 *
 *	type u32 | length u32 | body, padded to 4 | length u32
 *
 * The type of a section header reads the same in both byte orders, and the order of everything else
 * is told by its magic.
 */
#include "pcapng/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "pcapng/option.h"
#include "pcapng/pcap.h"
#include "pcapng/pcapng.h"
#include "pcapng/resync.h"
#include "pcapng/whole.h"
#include "pcapng/writer.h"

#define HEADER 8u /* type and length */

#define DEFAULT_UNITS 1000000 /* microseconds */

struct reader {
	struct src *src;
	enum reader_format format;
	struct pcap pcap; /* READER_PCAP only */
	size_t pending;   /* bytes of the block delivered last: not consumed yet */
	struct reader_section section;
	struct reader_if *ifs;
	uint32_t nifs, cap;
	struct reader_warnings warnings;
	bool mending;
	uint64_t lost;
	struct buf made; /* a section header for blocks without one */
};

static bool starts_section(struct span head)
{
	return head.n >= 4 && load_u32(head.p, HOST_BIG) == BT_SHB;
}

bool reader_wants(struct span head)
{
	bool big, nsec;

	return starts_section(head) || pcap_magic(head, &big, &nsec);
}

static struct reader *reader_open(struct src *src, bool mending, struct err *err)
{
	struct reader *r;
	struct span head;
	bool big, nsec;

	head.p = src_peek(src, 4, &head.n, err);
	if (!head.p)
		return NULL;
	if (!head.n || (!mending && !reader_wants(head))) {
		err_set(err, ERR_FORMAT, head.n ? "neither pcapng nor pcap" : "the file is empty");
		return NULL;
	}
	r = calloc(1, sizeof(*r));
	if (!r) {
		err_memory(err);
		return NULL;
	}
	r->src = src;
	r->mending = mending;
	if (pcap_magic(head, &big, &nsec)) {
		r->format = READER_PCAP;
		pcap_init(&r->pcap, big, nsec);
	}
	return r;
}

struct reader *reader_new(struct src *src, struct err *err)
{
	return reader_open(src, false, err);
}

struct reader *reader_new_mending(struct src *src, struct err *err)
{
	return reader_open(src, true, err);
}

uint64_t reader_lost(const struct reader *r)
{
	return r->lost;
}

void reader_free(struct reader *r)
{
	if (!r)
		return;
	pcap_release(&r->pcap);
	buf_release(&r->made);
	free(r->ifs);
	free(r);
}

enum reader_format reader_format(const struct reader *r)
{
	return r->format;
}

const struct reader_section *reader_section(const struct reader *r)
{
	return &r->section;
}

const struct reader_if *reader_if(const struct reader *r, uint32_t id)
{
	return id < r->nifs ? &r->ifs[id] : NULL;
}

uint32_t reader_if_count(const struct reader *r)
{
	return r->nifs;
}

const struct reader_warnings *reader_warnings(const struct reader *r)
{
	return &r->warnings;
}

void reader_warn(struct reader *r, uint64_t offset, const char *fmt, ...)
{
	va_list ap;

	if (r->warnings.count++)
		return;
	r->warnings.first_offset = offset;
	va_start(ap, fmt);
	vsnprintf(r->warnings.first, sizeof(r->warnings.first), fmt, ap);
	va_end(ap);
}

static int new_section(struct reader *r, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct reader_section s = {.number = r->section.number + 1, .big = b->big};

	if (b->body.n < b->info->min_body)
		return err_set_at(err, ERR_FORMAT, b->offset, "section header is too short");
	cursor_skip(&c, 4); /* magic */
	s.major = cursor_u16(&c);
	s.minor = cursor_u16(&c);
	if (s.major != 1)
		return err_set_at(err, ERR_UNSUPPORTED, b->offset,
			"pcapng version %u.%u is not supported", s.major, s.minor);
	r->section = s;
	r->nifs = 0;
	return 0;
}

/* Units per second of an if_tsresol: powers of ten, with the upper bit of two. 0: too many. */
static uint64_t units_of(uint8_t tsresol)
{
	unsigned n = tsresol & 0x7F;
	uint64_t units = 1;

	if (tsresol & 0x80)
		return n < 64 ? UINT64_C(1) << n : 0;
	if (n > 19)
		return 0;
	while (n--)
		units *= 10;
	return units;
}

static void interface_option(struct reader *r, struct reader_if *i, const struct option_view *opt,
	const struct block *b)
{
	size_t n = MIN(opt->value.n, sizeof(i->name) - 1);

	if (opt->code == OPT_IF_NAME) {
		memcpy(i->name, opt->value.p, n);
		i->name[n] = 0;
	} else if (opt->code == OPT_IF_TSOFFSET && opt->value.n == 8) {
		i->offset_sec = (int64_t)load_u64(opt->value.p, b->big);
	} else if (opt->code == OPT_IF_TSRESOL && opt->value.n == 1) {
		i->units = units_of(opt->value.p[0]);
		if (!i->units) {
			i->units = DEFAULT_UNITS;
			reader_warn(r, b->offset,
				"time resolution 0x%02x of an interface is taken as microseconds",
				opt->value.p[0]);
		}
	}
}

static struct reader_if *add_interface(struct reader *r)
{
	if (r->nifs == r->cap) {
		uint32_t cap = r->cap ? r->cap * 2 : 8;
		struct reader_if *ifs = reallocarray(r->ifs, cap, sizeof(*ifs));

		if (!ifs)
			return NULL;
		r->ifs = ifs;
		r->cap = cap;
	}
	return &r->ifs[r->nifs++];
}

static int new_interface(struct reader *r, const struct block *b, struct err *err)
{
	struct cursor c = cursor_of(b->body, b->big);
	struct reader_if *i = add_interface(r);
	struct option_view opt;
	int got;

	if (!i)
		return err_memory(err);
	*i = (struct reader_if){.units = DEFAULT_UNITS};
	i->linktype = cursor_u16(&c);
	cursor_skip(&c, 2);
	i->snaplen = cursor_u32(&c);
	while ((got = option_next(&c, &opt)) == 1)
		interface_option(r, i, &opt, b);
	if (got < 0)
		reader_warn(r, b->offset, "damaged options of an interface");
	return 0;
}

/* The usual case: the whole block is in the buffer and there is nothing odd about it. */
static bool frame_ready(const struct reader *r, struct span *raw)
{
	struct span have = src_buffered(r->src);
	bool big = r->section.big;
	uint32_t n;

	if (have.n < PCAPNG_OVERHEAD || starts_section(have))
		return false;
	n = load_u32(have.p + 4, big);
	if (n < PCAPNG_OVERHEAD || n > have.n || n > PCAPNG_MAX_BLOCK || n % 4 != 0)
		return false;
	*raw = span_of(have.p, n);
	return load_u32(have.p + n - 4, big) == n;
}

/*
 * Byte order and length of the block at the current position. Returns 1, 0 at the end of the data,
 * -1 on failure (err).
 */
static int header(struct reader *r, bool *big, uint32_t *n, struct err *err)
{
	uint64_t at = src_offset(r->src);
	const uint8_t *p;
	uint32_t magic;
	int got = whole_peek(r->src, HEADER, &p, err);

	if (got != 1)
		return got;
	*big = r->section.big;
	if (starts_section(span_of(p, HEADER))) {
		if (whole_peek(r->src, HEADER + 4, &p, err) != 1)
			return -1;
		magic = load_u32(p + HEADER, false);
		*big = magic != PCAPNG_MAGIC;
		if (load_u32(p + HEADER, *big) != PCAPNG_MAGIC)
			return err_set_at(err, ERR_FORMAT, at,
				"section header with magic 0x%08" PRIx32, magic);
	}
	*n = load_u32(p + 4, *big);
	if (*n < PCAPNG_OVERHEAD)
		return err_set_at(err, ERR_FORMAT, at, "block length %" PRIu32 " is too small", *n);
	if (*n > PCAPNG_MAX_BLOCK)
		return err_set_at(err, ERR_FORMAT, at, "block length %" PRIu32 " is not sane", *n);
	return 1;
}

/* Whether a block could start n bytes from here, or the data ends first. -1 on failure (err). */
static int plausible_at(struct reader *r, size_t n, bool big, struct err *err)
{
	size_t avail;
	const uint8_t *p = src_peek(r->src, n + HEADER, &avail, err);
	uint32_t type, length;

	if (!p)
		return -1;
	if (avail < n + HEADER)
		return 1;
	type = load_u32(p + n, big);
	length = load_u32(p + n + 4, big);
	if (type == BT_SHB)
		return 1;
	return block_info(type)->kind != BLOCK_UNKNOWN && length >= PCAPNG_OVERHEAD &&
		length <= PCAPNG_MAX_BLOCK && length % 4 == 0;
}

/*
 * A block whose two lengths differ. Readers of scap do not look at the second one of events; of
 * other blocks the first is believed when what follows looks like a block.
 */
static int trailer_differs(struct reader *r, uint32_t n, uint32_t trailer,
	const struct block_info *info, bool big, struct err *err)
{
	uint64_t at = src_offset(r->src);
	bool trusted = info->kind == BLOCK_EVENT && !r->mending;
	int plausible = trusted ? 1 : plausible_at(r, n, big, err);

	if (plausible < 0)
		return -1;
	if (!plausible)
		return err_set_at(err, ERR_FORMAT, at,
			"%s block says its length is %" PRIu32 " at its start, %" PRIu32
			" at its end",
			info->name, n, trailer);
	reader_warn(r, at, "%s block has a wrong length at its end", info->name);
	return 0;
}

/*
 * A block whose lengths differ: *n becomes its real length. Returns 0, or -1 when there is no telling
 * (err).
 */
static int odd_length(struct reader *r, uint32_t *n, uint32_t trailer,
	const struct block_info *info, bool big, struct err *err)
{
	size_t real = info->type == BT_IL_V2 ? resync_iflist(r->src, *n, big) : 0;

	if (!real)
		return trailer_differs(r, *n, trailer, info, big, err);
	reader_warn(r, src_offset(r->src),
		"%s block says its length is %" PRIu32 ", its entries take %zu bytes", info->name,
		*n, real);
	*n = (uint32_t)real;
	return 0;
}

/* The long way to a block. Returns 1, 0 at the end of the data, -1 on failure (err). */
static int frame(struct reader *r, struct span *raw, bool *big, struct err *err)
{
	uint64_t at = src_offset(r->src);
	const struct block_info *info;
	const uint8_t *p;
	uint32_t n = 0, trailer;
	int got = header(r, big, &n, err);

	if (got != 1)
		return got;
	if (whole_peek(r->src, pad4(n), &p, err) != 1)
		return -1;
	info = block_info(load_u32(p, *big));
	trailer = load_u32(p + pad4(n) - 4, *big);
	/* Some writers do not count the padding; the block is as long as if they had. */
	if (n % 4 != 0) {
		if (trailer != n)
			return err_set_at(err, ERR_FORMAT, at,
				"block length %" PRIu32 " is not a multiple of 4", n);
		reader_warn(r, at, "%s block has a length that is not a multiple of 4", info->name);
	} else if (trailer != n) {
		if (odd_length(r, &n, trailer, info, *big, err) < 0)
			return -1;
		if (whole_peek(r->src, n, &p, err) != 1) /* the look beyond may have moved it */
			return -1;
	}
	*raw = span_of(p, pad4(n));
	return 1;
}

static int deliver(struct reader *r, struct span raw, bool big, struct block *b, struct err *err)
{
	b->type = load_u32(raw.p, big);
	b->info = block_info(b->type);
	b->body = span_of(raw.p + HEADER, raw.n - PCAPNG_OVERHEAD);
	b->raw = raw;
	b->offset = src_offset(r->src);
	b->big = big;
	if (b->info->kind == BLOCK_SECTION && new_section(r, b, err) < 0)
		return -1;
	b->section = r->section.number;
	if (b->body.n < b->info->min_body) {
		reader_warn(
			r, b->offset, "%s block of %zu bytes is too short", b->info->name, raw.n);
		b->info = block_info(0);
	} else if (b->info->kind == BLOCK_INTERFACE && new_interface(r, b, err) < 0) {
		return -1;
	}
	return 1;
}

/* The next block of the data. *used: what it takes there. */
static int next_raw(struct reader *r, struct span *raw, size_t *used, bool *big, struct err *err)
{
	int got;

	if (r->format == READER_PCAP) {
		*big = r->pcap.made.block.big;
		return pcap_next(&r->pcap, r->src, raw, used, err);
	}
	got = frame_ready(r, raw) ? 1 : frame(r, raw, big, err);
	*used = raw->n;
	return got;
}

/* A section header for blocks that come without one. */
static int make_section(struct reader *r, struct span *raw, struct err *err)
{
	struct sink *sink = sink_mem(&r->made, NULL, err);
	struct writer w;
	int got;

	if (!sink)
		return -1;
	writer_init(&w, sink, r->section.big);
	got = writer_section(&w, 2, NULL, NULL, err);
	writer_release(&w);
	if (sink_close(sink, err) < 0 || got < 0)
		return -1;
	*raw = buf_view(&r->made);
	return 1;
}

/* Passes what is damaged here. False when nothing is left: it is the source that has failed. */
static bool pass(struct reader *r, const struct err *why)
{
	uint64_t at = src_offset(r->src), passed = resync(r->src, r->section.big);

	if (!passed)
		return false;
	reader_warn(r, at, "%s", why->text);
	r->lost += passed;
	return true;
}

/* The first block of data that does not start with a section header, in whichever byte order. */
static int begin_without(struct reader *r, struct span *raw, struct err *err)
{
	uint64_t at = src_offset(r->src), passed;

	r->section.big = HOST_BIG;
	passed = resync_start(r->src, &r->section.big);
	r->lost += passed;
	if (passed)
		reader_warn(r, at, "no section header here");
	if (!src_buffered(r->src).n)
		return err_set(err, ERR_FORMAT, "no whole block in it");
	return starts_section(src_buffered(r->src)) ? 0 : make_section(r, raw, err);
}

/* The same for a mending reader. */
static int next_whole(struct reader *r, struct span *raw, size_t *used, bool *big, struct err *err)
{
	bool told = false;
	int got;

	if (!r->section.number && !starts_section(src_buffered(r->src))) {
		*used = 0;
		got = begin_without(r, raw, err);
		*big = r->section.big;
		if (got)
			return got;
	}
	for (;;) {
		struct err why = {0};

		got = next_raw(r, raw, used, big, &why);
		if (got >= 0)
			return got;
		if (why.code != ERR_FORMAT && why.code != ERR_TRUNCATED)
			return err_copy(err, &why);
		if (!pass(r, &why))
			return told ? 0 : err_copy(err, &why);
		told = true;
	}
}

int reader_next(struct reader *r, struct block *b, struct err *err)
{
	bool big = r->section.big;
	struct span raw;
	size_t used;
	int got;

	if (r->pending)
		src_consume(r->src, r->pending);
	r->pending = 0;
	if (r->mending && r->format == READER_PCAPNG)
		got = next_whole(r, &raw, &used, &big, err);
	else
		got = next_raw(r, &raw, &used, &big, err);
	if (got != 1)
		return got;
	got = deliver(r, raw, big, b, err);
	if (got == 1)
		r->pending = used;
	return got;
}
