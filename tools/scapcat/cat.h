/* SPDX-License-Identifier: MIT */
/* The loop of scapcat: read a block, take it into the state, print the lines of an event. */
#ifndef SCAPCAT_CAT_H
#define SCAPCAT_CAT_H

#include <stdio.h>

#include "pcapng/reader.h"
#include "tools/scapcat/follow.h"
#include "tools/scapcat/late.h"
#include "tools/scapcat/lines.h"
#include "tools/scapcat/paint.h"

struct cat_opts {
	struct lines_opts lines;
	struct follow_opts follow; /* data of descriptors instead of lines */
	const char *filter; /* of what is printed; NULL: everything */
	const char *write; /* a capture of it goes to this path, "-" for standard output; NULL: lines do */
	const struct macros *macros;    /* in filters; NULL: none */
	const struct paint_rule *rules; /* colours of lines */
	size_t nrules;
	const char *header; /* in front of all lines; NULL: nothing */
	uint64_t limit; /* records to print, over all files; 0: all */
	bool internal;  /* show records that are there for the state only */
	bool thorough;  /* ask the filter about all records, keep all state; the output is the same */
};

struct cat {
	struct cat_opts opts;
	FILE *out; /* borrowed */
	struct lines *lines;
	struct follow *follow; /* NULL: lines are printed */
	struct filter *filter; /* NULL: none */
	struct paint *paint;   /* NULL: no colours */
	bool stateless;   /* nobody looks at what events do to the state */
	struct buf text;  /* rendered, but not written yet */
	struct keep *keep; /* the capture that is written instead of lines; NULL: none */
	bool stopped;     /* that takes no more */
	uint64_t shown;   /* records so far */
	bool behind;      /* packets of the last file came behind the events they belong between */
	int failed;       /* errno of a write to out that failed; 0: none has */
};

/*
 * Prepares printing to out, which stays the caller's. Returns 0, or -1 on failure (err): ERR_USAGE with
 * an offset is one in the text of the filter.
 */
MUST_CHECK int cat_init(struct cat *c, const struct cat_opts *opts, FILE *out, struct err *err);

/*
 * Call after the last file: writes what comes behind everything. Returns 0, or -1 on failure (err,
 * empty when the reader of the output went away).
 */
MUST_CHECK int cat_end(struct cat *c, struct err *err);

/* Frees what cat_init made; also after it failed. */
void cat_release(struct cat *c);

/*
 * Prints the events and packets of a capture and writes everything to out, also before it has to wait
 * for more of a pipe. late is what late_open found, or NULL. Returns 1, 0 when nothing more is to be
 * printed (the limit is reached, out takes no more), -1 on failure (err) after all that was whole.
 * *warnings is what was wrong with single records.
 */
MUST_CHECK int cat_file(struct cat *c, struct src *src, struct late *late,
	struct reader_warnings *warnings, struct err *err);

#endif
