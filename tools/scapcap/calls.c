/* SPDX-License-Identifier: MIT */
/*
 * The tables say where a parameter comes from; how it is stored, and which numbers have to be
 * converted, follows from its type in events.def. So a row of calls.def only names sources, and an
 * older schema is the same row cut shorter.
 */
#include "tools/scapcap/calls.h"

#include <string.h>

#include "scap/conversions.h"
#include "scap/names.h"
#include "state/state.h"
#include "tools/scapcap/convs.h"

struct call_row {
	uint16_t enter, exit;
	uint8_t nenter, nexit;
	const struct param *enter_params, *exit_params;
};

/* clang-format off */
static const uint8_t families[] = {
#define SOURCE(family, kind, symbol) [SRC_##symbol] = FAMILY_##family,
#include "tools/scapcap/sources.def"
#undef SOURCE
};

#define FROM2(sym, a, b)     {.source = SRC_##sym, .arg = (a), .at = (b), .size = 8},
#define FROM1(sym, a)        FROM2(sym, a, 0)
#define FROM(sym)            FROM2(sym, 0, 0)
#define RET                  FROM(RET)
#define GOT                  NUMBER(RET, 0, 0, 8, 0, PARAM_OK)
#define EACH                 FROM2(RET, 0, EACH_MESSAGE)
#define STR(n)               FROM1(STRING, n)
#define OUT_STR(n)           {.source = SRC_STRING, .arg = (n), .when = PARAM_OK},
#define NUMBER(sym, n, o, s, c, w) \
	{.source = SRC_##sym, .arg = (n), .at = (o), .size = (s), .conv = (c), .when = (w)},
#define ARG(n)               NUMBER(ARG, n, 0, 8, 0, 0)
#define INT(n)               NUMBER(ARG, n, 0, 4, 0, PARAM_SIGNED)
#define UINT(n)              NUMBER(ARG, n, 0, 4, 0, 0)
#define FD_FLAGS(n)          NUMBER(ARG, n, 0, 4, CONV_OF_file_flags, 0)
#define OPEN(n)              NUMBER(ARG, n, 0, 4, CONV_OF_OPEN, 0)
#define OPENED(n)            NUMBER(ARG, n, 0, 4, CONV_OF_OPEN, PARAM_OPENED)
#define OPEN_MEM(n, o)       NUMBER(MEMORY, n, o, 4, CONV_OF_OPEN, 0)
#define OPENED_MEM(n, o)     NUMBER(MEMORY, n, o, 4, CONV_OF_OPEN, PARAM_OPENED)
#define CLONE_FLAGS(sym, n)  NUMBER(sym, n, 0, 4, 0, PARAM_CLONED)
#define MEM(n, o, s)         NUMBER(MEMORY, n, o, s, 0, 0)
#define OUT(n, o, s)         NUMBER(MEMORY, n, o, s, 0, PARAM_OK)
#define OUT_INT(n, o)        NUMBER(MEMORY, n, o, 4, 0, PARAM_OK | PARAM_MINUS | PARAM_SIGNED)
#define OUT_LIMIT(n, o)      NUMBER(MEMORY, n, o, 8, 0, PARAM_OK | PARAM_MINUS)

/* A sentinel behind each list lets empty ones be written like all others. */
#define CALL(symbol, enter, exit) \
	static const struct param enter_##symbol[] = {enter {0}}, exit_##symbol[] = {exit {0}};
#include "tools/scapcap/calls.def"
#undef CALL
#define CALL(symbol, enter, exit) \
	{PPME_##symbol##_E, PPME_##symbol##_X, ARRAY_SIZE(enter_##symbol) - 1, \
		ARRAY_SIZE(exit_##symbol) - 1, enter_##symbol, exit_##symbol},
static const struct call_row rows[] = {
#include "tools/scapcap/calls.def"
};
#undef CALL

static const struct native_call natives[] = {
#define SYSCALL(nr, name, symbol) {#name, nr, PPME_##symbol##_X},
#ifdef __aarch64__
#include "tools/scapcap/syscalls_aarch64.def"
#else
#include "tools/scapcap/syscalls_x86_64.def"
#endif
#undef SYSCALL
#define SYSCALL(nr, name, symbol) {#name, NATIVE_CALLS + (nr), PPME_##symbol##_X},
#ifdef __aarch64__
#include "tools/scapcap/syscalls_arm.def"
#else
#include "tools/scapcap/syscalls_i386.def"
#endif
#undef SYSCALL
};
/* clang-format on */

const struct native_call *calls_native(size_t i)
{
	return i < ARRAY_SIZE(natives) ? &natives[i] : NULL;
}

uint32_t calls_number(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(natives); i++)
		if (strcmp(natives[i].name, name) == 0)
			return natives[i].nr;
	return MAX_CALLS;
}

static const struct native_call *find_native(uint32_t nr)
{
	for (size_t i = 0; i < ARRAY_SIZE(natives); i++)
		if (natives[i].nr == nr)
			return &natives[i];
	return NULL;
}

static const struct call_row *find_row(uint16_t exit)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].exit == exit)
			return &rows[i];
	return NULL;
}

