/* SPDX-License-Identifier: MIT */
/*
 * The records of a traced thread's calls, put together from its registers, its memory and /proc:
 * what the BPF programs do in the kernel, from the same rows, for who may not load any.
 */
#ifndef SCAPCAP_EMIT_H
#define SCAPCAP_EMIT_H

#include "base/err.h"
#include "base/span.h"
#include "tools/scapcap/calls.h"
#include "tools/scapcap/snaplen.h"

struct emit;

struct emit_opts {
	struct snaplen snaplen;
	struct shape shape;
	bool pairs;
};

/* A call of a thread that is stopped. */
struct emit_call {
	int64_t tid, tgid;
	uint32_t nr;           /* native number, marked as compat.h says */
	uint64_t args[8];      /* what it returned in ARG_RET */
	const char *exec_name; /* what an execve that succeeded was asked to run; else NULL */
	bool creates;          /* what an open names was not there before */
};

/* Returns NULL without memory (err). */
MUST_CHECK struct emit *emit_new(const struct emit_opts *opts, struct err *err);

/* Accepts NULL. */
void emit_free(struct emit *e);

/*
 * The record of a call that begins or returned, by its row; duration may have RECORD_HIDDEN. Valid
 * until the next one; empty without memory.
 */
struct span emit_enter(struct emit *e, const struct call *row, const struct emit_call *c,
	uint64_t ts, uint64_t duration);
struct span emit_exit(struct emit *e, const struct call *row, const struct emit_call *c,
	uint64_t ts, uint64_t duration);

/* The record of message i of a call that moved several. */
struct span emit_message(struct emit *e, const struct call *row, const struct emit_call *c,
	uint32_t i, uint64_t ts, uint64_t duration);

/*
 * Whether the path at argument arg of a call, from the folder in argument dir (-1: the current
 * one), names nothing.
 */
bool emit_is_missing(struct emit *e, const struct emit_call *c, int dir, int arg);

/* A record without a call: of a type, with n numbers and the widths they are stored in. */
struct span emit_numbers(struct emit *e, int64_t tid, uint16_t type, const uint64_t *numbers,
	const uint8_t *widths, uint32_t n, uint64_t ts, uint64_t duration);

#endif
