/* SPDX-License-Identifier: MIT */
/* Tells of a packet whose it is, with options that others read. */
#ifndef SCAPMERGE_ATTRIBUTE_H
#define SCAPMERGE_ATTRIBUTE_H

#include "pcapng/packet.h"
#include "tools/scapmerge/owners.h"

/* The machines whose sockets are known. */
struct attribute_opts {
	struct owners *const *owners;
	size_t n;
};

/*
 * Puts into options, in its byte order, the process and thread that p, a packet with a time, came
 * from (or else went to), and a comment "curl[4242] exact, to nginx[7] tuple" with who is known of
 * both. Returns 1, 0 when nobody is known (nothing is put), -1 on failure (err).
 */
MUST_CHECK int attribute_packet(const struct attribute_opts *opts, const struct packet *p,
	uint16_t linktype, struct buf *options, struct err *err);

#endif
