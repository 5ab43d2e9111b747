/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "filter/filter.h"
#include "format/text.h"
#include "tools/scapcat/layout.h"
#include "tools/scapcat/paint.h"
#include "tools/scapcat/profile.h"

Test(profile, settings)
{
	struct arena a = {0};
	struct err err = {0};
	struct profile p;

	cr_assert_eq(profile_parse(&p,
			     span_str("# mine\nabout = it is \"so\"\nfilter = evt.num = 1 # one\n"
				      "  or evt.num = 2\ntemplate = \"# %evt.num \"\ntime=r\n"
				      "colour = bold red: evt.cpu = 1\ncolor = blue:evt.cpu = 2\n"),
			     "mine", &a, &err),
		0, "%s", err.text);
	cr_expect_str_eq(p.file, "mine");
	cr_expect_str_eq(p.about.text, "it is \"so\"");
	cr_expect_str_eq(p.filter.text, "evt.num = 1      \n  or evt.num = 2");
	cr_expect_eq(p.filter.line, 3u);
	cr_expect_str_eq(p.template.text, "# %evt.num ");
	cr_expect_str_eq(p.time.text, "r");
	cr_expect_null(p.columns.text);
	cr_assert(p.colours && p.colours->next && !p.colours->next->next);
	cr_expect_str_eq(p.colours->colour.text, "bold red");
	cr_expect_str_eq(p.colours->filter.text, " evt.cpu = 1");
	cr_expect_str_eq(p.colours->next->colour.text, "blue");
	cr_expect_eq(p.colours->next->filter.line, 8u);
	arena_release(&a);
}

static void expect_wrong(const char *text, const char *want)
{
	struct arena a = {0};
	struct err err = {0};
	struct profile p;

	cr_expect_eq(profile_parse(&p, span_str(text), "mine", &a, &err), -1, "%s", text);
	cr_expect_str_eq(err.text, want);
	arena_release(&a);
}

Test(profile, wrong_settings)
{
	expect_wrong("\nfliter = x\n", "mine:2: there is no setting fliter; do you mean filter?");
	expect_wrong("time = r\ntime\n", "mine:2: a setting is NAME = VALUE");
	expect_wrong("time = # r\n", "mine:1: time has no value");
	expect_wrong("colour = red\n", "mine:1: a colour is COLOUR: FILTER");
}

static void expect_columns(const struct profile_text *columns, const char *name)
{
	struct buf t = {0}, h = {0};
	struct err err = {0};

	if (columns->text)
		cr_expect_eq(layout_make(columns->text, TEXT_TIME_CLOCK, &t, &h, &err), 0, "%s: %s",
			name, err.text);
	buf_release(&t);
	buf_release(&h);
}

static void expect_filter(const char *filter, const char *name)
{
	struct err err = {0};
	struct filter *f = filter_compile(filter, &(struct filter_opts){0}, &err);

	cr_expect(f, "%s: %s", name, err.text);
	filter_free(f);
}

static void expect_good(const struct profile *p, const char *name)
{
	const struct text_opts text = {.template = p->template.text, .packets = p->packet_template.text};
	struct err err = {0};
	struct text *t = text_new(&text, &err);

	cr_expect(t, "%s: %s", name, err.text);
	text_free(t);
	expect_columns(&p->columns, name);
	expect_columns(&p->packet_columns, name);
	if (p->filter.text)
		expect_filter(p->filter.text, name);
	for (const struct profile_colour *c = p->colours; c; c = c->next) {
		cr_expect(paint_known(c->colour.text, &err), "%s: %s", name, err.text);
		expect_filter(c->filter.text, name);
	}
}

Test(profile, built_in_ones_are_good)
{
	const struct profile_builtin *b;

	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	for (size_t i = 0; (b = profile_builtin_at(i)); i++) {
		struct arena a = {0};
		struct err err = {0};
		struct profile p;

		cr_assert_eq(profile_load(&p, b->name, &a, &err), 0, "%s", err.text);
		cr_expect(p.about.text && p.colours, "%s", b->name);
		expect_good(&p, b->name);
		arena_release(&a);
	}
}

Test(profile, names_that_are_none)
{
	struct arena a = {0};
	struct err err = {0};
	struct profile p;

	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	cr_expect_eq(profile_load(&p, "netwrk", &a, &err), -1);
	cr_expect_str_eq(err.text, "there is no profile netwrk; do you mean network?");
	err_clear(&err);
	cr_expect_eq(profile_load(&p, "/nosuch/profile", &a, &err), -1);
	cr_expect_str_eq(err.text, "there is no file /nosuch/profile");
	arena_release(&a);
}
