/* SPDX-License-Identifier: MIT */
/*
 * The data that goes through descriptors, instead of lines about events. On a terminal, a line says
 * who read or wrote how much, and below it stands the data:
 *
 *	--> 44 17:26:38.319239230 curl (4242.4242) wrote 78 bytes to 5(<4>10.0.0.1:4000->10.0.0.2:80)
 *	GET / HTTP/1.1
 *
 * Or the bytes alone, or a folder of files: tools/scapcat/streams.h.
 */
#ifndef SCAPCAT_FOLLOW_H
#define SCAPCAT_FOLLOW_H

#include "format/text.h"
#include "tools/scapcat/follow_spec.h"

struct follow_opts {
	bool on;
	struct follow_spec spec;
	enum data_mode mode; /* DATA_DOTS: text with its lines as they are */
	bool raw;            /* the bytes alone */
	bool colour;
	const char *folder;  /* files in a folder instead; NULL: none */
};

/* What stands in front of "wrote 78 bytes" unless a template says otherwise. */
#define FOLLOW_TEMPLATE "%evt.num %evt.outputtime %proc.name (%proc.pid.%thread.tid)"

struct follow;

/*
 * prefix makes the text in front; it stays the caller's and must outlive this. Returns NULL on
 * failure (err).
 */
MUST_CHECK struct follow *follow_new(
	const struct follow_opts *opts, struct text *prefix, struct err *err);

/* Accepts NULL. */
void follow_free(struct follow *f);

/*
 * A capture, "-" for standard input, is going to be read: where one event says which descriptor is
 * meant, finds that out, so that what went through it before is shown, too. What cannot be read twice
 * is followed from that event on. Returns 0, or -1 when there is no such event or it is about no
 * descriptor (err).
 */
MUST_CHECK int follow_find(struct follow *f, const char *path, struct err *err);

/* An event comes, number num, whether it passes a filter or not; before follow_event. */
void follow_note(struct follow *f, const struct moment *m, uint64_t num);

/*
 * Appends the data of an event, if it is of a descriptor that is followed. Returns whether it was, or
 * -1 on failure (err).
 */
MUST_CHECK int follow_event(struct follow *f, const struct state *st, const struct moment *m,
	uint64_t num, struct buf *out, struct err *err);

/* A capture is over. Returns 0, or -1 on failure, which follow_close tells. */
MUST_CHECK int follow_end(struct follow *f);

/* All are over: completes the files. Returns 0, or -1 on failure (err). */
MUST_CHECK int follow_close(struct follow *f, struct err *err);

/* Bytes that were not captured, so far, of what is followed. */
uint64_t follow_missing(const struct follow *f);

#endif
