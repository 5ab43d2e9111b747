/* SPDX-License-Identifier: MIT */
/* What fields look at: a record of a file, where it stands, and what is known as of it. */
#ifndef FILTER_VIEW_H
#define FILTER_VIEW_H

#include "filter/param.h"
#include "pcapng/packet.h"

/* Kinds of records: the event types, and these two. */
enum {
	RECORD_UNKNOWN = EVENT_TYPES, /* events of types that our table does not have */
	RECORD_PACKET,
	RECORD_KINDS,
};

static inline unsigned record_kind(const struct event *ev)
{
	return ev->type < EVENT_TYPES ? ev->type : (unsigned)RECORD_UNKNOWN;
}

/* Where in its file a record stands: what times and numbers are counted from. */
struct place {
	uint64_t num;      /* of events: evt.num */
	uint64_t frame;    /* of events and packets together: frame.number */
	uint64_t ts;       /* of the record */
	uint64_t first_ts; /* of the first event that is no record of the capture about itself */
	uint64_t frame_ts; /* of the first record of any kind that has a time */
	uint64_t prev_ts;  /* of the record before; 0: there was none */
	bool started;      /* first_ts is known */
};

/* A record comes, shown or not. A place of zeros is at the beginning of a file. */
void place_event(struct place *p, const struct event *ev);
void place_packet(struct place *p, const struct packet *packet);

struct layers;

/* What fields look at: a record, and what is known as of it. All borrowed. */
struct view {
	struct param_ctx params;     /* the state and the moment of an event; m is NULL for packets */
	const struct place *place;
	const struct packet *packet; /* NULL for events */
	const struct layers *layers; /* of the packet; NULL for events */
	struct times *local, *utc;   /* times of the zone asked for, and of UTC */
	enum text_time time;
	uint64_t shown_ts;           /* of the record shown before; 0: there was none */
};

static inline const struct event *view_event(const struct view *v)
{
	return v->params.m->ev;
}

static inline const struct thread *view_thread(const struct view *v)
{
	return v->params.m->thread;
}

#endif
