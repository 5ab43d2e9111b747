/* SPDX-License-Identifier: MIT */
/* Records for other programs to read: tables of fields, CSV, JSON. */
#ifndef SCAPCAT_RECORDS_H
#define SCAPCAT_RECORDS_H

#include "format/fields_out.h"

enum records_kind {
	RECORDS_FIELDS, /* also CSV and TSV: the options say how a row looks */
	RECORDS_JSON,
	RECORDS_JSONL,
	RECORDS_EK,
};

struct records_opts {
	enum records_kind kind;
	const char *const *fields; /* names, borrowed; none: what the kind has by itself */
	size_t nfields;
	struct fields_opts out;
};

struct records;

/* Returns NULL on failure (err). */
MUST_CHECK struct records *records_new(const struct records_opts *opts, struct err *err);

/* Accepts NULL. */
void records_free(struct records *r);

/* A file begins. */
void records_restart(struct records *r);

/* Append what comes before, and behind, the records of all files. */
void records_head(struct records *r, struct buf *out);
void records_tail(struct records *r, struct buf *out);

/* Appends the record that v looks at, unless nothing that was chosen is of such records. */
void records_put(struct records *r, const struct view *v, struct buf *out);

#endif
