/* SPDX-License-Identifier: MIT */
/*
 * Comments of records and blocks, taken away and added. Records are named by their numbers in the
 * input, so this comes before the selection.
 */
#ifndef SCAPEDIT_COMMENTS_H
#define SCAPEDIT_COMMENTS_H

#include "base/buf.h"
#include "base/cursor.h"
#include "pcapng/block.h"
#include "pcapng/writer.h"

/* A comment for the record of this number. */
struct note {
	uint64_t num;
	size_t order;     /* in which it was asked for */
	const char *text; /* borrowed */
};

struct notes {
	struct note *v;
	size_t n;
};

/* What the user asked for. All zeros leaves everything as it is. */
struct comment_opts {
	bool strip;
	struct notes events; /* by number of the event */
	struct notes frames; /* by number among events and packets */
};

/* Adds "N:TEXT", which stays the caller's, to a struct notes. Returns 0, or -1 with the reason. */
int notes_add(void *notes, const char *text, struct err *err);

/* Frees the notes. */
void comment_opts_release(struct comment_opts *o);

/* Whether there is anything to do. */
bool comments_wanted(const struct comment_opts *o);

struct comments;

/* For one pass over a capture; o stays the caller's, who adds no more. NULL on failure (err). */
MUST_CHECK struct comments *comments_new(struct comment_opts *o, struct err *err);

/* Accepts NULL. */
void comments_free(struct comments *c);

/*
 * Gives b, the next block, the comments it is to have; a changed one is valid until the next call.
 * Returns 1; 0 when it is damaged, so that its comments cannot be taken away, and is to be left
 * out; -1 on failure (err).
 */
MUST_CHECK int comments_block(struct comments *c, struct block *b, struct err *err);

/* How many blocks that made. */
uint64_t comments_left_out(const struct comments *c);

/* How many comments were for records that did not come, or cannot have any. After the last block.
 */
uint64_t comments_unused(const struct comments *c);

/*
 * Appends options: those from at on, without comments if strip, and the texts as comments behind
 * the other ones. Nothing when none are left.
 */
void comments_put_options(
	struct buf *to, struct cursor at, bool strip, const char *const *texts, size_t n);

#endif
