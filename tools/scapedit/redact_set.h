/* SPDX-License-Identifier: MIT */
/* Texts that are looked for, all at once. */
#ifndef SCAPEDIT_REDACT_SET_H
#define SCAPEDIT_REDACT_SET_H

#include "base/err.h"
#include "base/span.h"

/* What was replaced, or is to be. */
enum redact_kind {
	REDACT_USER,
	REDACT_HOST,
	REDACT_WORD,
	REDACT_ADDRESS,
	REDACT_PATH,
	REDACT_SECRET,
	REDACT_ENV,
	REDACT_PAYLOAD,
	REDACT_KINDS,
};

/* "user name" and so on; "user names". */
const char *redact_kind_one(enum redact_kind kind);
const char *redact_kind_name(enum redact_kind kind);

struct redact_value {
	struct span text;
	enum redact_kind kind;
	bool fold;    /* letters match in either case */
	bool bounded; /* letters and digits on either side make it another word */
	struct redact_value *next;
};

struct redact_set;

/* Returns NULL on failure (err). */
MUST_CHECK struct redact_set *redact_set_new(struct err *err);

/* Accepts NULL. */
void redact_set_free(struct redact_set *s);

#define REDACT_SHORTEST 3

/*
 * Adds a text of at least REDACT_SHORTEST bytes, which is copied; shorter ones and those there are
 * already change nothing. Without memory redact_set_failed says so from then on.
 */
void redact_set_add(struct redact_set *s, struct span text, enum redact_kind kind);

/* Whether a text is missing for want of memory; how many there are. */
bool redact_set_failed(const struct redact_set *s);
size_t redact_set_count(const struct redact_set *s);
size_t redact_set_longest(const struct redact_set *s); /* bytes of its longest text */

/* The longest text of the set that stands at text[at], or NULL. Valid as long as s. */
const struct redact_value *redact_set_at(const struct redact_set *s, struct span text, size_t at);

/* Whether a text is in the set, as it is. */
bool redact_set_has(const struct redact_set *s, struct span text);

#endif
