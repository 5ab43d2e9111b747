/* SPDX-License-Identifier: MIT */
/* The options that choose a format, and those that do not go together. */
#include <criterion/criterion.h>

#include "tools/scapcat/formats.h"

/* What -T and -E make of opts; a NULL is none of them. */
static int finish(const char *format, const char *out, struct cat_opts *opts, struct err *err)
{
	static const char *fields[] = {"evt.num"};
	struct formats f = {.fields = fields, .nfields = out != NULL};

	if (format && formats_set(&f, format, err) < 0)
		return -1;
	if (out && formats_set_out(&f, out, err) < 0)
		return -1;
	return formats_finish(&f, opts, err);
}

static struct fields_opts out_of(const char *format, const char *out)
{
	struct cat_opts opts = {0};
	struct err err = {0};

	cr_assert_eq(finish(format, out, &opts, &err), 0, "%s: %s", out, err.text);
	cr_expect_eq(opts.lines.kind, LINES_DATA);
	return opts.lines.records.out;
}

Test(formats, what_rows_look_like)
{
	struct fields_opts o = out_of("fields", "header=y");

	cr_expect(o.header && o.separator == '\t' && o.aggregator == ',' && o.quote == QUOTE_NONE);
	o = out_of("fields", "separator=,,aggregator=/s,quote=d,occurrence=f,bom=y");
	cr_expect(!o.header && o.separator == ',' && o.aggregator == ' ' && o.bom);
	cr_expect(o.quote == QUOTE_DOUBLE && o.occurrence == OCCURRENCE_FIRST);
	o = out_of("csv", "header=n");
	cr_expect(!o.header && o.separator == ',' && o.quote == QUOTE_NEEDED);
	o = out_of("csv", "separator=;,quote=s,occurrence=l");
	cr_expect(o.header && o.separator == ';' && o.quote == QUOTE_SINGLE);
	cr_expect_eq(o.occurrence, OCCURRENCE_LAST);
	o = out_of("tsv", "separator=/t");
	cr_expect(o.header && o.separator == '\t');
	cr_expect_str_eq(o.end, "\n");
}

Test(formats, settings_that_are_none)
{
	static const char *const wrong[] = {"", "header", "header=", "header=x", "header=yes",
		"foo=1", "separator=", "separator=ab", "separator=/x", "header=y,",
		"header=y,foo=n", "quote=x", "occurrence=b"};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct formats f = {0};
		struct err err = {0};

		cr_expect_eq(formats_set_out(&f, wrong[i], &err), -1, "%s", wrong[i]);
		cr_expect_eq(err.code, ERR_USAGE);
	}
}

static void expect_refused(const char *format, struct cat_opts opts, const char *why)
{
	struct err err = {0};

	cr_expect_eq(finish(format, NULL, &opts, &err), -1, "%s", why);
	cr_expect(strstr(err.text, why), "%s", err.text);
}

Test(formats, what_does_not_go_together)
{
	struct cat_opts tree = {.lines.kind = LINES_TREES}, calls = {.lines.kind = LINES_CALLS},
			template = {.lines.text.template = ""}, comments = {.lines.comments = true};

	expect_refused("jsno", tree, "do you mean json?");
	expect_refused("json", tree, "--tree has no meaning with -T json");
	expect_refused("csv", calls, "--joined has no meaning with -T csv");
	expect_refused("strace", calls, "--joined has no meaning with -T strace");
	expect_refused("jsonl", template, "--print has no meaning with -T jsonl");
	expect_refused("pcapng", template, "--print has no meaning with -T pcapng");
	expect_refused("ek", comments, "--comments has no meaning with -T ek");
	expect_refused("fields", (struct cat_opts){0}, "-T fields needs fields: -e FIELD");
}

static void expect_formats_refused(struct formats f, const char *format, const char *why)
{
	struct cat_opts opts = {0};
	struct err err = {0};

	if (format)
		cr_assert_eq(formats_set(&f, format, &err), 0);
	cr_expect_eq(formats_finish(&f, &opts, &err), -1, "%s", why);
	cr_expect(strstr(err.text, why), "%s", err.text);
}

Test(formats, options_that_need_another_format)
{
	expect_formats_refused((struct formats){.nfields = 1}, NULL, "--field goes with -T fields");
	expect_formats_refused(
		(struct formats){.nfields = 1}, "strace", "--field goes with -T fields");
	expect_formats_refused((struct formats){.has_out = true}, "json", "--fields-option");
	expect_formats_refused((struct formats){.nul = true}, "csv", "--null");
	expect_formats_refused((struct formats){.write = "x"}, "text", "--write is for captures");
}

Test(formats, writing_is_a_format)
{
	struct formats f = {.write = "out.scap"};
	struct cat_opts opts = {0};
	struct err err = {0};

	cr_assert_eq(formats_finish(&f, &opts, &err), 0);
	cr_expect_str_eq(opts.write, "out.scap");
	f = (struct formats){0};
	cr_assert_eq(formats_set(&f, "pcapng", &err), 0);
	cr_assert_eq(formats_finish(&f, &opts, &err), 0);
	cr_expect_str_eq(opts.write, "-");
	f = (struct formats){0};
	opts = (struct cat_opts){.lines.kind = LINES_TREES};
	cr_assert_eq(formats_finish(&f, &opts, &err), 0);
	cr_expect_null(opts.write);
	cr_expect_eq(opts.lines.kind, LINES_TREES);
}
