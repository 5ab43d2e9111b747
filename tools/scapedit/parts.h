/* SPDX-License-Identifier: MIT */
/*
 * The files that a capture is split into: each has its own steps in front of it. Which record goes
 * where is not decided here.
 */
#ifndef SCAPEDIT_PARTS_H
#define SCAPEDIT_PARTS_H

#include "base/intern.h"
#include "base/map.h"
#include "tools/scapedit/steps.h"

/*
 * So many keys are worked on at once, fewer if packing takes much memory. The others are for further
 * passes over the input.
 */
#define SPLIT_OPEN 256

/* So many there may be at all. */
#define SPLIT_MOST 65536

/* An open part, and what the splitter remembers of it. */
struct split_part {
	char *path;
	bool keyed;
	uint64_t key; /* address of its text */
	struct sink *file;
	struct steps steps;
	uint64_t records; /* events and packets, without hidden ones */
	uint64_t head;    /* bytes in front of the first of them, before packing */
	uint64_t began;   /* time of the first, ns since 1970 */
	/* Of the section that is being read: */
	unsigned section; /* the last one that has a header here */
	unsigned headers; /* how many headers were written */
	size_t common;    /* so much is written of the blocks that all parts have */
	size_t logged;    /* so much of the log */
	bool cut;         /* the state is written, events may follow */
	bool has_event;   /* events did follow */
	bool stale;       /* the log does not go on from what is written */
	bool active;      /* since the log began */
};

struct split_parts {
	const struct args *args;
	struct intern *texts;
	struct map keys;  /* struct split_part * by address of the key; NULL: it is complete */
	struct map names; /* uint32_t, how often it was taken, by address of the word */
	struct split_part *open[SPLIT_OPEN];
	size_t n, room;
	uint64_t made;   /* parts so far */
	bool repeatable; /* the input can be read again */
	bool more;       /* another pass is needed */
	int status;      /* enum exit_status, what the steps of parts leave us with */
	char **done;     /* names of complete parts, where they are asked for */
	size_t ndone;
	bool keep_done;
};

/* args stay the caller's. Returns 0, or -1 without memory (err). Release p in any case. */
MUST_CHECK int split_parts_init(
	struct split_parts *p, const struct args *args, bool repeatable, struct err *err);

/* Drops parts that are still open. */
void split_parts_release(struct split_parts *p);

/* The part with this key, when it is known: *part is NULL if it is complete. */
bool split_parts_find(struct split_parts *p, struct span key, struct split_part **part);

/*
 * Opens the part of a key that is not known, called like this as far as file names allow it. *part
 * is NULL when it has to wait for another pass. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int split_parts_keyed(struct split_parts *p, struct span key, struct span name,
	struct split_part **part, struct err *err);

/* Opens the next part, which begins at ts. Returns 0, or -1 on failure (err). */
MUST_CHECK int split_parts_numbered(
	struct split_parts *p, uint64_t ts, struct split_part **part, struct err *err);

/* Ends an open part; it is complete. Returns 0, or -1 on failure (err). Frees it in any case. */
MUST_CHECK int split_parts_end(struct split_parts *p, struct split_part *part, struct err *err);

/* Where the blocks of a part go. */
static inline struct sink *split_part_sink(const struct split_part *part)
{
	return part->steps.stages.top;
}

#endif
