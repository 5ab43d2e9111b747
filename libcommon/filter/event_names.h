/* SPDX-License-Identifier: MIT */
/*
 * What evt.type can be: names of event types, and of system calls without a type of their own; and
 * names of categories.
 */
#ifndef FILTER_EVENT_NAMES_H
#define FILTER_EVENT_NAMES_H

#include "base/err.h"
#include "base/span.h"

/* Whether any event can have this name. */
bool event_name_known(struct span name);

/* Says that none can, and what may have been meant. Returns -1. */
int event_name_unknown(struct span name, struct err *err);

/* What a category (enum event_category) is called; NULL for those that read, write or control I/O. */
const char *event_category_name(uint32_t category);

#endif