/* The type itself, or what a schema without it has in its place. */
static uint16_t known_type(const struct schema *schema, uint16_t exit)
{
	int type = conversion_older(schema, exit);

	return type < 0 ? PPME_GENERIC_X : (uint16_t)type;
}

/* Whether the programs have the number at hand when the call returns. */
static bool is_plain(const struct param *p)
{
	static const uint32_t at_hand = 1u << SRC_CODE | 1u << SRC_NATIVE | 1u << SRC_RET | 1u << SRC_ARG;

	return p->source < 32 && at_hand >> p->source & 1 && p->width && !p->conv &&
	       !(p->when & ~PARAM_SIGNED);
}

/* Completes the parameters of a type from the table of events. Returns how many the schema has. */
static uint8_t fill_params(struct param *to, const struct param *from, uint32_t n, uint16_t type,
	const struct schema *schema)
{
	const struct event_info *info = event_info(type);
	uint32_t known = (uint32_t)MAX(schema_nparams(schema, type), 0);

	n = MIN(n, MIN(known, info->nparams));
	for (uint32_t i = 0; i < n; i++) {
		to[i] = from[i];
		to[i].family = families[from[i].source];
		to[i].width = (uint8_t)param_width(info->params[i].type);
		if (!to[i].conv)
			to[i].conv = (uint8_t)convs_of_param(type, i);
		if (is_plain(&to[i]))
			to[i].when |= PARAM_PLAIN;
	}
	return (uint8_t)n;
}

struct shape calls_shape(bool pairs)
{
	if (pairs)
		return (struct shape){schema_find("0.1.1dev_2022-03_debian"), 329};
	return (struct shape){schema_find("0.23"), UINT16_MAX};
}

/*
 * By what the state makes of its records. Not for what each transfer tells of a socket's peer, nor
 * for sizes of memory: these calls are many, and later ones of their kind tell the same again.
 */
enum keep calls_keep(uint16_t exit)
{
	const struct event_info *info = event_info(exit);
	uint16_t enter = exit - 1;

	if (!state_changes(exit) && !state_changes(enter))
		return KEEP_NOT;
	if (info->flags & EF_CREATES_FD)
		return KEEP_FILES;
	switch (info->category & EC_CLASS_MASK) {
	case EC_PROCESS:
	case EC_USER:
		return KEEP_THREAD;
	case EC_IO_READ:
	case EC_IO_WRITE:
	case EC_MEMORY:
		return KEEP_NOT;
	default:
		return KEEP_FILES;
	}
}

void calls_row(uint32_t nr, const struct shape *shape, struct call *call)
{
	const struct native_call *native = find_native(nr);
	const struct call_row *row = NULL;
	uint32_t code = native ? (uint32_t)MAX(ppm_sc_code(native->name), 0) : 0;

	if (native)
		row = find_row(known_type(shape->schema, native->exit));
	if (!row)
		row = find_row(PPME_GENERIC_X);
	*call = (struct call){.code = code < shape->codes ? (uint16_t)code : 0,
		.enter = row->enter,
		.exit = row->exit};
	call->keeps = (uint8_t)calls_keep(row->exit);
	call->nenter = fill_params(
		call->enter_params, row->enter_params, row->nenter, row->enter, shape->schema);
	call->nexit = fill_params(
		call->exit_params, row->exit_params, row->nexit, row->exit, shape->schema);
	call->several = call->nexit && call->exit_params[0].source == SRC_RET &&
			call->exit_params[0].at == EACH_MESSAGE;
}
