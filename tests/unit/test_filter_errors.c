/* SPDX-License-Identifier: MIT */
/* What filters that are wrong are told, and where. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "filter/filter.h"

static const struct row {
	const char *filter;
	unsigned at;
	const char *text;
} rows[] = {
	/* clang-format off */
	{"", 0, "the filter is empty"},
	{" \t\n", 0, "the filter is empty"},

	/* Fields. */
	{"proc.nam = cat", 0, "there is no field proc.nam; do you mean proc.name?"},
	{"evt.num < 3 and proc.naem=cat", 16, "there is no field proc.naem; do you mean proc.name?"},
	{"fd.name.x = a", 0, "there is no field fd.name.x; do you mean fd.name?"},
	{"sysdig.thread_ID = 1", 0, "there is no field sysdig.thread_ID; do you mean sysdig.thread_id?"},
	{"quite.another = 3", 0, "there is no field quite.another"},
	{"k8s.deployment.name = a", 0, "there is no field k8s.deployment.name"},
	{"shells", 0, "there is no field or macro shells"},
	{"evt.outputtime = 3", 0, "evt.outputtime can only be printed"},
	{"\"cat\" = proc.name", 0, "a field is missing here"},
	{"7 = fd.num", 0, "a field is missing here"},

	/* Arguments of fields. */
	{"evt.arg = 1", 0, "evt.arg needs a parameter: evt.arg.NAME"},
	{"evt.arg.resx = 1", 0, "no event has a parameter resx; do you mean res?"},
	{"evt.rawarg.nosuch exists", 0, "no event has a parameter nosuch"},
	{"evt.type.is.opne = 1", 0, "there is no event type opne; do you mean open?"},
	{"evt.type.is = 1", 0, "evt.type.is needs an argument: evt.type.is[...]"},
	{"proc.aname[x] = cat", 0, "the argument of proc.aname is a number"},
	{"proc.aname[1 = bash", 13, "a ] is missing here"},
	{"proc.env[] = a", 9, "there is nothing in the brackets"},
	{"thread.cgroup = a", 0, "thread.cgroup needs an argument: thread.cgroup[...]"},
	{"proc.name[ = c", 11, "a slice is [from:length] or [from-to]"},
	{"proc.name[a] = c", 10, "a slice is [from:length] or [from-to]"},
	{"evt.num[1] = 2", 0, "a slice does not work on evt.num"},

	/* Operators. */
	{"proc.name contain cat", 10, "there is no operator contain; do you mean contains?"},
	{"proc.name startwith cat", 10, "there is no operator startwith; do you mean startswith?"},
	{"proc.name cat", 10, "an operator is missing behind proc.name"},
	{"proc.name = cat evt.type = open", 16, "'and' or 'or' is missing here"},
	{"proc.name = cat & fd.num = 3", 16, "'and' or 'or' is missing here"},
	{"proc.name not contains cat", 10, "not stands in front of a test, or of in"},
	{"evt.num contains 3", 8, "contains does not work on evt.num"},
	{"evt.failed < true", 11, "< does not work on evt.failed"},
	{"fd.ip contains 1", 6, "contains does not work on fd.ip"},
	{"evt.buffer glob a*", 11, "glob does not work on evt.buffer"},
	{"evt.buffer > a", 11, "> does not work on evt.buffer"},
	{"proc.name bcontains 41", 10, "bcontains does not work on proc.name"},
	{"fd.types = file", 9, "fd.types is a list: only in, intersects and exists look at it"},
	{"evt.around[5] > 3", 14, "only = works on evt.around"},

	/* What is behind them. */
	{"proc.name =", 11, "a value is missing here"},
	{"proc.name = and fd.num = 3", 16, "'and' or 'or' is missing here"},
	{"proc.name = (a)", 12, "a value is missing here"},
	{"proc.name in cat", 13, "a list is missing here"},
	{"proc.name in", 12, "a list is missing here"},
	{"proc.name in (cat", 13, "the list that begins here has no end"},
	{"proc.name in (cat bash)", 18, "a , or ) is missing here"},
	{"proc.name in (cat, )", 19, "a value is missing here"},
	{"proc.name in {cat, bash)", 23, "a value is missing here"},
	{"proc.name == \"cat", 13, "the quote that begins here has no end"},
	{"proc.name == 'cat\\'", 13, "the quote that begins here has no end"},
	{"proc.name = \"a\\x00b\"", 12, "a text cannot have a NUL in it"},

	/* Values. */
	{"evt.num = abc", 10, "'abc' is no number"},
	{"evt.num = 1.5", 10, "'1.5' is no number"},
	{"evt.num = 0x", 10, "'0x' is no number"},
	{"evt.num = 99999999999999999999", 10, "'99999999999999999999' is not between 0 and 18446744073709551615"},
	{"evt.cpu = 70000", 10, "'70000' is not between -32768 and 32767"},
	{"fd.sport = 70000", 11, "'70000' is not between 0 and 65535"},
	{"fd.sport = no-such-service", 11, "'no-such-service' is no port, and no service"},
	{"fd.sport in {80..}", 17, "a value is missing here"},
	{"fd.sport in {90..80}", 13, "the range ends before it begins"},
	{"evt.failed = maybe", 13, "'maybe' is neither true nor false"},
	{"fd.ip = 1.2.3", 8, "'1.2.3' is no address"},
	{"fd.ip in (10.0.0.1, host)", 20, "'host' is no address"},
	{"fd.net = 1.2.3.4/33", 9, "'1.2.3.4/33' is no network"},
	{"eth.src == 00:11:2", 11, "'00:11:2' is no hardware address"},
	{"evt.type = opne", 11, "there is no event type opne; do you mean open?"},
	{"evt.type in (open, opne)", 19, "there is no event type opne; do you mean open?"},
	{"sysdig.event_type == \"opne\"", 21, "there is no event type opne; do you mean open?"},
	{"evt.rawtime > yesterday", 14, "'yesterday' is no time"},
	{"evt.rawtime > \"2018-13-45\"", 14, "'2018-13-45' is no time"},
	{"evt.rawtime > \"2018-02-30\"", 14, "'2018-02-30' is no time"},
	{"evt.latency > 5parsecs", 14, "'5parsecs' is no length of time"},
	{"evt.buffer bcontains 4", 21, "'4' is no sequence of bytes, two hex digits each"},
	{"evt.buffer bcontains zz", 21, "'zz' is no sequence of bytes, two hex digits each"},
	{"proc.name regex \"(\"", 16, "regular expression: missing closing parenthesis"},
	{"proc.name matches \"[a\"", 18, "regular expression: missing terminating ] for character class"},
	{"fd.num & x", 9, "'x' is no number"},

	/* Brackets and words between tests. */
	{"(proc.name = cat", 0, "the bracket that begins here has no end"},
	{"proc.name = cat)", 15, "there is no ( for this )"},
	{"((fd.num = 3) fd.num = 4)", 14, "'and', 'or' or ) is missing here"},
	{"proc.name = cat and", 19, "a field is missing here"},
	{"proc.name = cat or or fd.num = 3", 19, "a field is missing here"},
	{"and proc.name = cat", 0, "a field is missing here"},
	{"not", 3, "a field is missing here"},
	{"()", 1, "a field is missing here"},

	/* Functions and fields on both sides. */
	{"nosuch(proc.name) = cat", 0, "there is no function nosuch"},
	{"tolower(proc.name = cat", 18, "a , or ) is missing here"},
	{"tolower() = cat", 8, "a value is missing here"},
	{"tolower(cat) = cat", 8, "there is no field or macro cat"},
	{"tolower(evt.num) = 3", 8, "tolower does not work on evt.num"},
	{"len(proc.name, proc.pname) = 3", 0, "len takes 1 argument"},
	{"concat(\"a\") = a", 0, "concat takes 2 arguments or more"},
	{"concat(proc.name, fd.types) = a", 18, "concat takes no list"},
	{"join(proc.name, proc.name) = a", 16, "join needs a list here"},
	{"getopt(proc.args, \"a\")[ab] = a", 23, "an option is one letter"},
	{"proc.name = val(proc.nam)", 16, "there is no field proc.nam; do you mean proc.name?"},
	{"proc.name = val(evt.num)", 16, "proc.name and evt.num cannot be compared: they are of different kinds"},
	{"evt.num = proc.name", 10, "evt.num and proc.name cannot be compared: they are of different kinds"},
	{"proc.name = val proc.pname", 16, "'and' or 'or' is missing here"},
	{"proc.name = val(proc.pname", 26, "a ) is missing here"},
	{"proc.name regex val(proc.pname)", 20, "the expression behind regex cannot be a field"},
	{"fd.net = val(fd.sip)", 13, "networks are not compared with fields"},
	/* clang-format on */
};

