/* SPDX-License-Identifier: MIT */
/* Walks over every row: what the rest of the code takes for granted of the tables. */
#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#include "scap/event_table.h"

static bool printable(const char *s)
{
	for (; *s; s++)
		if (!isgraph((unsigned char)*s))
			return false;
	return true;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static bool unused(const struct event_info *e)
{
	return e->flags & EF_UNUSED;
}

Test(event_table, every_row_is_there_and_its_symbol_is_unique)
{
	for (uint32_t i = 0; i < EVENT_TYPES; i++) {
		const struct event_info *e = event_info(i);

		cr_assert_not_null(e->symbol, "row %u", i);
		cr_expect(e->name[0] && printable(e->name), "row %u: %s", i, e->name);
		cr_expect_lt(strlen(e->name), 32, "row %u: libscap has room for 31 bytes", i);
		for (uint32_t k = 0; k < i; k++)
			cr_expect_neq(strcmp(e->symbol, event_info(k)->symbol), 0, "%s", e->symbol);
	}
	cr_expect_null(event_info(EVENT_TYPES));
	cr_expect_null(event_info(UINT32_MAX));
}

Test(event_table, enter_and_exit_records_pair)
{
	for (uint32_t i = 0; i < EVENT_TYPES; i += 2) {
		const struct event_info *enter = event_info(i);
		const struct event_info *leave = event_info(i + 1);

		cr_expect(ends_with(enter->symbol, "_E"), "%s", enter->symbol);
		cr_expect(ends_with(leave->symbol, "_X"), "%s", leave->symbol);
		cr_expect_eq(strncmp(enter->symbol, leave->symbol, strlen(enter->symbol) - 2), 0,
			"%s %s", enter->symbol, leave->symbol);
		if (unused(enter) || unused(leave))
			continue;
		cr_expect_str_eq(enter->name, leave->name);
		cr_expect_eq(enter->category, leave->category, "%s", enter->symbol);
	}
	cr_expect(event_is_exit(PPME_SYSCALL_OPEN_X) && !event_is_exit(PPME_SYSCALL_OPEN_E));
}

static void expect_sound_param(const struct event_info *e, const struct param_info *p)
{
	cr_expect(p->name[0] && printable(p->name), "%s: %s", e->symbol, p->name);
	cr_expect(p->type != PT_NONE && p->type < PARAM_TYPES, "%s.%s", e->symbol, p->name);
	cr_expect_leq(p->fmt, PF_OCT, "%s.%s", e->symbol, p->name);
	cr_expect_eq(p->dyn != NULL, p->type == PT_DYN, "%s.%s", e->symbol, p->name);
	cr_expect_eq(p->dirfd >= 0, p->type == PT_FSRELPATH, "%s.%s", e->symbol, p->name);
	if (p->dirfd >= 0 && (uint32_t)p->dirfd < e->nparams)
		cr_expect_eq(e->params[p->dirfd].type, PT_FD, "%s.%s", e->symbol, p->name);
	else
		cr_expect_lt(p->dirfd, 0, "%s.%s", e->symbol, p->name);
	if (p->flags)
		cr_expect_not_null(p->flags[0].name, "%s.%s", e->symbol, p->name);
}

Test(event_table, parameters_have_types_and_tables_that_exist)
{
	for (uint32_t i = 0; i < EVENT_TYPES; i++) {
		const struct event_info *e = event_info(i);

		cr_expect_leq(e->nparams, 32, "%s", e->symbol);
		for (uint32_t k = 0; k < e->nparams; k++)
			expect_sound_param(e, &e->params[k]);
	}
}

Test(event_table, names_of_values_are_printable)
{
	for (uint32_t i = 0; i < EVENT_TYPES; i++) {
		const struct event_info *e = event_info(i);

		for (uint32_t k = 0; k < e->nparams; k++)
			for (const struct flag_name *f = e->params[k].flags; f && f->name; f++)
				cr_expect(f->name[0] && printable(f->name), "%s", e->params[k].name);
	}
}

Test(event_table, values_that_may_be_anything_list_their_types)
{
	for (uint32_t i = 0; i < EVENT_TYPES; i++) {
		const struct event_info *e = event_info(i);

		for (uint32_t k = 0; k < e->nparams; k++) {
			const struct dyn_table *dyn = e->params[k].dyn;

			for (uint32_t v = 0; dyn && v < dyn->n; v++)
				cr_expect(dyn->variants[v].type != PT_NONE &&
					dyn->variants[v].type != PT_DYN);
			cr_expect(!dyn || dyn->n >= 2, "%s", e->symbol);
		}
	}
}

Test(event_table, rows_that_anchor_the_numbers)
{
	const struct event_info *open = event_info(PPME_SYSCALL_OPEN_X);

	cr_expect_eq(PPME_SYSCALL_OPEN_X, 3);
	cr_expect_eq(PPME_CONTAINER_JSON_2_E, 324);
	cr_expect_eq(PPME_SYSCALL_CLOSE_RANGE_X, 451);
	cr_expect_str_eq(open->name, "open");
	cr_expect_eq(open->nparams, 6);
	cr_expect_str_eq(open->params[5].name, "ino");
	cr_expect_eq(open->params[5].type, PT_UINT64);
	cr_expect_eq(open->params[3].fmt, PF_OCT);
	cr_expect(event_info(PPME_CONTAINER_JSON_2_E)->flags & EF_LARGE_PAYLOAD);
}

Test(event_table, only_the_known_types_have_32_bit_lengths)
{
	for (uint32_t i = 0; i < EVENT_TYPES; i++)
		cr_expect_eq((event_info(i)->flags & EF_LARGE_PAYLOAD) != 0,
			i == PPME_PLUGINEVENT_E || i == PPME_CONTAINER_JSON_2_E ||
				i == PPME_ASYNCEVENT_E,
			"%s", event_info(i)->symbol);
}

Test(event_table, history_never_exceeds_the_table_and_ends_with_it)
{
	const struct schema *newest = schema_find("HEAD");

	cr_assert_not_null(newest);
	for (uint32_t i = 0; i < EVENT_TYPES; i++) {
		int now = (int)event_info(i)->nparams;

		cr_expect_eq(schema_nparams(newest, i), now, "%s", event_info(i)->symbol);
		for (size_t s = 0; schema_name(s); s++) {
			int then = schema_nparams(schema_find(schema_name(s)), i);

			cr_expect(then >= -1 && then <= now, "%s in %s: %d", event_info(i)->symbol,
				schema_name(s), then);
		}
	}
	cr_expect_eq(schema_nparams(newest, EVENT_TYPES), -1);
}

Test(event_table, schemas_are_found_by_version)
{
	const struct schema *s = schema_find("0.23.0");

	cr_assert_not_null(s);
	cr_expect_eq(schema_find("0.23"), s);
	cr_expect_neq(schema_find("0.22"), s);
	cr_expect_null(schema_find("0.2"));
	cr_expect_null(schema_find(""));
	cr_expect_null(schema_find("0.23.0.0"));
	/* The exit records of this version carry what the enter records used to. */
	cr_expect_eq(schema_nparams(s, PPME_SYSCALL_READ_X), 4);
	cr_expect_eq(schema_nparams(schema_find("0.10"), PPME_SYSCALL_READ_X), 2);
	cr_expect_eq(schema_nparams(schema_find("0.10"), PPME_SYSCALL_CLOSE_RANGE_X), -1);
}

Test(event_table, types_of_parameters)
{
	cr_expect_eq(param_width(PT_ERRNO), 8);
	cr_expect_eq(param_width(PT_SIGTYPE), 1);
	cr_expect_eq(param_width(PT_CHARBUF), 0);
	cr_expect_eq(param_width(200), 0);
	cr_expect(param_signed(PT_FD) && param_signed(PT_INT16) && !param_signed(PT_UINT64));
	cr_expect(!param_signed(200));
	cr_expect_str_eq(param_type_name(PT_FSRELPATH), "FSRELPATH");
	cr_expect_null(param_type_name(PARAM_TYPES));
	for (uint8_t t = 0; t < PARAM_TYPES; t++)
		cr_expect_not_null(param_type_name(t));
}

Test(event_table, renamed_parameters_have_rows_of_their_own_today)
{
	static const struct {
		uint16_t type;
		uint32_t param, count;
		const char *name;
	} rows[] = {
#define RENAMED(id, param, count, name) {id, param, count, name},
#include "scap/renamed.def"
#undef RENAMED
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct event_info *e = event_info(rows[i].type);

		cr_assert(e && rows[i].param < e->nparams && rows[i].count < e->nparams);
		cr_expect_neq(strcmp(e->params[rows[i].param].name, rows[i].name), 0, "%s", e->symbol);
	}
}
