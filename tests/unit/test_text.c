/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "filter/fields.h"
#include "format/text.h"
#include "support/capture.h"
#include "support/decode.h"
#include "support/render.h"

/* What thread 7 of support/render.h read from /etc/hosts. */
static void expect_read(const char *template, const char *want)
{
	render_expect(&(struct text_opts){.template = template, .utc = true}, PPME_SYSCALL_READ_X,
		PARAMS(P_S64(3), P_BYTES("a\nb"), P_S64(3), P_U32(10)), want);
}

Test(text, the_default_line)
{
	expect_read(NULL, "1 22:13:20.000000000 0 cat (7.7) < read res=3 data=a.b "
			  "fd=3(<f>/etc/hosts) size=10");
}

Test(text, templates)
{
	expect_read("", "");
	expect_read("plain", "plain");
	expect_read("%evt.num", "1");
	expect_read("*%evt.num", "1");
	expect_read("a%evt.num b%evt.type", "a1 bread");
	expect_read("%evt.num%evt.num", "11");
	expect_read("(%proc.pid.%thread.tid)", "(7.7)");
	expect_read("%evt.type.", "read.");
	expect_read("%proc.name_%evt.num", "cat_1");
	expect_read("100%% \\t%evt.dir\\n\\\\t", "100% \t<\n\\t");
	expect_read("%evt.time.s", "22:13:20");
}

Test(text, widths_cut_and_fill)
{
	expect_read("[%6evt.type]", "[read  ]");
	expect_read("[%-6evt.type]", "[read  ]");
	expect_read("[%2evt.type]", "[re]");
	expect_read("[%8evt.arg.nosuch]", "[<NA>    ]");
	expect_read("[%0evt.type]", "[read]");
	/* Characters count, not their bytes. */
	expect_read("[%4concat(evt.type, \"\u00e9\")]", "[read]");
	expect_read("[%5concat(evt.type, \"\u00e9\")]", "[read\u00e9]");
	expect_read("[%7concat(evt.type, \"\u00e9\")]", "[read\u00e9  ]");
}

Test(text, arguments)
{
	expect_read("%evt.arg.res %evt.arg.fd %evt.arg[2] %evt.arg.2 %evt.arg[data]",
		"3 <f>/etc/hosts <f>/etc/hosts <f>/etc/hosts a.b");
	expect_read("%evt.arg.nosuch %evt.arg[4] %evt.arg[99999999999999999999]", "<NA> <NA> <NA>");
}

Test(text, fields_of_the_event)
{
	expect_read("%evt.cpu %evt.dir %evt.type %evt.category", "0 < read file");
	expect_read("%evt.res %evt.failed", "SUCCESS false");
	expect_read("%evt.args|%evt.info", "res=3 data=a.b fd=3(<f>/etc/hosts) size=10|"
					   "res=3 data=a.b fd=3(<f>/etc/hosts) size=10");
	expect_read("%evt.time %evt.datetime %evt.datetime.s",
		"22:13:20.000000000 2023-11-14 22:13:20.000000000 2023-11-14 22:13:20");
	expect_read("%evt.time.iso8601 %evt.rawtime %evt.rawtime.s %evt.rawtime.ns",
		"2023-11-14T22:13:20.000000000+0000 1700000000000000000 1700000000 000000000");
	expect_read(
		"%evt.reltime %evt.reltime.s %evt.reltime.ns %evt.duration", "0 0 000000000 <NA>");
}

Test(text, fields_of_the_thread)
{
	expect_read("%proc.name %proc.exe %proc.exepath %proc.pid %proc.ppid %proc.pname",
		"cat cat /usr/bin/tool 7 1 init");
	expect_read("%proc.args|%proc.cmdline|%proc.exeline", "-v file|cat -v file|cat -v file");
	expect_read("%proc.cwd %proc.vpid %thread.tid %thread.vtid", "/home/u/ 7 7 7");
	expect_read("%user.name %user.uid %group.name %group.gid", "u 1000 users 100");
	expect_read("%container.id %container.name %container.type %container.image",
		"host host host <NA>");
}

Test(text, fields_of_the_descriptor)
{
	expect_read("%fd.num %fd.type %fd.typechar %fd.name", "3 file f /etc/hosts");
}

static void expect_of(
	const char *template, uint16_t type, const struct build_param *params, const char *want)
{
	render_expect(&(struct text_opts){.template = template, .utc = true}, type, params, want);
}

