/* SPDX-License-Identifier: MIT */
/*
 * Every event type there is, from events.def: number, name, category, flags, parameters. And how
 * many parameters a type had in the schema of each released version, from history.def.
 */
#ifndef SCAP_EVENT_TABLE_H
#define SCAP_EVENT_TABLE_H

#include "base/base.h"

/* PPME_SYSCALL_OPEN_X and so on; the numbers are those in the files. */
enum event_type {
#define EVENT(id, symbol, name, category, flags, params) PPME_##symbol = (id),
#include "scap/events.def"
#undef EVENT
	EVENT_TYPES, /* how many the table has */
};

/* Classes (low nine bits) and sources of event categories. */
enum event_category {
	EC_UNKNOWN = 0,
	EC_OTHER = 1,
	EC_FILE = 2,
	EC_NET = 3,
	EC_IPC = 4,
	EC_MEMORY = 5,
	EC_PROCESS = 6,
	EC_SLEEP = 7,
	EC_SYSTEM = 8,
	EC_SIGNAL = 9,
	EC_USER = 10,
	EC_TIME = 11,
	EC_PROCESSING = 12,
	EC_IO_READ = 32,
	EC_IO_WRITE = 33,
	EC_IO_OTHER = 34,
	EC_WAIT = 64,
	EC_SCHEDULER = 128,
	EC_INTERNAL = 256,
	EC_CLASS_MASK = 511,
	EC_SYSCALL = 512,
	EC_TRACEPOINT = 1024,
	EC_PLUGIN = 2048,
	EC_METAEVENT = 4096,
	EC_ITER = 8192,
};

enum event_flag {
	EF_NONE = 0,
	EF_CREATES_FD = 1,
	EF_DESTROYS_FD = 2,
	EF_USES_FD = 4,
	EF_READS_FROM_FD = 8,
	EF_WRITES_TO_FD = 16,
	EF_MODIFIES_STATE = 32,
	EF_UNUSED = 64,
	EF_WAITS = 128,
	EF_SKIPPARSERESET = 256,
	EF_OLD_VERSION = 512,
	EF_LARGE_PAYLOAD = 2048,
	EF_CONVERTER_MANAGED = 4096,
};

enum param_type {
#define PARAM_TYPE(number, symbol, width, is_signed) PT_##symbol = (number),
#include "scap/param_types.def"
#undef PARAM_TYPE
	PARAM_TYPES,
};

enum param_fmt {
	PF_NA,
	PF_DEC,
	PF_HEX,
	PF_OCT,
};

/* A name of a bit or value of a flags parameter. Tables end with a NULL name. */
struct flag_name {
	uint32_t value;
	const char *name;
};

struct param_info;

/* The variants of a PT_DYN parameter: the first data byte is the index. */
struct dyn_table {
	const struct param_info *variants;
	uint32_t n;
};

struct param_info {
	const char *name;
	uint8_t type; /* enum param_type */
	uint8_t fmt;  /* enum param_fmt */
	int8_t dirfd; /* PT_FSRELPATH: index of the directory's parameter, else -1 */
	const struct flag_name *flags; /* names of flags and enums, or NULL */
	const struct dyn_table *dyn;   /* PT_DYN, else NULL */
};

struct event_info {
	const char *symbol; /* "SYSCALL_OPEN_X" */
	const char *name;   /* "open" */
	uint32_t category;  /* enum event_category */
	uint32_t flags;     /* enum event_flag */
	const struct param_info *params;
	uint32_t nparams;
};

/* What the table says of a type; NULL for numbers beyond it. Static. */
const struct event_info *event_info(uint32_t type);

/* Enter records have even numbers, exit records odd ones. */
static inline bool event_is_exit(uint32_t type)
{
	return (type & 1) != 0;
}

/* A row of history.def: the event schema of one release. */
struct schema;

/* The schema of a version such as "0.23.0" or "0.23"; NULL when there is none of that name. */
const struct schema *schema_find(const char *version);

/* Name of the i-th schema, oldest first; NULL after the last. */
const char *schema_name(size_t i);

/* How many parameters a type has in a schema; -1 when the type did not exist. */
int schema_nparams(const struct schema *s, uint32_t type);

/* How a value of a parameter type is stored: bytes, or 0 for variable lengths. */
uint32_t param_width(uint8_t type);

/* Whether values of this type can be negative. */
bool param_signed(uint8_t type);

/* "ERRNO", "FSPATH", ...; NULL for unknown numbers. */
const char *param_type_name(uint8_t type);

#endif
