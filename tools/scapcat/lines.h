/* SPDX-License-Identifier: MIT */
/* What lines a record becomes, as the user asked for. */
#ifndef SCAPCAT_LINES_H
#define SCAPCAT_LINES_H

#include "filter/filter.h"
#include "format/text.h"
#include "tools/scapcat/records.h"

struct lines;

enum lines_kind {
	LINES_RECORDS, /* one per event and packet, as a template says */
	LINES_TREES,   /* the same, and below it all that is known: format/tree.h */
	LINES_CALLS,   /* one per call: format/joined.h */
	LINES_STRACE,  /* the same, as strace has them: format/strace.h */
	LINES_DATA,    /* for other programs: records.h */
};

struct lines_opts {
	struct text_opts text;
	enum lines_kind kind;
	bool comments; /* below the line of their record */
	bool notes;    /* a word behind records about the capture */
	bool some;     /* not all records pass */
	bool nul;      /* LINES_RECORDS: a NUL behind each, not a line feed */
	struct records_opts records; /* LINES_DATA */
};

/* Returns NULL on failure (err). */
MUST_CHECK struct lines *lines_new(const struct lines_opts *opts, struct err *err);

/* Accepts NULL. */
void lines_free(struct lines *l);

/* What renders templates; borrowed. */
struct text *lines_text(struct lines *l);

/* Whether lines of events show what the state knows; else moments need nothing but their event. */
bool lines_need_state(const struct lines *l);
/* Append what comes before, and behind, the lines of all files. */
void lines_head(struct lines *l, struct buf *out);
void lines_tail(struct lines *l, struct buf *out);

/* A file begins. */
void lines_restart(struct lines *l);

/* A record comes, shown or not; called before the functions below. */
void lines_note(struct lines *l, const struct event *ev);
void lines_note_packet(struct lines *l, const struct packet *p);
void lines_note_damaged(struct lines *l);

/* Whether an event passes the filter, as of the moment it happened. */
bool lines_pass(struct lines *l, struct filter *f, const struct state *st, const struct moment *m,
	uint64_t num);

/* The same for a packet, number frame among the events and packets of its file. */
bool lines_pass_packet(struct lines *l, struct filter *f, const struct packet *p, uint64_t frame);

/* Whether lines_event has to know of events that do not pass, too. */
bool lines_want_all(const struct lines *l);

/*
 * Appends the lines of event number num to out, possibly none; passes says whether it is to be shown.
 * Returns 0, or -1 without memory (err).
 */
MUST_CHECK int lines_event(struct lines *l, const struct state *st, const struct moment *m,
	uint64_t num, bool passes, struct buf *out, struct err *err);

/* The same for a packet, number frame among the events and packets of its file. */
MUST_CHECK int lines_packet(struct lines *l, const struct packet *p, uint64_t frame,
	struct buf *out, struct err *err);

/* Whether lines get better when lines_begin tells of calls that only have an exit record. */
bool lines_want_begins(const struct lines *l);

/* The call that ev will end has begun. The same returns. */
MUST_CHECK int lines_begin(struct lines *l, const struct state *st, const struct event *ev,
	uint64_t num, struct buf *out, struct err *err);

/* A file is over: appends what waited for more. */
void lines_end(struct lines *l, struct buf *out);

#endif
