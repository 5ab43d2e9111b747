/* SPDX-License-Identifier: MIT */
/*
 * Which records of a capture are kept: by number, by filter, by time, by count, by kind. Numbers count event
 * blocks from 1 through all sections, hidden and damaged ones too, as evt.num does. Packets have no
 * number: ranges of numbers do not concern them.
 */
#ifndef SCAPEDIT_SELECT_H
#define SCAPEDIT_SELECT_H

#include "base/err.h"
#include "filter/filter.h"
#include "pcapng/block.h"

/* Numbers first to last, both kept. */
struct select_range {
	uint64_t first, last;
};

struct select_time {
	bool given;
	bool relative; /* ns counts from the first record that has a time */
	uint64_t ns;   /* since 1970 */
};

enum select_only {
	SELECT_ALL,
	SELECT_EVENTS,
	SELECT_PACKETS,
};

/* What is written of the state that kept events need. */
enum select_state {
	SELECT_STATE_REACHED, /* what they can show */
	SELECT_STATE_ALL,
	SELECT_STATE_NONE,
};

/* What the user asked for. All zeros keeps everything. */
struct select {
	struct select_range *ranges; /* in order and apart after select_ready; owned */
	size_t n;
	struct filter *filter; /* names what passes; NULL: none. Owned, as the next one is */
	struct filter *around; /* names what is near in time to what passes */
	uint64_t near;         /* so near, in ns before and after */
	bool drop;             /* ranges and filters, all together, name what is left out */
	struct select_time from, until; /* from <= time < until */
	uint64_t count;                 /* at most so many records, of either kind; 0: no limit */
	enum select_only only;
	enum select_state state;
};

/* Adds "7", "3-9", "-9" or "100-". Returns 0, or -1 with the reason (err). */
MUST_CHECK int select_add_range(struct select *s, const char *text, struct err *err);

/* Call once after the last range, before the first selection. */
void select_ready(struct select *s);

/* Frees ranges and filters. */
void select_release(struct select *s);

/*
 * "1700000000.25" (seconds since 1970), a date and time as filters have them (literal_time; without a
 * zone in the local one), "+5s", "+0.5" or "+200ms" (after the first record). Returns 0, or -1 with
 * the reason (err).
 */
MUST_CHECK int select_parse_time(const char *text, struct select_time *t, struct err *err);

/* Whether blocks of this kind go with events or with packets; SELECT_ALL: with neither. */
enum select_only select_belongs(enum block_kind kind);

/* Whether blocks of this kind are wanted at all. */
bool select_wants(const struct select *s, enum block_kind kind);

/* One pass over a capture. A struct selection { .what = s } is ready. */
struct selection {
	const struct select *what;
	size_t range;     /* the first range that does not end before the last number asked about */
	uint64_t num;     /* the last number asked about */
	bool timed;       /* a record with a time was seen */
	uint64_t base;    /* time of the first of them */
	uint64_t now;     /* time of the last of them */
	uint64_t kept;    /* records */
	uint64_t untimed; /* events left out for their time, which is the neighbour's */
};

/*
 * Whether the next event, of this number, is kept. A ts of 0 is none: such a record counts as being
 * at the time of the one before it, and as the earliest when there is none. passes: the filters
 * name it.
 */
bool selection_event(struct selection *s, uint64_t num, uint64_t ts, bool passes);

/* The same for a packet. */
bool selection_packet(struct selection *s, uint64_t ts, bool passes);

/* Whether no event will be kept any more; whether nothing will. */
bool selection_events_over(const struct selection *s);
bool selection_over(const struct selection *s);

/* Whether everything from the next event on is kept, as it is. */
bool selection_rest(const struct selection *s);

#endif
