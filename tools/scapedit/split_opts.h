/* SPDX-License-Identifier: MIT */
/* What --split asks for. */
#ifndef SCAPEDIT_SPLIT_OPTS_H
#define SCAPEDIT_SPLIT_OPTS_H

#include "base/err.h"

enum split_by {
	SPLIT_NOT,
	SPLIT_EVENTS,
	SPLIT_SECONDS,
	SPLIT_SIZE,
	SPLIT_KEYS, /* each part has the records that have the same key */
};

struct split_opts {
	enum split_by by;
	uint64_t limit;  /* of a part: records, ns, bytes */
	const char *key; /* SPLIT_KEYS: templates of the key, and of what a part is called */
	const char *name;
	const char *nobody; /* a key that is none; NULL: only <NA> is */
	char *own;          /* memory of these, if need be */
};

/* "events=N", "seconds=S", "size=SZ", "container", "process", "thread", "field=F". */
int split_set(void *opts, const char *arg, struct err *err);

/* Frees the templates. */
void split_opts_release(struct split_opts *o);

#endif