Test(filter_errors, say_what_and_where)
{
	const struct filter_opts opts = {.utc = true};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct err err = {0};
		struct filter *f = filter_compile(rows[i].filter, &opts, &err);

		cr_expect_null(f, "%s", rows[i].filter);
		cr_expect_str_eq(err.text, rows[i].text, "%s\n want %s\n got  %s", rows[i].filter,
			rows[i].text, err.text);
		cr_expect(err.has_offset && err.offset == rows[i].at, "%s: want %u, got %u",
			rows[i].filter, rows[i].at, (unsigned)err.offset);
		cr_expect_eq(err.code, ERR_USAGE);
		filter_free(f);
	}
}

/* Texts of a hundred times the same, with something in the middle and at the end. */
static char *nested(const char *open, size_t n, const char *middle, const char *close)
{
	struct buf b = {0};

	for (size_t i = 0; i < n; i++)
		buf_text(&b, open);
	buf_text(&b, middle);
	for (size_t i = 0; i < n; i++)
		buf_text(&b, close);
	buf_u8(&b, 0);
	return (char *)b.p;
}

static bool compiles(const char *text)
{
	const struct filter_opts opts = {.utc = true};
	struct err err = {0};
	struct filter *f = filter_compile(text, &opts, &err);

	filter_free(f);
	return f != NULL;
}

