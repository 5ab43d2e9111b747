/* SPDX-License-Identifier: MIT */
/*
 * Events of one version of libs written as another writes them.
 *
 * Upgrading makes one record of the two of a call: the exit record says what the enter record did,
 * has the newest type, and keeps how long the call took as an option. Downgrading to versions that
 * expect two makes two of one. In either direction what is written is held to a schema: types and
 * parameters that it has.
 */
#ifndef SCAPEDIT_CONVERT_H
#define SCAPEDIT_CONVERT_H

#include "tools/scapedit/losses.h"
#include "tools/scapedit/stage.h"

struct convert_opts {
	bool upgrade;
	bool downgrade;
	const struct schema *schema; /* NULL: no conversion at all */
};

struct convert;

/* A conversion to be put on a stage with convert_ops. Returns NULL on failure (err). */
MUST_CHECK struct convert *convert_new(const struct convert_opts *opts, struct err *err);

/* Accepts NULL. */
void convert_free(struct convert *c);

extern const struct stage_ops convert_ops;

/* What was lost; complete after the end of the stage. Valid until convert_free. */
const struct losses *convert_losses(const struct convert *c);

#endif
