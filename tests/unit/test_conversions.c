/* SPDX-License-Identifier: MIT */
/* Walks over every row: that it fits the tables of events, that it leads on, that it is the spec's. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scap/conversions.h"

/* As in fold.c. */
#define STEPS_MAX 32

static bool enters(const struct conversion_source *s)
{
	return s->from == CONVERSION_ENTER || s->from == CONVERSION_ENTER_OR_ZERO;
}

/* A value of the record it is taken from is stored as the row's type says. */
static void expect_fitting(const struct conversion *c, const struct conversion_source *s,
	const struct param_info *to)
{
	const struct event_info *from = event_info(enters(s) ? c->type - 1u : c->type);
	uint32_t was, is = param_width(to->type);

	cr_assert_lt(s->at, from->nparams, "%s", from->symbol);
	was = param_width(from->params[s->at].type);
	/* bpf is the one call whose values are stored in another width since. */
	if (c->type != PPME_SYSCALL_BPF_X)
		cr_expect_eq(was, is, "%s: %s", from->symbol, to->name);
}

Test(conversions, rows_fit_the_table_of_events)
{
	const struct conversion *c;
	uint32_t last = 0;

	for (size_t i = 0; (c = conversion_at(i)); i++) {
		const struct event_info *info = event_info(c->becomes);
		uint32_t first = c->becomes == c->type ? c->nparams : 0;
		uint32_t key = c->type * 64u + c->nparams;

		cr_expect(i == 0 || key > last, "row %zu is out of order", i);
		last = key;
		cr_assert_leq(first + c->nsources, info->nparams, "%s", info->symbol);
		cr_expect(event_is_exit(c->type) == event_is_exit(c->becomes), "%s", info->symbol);
		for (uint16_t k = 0; k < c->nsources; k++) {
			const struct conversion_source *s = &c->sources[k];

			if (s->from == CONVERSION_THIS)
				cr_expect_lt(s->at, c->nparams, "%s", info->symbol);
			if (s->from == CONVERSION_THIS || enters(s))
				expect_fitting(c, s, &info->params[first + k]);
		}
	}
	cr_expect_gt(last, 0u);
}

/* Takes a record along the rows. */
static void walk(uint32_t *type, uint32_t *nparams)
{
	const struct conversion *c;
	int steps = 0;

	while ((c = conversion_of(*type, *nparams)) && steps++ < STEPS_MAX) {
		*nparams = (c->becomes == c->type ? c->nparams : 0u) + c->nsources;
		*type = c->becomes;
	}
	cr_assert_lt(steps, STEPS_MAX, "rows lead in circles from %u", *type);
}

/* Whatever a released version wrote ends as a record of a type that is written today, complete. */
Test(conversions, all_exit_records_of_all_versions_end_at_the_newest)
{
	for (size_t i = 0; schema_name(i); i++) {
		const struct schema *s = schema_find(schema_name(i));

		for (uint32_t from = 1; from < EVENT_TYPES; from += 2) {
			int n = schema_nparams(s, from);
			uint32_t type = from, nparams = (uint32_t)n;

			if (n < 0 || !(event_info(from)->flags & EF_CONVERTER_MANAGED))
				continue;
			walk(&type, &nparams);
			cr_expect(!(event_info(type)->flags & EF_OLD_VERSION), "%s of %s: %s",
				event_info(from)->symbol, schema_name(i), event_info(type)->symbol);
			cr_expect_eq(nparams, event_info(type)->nparams, "%s of %s: %u of %u",
				event_info(from)->symbol, schema_name(i), nparams,
				event_info(type)->nparams);
		}
	}
}

Test(conversions, some_enter_records_stay)
{
	cr_expect(conversion_keeps(PPME_SYSCALL_OPEN_E));
	cr_expect(conversion_keeps(PPME_SOCKET_CONNECT_E));
	cr_expect(!conversion_keeps(PPME_SYSCALL_READ_E));
	cr_expect(!conversion_keeps(PPME_SYSCALL_STAT_E));
}

