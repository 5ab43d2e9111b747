/* SPDX-License-Identifier: MIT */
/* Prints reports: as lines, as a table with a line per file, as JSON. */
#ifndef SCAPINFO_SHOW_H
#define SCAPINFO_SHOW_H

#include <stdio.h>

#include "base/buf.h"
#include "filter/times.h"
#include "tools/scapinfo/info.h"

struct show_opts {
	bool table, json;   /* else long */
	bool no_header;     /* no line with the names of the columns */
	bool comma;         /* between columns, instead of a tab */
	bool quote;         /* double quotes around each value of a table */
	bool verbose;       /* no list is cut short */
	bool utc;           /* times not in the local zone */
	bool epoch;         /* times as seconds since 1970 */
	bool all;           /* all parts, whatever is selected */
	bool selected[128]; /* parts, by letter; none means all */
};

struct show {
	const struct show_opts *opts; /* borrowed */
	FILE *out;                    /* borrowed */
	struct times times;
	struct buf line;
	uint64_t reports; /* printed so far */
};

/* Starts a series of reports to out. Release it with show_end. */
void show_begin(struct show *s, const struct show_opts *opts, FILE *out);

/* Prints the report of one file. Returns 0, or -1 without memory (err). */
MUST_CHECK int show_report(struct show *s, const struct info *in, struct err *err);

/* Ends the series and frees what it took. */
void show_end(struct show *s);

#endif
