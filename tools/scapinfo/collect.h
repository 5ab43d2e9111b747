/* SPDX-License-Identifier: MIT */
/* One pass over a capture. Nothing is rendered here. */
#ifndef SCAPINFO_COLLECT_H
#define SCAPINFO_COLLECT_H

#include "io/src.h"
#include "tools/scapinfo/info.h"

/*
 * Counts all of src into in, which is fresh from info_init. Returns 0, or -1 (err): then in holds
 * what was whole up to there.
 */
MUST_CHECK int collect_run(struct info *in, struct src *src, struct err *err);

#endif
