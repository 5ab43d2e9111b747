/* SPDX-License-Identifier: MIT */
/*
 * What scapcat leaves undone because nobody looks at it: the same is printed when it does everything.
 * Filters are put together from parts in all ways that matter, over recorded and built captures.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "filter/fields.h"
#include "support/capture.h"
#include "support/print.h"
#include "support/render.h"

static const char *const parts[] = {
	"evt.type=openat",
	"evt.type in (read, write, close)",
	"evt.type!=read",
	"evt.dir=<",
	"evt.is_io=true",
	"evt.category=file",
	"evt.failed=true",
	"evt.rawarg.res > 100",
	"evt.arg.fd contains etc",
	"evt.buffer contains a",
	"evt.num < 40",
	"evt.duration > 5000",
	"evt.type=getrusage", /* a call without a type of its own */
	"proc.name=curl",
	"proc.aname=bash",
	"fd.num=3",
	"fd.name contains lib",
	"fd.type=ipv4",
	"user.name=root",
	"frame.number > 20",
	"udp.port=53",
	"sysdig.nparams > 3",
};

static const char *const templates[] = {NULL, "%evt.num %evt.type %evt.rawarg.fd", "%evt.num %proc.name"};

static const char *const fixtures[] = {"fixtures/pairs.scap", "fixtures/exits.scap", "fixtures/workload.scap",
	"fixtures/newer.scap", "fixtures/old-v1.scap", "fixtures/sections.scap", "fixtures/hidden.scap",
	"fixtures/bad-event.scap", "fixtures/bad-list.scap", "fixtures/comments.scap",
	"fixtures/packets.pcapng", "fixtures/every-block.pcapng"};

/* Returns how many bytes were printed. */
static size_t compare(struct cat_opts opts, const struct build *b, const char *what)
{
	struct printed quick, whole;
	size_t n;

	opts.lines.text.utc = true;
	quick = print_file(&opts, b);
	opts.thorough = true;
	whole = print_file(&opts, b);
	n = quick.n;
	cr_expect(quick.n == whole.n && memcmp(quick.text, whole.text, quick.n) == 0,
		"%s, %s, %s: %zu bytes, not %zu", what, opts.filter ? opts.filter : "no filter",
		opts.lines.text.template ? opts.lines.text.template : "no template", quick.n, whole.n);
	cr_expect_eq(quick.status, whole.status, "%s", what);
	cr_expect_eq(quick.warnings.count, whole.warnings.count, "%s", what);
	print_release(&quick);
	print_release(&whole);
	return n;
}

static size_t compare_filter(const struct build *b, const char *path, struct cat_opts opts,
	const char *first, const char *between, const char *second)
{
	char filter[256];

	snprintf(filter, sizeof(filter), "%s%s%s", first, between, second);
	opts.filter = filter;
	return compare(opts, b, path);
}

/* A part alone and turned round, and with every step-th of the others, in both ways. */
static size_t compare_filters(const struct build *b, const char *path, struct cat_opts opts, size_t step)
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		n += compare_filter(b, path, opts, parts[i], "", "");
		n += compare_filter(b, path, opts, "not ", parts[i], "");
		for (size_t k = i % step; k < ARRAY_SIZE(parts); k += step)
			n += compare_filter(b, path, opts, parts[i],
				(i + k) % 2 ? " and " : " or not ", parts[k]);
	}
	return n;
}

static void compare_file(const char *path, size_t step)
{
	struct build b = {0};
	size_t n = 0;

	cr_assert(file_read(path, &b.out), "%s", path);
	for (size_t t = 0; t < ARRAY_SIZE(templates); t++) {
		struct cat_opts opts = {.lines.text.template = templates[t]};

		n += compare(opts, &b, path);
		n += compare_filters(&b, path, opts, step);
	}
	cr_expect_gt(n, 0u, "%s", path);
	build_release(&b);
}

