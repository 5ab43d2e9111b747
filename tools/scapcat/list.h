/* SPDX-License-Identifier: MIT */
/* What scapcat prints instead of records: lists of fields, events, macros and profiles. */
#ifndef SCAPCAT_LIST_H
#define SCAPCAT_LIST_H

#include "ask/asked.h"

struct list {
	bool fields, events, json, macros, profiles;
};

/* Whether any list was asked for. */
static inline bool list_wanted(const struct list *l)
{
	return l->fields || l->events || l->json || l->macros || l->profiles;
}

/*
 * Prints the lists; of fields and events those with these names, if there are any; all says hidden
 * ones, too. Returns the status to exit with.
 */
int list_print(const struct list *l, bool all, struct asked *a, const char *const *names, size_t n);

#endif
