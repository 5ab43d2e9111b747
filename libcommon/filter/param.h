/* SPDX-License-Identifier: MIT */
/*
 * Parameters of events as text. A value may have a resolved form, a name of what the number stands
 * for: "3" and "<f>/etc/hosts", together "fd=3(<f>/etc/hosts)".
 */
#ifndef FILTER_PARAM_H
#define FILTER_PARAM_H

#include "filter/data.h"
#include "filter/times.h"
#include "filter/value.h"
#include "state/state.h"

/* What the text of parameters depends on; all borrowed. */
struct param_ctx {
	const struct state *st;
	const struct moment *m; /* the event and its thread */
	struct times *times;    /* of points in time among the parameters */
	struct buf *scratch;    /* memory for texts in the making */
	uint32_t data_limit;    /* data longer than this is cut with "..."; 0: never */
	enum data_mode data_mode;
	bool raw;               /* texts as they are; else what would break a line is escaped */
};

/* What is shown instead of a value that is missing; buffers and lists have a word of their own. */
#define PARAM_MISSING      "<NA>"
#define PARAM_MISSING_DATA "NULL"

/* Appends a text of the capture, escaped or raw as ctx says. */
void param_put_text(const struct param_ctx *ctx, struct span s, struct buf *b);

/* Appends data as ctx says. */
void param_put_data(const struct param_ctx *ctx, struct span s, struct buf *b);

/*
 * Append all parameters of the event that its type has, "name=VALUE(RESOLVED) name=VALUE". Of an
 * unknown type, its number and the bytes in hex: "type=999 0=0a0000 1=NULL". Nothing for generic
 * events, as sysdig has it.
 */
void param_put_all(const struct param_ctx *ctx, struct buf *b);

/* Appends the bytes of parameter i of the record in hex, for who knows no type of it. */
void param_put_raw(const struct param_ctx *ctx, uint32_t i, struct buf *b);

/* Appends parameter i, which the event's type must have: VALUE(RESOLVED). NULL or <NA> if missing.
 */
void param_put(const struct param_ctx *ctx, uint32_t i, struct buf *b);

/* The same, but only RESOLVED when there is one: what evt.arg shows. */
void param_put_resolved(const struct param_ctx *ctx, uint32_t i, struct buf *b);

/*
 * The value of parameter i, which the event's type must have: numbers with the sign of their type,
 * texts, addresses, bytes for everything else. Returns false when it is missing or empty. Borrowed
 * from the event.
 */
bool param_get(const struct param_ctx *ctx, uint32_t i, struct value *v);

/* The type of parameter i, which the event's type must have: of a value of type DYN, its variant's. */
const struct param_info *param_variant(const struct param_ctx *ctx, uint32_t i);

/* Appends RESOLVED alone. Returns whether there is one. */
bool param_put_name(const struct param_ctx *ctx, uint32_t i, struct buf *b);

#endif
