/* SPDX-License-Identifier: MIT */
/*
 * Records of one type made from those of another that tells the same: an enter record from its exit
 * record, a record of an older type, a generic call.
 */
#ifndef SCAPEDIT_RECAST_H
#define SCAPEDIT_RECAST_H

#include "scap/event.h"

/* A struct recast of zeros is ready. */
struct recast {
	uint8_t numbers[EVENT_MAX_PARAMS][8];
	struct buf text;
};

/* Frees the memory. */
void recast_release(struct recast *r);

/*
 * Fills in *to, of this type and with nparams parameters, from another record: by conversions.def
 * when to is the enter record of that exit record, else by the names of parameters. What is told
 * nowhere is made up: descriptors and threads are -1, other numbers 0, texts empty. Time, thread, cpu
 * and flags are the same; there are no options. Borrows from r, until its next use, and from what
 * from borrows.
 */
void recast_event(struct recast *r, struct event *to, const struct event *from, uint16_t type,
	uint32_t nparams);

/* The same for GENERIC_E or GENERIC_X: of the call with this PPM_SC code. */
void recast_generic(struct recast *r, struct event *to, const struct event *from, uint16_t type,
	uint32_t nparams, uint16_t code);

/*
 * The same for CONTAINER_JSON_2_E, from an ASYNCEVENT_E. Returns false when it is not about a
 * container that is there.
 */
bool recast_container(struct recast *r, struct event *to, const struct event *from);

/* Number of the parameter of from that parameter i of type is made from, or -1. */
int recast_source(const struct event_info *from, uint16_t from_type, uint16_t type, uint32_t i);

#endif
