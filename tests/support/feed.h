/* SPDX-License-Identifier: MIT */
/* Feeds a state with blocks built one by one, and keeps what the last event looked like. */
#ifndef SUPPORT_FEED_H
#define SUPPORT_FEED_H

#include "state/state.h"
#include "support/build.h"

/* A clone record: the result, who it is about (tid, pid, ptid), the flags, the ids in the
 * namespace. */
#define CLONE(res, tid, pid, ptid, comm, flags, vtid, vpid)                                        \
	PARAMS(P_S64(res), P_STR("/bin/sh"), P_STR("-c"), P_S64(tid), P_S64(pid), P_S64(ptid),     \
		P_STR(""), P_S64(512), P_U64(1), P_U64(2), P_U32(3), P_U32(4), P_U32(5),           \
		P_STR(comm), P_STR("cpu=/"), P_U32(flags), P_U32(7), P_U32(8), P_S64(vtid),        \
		P_S64(vpid), P_U64(1000))

struct feed {
	struct build b;
	struct state *st;
	struct event ev;
	struct moment m; /* of the last event; its event's parameters are gone */
};

/* A state with a section begun and, when told, a main thread 10 ("sh", child of 1, cwd /home/user). */
void feed_begin(struct feed *f);
void feed_begin_shell(struct feed *f);
void feed_end(struct feed *f);

/* Takes in the block built last into f->b: after build_procs and the like. */
void feed_last(struct feed *f);

/* Builds an event and applies it. Returns what the state says of that moment. */
const struct moment *feed(struct feed *f, uint16_t type, int64_t tid,
	const struct build_param *params);

/* The same at a point in time. */
const struct moment *feed_at(struct feed *f, uint64_t ts, uint16_t type, int64_t tid,
	const struct build_param *params);

/* Whether a text of the state is this. */
bool says(struct span s, const char *text);

/* The name of a descriptor of a thread, as a string; NULL when the state knows none of it. */
const char *name_of(struct feed *f, int64_t tid, int64_t fd);

#endif
