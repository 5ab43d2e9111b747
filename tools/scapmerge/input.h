/* SPDX-License-Identifier: MIT */
/* An input of the merge: its blocks one after the other, and what went wrong with it. */
#ifndef SCAPMERGE_INPUT_H
#define SCAPMERGE_INPUT_H

#include "base/buf.h"
#include "pcapng/reader.h"
#include "io/spool.h"

/* How an input with events goes on from another one of the same machine. */
struct input_joint {
	const char *to;      /* path of the one before; NULL: there is none. Borrowed */
	bool overlaps;       /* they have some time in common */
	bool renewed;        /* its lists say more than was known: a section begins with it */
	uint64_t gap;        /* ns between them, when they do not overlap */
	uint64_t duplicates; /* records that were there already, left out */
};

/* What comparing its traffic with that of the others says of an input's clock. */
struct input_clock {
	bool checked;
	uint64_t matches;  /* data seen here and elsewhere; with too few nothing is said */
	bool found;
	int64_t offset;    /* ns its times were moved by to agree with the others */
	uint64_t residual; /* ns: half of the matches are no farther apart after that */
};

struct input {
	const char *path;   /* what messages call it; opened if src is NULL. Borrowed */
	struct src *src;    /* closed by input_close */
	struct reader *reader;
	struct block block; /* the one that input_next gave; its spans are valid until the next call */
	struct buf header;  /* the header of block's section, raw */
	bool waiting;       /* block was read ahead: input_next gives it once more */
	bool over;          /* nothing is to come */
	struct err err;     /* why reading ended early, or could not start */
	struct reader_warnings warnings; /* filled in at the end */

	int64_t shift;      /* ns that its times are moved by; set it before input_open */
	struct buf shifted; /* block, where that changed it */

	struct spool spool; /* those of its blocks that have to wait */
	unsigned spooled;   /* the section whose header the spool has, 0 without any */
	bool turned;        /* blocks come from the spool now */

	struct input_joint joint;
	struct input_clock clock;
	uint64_t disorder; /* packets that came out behind a later one of the same input */
	uint64_t packets;  /* packets that were written */
	uint64_t noted;    /* of these, such whose process is known */
};

/*
 * Opens in and reads ahead to the first block behind the section header, in->block (if in->waiting).
 * Returns 0, or -1 when it is no capture (in->err). End it with input_close in any case.
 */
MUST_CHECK int input_open(struct input *in);

/*
 * The next block that is no section header, in in->block; headers are kept in in->header. Returns
 * whether there is one. Damage (in->err) ends an input like its end does.
 */
MUST_CHECK bool input_next(struct input *in);

/*
 * Lets in->block wait in the spool of to, an input of the same file, behind its section's header.
 * Returns 0, or -1 on failure (err).
 */
MUST_CHECK int input_spool(const struct input *in, struct input *to, struct err *err);

/* Goes on with what is in the spool instead of the file. Returns 0, or -1 on failure (err). */
MUST_CHECK int input_turn(struct input *in, struct err *err);

/* Closes the file and the spool; path, err and warnings stay. */
void input_close(struct input *in);

#endif
