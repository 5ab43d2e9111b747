/* SPDX-License-Identifier: MIT */
/* The stage that changes records: moves their times, cuts their data, takes things out of them. */
#ifndef SCAPEDIT_CHANGE_H
#define SCAPEDIT_CHANGE_H

#include "base/buf.h"
#include "tools/scapedit/stage.h"

/* What the user asked for. All zeros leaves everything as it is. */
struct change_opts {
	int64_t shift;    /* ns */
	uint64_t snaplen; /* bytes that stay of the data of an event or a packet; 0: all */
	bool strip_data, strip_env, strip_packets;
	const char **comments; /* of the capture; borrowed texts */
	size_t ncomments;
};

/* Setters of options, into a struct change_opts. Return 0, or -1 with the reason (err). */
int change_set_shift(void *opts, const char *text, struct err *err); /* "-3600", "+0.25" */
int change_add_comment(void *opts, const char *text, struct err *err);

/* Frees what the setters have made. */
void change_opts_release(struct change_opts *o);

/* Whether there is anything to do. */
bool change_wanted(const struct change_opts *o);

/* Whether records will not read as they did. */
bool change_shows(const struct change_opts *o);

struct change {
	const struct change_opts *opts;
	bool commented;    /* the capture has its comments */
	uint64_t left_out; /* records and parts of lists that could not be cleaned */
	struct err why;    /* the first of them */
	struct buf copy, options;
};

/* For stages_add, with a struct change { .opts = opts } as self. */
extern const struct stage_ops change_ops;

/* Frees what the stage has made. */
void change_release(struct change *c);

#endif