Test(filter_errors, depth_is_bounded_and_length_is_not)
{
	char *fits = nested("(", 100, "evt.num=1", ")");
	char *deep = nested("(", 101, "evt.num=1", ")");
	char *calls = nested("tolower(", 101, "proc.name", ")");
	char *nots = nested("not ", 10000, "evt.num=1", "");
	char *chain = nested("evt.num=1 or ", 10000, "evt.num=1", " and evt.num=2");

	cr_expect(compiles(fits));
	cr_expect_not(compiles(deep));
	cr_expect_not(compiles(calls));
	cr_expect(compiles(nots));
	cr_expect(compiles(chain));
	free(fits);
	free(deep);
	free(calls);
	free(nots);
	free(chain);
}

static void expect_pointed(const char *text, size_t at, const char *want)
{
	struct buf b = {0};

	filter_point_out(text, at, &b);
	cr_expect(span_eq(buf_view(&b), span_str(want)), "%.*s", (int)b.n, (const char *)b.p);
	buf_release(&b);
}

Test(filter_errors, are_pointed_out)
{
	expect_pointed("proc.nam = cat", 0, "proc.nam = cat\n^\n");
	expect_pointed("a = cat", 4, "a = cat\n    ^\n");
	expect_pointed("a = cat", 7, "a = cat\n       ^\n");
	expect_pointed("a = cat", 99, "a = cat\n       ^\n");
	expect_pointed("a=1\n  and b=2\n  and c=3", 10, "  and b=2\n      ^\n");
	/* Two columns for what shows as \t, one for a letter of two bytes. */
	expect_pointed("\ta = \303\244 b", 8, "\\ta = \303\244 b\n        ^\n");
}
