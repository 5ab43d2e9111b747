/* SPDX-License-Identifier: MIT */
/* How many bytes of the data of an event are kept, by the kind of its descriptor. */
#ifndef SCAPCAP_SNAPLEN_H
#define SCAPCAP_SNAPLEN_H

#include "base/err.h"

enum snaplen_kind {
	SNAPLEN_DEFAULT, /* what has no limit of its own */
	SNAPLEN_NET,     /* sockets */
	SNAPLEN_FILE,    /* regular files */
	SNAPLEN_KINDS,
};

/* Zeros are ready. */
struct snaplen {
	uint32_t bytes[SNAPLEN_KINDS];
	bool given[SNAPLEN_KINDS];
};

/*
 * A setter for an option, into a struct snaplen: "80" for all, or "net=65000,file=64,default=80" in
 * any order. Returns 0, or -1 with the reason (err).
 */
int snaplen_set(void *dest, const char *arg, struct err *err);

/* What holds for a kind: what was given for it, else for default, else 80. At most MAX_SNAPLEN. */
uint32_t snaplen_for(const struct snaplen *s, enum snaplen_kind kind);

#endif
