/* SPDX-License-Identifier: MIT */
/* The events of captures of one machine as one stream with one state. */
#ifndef SCAPMERGE_CHAIN_H
#define SCAPMERGE_CHAIN_H

#include "scap/event.h"
#include "tools/scapmerge/input.h"
#include "tools/scapmerge/owners.h"
#include "tools/scapmerge/renumber.h"
#include "tools/scapmerge/side.h"

/* Whose capture a section is: what its machine info says. */
struct machine_id {
	bool known;
	char host[128];
	uint32_t cpus;
	uint64_t memory;
	uint64_t boot_ts; /* ns since 1970, 0 when it is not known */
};

/* The events of one input. */
struct strand {
	struct input *in;
	struct side_state side;
	unsigned section;
	struct machine_id machine; /* of that section */
	struct buf head;   /* everything of the section before its first event that has a time, raw */
	bool begun;        /* head is dealt with: events of the section are being written */
	bool waiting;      /* in->block is to be written */
	uint64_t ts;       /* its time, or that of the last block that had one */
	struct event ev;   /* it, when is_event */
	bool is_event;
	bool moves;        /* blocks get other numbers */
	struct renumber renumber;
	uint64_t last_key; /* of the record before, and how many in a row were equal */
	uint32_t equal;
};

/*
 * Reads to the first event in time of in; packets go to its spool. host: which of several machines
 * that are to be one section it is, -1: its numbers stay. Returns 0, or -1 when that could not be
 * written (err). End it with strand_release in any case.
 */
MUST_CHECK int strand_start(struct strand *s, struct input *in, int host, struct err *err);

/* Frees what it keeps, not the input. */
void strand_release(struct strand *s);

/*
 * Whether both are of one machine since it was started: same host name, processors, memory, and boot
 * times that differ by no more than clocks do (or are not known).
 */
bool strand_same_machine(const struct strand *a, const struct strand *b);

struct chain_opts {
	/* Takes whole blocks, as they are to stand in the output. Returns 0, or -1 on failure. */
	int (*write)(void *to, struct span blocks, struct err *err);
	void *to;
	bool join;             /* strands of several machines, with different numbers, are one section */
	struct owners *owners; /* is told of sockets; NULL: nobody wants to know */
};

/*
 * Writes the events of n strands of one machine: those of one byte for byte, those of several in
 * order of time, records that two of them have once. A capture that begins within or behind the ones
 * before goes on in their section if its lists say nothing else than what is known at that time;
 * else a section begins there, with both states if they overlap, with its own lists behind a gap.
 * With join there is one section, whose lists are those of all; other sections of an input end it.
 * What was found is left in the joint of each input. *last becomes the latest time. Returns 0, or -1
 * when writing failed (err).
 */
MUST_CHECK int chain_run(const struct chain_opts *opts, struct strand **strands, size_t n,
	uint64_t *last, struct err *err);

#endif
