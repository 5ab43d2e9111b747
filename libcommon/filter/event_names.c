/* SPDX-License-Identifier: MIT */
/* Names of events are looked up while a filter is compiled: a walk over the tables will do. */
#include "filter/event_names.h"

#include "base/near.h"
#include "scap/event_table.h"
#include "scap/names.h"

/* Codes of system calls are below this. */
#define CODES 1024

/* Name i of all there are; "" for one that is not used, NULL after the last. */
static const char *name_at(uint32_t i)
{
	const char *name;

	if (i < EVENT_TYPES)
		return event_info(i)->flags & EF_UNUSED ? "" : event_info(i)->name;
	if (i >= EVENT_TYPES + CODES)
		return NULL;
	name = ppm_sc_name(i - EVENT_TYPES);
	return name ? name : "";
}

bool event_name_known(struct span name)
{
	const char *known;

	for (uint32_t i = 0; (known = name_at(i)); i++)
		if (*known && span_eq(name, span_str(known)))
			return true;
	return false;
}

int event_name_unknown(struct span name, struct err *err)
{
	struct near near = near_of(name);
	const char *known;

	for (uint32_t i = 0; (known = name_at(i)); i++)
		if (*known)
			near_try(&near, known);
	return err_set(err, ERR_USAGE, "there is no event type %.*s%s%s%s",
		(int)MIN(name.n, (size_t)60), (const char *)name.p, NEAR_TEXT(near));
}

const char *event_category_name(uint32_t category)
{
	static const char *const names[] = {[EC_UNKNOWN] = "unknown",
		[EC_OTHER] = "other",
		[EC_FILE] = "file",
		[EC_NET] = "net",
		[EC_IPC] = "IPC",
		[EC_MEMORY] = "memory",
		[EC_PROCESS] = "process",
		[EC_SLEEP] = "sleep",
		[EC_SYSTEM] = "system",
		[EC_SIGNAL] = "signal",
		[EC_USER] = "user",
		[EC_TIME] = "time",
		[EC_PROCESSING] = "processing",
		[EC_WAIT] = "wait",
		[EC_SCHEDULER] = "scheduler",
		[EC_INTERNAL] = "internal"};

	category &= EC_CLASS_MASK;
	return category < ARRAY_SIZE(names) ? names[category] : NULL;
}
