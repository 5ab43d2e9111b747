/* SPDX-License-Identifier: MIT */
/* Few are waiting at any time: they are looked through only when somebody asks. */
#include "state/births.h"

#include <string.h>

/* How long readers take the two records for one birth. */
#define SAME_BIRTH_NS UINT64_C(2000000000)

void births_init(struct births *b)
{
	*b = (struct births){0};
	map_init(&b->waiting, sizeof(uint64_t));
}

void births_release(struct births *b)
{
	map_release(&b->waiting);
	births_init(b);
}

static bool is_clone_exit(const struct event *ev)
{
	static const char *const names[] = {"clone", "clone3", "fork", "vfork"};

	if (!event_is_exit(ev->type) || !ev->info ||
		(ev->info->category & EC_CLASS_MASK) != EC_PROCESS)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strcmp(ev->info->name, names[i]) == 0)
			return true;
	return false;
}

void births_note(struct births *b, const struct state *st, const struct event *ev)
{
	const struct thread *child;
	uint64_t *since;
	int64_t res;

	/* Whatever a child does, it has told of its birth first, or never will. */
	map_del(&b->waiting, (uint64_t)ev->tid);
	if (!is_clone_exit(ev) || !event_i64(ev, 0, &res) || res <= 0)
		return;
	child = state_thread(st, res);
	/*
	 * Of an inverted clone the child has told first. Where only the child can tell, as in a pid
	 * namespace, whose numbers are others, the parent's record has made no thread.
	 */
	if (child && child->clone_ts == ev->ts && !(child->p.flags & PROC_CLONE_INVERTED)) {
		since = map_put(&b->waiting, (uint64_t)res);
		if (since)
			*since = ev->ts;
		else
			b->failed = true;
	}
}

static bool is_young(uint64_t tid UNUSED, void *since, void *now)
{
	uint64_t from = *(const uint64_t *)since, to = *(const uint64_t *)now;

	return to < from || to - from < SAME_BIRTH_NS;
}

bool births_waiting(struct births *b, uint64_t now)
{
	map_filter(&b->waiting, is_young, &now);
	return b->waiting.n > 0;
}
