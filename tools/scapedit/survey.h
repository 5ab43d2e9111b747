/* SPDX-License-Identifier: MIT */
/* The first of two passes over a capture: what its kept events can show of the state. */
#ifndef SCAPEDIT_SURVEY_H
#define SCAPEDIT_SURVEY_H

#include "io/spool.h"
#include "state/reach.h"
#include "tools/scapedit/choose.h"

/*
 * Reads all that c picks, notes in reach, which it closes, what that reaches, and copies what is
 * read to spool unless that is NULL. end says why reading ended early; *dropped whether anything
 * was not picked. Returns 0, or -1 on failure (err).
 */
MUST_CHECK int survey_run(struct choose *c, struct reach *reach, struct spool *spool, bool *dropped,
	struct err *end, struct err *err);

#endif
