/* SPDX-License-Identifier: MIT */
/* A capture from the command line into its parts. */
#ifndef SCAPEDIT_SPLIT_RUN_H
#define SCAPEDIT_SPLIT_RUN_H

#include "tools/scapedit/edit.h"
#include "tools/scapedit/parts.h"

/* Says what is worth a line of the input although it was used. Returns the status it leaves us
 * with. */
typedef int tell_fn(const struct args *a, const struct reader *r, const struct edit_report *rep);

/* Reads the input as often as its parts make it necessary. Returns the exit status, after messages.
 */
int split_run(struct args *a, tell_fn *tell);

#endif
