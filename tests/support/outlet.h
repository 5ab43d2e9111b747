/* SPDX-License-Identifier: MIT */
/* An outlet into memory, and recorded captures put through outlets as if they had just happened. */
#ifndef SUPPORT_OUTLET_H
#define SUPPORT_OUTLET_H

#include "base/buf.h"
#include "io/sink.h"
#include "tools/scapcap/outlet.h"

struct sink_outlet {
	struct outlet base;
	struct sink *sink; /* of the caller */
};

/* Everything goes to sink; ending it leaves both to the caller. */
void sink_outlet_init(struct sink_outlet *o, struct sink *sink);

/*
 * Gives a capture of one section to an outlet: what is in front of its first event, then the events
 * until it wants no more. Returns how many it took. Fails the test when something fails.
 */
uint64_t outlet_replay(struct outlet *to, struct span capture);

#endif
