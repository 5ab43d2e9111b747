/* SPDX-License-Identifier: MIT */
/* One strict parser per kind of value: the whole text must be one, in range, or it is an error. */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include "base/err.h"

/* All return 0, or -1 with "what is wrong" in err. */
MUST_CHECK int parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *v,
	struct err *err);

/* "2", "0.25": seconds with up to nine decimals, as nanoseconds. */
MUST_CHECK int parse_seconds(const char *text, uint64_t *ns, struct err *err);

/* "64k", "10M", "1G" (powers of 1024), or plain bytes. */
MUST_CHECK int parse_size(const char *text, uint64_t *bytes, struct err *err);

/* "7", "3-9", "-9" (from 1), "100-" (to the end, *last = UINT64_MAX): a range of record numbers. */
MUST_CHECK int parse_range(const char *text, uint64_t *first, uint64_t *last, struct err *err);

#endif