Test(text, descriptors_of_failed_calls)
{
	const char *fd = "%fd.num %fd.type %fd.name %evt.res %evt.failed";

	expect_of(fd, PPME_SYSCALL_OPEN_X,
		PARAMS(P_S64(-2), P_STR("x"), P_U32(1), P_U32(0), P_U32(0), P_U64(0)),
		"-1 <NA> /home/u/x ENOENT true");
	expect_of(fd, PPME_SYSCALL_OPENAT_2_X, PARAMS(P_S64(-13), P_S64(5), P_STR("x"), P_U32(1)),
		"-1 <NA> /srv/d/x EACCES true");
	expect_of(fd, PPME_SYSCALL_ACCESS_X, PARAMS(P_S64(-2), P_STR("x")),
		"<NA> <NA> <NA> ENOENT true");
	expect_of("%fd.num [%fd.name]", PPME_SYSCALL_READ_X,
		PARAMS(P_S64(-9), P_NONE, P_S64(70), P_U32(10)), "70 []");
	expect_of("%fd.num %fd.name", PPME_SYSCALL_READ_E, PARAMS(P_S64(70), P_U32(10)), "70 <NA>");
}

Test(text, results_without_a_name)
{
	expect_of("%evt.res", PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(-5000), P_S64(3)), "-5000");
	expect_of("%evt.res %evt.failed", PPME_SYSCALL_CLOSE_E, PARAMS(P_S64(3)), "<NA> <NA>");
}

Test(text, generic_events_have_the_name_of_their_call_and_no_parameters)
{
	expect_of("%evt.type [%evt.info] %evt.arg.ID", PPME_GENERIC_X, PARAMS(P_U16(46), P_U16(98)),
		"getrusage [] getrusage");
}

Test(text, parameters_beyond_the_table_are_not_shown)
{
	expect_of("%evt.info", PPME_SYSCALL_CLOSE_X,
		PARAMS(P_S64(0), P_S64(3), P_U64(5), P_STR("new")), "res=0 fd=3(<f>/etc/hosts)");
}

Test(text, unknown_types_are_shown_raw)
{
	expect_of("%evt.type %evt.dir %evt.info %evt.category %evt.arg[0] %fd.name", 999,
		PARAMS(P_U32(0x01ff), P_NONE, P_STR("ab")),
		"unknown < type=999 0=ff010000 1=NULL 2=616200 unknown <NA> <NA>");
	render_expect(&(struct text_opts){.template = "%evt.info", .data_limit = 9}, 998,
		PARAMS(P_U64(0), P_U32(0)), "type=998 0=000000... 1=00000000");
}

Test(text, data_is_cut_and_texts_are_not)
{
	render_expect(&(struct text_opts){.template = "%evt.info", .data_limit = 10},
		PPME_SYSCALL_READ_X, PARAMS(P_S64(0), P_BYTES("0123456789x"), P_S64(9), P_U32(1)),
		"res=0 data=0123456... fd=9 size=1");
	render_expect(&(struct text_opts){.template = "%evt.info", .data_limit = 10},
		PPME_SYSCALL_ACCESS_X, PARAMS(P_S64(0), P_STR("/0123456789x")),
		"res=0 name=/0123456789x");
}

/* --- events one after the other ------------------------------------------------------------- */

static void expect_lines(const struct build *b, const struct text_opts *opts, const char *want)
{
	struct buf got = {0};

	render_lines(buf_view(&b->out), opts, &got);
	cr_expect(span_eq(buf_view(&got), span_str(want)), "want\n%sgot\n%.*s", want, (int)got.n,
		(const char *)got.p);
	buf_release(&got);
}

/* A record of the capture about itself, then a call of 1.5 seconds, then one without its enter. */
static void build_calls(struct build *b)
{
	render_machine(b);
	build_event(b, &(struct build_event){.type = PPME_PROCINFO_E, .ts = BUILD_EPOCH, .tid = 7},
		PARAMS(P_U64(1), P_U64(1)));
	build_event(b,
		&(struct build_event){
			.type = PPME_SYSCALL_CLOSE_E, .ts = BUILD_EPOCH + 1000000000, .tid = 7},
		PARAMS(P_S64(3)));
	build_event(b,
		&(struct build_event){
			.type = PPME_SYSCALL_CLOSE_X, .ts = BUILD_EPOCH + 2500000000, .tid = 7},
		PARAMS(P_S64(0), P_S64(3)));
	build_event(b,
		&(struct build_event){
			.type = PPME_SYSCALL_CLOSE_X, .ts = BUILD_EPOCH + 2500000007, .tid = 7},
		PARAMS(P_S64(0), P_S64(4)));
}

Test(text, kinds_of_time)
{
	static const struct {
		enum text_time time;
		const char *want;
	} rows[] = {
		{TEXT_TIME_CLOCK, "22:13:20.000000000\n22:13:21.000000000\n22:13:22.500000000\n"
				  "22:13:22.500000007\n"},
		{TEXT_TIME_EPOCH,
			"1700000000.000000000\n1700000001.000000000\n1700000002.500000000\n"
			"1700000002.500000007\n"},
		/* Of the first event that is none about the capture itself. */
		{TEXT_TIME_FIRST, "0.000000000\n0.000000000\n1.500000000\n1.500000007\n"},
		{TEXT_TIME_CALL, "0.000000000\n0.000000000\n1.500000000\n0.000000000\n"},
		{TEXT_TIME_SHOWN, "0.000000000\n1.000000000\n1.500000000\n0.000000007\n"},
		{TEXT_TIME_ISO,
			"2023-11-14T22:13:20.000000000+0000\n2023-11-14T22:13:21.000000000+0000\n"
			"2023-11-14T22:13:22.500000000+0000\n2023-11-14T22:13:22.500000007+0000\n"},
	};
	struct build b = {0};

	build_calls(&b);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_lines(&b,
			&(struct text_opts){
				.template = "%evt.outputtime", .time = rows[i].time, .utc = true},
			rows[i].want);
	expect_lines(&b, &(struct text_opts){.template = "%evt.reltime %evt.duration"},
		"0 <NA>\n0 <NA>\n1500000000 1500000000\n1500000007 <NA>\n");
	build_release(&b);
}

