/* SPDX-License-Identifier: MIT */
/*
 * Calls as lines, one per call, as strace has them: what stands before the call is a template's
 * text, then
 *
 *	read(fd=3(<f>/etc/hosts), size=10, data=abc) = 3 <0.000012345>
 *
 * and where something else has to be shown before the call is over:
 *
 *	read(fd=3(<f>/etc/hosts), size=10 <unfinished ...>
 *	<... read resumed> data=abc) = 3 <0.000012345>
 *
 * Pairs of records are joined by thread; the memory this needs follows the calls in flight. Exit
 * records alone are calls too: whoever knows of them early says when they began (joined_begin).
 * Records that are no calls are lines of their own, "--- switch next=12 ---".
 *
 * When only some calls are to be shown, their ends say which. So a call is a whole line then, and
 * has it when it ends. Only what has no end, as far as is known, is asked by how it began.
 */
#ifndef FORMAT_JOINED_H
#define FORMAT_JOINED_H

#include "format/text.h"

struct joined;

/* What stands before a call unless a template says otherwise. */
#define JOINED_TEMPLATE "%evt.num %evt.outputtime %evt.cpu %proc.name (%proc.pid.%thread.tid) "

/*
 * prefix is the text before each call; it stays the caller's and must outlive this. whole says that
 * not all events are to be shown. Returns NULL without memory (err).
 */
MUST_CHECK struct joined *joined_new(struct text *prefix, bool whole, struct err *err);

/* Accepts NULL. */
void joined_free(struct joined *j);

/*
 * Takes in an event, number num, and appends the lines that are due. passes says that it is to be
 * shown; without whole, all are. Returns 0, or -1 without memory (err).
 */
MUST_CHECK int joined_event(struct joined *j, const struct state *st, const struct moment *m,
	uint64_t num, bool passes, struct buf *out, struct err *err);

/*
 * The call that this exit record, which is still to come, ends has begun at its time less its
 * duration. Appends the lines that are due. Returns 0, or -1 without memory (err).
 */
MUST_CHECK int joined_begin(struct joined *j, const struct state *st, const struct event *ev,
	uint64_t num, struct buf *out, struct err *err);

/* Something else is to be shown: appends the line that waits for the end of its call. */
void joined_cut(struct joined *j, struct buf *out);

/* A file is over: appends the line that waits for the end of its call, and forgets all calls. */
void joined_end(struct joined *j, struct buf *out);

#endif
