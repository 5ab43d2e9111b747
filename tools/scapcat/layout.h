/* SPDX-License-Identifier: MIT */
/*
 * Columns: fields of fixed widths below a line with their names. Widths are known beforehand, by the
 * kind of field, so that nothing waits for the end of the file.
 */
#ifndef SCAPCAT_LAYOUT_H
#define SCAPCAT_LAYOUT_H

#include "base/buf.h"
#include "base/err.h"
#include "filter/view.h"

/*
 * Makes the template (format/text.h) of "FIELD[:WIDTH], ...", and the line with the names, each with
 * a NUL behind it. The last column is as wide as it has to be if nothing else is said. time is what
 * evt.outputtime will show. Returns 0, or -1 (err).
 */
MUST_CHECK int layout_make(const char *columns, enum text_time time, struct buf *template,
	struct buf *header, struct err *err);

#endif
