/* SPDX-License-Identifier: MIT */
/*
 * The tables, all made from the .def files and all constant. Each event row points to a parameter
 * array of its own, each flags parameter to its table of names; a sentinel behind each array lets
 * events without parameters be written like all others.
 */
#include "scap/event_table.h"

#include <string.h>

/* clang-format off */
#define FLAG_TABLE(name, rows)        static const struct flag_name flags_##name[] = {rows {0, NULL}};
#define FLAG(value, name)             {value, name},
#include "scap/flags.def"
#undef FLAG
#undef FLAG_TABLE

#define P(name, type, format)         {name, PT_##type, PF_##format, -1, NULL, NULL},
#define PF(name, type, format, table) {name, PT_##type, PF_##format, -1, flags_##table, NULL},
#define PR(name, dirfd)               {name, PT_FSRELPATH, PF_NA, dirfd, NULL, NULL},
#define PD(name, format, table)       {name, PT_DYN, PF_##format, -1, NULL, &table},

#define DYN_TABLE(name, rows) \
	static const struct param_info name##_variants[] = {rows}; \
	static const struct dyn_table name = {name##_variants, ARRAY_SIZE(name##_variants)};
#include "scap/dyn.def"
#undef DYN_TABLE

#define EVENT(id, symbol, name, category, flags, params) \
	static const struct param_info params_##symbol[] = {params {0}};
#include "scap/events.def"
#undef EVENT

static const struct event_info events[] = {
#define EVENT(id, symbol, name, category, flags, params) \
	[id] = {#symbol, name, category, flags, params_##symbol, ARRAY_SIZE(params_##symbol) - 1},
#include "scap/events.def"
#undef EVENT
};

static const struct {
	const char *name;
	uint32_t width;
	bool is_signed;
} param_types[] = {
#define PARAM_TYPE(number, symbol, width, is_signed) [number] = {#symbol, width, is_signed},
#include "scap/param_types.def"
#undef PARAM_TYPE
};
/* clang-format on */

static_assert(ARRAY_SIZE(events) == EVENT_TYPES, "a row for each type");
static_assert(ARRAY_SIZE(param_types) == PARAM_TYPES, "a row for each parameter type");

struct schema {
	const char *name;
};

static const struct schema schemas[] = {
#define SCHEMA(name) {name},
#define HISTORY(...)
#include "scap/history.def"
#undef SCHEMA
#undef HISTORY
};

static const int8_t history[EVENT_TYPES][ARRAY_SIZE(schemas)] = {
#define SCHEMA(name)
#define HISTORY(id, ...) [id] = {__VA_ARGS__},
#include "scap/history.def"
#undef SCHEMA
#undef HISTORY
};

const struct event_info *event_info(uint32_t type)
{
	return type < EVENT_TYPES ? &events[type] : NULL;
}

/* Whether name is version, or version with ".0" left out. */
static bool same_version(const char *name, const char *version)
{
	size_t n = strlen(version);

	return strncmp(name, version, n) == 0 && (!name[n] || strcmp(name + n, ".0") == 0);
}

const struct schema *schema_find(const char *version)
{
	for (size_t i = 0; i < ARRAY_SIZE(schemas); i++)
		if (same_version(schemas[i].name, version))
			return &schemas[i];
	return NULL;
}

const char *schema_name(size_t i)
{
	return i < ARRAY_SIZE(schemas) ? schemas[i].name : NULL;
}

int schema_nparams(const struct schema *s, uint32_t type)
{
	return type < EVENT_TYPES ? history[type][s - schemas] : -1;
}

uint32_t param_width(uint8_t type)
{
	return type < PARAM_TYPES ? param_types[type].width : 0;
}

bool param_signed(uint8_t type)
{
	return type < PARAM_TYPES && param_types[type].is_signed;
}

const char *param_type_name(uint8_t type)
{
	return type < PARAM_TYPES ? param_types[type].name : NULL;
}
