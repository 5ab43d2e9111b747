/* SPDX-License-Identifier: MIT */
/* What a conversion could not keep: counts, by type of event. */
#ifndef SCAPEDIT_LOSSES_H
#define SCAPEDIT_LOSSES_H

#include "scap/event_table.h"

enum loss {
	LOSS_PARAMS,  /* parameters that the schema does not have */
	LOSS_TYPE,    /* the type: the record became one of an older type, or a generic call */
	LOSS_RECORD,  /* the record: the schema has nothing in its place */
	LOSS_UNENDED, /* an enter record whose exit record is not in the capture */
	LOSS_KINDS,
};

struct losses {
	uint64_t events[LOSS_KINDS][EVENT_TYPES];
	uint64_t fds;      /* descriptors of lists whose kind is not known there */
	uint64_t procs;    /* processes of lists that lost fields */
	uint64_t sections; /* section headers that lost comments and the like */
};

/* Counts an event of this type, which the table must have. */
static inline void losses_add(struct losses *l, enum loss kind, uint16_t type)
{
	l->events[kind][type]++;
}

/* How many events there are of this kind. */
uint64_t losses_events(const struct losses *l, enum loss kind);

/* Says in one line of file what was lost, if anything; each adds a line for each type of event. */
void losses_tell(const struct losses *l, const char *file, bool each);

#endif
