/* SPDX-License-Identifier: MIT */
/*
 * Filters: expressions over fields, in the language of sysdig and Falco and in that of Wireshark and
 * Stratoshark, compiled once. Which kinds of records can pass at all is known then; others need not
 * be looked at.
 */
#ifndef FILTER_FILTER_H
#define FILTER_FILTER_H

#include "base/err.h"
#include "filter/macros.h"
#include "filter/view.h"

struct filter;

struct filter_opts {
	bool utc;                    /* times without a zone are UTC, not local */
	const struct macros *macros; /* names for lists and parts of filters; NULL: none */
};

/*
 * Compiles a filter. Returns NULL on failure: then err says what is wrong, and its offset where in
 * the text. The macros are needed no longer afterwards.
 */
MUST_CHECK struct filter *filter_compile(const char *text, const struct filter_opts *opts,
	struct err *err);

/* Accepts NULL. */
void filter_free(struct filter *f);

/* A file begins: what fields remember of the one before is forgotten. */
void filter_restart(struct filter *f);

/* What is known of records by their kind alone. */
enum filter_answer {
	FILTER_NO,
	FILTER_YES,
	FILTER_LOOK, /* it depends */
};

/* The answer for a kind: an event type, RECORD_UNKNOWN or RECORD_PACKET; see record_kind. */
enum filter_answer filter_kind(const struct filter *f, unsigned kind);

/*
 * The same for a system call without an event type of its own, by its code (PPM_SC): its records are
 * of one of the generic kinds and carry its name.
 */
enum filter_answer filter_call(const struct filter *f, unsigned kind, uint16_t code);

/* What stands between the outermost "and"s of a filter: every record that passes, passes it too. */
struct filter_part {
	struct span text; /* as it was written */
	bool by_kind;     /* the type of an event, or its name if it is generic, is all it looks at */
	/* If all it says is that a field has one of these values; else field is NULL. */
	const char *field;
	const struct value *values;
	size_t n;
};

/* Part i; NULL after the last. Valid until filter_free. */
const struct filter_part *filter_part(const struct filter *f, size_t i);

/* Whether it looks at what the state knows; else st can be NULL, and m have nothing but its event. */
bool filter_needs_state(const struct filter *f);

/* Whether an event passes, as of the moment it happened. Allocates nothing, once memory is warm. */
bool filter_match(struct filter *f, const struct state *st, const struct moment *m,
	const struct place *place);

/* Whether a packet passes, of an interface with this link type. */
bool filter_match_packet(struct filter *f, const struct packet *packet, uint16_t linktype,
	const struct place *place);

/*
 * Appends the line of a filter's text that an offset is in, and below it a caret at the place, each
 * with a line feed: how errors are shown.
 */
void filter_point_out(const char *text, size_t offset, struct buf *b);

#endif
