/* SPDX-License-Identifier: MIT */
/* One line with the kinds of losses there are; then, if asked, a line a type. */
#include "tools/scapedit/losses.h"

#include <inttypes.h>

#include "base/buf.h"
#include "cli/msg.h"

/* Of one, and of several. */
static const char *const texts[LOSS_KINDS][2] = {
	[LOSS_PARAMS] = {"lost parameters", "lost parameters"},
	[LOSS_TYPE] = {"became an older or generic type", "became older or generic types"},
	[LOSS_RECORD] = {"left out", "left out"},
	[LOSS_UNENDED] = {"left out as a call without an end", "left out as calls without an end"},
};

uint64_t losses_events(const struct losses *l, enum loss kind)
{
	uint64_t n = 0;

	for (size_t type = 0; type < EVENT_TYPES; type++)
		n += l->events[kind][type];
	return n;
}

static void put(struct buf *to, uint64_t n, const char *one, const char *many)
{
	if (n)
		buf_count(to, n, one, many);
}

static void tell_type(const struct losses *l, const char *file, uint16_t type)
{
	const struct event_info *info = event_info(type);
	struct buf line = {0};

	for (size_t kind = 0; kind < LOSS_KINDS; kind++)
		put(&line, l->events[kind][type], texts[kind][0], texts[kind][1]);
	if (line.n)
		msg_warn(file, "%c %s: %.*s", event_is_exit(type) ? '<' : '>', info->name,
			(int)line.n, (const char *)line.p);
	buf_release(&line);
}

void losses_tell(const struct losses *l, const char *file, bool each)
{
	struct buf line = {0};

	for (size_t kind = 0; kind < LOSS_KINDS; kind++)
		put(&line, losses_events(l, kind), texts[kind][0], texts[kind][1]);
	if (line.n)
		buf_text(&line, " (events)");
	put(&line, l->fds, "descriptor lost its kind", "descriptors lost their kind");
	put(&line, l->procs, "process lost fields", "processes lost fields");
	put(&line, l->sections, "section header lost its options",
		"section headers lost their options");
	if (line.n)
		msg_warn(file, "in the conversion: %.*s", (int)line.n, (const char *)line.p);
	for (uint16_t type = 0; each && type < EVENT_TYPES; type++)
		tell_type(l, file, type);
	buf_release(&line);
}
