/* SPDX-License-Identifier: MIT */
#include "support/data.h"

#include <criterion/criterion.h>
#include <string.h>

struct cat_opts data_opts(enum records_kind kind, const char *const *fields)
{
	struct cat_opts o = {
		.lines = {.kind = LINES_DATA,
			.records = {.kind = kind, .fields = fields, .out = FIELDS_TSHARK},
			.text = {.utc = true, .data_limit = 80}}};

	while (fields[o.lines.records.nfields])
		o.lines.records.nfields++;
	return o;
}

json_t *data_object(const struct cat_opts *opts, const struct build *b)
{
	struct printed p = print(opts, b);
	json_error_t error;
	json_t *object;

	cr_assert_eq(p.status, 1, "%s", p.err.text);
	object = json_loadb(p.text, p.n, JSON_REJECT_DUPLICATES, &error);
	cr_assert(json_is_object(object), "%s: %s", p.text, error.text);
	print_release(&p);
	return object;
}

void data_expect(json_t *got, const char *want)
{
	char *text = json_dumps(got, JSON_ENCODE_ANY | JSON_COMPACT);
	char *quoted = strdup(want);

	for (char *c = quoted; *c; c++)
		if (*c == '\'')
			*c = '"';
	cr_expect_str_eq(text, quoted);
	free(text);
	free(quoted);
	json_decref(got);
}

void data_expect_member(const json_t *object, const char *name, const char *want)
{
	json_t *member = json_object_get(object, name);

	cr_assert(member, "no %s", name);
	data_expect(json_incref(member), want);
}