Test(text, the_measured_duration_wins)
{
	struct build b = {0};
	struct buf option = {0};

	build_calls(&b);
	event_put_duration(&option, 123);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = 7},
		PARAMS(P_S64(0)));
	/* Code, length and value of the option as event_put_duration made them. */
	build_option(&b, load_u16(option.p, false),
		span_of(option.p + 4, load_u16(option.p + 2, false)));
	expect_lines(&b, &(struct text_opts){.template = "%evt.duration"},
		"<NA>\n<NA>\n1500000000\n<NA>\n123\n");
	buf_release(&option);
	build_release(&b);
}

/* --- what cannot be a template -------------------------------------------------------------- */

static void expect_error(const char *template, const char *want)
{
	struct err err = {0};
	struct text *t = text_new(&(struct text_opts){.template = template}, &err);

	cr_expect_null(t, "%s", template);
	cr_expect_eq(err.code, ERR_USAGE);
	cr_expect_str_eq(err.text, want);
	text_free(t);
}

Test(text, wrong_templates)
{
	expect_error("%evt.nun", "template: there is no field evt.nun; do you mean evt.num?");
	expect_error(
		"%proc.names", "template: there is no field proc.names; do you mean proc.name?");
	expect_error("%fd.name.x", "template: there is no field fd.name.x; do you mean fd.name?");
	expect_error("x %quite.another thing", "template: there is no field quite.another");
	expect_error("50%", "template: no field behind a % (%% stands for one)");
	expect_error("% evt.num", "template: no field behind a % (%% stands for one)");
	expect_error("%evt.arg", "template: evt.arg needs a parameter: evt.arg.NAME");
	expect_error("%evt.arg[res", "template: evt.arg needs a parameter: evt.arg.NAME");
	expect_error("%evt.arg[]", "template: evt.arg needs a parameter: evt.arg.NAME");
	expect_error("%99999evt.num", "template: a width over 4096");
}

/* --- all fields ----------------------------------------------------------------------------- */

/* The man page names the fields that most people need; what it names is there. */
Test(text, fields_of_the_man_page_exist)
{
	struct buf page = {0};
	char *rest = NULL;

	cr_assert(file_read("tools/scapcat/scapcat.1", &page));
	buf_u8(&page, 0);
	for (char *line = strtok_r((char *)page.p, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char name[64];

		if (sscanf(line, ".It Cm %63[a-z0-9_.]", name) == 1 && strchr(name, '.'))
			cr_expect(field_named(span_str(name)), "%s", name);
	}
	buf_release(&page);
}

static char *all_fields(void)
{
	struct buf b = {0};

	put_every_field(&b);
	buf_u8(&b, 0);
	return (char *)b.p;
}

/* Every type, without parameters, with empty, short and senseless ones. */
Test(text, every_event_has_a_line_whatever_is_in_it)
{
	struct build_param none[33] = {0}, empty[33], byte[33], noise[33];
	const struct build_param *const params[] = {none, empty, byte, noise};
	static uint8_t ff[40];
	struct build b = {0};
	struct buf out = {0};
	char *template = all_fields();
	size_t lines = 0;

	memset(ff, 0xff, sizeof(ff));
	for (size_t i = 0; i < 33; i++) {
		empty[i] = (struct build_param)P_NONE;
		byte[i] = (struct build_param)P_SPAN(span_of(ff, 1));
		noise[i] = (struct build_param)P_SPAN(span_of(ff, sizeof(ff)));
	}
	none[0].kind = empty[32].kind = byte[32].kind = noise[32].kind = BP_LAST;
	render_machine(&b);
	for (uint16_t type = 0; type < EVENT_TYPES + 2; type++)
		for (size_t i = 0; i < ARRAY_SIZE(params); i++)
			build_event(&b, &(struct build_event){.type = type, .tid = 7}, params[i]);
	render_lines(buf_view(&b.out), &(struct text_opts){.template = template}, &out);
	for (size_t i = 0; i < out.n; i++)
		lines += out.p[i] == '\n';
	cr_expect_eq(lines, (size_t)(EVENT_TYPES + 2) * ARRAY_SIZE(params));
	free(template);
	buf_release(&out);
	build_release(&b);
}
