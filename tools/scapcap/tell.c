/* SPDX-License-Identifier: MIT */
/* A line for the whole, and one for each processor that lost something, so that no loss is silent. */
#include "tools/scapcap/tell.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/msg.h"

/* clang-format off */
static const char *const reasons[DROP_REASONS] = {
	[DROP_RING_FULL]    = "ring full",
	[DROP_RESERVE_FULL] = "ring full for calls that names depend on",
	[DROP_NO_RING]      = "no ring",
	[DROP_BUSY]         = "inside another record",
};
/* clang-format on */

static void tell_processor(uint32_t cpu, const struct counters *c)
{
	char text[256] = "";
	size_t n = 0;

	for (int i = 0; i < DROP_REASONS; i++)
		if (c->dropped[i])
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%llu (%s)",
				n ? ", " : "", c->dropped[i], reasons[i]);
	msg_warn(NULL, "processor %" PRIu32 " dropped %s", cpu, text);
}

static uint64_t dropped(const struct session_report *r)
{
	uint64_t n = 0;

	for (uint32_t cpu = 0; cpu < r->cpus; cpu++)
		n += capture_dropped(&r->dropped[cpu]);
	return n;
}

uint64_t tell_lost(const struct session_report *r)
{
	return dropped(r) + r->unwritten;
}

void tell_counts(const struct session_report *r)
{
	char hidden[48] = "", unwritten[48] = "";
	uint64_t full = 0;

	for (uint32_t cpu = 0; cpu < r->cpus; cpu++)
		full += r->dropped[cpu].dropped[DROP_RING_FULL];
	if (r->hidden)
		snprintf(hidden, sizeof(hidden), " and %" PRIu64 " hidden", r->hidden);
	if (r->unwritten)
		snprintf(unwritten, sizeof(unwritten), ", %" PRIu64 " not written", r->unwritten);
	msg_warn(NULL, "%" PRIu64 " events%s, %" PRIu64 " dropped%s%s", r->events, hidden, dropped(r),
		full ? " (a larger -B or a smaller -s may help)" : "", unwritten);
	for (uint32_t cpu = 0; cpu < r->cpus; cpu++)
		if (capture_dropped(&r->dropped[cpu]))
			tell_processor(cpu, &r->dropped[cpu]);
	if (r->late)
		msg_warn(NULL, "%" PRIu64 " events are out of order", r->late);
}
