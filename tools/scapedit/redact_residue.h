/* SPDX-License-Identifier: MIT */
/* Looks whether what was replaced still stands in the bytes of the output. */
#ifndef SCAPEDIT_REDACT_RESIDUE_H
#define SCAPEDIT_REDACT_RESIDUE_H

#include "io/src.h"
#include "tools/scapedit/redact_set.h"

struct redact_residue {
	uint64_t count;
	/* Of the first one found. The text is that of the set. */
	const struct redact_value *first;
	uint64_t offset; /* in the unpacked output */
};

/* Reads all of src. Returns 0, also when something was found (r), or -1 on failure (err). */
MUST_CHECK int redact_residue_find(const struct redact_set *gone, struct src *src,
	struct redact_residue *r, struct err *err);

#endif