Test(conversions, where_the_parameters_of_an_enter_record_went)
{
	cr_expect_eq(conversion_enter_param(PPME_SYSCALL_READ_X, 0), 2);
	cr_expect_eq(conversion_enter_param(PPME_SYSCALL_READ_X, 1), 3);
	cr_expect_eq(conversion_enter_param(PPME_SYSCALL_READ_X, 2), -1);
	cr_expect_eq(conversion_enter_param(PPME_SYSCALL_MMAP_X, 4), 8);
	cr_expect_eq(conversion_enter_param(PPME_SYSCALL_SENDFILE_X, 3), 4);
	cr_expect_eq(conversion_enter_param(PPME_SYSCALL_DUP_X, 0), -1, "it has another type now");
}

Test(conversions, older_types)
{
	const struct schema *old = schema_find("0.1.1dev_2022-03_debian"), *new = schema_find("0.23");

	cr_expect_eq(conversion_older(new, PPME_SYSCALL_DUP2_X), PPME_SYSCALL_DUP2_X);
	cr_expect_eq(conversion_older(old, PPME_SYSCALL_DUP2_X), PPME_SYSCALL_DUP_X);
	cr_expect_eq(conversion_older(old, PPME_SYSCALL_DUP2_E), PPME_SYSCALL_DUP_E);
	cr_expect_eq(conversion_older(old, PPME_SYSCALL_NEWFSTATAT_X), -1);
	cr_expect_eq(conversion_older(old, EVENT_TYPES), -1);
}

/* --- the spec ------------------------------------------------------------------------------- */

/* "this[3]", "enter[0]|empty", "enter[1]|default", "empty", "default", "built". */
static struct conversion_source parse_source(const char *s)
{
	struct conversion_source src = {0};

	if (strncmp(s, "this", 4) == 0 || strncmp(s, "enter", 5) == 0)
		src.at = (uint8_t)atoi(strchr(s, '[') + 1);
	if (strncmp(s, "this", 4) == 0)
		src.from = CONVERSION_THIS;
	else if (strncmp(s, "enter", 5) == 0)
		src.from = strstr(s, "|default") ? CONVERSION_ENTER_OR_ZERO : CONVERSION_ENTER;
	else if (strncmp(s, "empty", 5) == 0)
		src.from = CONVERSION_EMPTY;
	else
		src.from = strncmp(s, "built", 5) ? CONVERSION_ZERO : CONVERSION_BUILT;
	return src;
}

static void expect_sources(const struct conversion *c, char *list)
{
	uint16_t n = 0;

	for (char *p = list; (p = strchr(p, '=')); p++, n++) {
		struct conversion_source want = parse_source(p + 1);

		cr_assert_lt(n, c->nsources, "type %u", c->type);
		cr_expect(want.from == c->sources[n].from && want.at == c->sources[n].at,
			"type %u with %u: source %u", c->type, c->nparams, n);
	}
	cr_expect_eq(n, c->nsources, "type %u", c->type);
}

/* Returns whether the line is one of a row of ours. */
static bool expect_line(char *line)
{
	char symbol[64], action[32], newer[64], *list = strrchr(line, '\t');
	const struct conversion *c;
	unsigned type, n;

	if (sscanf(line, "%u %63s %u %31s %63s", &type, symbol, &n, action, newer) != 5)
		return false;
	c = conversion_of(type, n);
	if (strcmp(action, "ADD_PARAMS") && strcmp(action, "CHANGE_TYPE")) {
		cr_expect_null(c, "%s", line);
		cr_expect_eq(conversion_keeps(type), strcmp(action, "STORE") != 0, "%s", line);
		return false;
	}
	cr_assert_not_null(c, "%s", line);
	if (strcmp(action, "CHANGE_TYPE") == 0)
		cr_expect_str_eq(event_info(c->becomes)->symbol, newer + strlen("PPME_"));
	else
		cr_expect_eq(c->becomes, c->type, "%s", line);
	expect_sources(c, list);
	return true;
}

Test(conversions, rows_are_those_of_the_spec)
{
	const char *folder = getenv("SPEC");
	char path[4096], line[4096];
	size_t n = 0, ours = 0;
	FILE *f;

	if (!folder || !*folder)
		cr_skip_test("no SPEC");
	snprintf(path, sizeof(path), "%s/conversions.tsv", folder);
	f = fopen(path, "r");
	cr_assert_not_null(f, "%s", path);
	while (fgets(line, sizeof(line), f))
		n += expect_line(line);
	fclose(f);
	while (conversion_at(ours))
		ours++;
	cr_expect_eq(n, ours);
}
