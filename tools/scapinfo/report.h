/* SPDX-License-Identifier: MIT */
/*
 * What is reported: one row per line of the long report, column of the table, member of the JSON
 * object. How it is printed is show.h's.
 */
#ifndef SCAPINFO_REPORT_H
#define SCAPINFO_REPORT_H

#include <jansson.h>

#include "tools/scapinfo/info.h"

/* How a value is to be read and shown. */
enum report_form {
	FORM_TEXT,
	FORM_NUMBER,
	FORM_RATE,    /* a number with decimals */
	FORM_BOOL,
	FORM_TIME,    /* ns since 1970 */
	FORM_SECONDS, /* a duration in ns */
	FORM_WORDS,   /* a list of texts, in one line */
	FORM_LIST,    /* a list of texts or objects, a line for each */
	FORM_TOP,     /* the same, of which the first lines are the most interesting */
};

/* A value; which member counts depends on the form of its row. */
struct report_value {
	bool none; /* there is none */
	uint64_t n;
	double real;
	struct span text;
	char made[64]; /* a text that had to be put together; wins over text */
	json_t *list;  /* an array, owned by who got it; NULL without memory */
};

/* When a line is shown in the long report; tables and JSON have everything. */
enum report_when {
	WHEN_ALWAYS,
	WHEN_SCAP,    /* a capture of events, or of nothing */
	WHEN_PACKETS, /* a capture with packets or interfaces */
	WHEN_THERE,   /* when it is neither none, nor 0, nor empty */
};

struct report_row {
	char letter;        /* of the part it belongs to; 0: shown with any part */
	const char *label;  /* in the long report */
	const char *column; /* in the table; NULL: not there */
	const char *key;    /* in JSON */
	enum report_form form;
	const char *unit;   /* behind the value in the long report, or NULL */
	enum report_when when;
	struct report_value (*get)(const struct info *in);
};

/* A letter of the command line, which selects the rows of a part. */
struct report_part {
	char letter;
	const char *name; /* of the long option */
	const char *help;
};

/* All rows, in the order in which they are reported. Static. */
const struct report_row *report_rows(size_t *n);

/* All parts, in the order of the help. Static. */
const struct report_part *report_parts(size_t *n);

/* The text of a value of form FORM_TEXT; empty when there is none. Valid as long as v. */
struct span report_text(const struct report_value *v);

/* Whether the long report shows this value of a row. */
bool report_shows(const struct report_row *row, const struct report_value *v,
	const struct info *in);

#endif
