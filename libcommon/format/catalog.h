/* SPDX-License-Identifier: MIT */
/* Lists for people and programs of what can be asked for: fields and events. */
#ifndef FORMAT_CATALOG_H
#define FORMAT_CATALOG_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct catalog_opts {
	bool json; /* as one JSON text */
	bool all;  /* also hidden fields */
};

/* Append all there is, with a line feed at the end. Return 0, or -1 without memory (err). */
MUST_CHECK int catalog_fields(const struct catalog_opts *opts, struct buf *out, struct err *err);
MUST_CHECK int catalog_events(const struct catalog_opts *opts, struct buf *out, struct err *err);

/*
 * Appends what there is to say of one field, by its name or another name for it, or the fields whose
 * names begin with name and a dot. Returns 0, or -1: ERR_USAGE when there are none.
 */
MUST_CHECK int catalog_field(
	const struct catalog_opts *opts, const char *name, struct buf *out, struct err *err);

/* The same for the events of a name. */
MUST_CHECK int catalog_event(
	const struct catalog_opts *opts, const char *name, struct buf *out, struct err *err);

#endif