Test(cat_shortcuts, filters_and_templates)
{
	for (size_t i = 0; i < ARRAY_SIZE(fixtures); i++)
		compare_file(fixtures[i], i < 3 ? 5 : 2);
}

Test(cat_shortcuts, other_lines)
{
	struct build b = {0};

	cr_assert(file_read("fixtures/pairs.scap", &b.out));
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct cat_opts opts = {.filter = parts[i]};

		opts.lines.kind = LINES_CALLS;
		(void)compare(opts, &b, "calls");
		opts.lines.kind = LINES_TREES;
		(void)compare(opts, &b, "trees");
		opts.lines.kind = LINES_RECORDS;
		opts.lines.text.template = "%evt.outputtime %evt.type";
		for (int t = TEXT_TIME_CLOCK; t <= TEXT_TIME_ISO; t++) {
			opts.lines.text.time = (enum text_time)t;
			(void)compare(opts, &b, "times");
		}
		opts.internal = true;
		(void)compare(opts, &b, "internal records");
	}
	build_release(&b);
}

static const char *argument_of(const struct field *f)
{
	static const char *const args[] = {[FA_NONE] = "", [FA_INDEX] = "[1]", [FA_KEY] = "[HOME]",
		[FA_NEED_KEY] = "[memory]", [FA_NEED_INDEX] = "[1]", [FA_PARAM] = ".fd",
		[FA_NEED_TYPE] = ".open"};

	return args[f->arg];
}

/* Each field says right whether it needs the state. */
Test(cat_shortcuts, fields)
{
	struct build pairs = {0}, exits = {0};
	const struct field *f;

	cr_assert(file_read("fixtures/pairs.scap", &pairs.out));
	cr_assert(file_read("fixtures/exits.scap", &exits.out));
	for (size_t i = 0; (f = field_at(i)); i++) {
		char template[128];
		struct cat_opts opts = {.lines.text.template = template};

		if (f->flags & FIELD_FILTER_ONLY)
			continue;
		snprintf(template, sizeof(template), "%%%s%s", f->name, argument_of(f));
		(void)compare(opts, &pairs, "pairs");
		(void)compare(opts, &exits, "exits");
	}
	build_release(&pairs);
	build_release(&exits);
}

Test(cat_shortcuts, captures_of_others)
{
	const char *folder = getenv("CAPTURES");
	char **files = folder && *folder ? files_in(folder) : NULL;

	if (!files)
		cr_skip_test("no CAPTURES");
	for (size_t i = 0; files[i]; i++)
		if (strstr(files[i], ".scap"))
			compare_file(files[i], 11);
	files_free(files);
}

/* That there are shortcuts at all. */
Test(cat_shortcuts, state_is_kept_only_where_somebody_looks_at_it)
{
	static const struct {
		const char *template, *filter;
		enum text_time time;
		enum lines_kind kind;
		bool stateless;
	} rows[] = {
		{.template = "%evt.num %evt.outputtime %evt.type", .stateless = true},
		{.template = "%evt.num", .filter = "evt.type=read and evt.rawarg.fd=3", .stateless = true},
		{.template = "%toupper(evt.type)", .stateless = true},
		{.template = "%evt.outputtime", .time = TEXT_TIME_CALL},
		{.template = "%toupper(proc.name)"},
		{.template = "%evt.num", .filter = "proc.name=cat"},
		{.template = "%evt.num", .kind = LINES_CALLS},
		{.template = "%evt.num", .kind = LINES_TREES},
		{.template = "%evt.info"},
		{.template = NULL},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cat_opts opts = {.filter = rows[i].filter, .lines.kind = rows[i].kind};
		struct err err = {0};
		struct cat c;

		opts.lines.text.template = rows[i].template;
		opts.lines.text.time = rows[i].time;
		cr_assert_eq(cat_init(&c, &opts, stdout, &err), 0, "%s", err.text);
		cr_expect_eq(c.stateless, rows[i].stateless, "row %zu", i);
		cat_release(&c);
	}
}
