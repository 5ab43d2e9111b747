/* SPDX-License-Identifier: MIT */
/*
 *	file header: magic, version 2.4, zone, accuracy, longest packet, link type
 *	packet:      seconds, fraction, captured length, length, data without padding
 *
 * Blocks are made in the file's byte order, so that packets only need their header replaced.
 */
#include "pcapng/pcap.h"

#include <inttypes.h>

#include "base/cursor.h"
#include "pcapng/block.h"
#include "pcapng/option.h"
#include "pcapng/pcapng.h"
#include "pcapng/whole.h"

#define FILE_HEADER   24
#define PACKET_HEADER 16

/* Link types are 16 bits; the upper ones say how long the checksum of frames is. */
#define LINKTYPE_MASK 0xFFFF

bool pcap_magic(struct span head, bool *big, bool *nsec)
{
	static const uint32_t magics[] = {PCAP_MAGIC_USEC, PCAP_MAGIC_NSEC};

	if (head.n < 4)
		return false;
	for (unsigned i = 0; i < 4; i++) {
		*nsec = i & 1;
		*big = i & 2;
		if (load_u32(head.p, *big) == magics[i & 1])
			return true;
	}
	return false;
}

void pcap_init(struct pcap *p, bool big, bool nsec)
{
	*p = (struct pcap){.nsec = nsec};
	writer_init(&p->made, NULL, big);
}

void pcap_release(struct pcap *p)
{
	writer_release(&p->made);
}

static int section(struct pcap *p, struct src *src, struct span *raw, struct err *err)
{
	const uint8_t *head;
	struct cursor c;
	struct buf *b;
	uint16_t major, minor;
	int got = whole_peek(src, FILE_HEADER, &head, err);

	if (got != 1)
		return got;
	c = cursor_of(span_of(head, FILE_HEADER), p->made.block.big);
	cursor_skip(&c, 4);
	major = cursor_u16(&c);
	minor = cursor_u16(&c);
	if (major != 2)
		return err_set_at(err, ERR_UNSUPPORTED, 0, "pcap version %u.%u is not supported",
			major, minor);
	cursor_skip(&c, 8);
	p->snaplen = cursor_u32(&c);
	p->linktype = cursor_u32(&c);
	b = writer_begin(&p->made, BT_SHB);
	buf_u32(b, PCAPNG_MAGIC);
	buf_u16(b, 1);
	buf_u16(b, 0);
	buf_u64(b, UINT64_MAX);
	return writer_finish(&p->made, raw, err) < 0 ? -1 : 1;
}

static int interface(struct pcap *p, struct span *raw, struct err *err)
{
	static const uint8_t nsec = 9;
	struct buf *b = writer_begin(&p->made, BT_IDB);

	buf_u16(b, (uint16_t)(p->linktype & LINKTYPE_MASK));
	buf_u16(b, 0);
	buf_u32(b, p->snaplen);
	if (p->nsec) {
		option_put(b, OPT_IF_TSRESOL, span_of(&nsec, 1));
		option_put_end(b);
	}
	return writer_finish(&p->made, raw, err) < 0 ? -1 : 1;
}

static int packet(struct pcap *p, struct src *src, struct span *raw, size_t *used, struct err *err)
{
	bool big = p->made.block.big;
	const uint8_t *head;
	uint32_t captured;
	uint64_t ts;
	struct buf *b;
	int got = whole_peek(src, PACKET_HEADER, &head, err);

	if (got != 1)
		return got;
	captured = load_u32(head + 8, big);
	if (captured > PCAPNG_MAX_BLOCK / 2)
		return err_set_at(err, ERR_FORMAT, src_offset(src),
			"packet of %" PRIu32 " bytes: not a sane length", captured);
	if (whole_peek(src, PACKET_HEADER + captured, &head, err) != 1)
		return -1;
	ts = load_u32(head, big) * (p->nsec ? UINT64_C(1000000000) : UINT64_C(1000000));
	ts += load_u32(head + 4, big);
	b = writer_begin(&p->made, BT_EPB);
	buf_u32(b, 0);
	buf_u32(b, (uint32_t)(ts >> 32));
	buf_u32(b, (uint32_t)ts);
	buf_put(b, head + 8, 8 + captured);
	*used = PACKET_HEADER + captured;
	return writer_finish(&p->made, raw, err) < 0 ? -1 : 1;
}

int pcap_next(struct pcap *p, struct src *src, struct span *raw, size_t *used, struct err *err)
{
	int got;

	*used = 0;
	if (p->headers == 2)
		return packet(p, src, raw, used, err);
	if (p->headers == 1) {
		got = interface(p, raw, err);
	} else {
		got = section(p, src, raw, err);
		*used = FILE_HEADER;
	}
	p->headers += got == 1;
	return got;
}
