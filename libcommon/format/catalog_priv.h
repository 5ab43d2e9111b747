/* SPDX-License-Identifier: MIT */
/* What the lists of fields and of events share. */
#ifndef FORMAT_CATALOG_PRIV_H
#define FORMAT_CATALOG_PRIV_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"

/* catalog.c. Appends the text of all, and a line feed; takes all over. Returns 0, or -1 (err). */
MUST_CHECK int catalog_put_json(json_t *all, struct buf *out, struct err *err);

#endif
