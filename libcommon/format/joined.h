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

/* How the parts of a line look. */
struct joined_style {
	/* Whether parameter i of the record, which its type has, is shown; NULL: all are. */
	bool (*wanted)(const struct event *ev, uint32_t i);
	void (*arg)(const struct param_ctx *ctx, uint32_t i, struct buf *b);
	void (*result)(const struct param_ctx *ctx, struct buf *b); /* the record has one */
	/* Appends what is no call; returns false when it has no form of its own. NULL: none has. */
	bool (*other)(const struct event *ev, struct buf *b);
	/* Ends what stands before a call, which was appended from at on. NULL: nothing to do. */
	void (*end_prefix)(size_t at, struct buf *b);
	/*
	 * What an exit record brings and early wants stands in front of the first parameter of the
	 * enter record that late wants. NULL: it comes last.
	 */
	bool (*early)(const struct param_info *p), (*late)(const struct param_info *p);
	const char *resumed; /* between the name of a call that goes on and its rest */
	bool micro;          /* durations in microseconds */
};

/* As above. Static. */
const struct joined_style *joined_style(void);

/* What stands before a call unless a template says otherwise. */
#define JOINED_TEMPLATE "%evt.num %evt.outputtime %evt.cpu %proc.name (%proc.pid.%thread.tid) "

/*
 * prefix is the text before each call; it stays the caller's and must outlive this. With whole,
 * some records are to be left out: then lines come when calls are over, and never in two. Returns
 * NULL without memory (err).
 */
MUST_CHECK struct joined *joined_new(
	struct text *prefix, const struct joined_style *style, bool whole, struct err *err);

/* Accepts NULL. */
void joined_free(struct joined *j);

/*
 * Takes in an event, number num, and appends the lines that are due. passes says that it is to be
 * shown, of a call, its exit record; without whole they all are. Returns 0, or -1 without memory
 * (err).
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
