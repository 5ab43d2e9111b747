/* SPDX-License-Identifier: MIT */
/*
 * Classic pcap files as the pcapng blocks they would be: a section header, one interface, a packet
 * block per packet.
 */
#ifndef PCAPNG_PCAP_H
#define PCAPNG_PCAP_H

#include "io/src.h"
#include "pcapng/writer.h"

struct pcap {
	struct writer made; /* builds the blocks, writes nowhere */
	unsigned headers;   /* blocks made of the file's header so far: section, interface */
	uint32_t snaplen;
	uint32_t linktype;
	bool nsec;          /* times have nanoseconds instead of microseconds */
};

/* Whether the data starts like a pcap file; needs four bytes. *big and *nsec say which. */
bool pcap_magic(struct span head, bool *big, bool *nsec);

/* Ready for a file whose magic was looked at. */
void pcap_init(struct pcap *p, bool big, bool nsec);

/* Accepts one of zeros. */
void pcap_release(struct pcap *p);

/*
 * The next block, and how many bytes of src it stands for: they are the caller's to consume. Returns
 * 1, 0 at the end of the data, -1 on failure (err). *raw is borrowed: valid until the next call.
 */
MUST_CHECK int pcap_next(struct pcap *p, struct src *src, struct span *raw, size_t *used,
	struct err *err);

#endif
