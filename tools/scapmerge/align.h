/* SPDX-License-Identifier: MIT */
/* Finds out how far the clocks of captures are apart. */
#ifndef SCAPMERGE_ALIGN_H
#define SCAPMERGE_ALIGN_H

#include "tools/scapmerge/input.h"

/*
 * Reads the inputs, which are not open yet, by their paths, and adds to the shift of each, apart from
 * those that others are compared to, what makes data that it sent or received come at the same time
 * as elsewhere; clock says what was found. Inputs that cannot be read are left to whoever opens them.
 * Returns 0, or -1 on failure (err): no memory, or an input that cannot be read twice.
 */
MUST_CHECK int align_inputs(struct input *in, size_t n, struct err *err);

#endif
