/* SPDX-License-Identifier: MIT */
/* Records of a capture must be there as a whole: the one place that tells its end from a cut. */
#ifndef PCAPNG_WHOLE_H
#define PCAPNG_WHOLE_H

#include "io/src.h"

/*
 * Looks at the next n bytes of src. Returns 1 with *p at them, 0 at the end of the data, -1 when
 * fewer are left (ERR_TRUNCATED) or the source failed. Borrowed: valid until the next call on src.
 */
MUST_CHECK int whole_peek(struct src *src, size_t n, const uint8_t **p, struct err *err);

#endif
