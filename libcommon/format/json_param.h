/* SPDX-License-Identifier: MIT */
/*
 * Parameters of events as JSON: their values, typed, and beside them what the values stand for.
 *
 *	"params":{"fd":3,"name":"a","flags":4097},"names":{"name":"/home/a","flags":["O_RDONLY"]}
 */
#ifndef FORMAT_JSON_PARAM_H
#define FORMAT_JSON_PARAM_H

#include "filter/param.h"

/*
 * Appends the members "params", "names" (when there are some) and "extra" (parameters that our
 * table does not know, as base64, when there are some). ctx must be raw; scratch is memory for
 * texts in the making, another buffer than that of ctx.
 */
void json_put_params(const struct param_ctx *ctx, struct buf *scratch, struct buf *out);

#endif
