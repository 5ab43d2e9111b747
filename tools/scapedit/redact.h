/* SPDX-License-Identifier: MIT */
/*
 * A capture without what tells of people and machines, to be given to others: the stage that
 * redacts, what is done before and after it.
 */
#ifndef SCAPEDIT_REDACT_H
#define SCAPEDIT_REDACT_H

#include "tools/scapedit/redact_residue.h"
#include "tools/scapedit/redact_rules.h"
#include "tools/scapedit/stage.h"

struct redact;

struct redact_report {
	uint64_t counts[REDACT_KINDS]; /* how often something was replaced */
	uint64_t blocks;  /* left out: not understood, or damaged */
	uint64_t packets; /* left out */
};

/*
 * rules stay the caller's. key names a file; NULL: a key that nobody knows. Returns NULL on failure
 * (err).
 */
MUST_CHECK struct redact *redact_new(
	const struct redact_rules *rules, const char *key, struct err *err);

/* Accepts NULL. */
void redact_free(struct redact *r);

/*
 * Reads a capture for the names and secrets in it, so that they are known from the first block on.
 * Without it those of a block are known from that block on. in is read to its end, or to where it is
 * damaged. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int redact_learn(struct redact *r, struct reader *in, struct err *err);

/* The capture comes once more, from its start: what was done is counted anew. */
void redact_restart(struct redact *r);

/* A stage that redacts; self is the struct redact. */
extern const struct stage_ops redact_ops;

/*
 * Searches the output, src, for what was replaced in it. Returns 0, also when something was found
 * (residue), or -1 on failure (err).
 */
MUST_CHECK int redact_search(
	struct redact *r, struct src *src, struct redact_residue *residue, struct err *err);

/* What was done so far. Valid as long as r. */
const struct redact_report *redact_report(struct redact *r);

#endif
