/* SPDX-License-Identifier: MIT */
/*
 * Records as rows of a table: the values of chosen fields with separators between, as tshark's
 * -T fields has them, and as CSV and TSV. A row is one line: what would break it is escaped.
 */
#ifndef FORMAT_FIELDS_OUT_H
#define FORMAT_FIELDS_OUT_H

#include "format/columns.h"

/* Which values of a field that has several. */
enum fields_occurrence {
	OCCURRENCE_ALL,
	OCCURRENCE_FIRST,
	OCCURRENCE_LAST,
};

enum fields_quote {
	QUOTE_NONE,
	QUOTE_SINGLE,
	QUOTE_DOUBLE,
	QUOTE_NEEDED, /* double, where RFC 4180 wants them */
};

struct fields_opts {
	bool bom;        /* U+FEFF in front of everything */
	bool header;     /* the first row is the names of the fields */
	char separator;  /* between fields */
	char aggregator; /* between the values of a field */
	enum fields_occurrence occurrence;
	enum fields_quote quote;
	const char *end; /* of a row; its NUL, too, when it is empty */
};

/* Initialisers: tshark's defaults; and those of CSV and TSV. */
#define FIELDS_TSHARK                                                                              \
	{                                                                                          \
		.separator = '\t', .aggregator = ',', .end = "\n"                                  \
	}
#define FIELDS_CSV                                                                                 \
	{                                                                                          \
		.header = true, .separator = ',', .aggregator = ',', .quote = QUOTE_NEEDED,        \
		.end = "\r\n"                                                                      \
	}
#define FIELDS_TSV                                                                                 \
	{                                                                                          \
		.header = true, .separator = '\t', .aggregator = ',', .end = "\n"                  \
	}

/* Appends what comes before all rows. scratch is memory for texts in the making, as below. */
void fields_out_head(
	const struct fields_opts *o, const struct columns *c, struct buf *scratch, struct buf *out);

/* Appends the row of the record that v looks at; missing values are empty. */
void fields_out_row(const struct fields_opts *o, struct columns *c, const struct view *v,
	struct buf *scratch, struct buf *out);

#endif
