/* SPDX-License-Identifier: MIT */
/* Versions are columns of history.def, oldest first: what a version can do is where it stands. */
#include "tools/scapedit/versions.h"

#include <string.h>

#include "base/buf.h"

/* The first ones that could. */
#define FIRST_WITH_EXITS  "0.22"
#define FIRST_WITH_COUNTS "2018-12-31"

/* The libs of sysdig 0.29, and how many codes these know. */
#define OLD_LIBS  "0.1.1dev_2022-03_debian"
#define OLD_CODES 329

/* The libs that releases of programs were built with. */
static const struct {
	const char *program, *libs;
} programs[] = {
	{"sysdig-0.29", OLD_LIBS},
	{"sysdig-0.41", "0.23"},
	{"stratoshark-0.9", "0.23"},
};

static size_t position(const struct schema *s)
{
	size_t i = 0;

	while (schema_name(i) && schema_find(schema_name(i)) != s)
		i++;
	return i;
}

static bool since(const struct schema *s, const char *first)
{
	return position(s) >= position(schema_find(first));
}

/* Whether text is a program and its version, or its version with more behind a point. */
static bool is_program(const char *text, const char *program)
{
	size_t n = strlen(program);

	return strncmp(text, program, n) == 0 && (!text[n] || text[n] == '.');
}

static int unknown(const char *text, struct err *err)
{
	struct buf known = {0};

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		buf_printf(&known, " %s", programs[i].program);
	err_set(err, ERR_USAGE, "'%s' is no version of libs that is known, nor one of%.*s", text,
		(int)known.n, (const char *)known.p);
	buf_release(&known);
	return -1;
}

int version_set(void *dest, const char *arg, struct err *err)
{
	const struct schema *s = schema_find(arg);

	for (size_t i = 0; !s && i < ARRAY_SIZE(programs); i++)
		if (is_program(arg, programs[i].program))
			s = schema_find(programs[i].libs);
	if (!s)
		return unknown(arg, err);
	*(const struct schema **)dest = s;
	return 0;
}

const struct schema *version_default(void)
{
	return schema_find("0.23");
}

bool version_has_exits(const struct schema *s)
{
	return since(s, FIRST_WITH_EXITS);
}

bool version_reads_counts(const struct schema *s)
{
	return since(s, FIRST_WITH_COUNTS);
}

uint32_t version_codes(const struct schema *s)
{
	return position(s) <= position(schema_find(OLD_LIBS)) ? OLD_CODES : UINT16_MAX;
}
