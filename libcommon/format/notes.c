/* SPDX-License-Identifier: MIT */
/* A row per type. */
#include "format/notes.h"

static const struct {
	uint16_t type;
	const char *note;
} notes[] = {
	/* clang-format off */
	{PPME_DROP_E,                 "the writer began to leave out events, by this ratio"},
	{PPME_DROP_X,                 "the writer has ceased to leave out events"},
	{PPME_SCAPEVENT_E,            "the writer about its own work"},
	{PPME_CONTAINER_E,            "what the writer found out of a container"},
	{PPME_CONTAINER_JSON_E,       "what the writer found out of a container"},
	{PPME_CONTAINER_JSON_2_E,     "what the writer found out of a container"},
	{PPME_PROCINFO_E,             "CPU time of the thread so far, looked up by the writer"},
	{PPME_CPU_HOTPLUG_E,          "a CPU came or went"},
	{PPME_K8S_E,                  "what Kubernetes told the writer"},
	{PPME_MESOS_E,                "what Mesos told the writer"},
	{PPME_TRACER_E,               "a program marks the begin of a span of its own"},
	{PPME_TRACER_X,               "a program marks the end of a span of its own"},
	{PPME_NOTIFICATION_E,         "from the writer: a rule that was met, losses, work of an io_uring"},
	{PPME_INFRASTRUCTURE_EVENT_E, "something that happened around the machine"},
	{PPME_PLUGINEVENT_E,          "from a plugin of the writer, not from this machine's kernel"},
	{PPME_USER_ADDED_E,           "a user of the machine or of a container"},
	{PPME_USER_DELETED_E,         "a user that is gone"},
	{PPME_GROUP_ADDED_E,          "a group of the machine or of a container"},
	{PPME_GROUP_DELETED_E,        "a group that is gone"},
	{PPME_ASYNCEVENT_E,           "from a plugin of the writer"},
	/* clang-format on */
};

const char *event_note(const struct event *ev)
{
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++)
		if (notes[i].type == ev->type)
			return notes[i].note;
	return ev->flags & EVENT_HIDDEN ? "hidden: kept for what it changes" : NULL;
}
