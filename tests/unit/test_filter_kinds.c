/* SPDX-License-Identifier: MIT */
/* What is known of records by their kind alone, macros, and what matching costs. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "filter/fields.h"
#include "filter/filter.h"
#include "support/capture.h"
#include "support/count_malloc.h"
#include "support/match.h"
#include "support/render.h"

static struct filter *compile(const char *text, const struct macros *macros)
{
	const struct filter_opts opts = {.utc = true, .macros = macros};
	struct err err = {0};
	struct filter *f = filter_compile(text, &opts, &err);

	cr_assert(f, "%s: %s", text, err.text);
	return f;
}

/* --- kinds of records ----------------------------------------------------------------------- */

#define NO   FILTER_NO
#define YES  FILTER_YES
#define LOOK FILTER_LOOK

/* clang-format off */
static const struct {
	const char *filter;
	bool state; /* needs it */
	/*                   open >, open <, read >, read <, brk <, switch, generic, unknown, packet */
	enum filter_answer answers[9];
} rows[] = {
	{"evt.type=open",                  false, {YES,  YES,  NO,   NO,   NO,   NO,   LOOK, LOOK, NO}},
	{"not evt.type=open",              false, {NO,   NO,   YES,  YES,  YES,  YES,  LOOK, LOOK, YES}},
	{"evt.type!=open",                 false, {NO,   NO,   YES,  YES,  YES,  YES,  LOOK, LOOK, NO}},
	{"evt.type in (open, read) and evt.dir=<", false, {NO, YES, NO, YES, NO, NO,   LOOK, LOOK, NO}},
	{"evt.type=open and proc.name=cat", true, {LOOK, LOOK, NO,   NO,   NO,   NO,   LOOK, LOOK, NO}},
	{"evt.type=open or proc.name=cat", true,  {YES,  YES,  LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, NO}},
	{"not (evt.type=open or evt.dir=>)", false, {NO, NO,   NO,   YES,  YES,  NO,   LOOK, LOOK, YES}},
	{"evt.type glob r*",               false, {NO,   NO,   YES,  YES,  NO,   NO,   LOOK, LOOK, NO}},
	{"evt.type.is.read=1",             false, {NO,   NO,   YES,  YES,  NO,   NO,   LOOK, LOOK, NO}},
	{"toupper(evt.type) = OPEN",       false, {YES,  YES,  NO,   NO,   NO,   NO,   LOOK, LOOK, NO}},
	{"evt.is_io=true",                 false, {NO,   NO,   YES,  YES,  NO,   NO,   NO,   LOOK, NO}},
	{"evt.io_dir=read",                false, {NO,   NO,   YES,  YES,  NO,   NO,   NO,   LOOK, NO}},
	{"evt.category=memory",            true,  {NO,   NO,   LOOK, LOOK, YES,  NO,   NO,   LOOK, NO}},
	{"fd.num=3",                       true,  {LOOK, LOOK, LOOK, LOOK, NO,   NO,   NO,   NO,   NO}},
	{"fd.name exists",                 true,  {LOOK, LOOK, LOOK, LOOK, NO,   NO,   NO,   NO,   NO}},
	{"not fd.name exists",             true,  {LOOK, LOOK, LOOK, LOOK, YES,  YES,  YES,  YES,  YES}},
	{"evt.arg.data exists",            true,  {NO,   NO,   NO,   LOOK, NO,   NO,   NO,   NO,   NO}},
	{"evt.rawarg.fd=3",                false, {NO,   LOOK, LOOK, LOOK, NO,   NO,   NO,   NO,   NO}},
	{"evt.buffer contains x",          false, {NO,   NO,   NO,   LOOK, NO,   NO,   NO,   NO,   NO}},
	{"evt.res=SUCCESS",                false, {NO,   LOOK, NO,   LOOK, LOOK, NO,   NO,   NO,   NO}},
	{"evt.failed=true or evt.dir=>",   false, {YES,  LOOK, YES,  LOOK, LOOK, YES,  NO,   LOOK, NO}},
	{"evt.num>3",                      false, {LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, NO}},
	{"evt.num exists",                 false, {LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, NO}},
	{"proc.name = val(evt.type)",      true,  {LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, NO}},
	{"evt.type = val(fd.name)",        true,  {LOOK, LOOK, LOOK, LOOK, NO,   NO,   NO,   NO,   NO}},
	{"tcp.port=80",                    false, {NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   LOOK}},
	{"tcp.port=80 or evt.type=read",   false, {NO,   NO,   YES,  YES,  NO,   NO,   LOOK, LOOK, LOOK}},
	{"frame.number<9",                 false, {LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK, LOOK}},
	{"sysdig",                         false, {YES,  YES,  YES,  YES,  YES,  YES,  YES,  LOOK, NO}},
	{"not sysdig",                     false, {NO,   NO,   NO,   NO,   NO,   NO,   NO,   LOOK, YES}},
	{"fs.path.name contains a",        true,  {NO,   LOOK, NO,   NO,   NO,   NO,   NO,   NO,   NO}},
	{"evt.is_open_write=true",         false, {NO,   LOOK, NO,   NO,   NO,   NO,   NO,   LOOK, NO}},
	{"evt.abspath exists",             true,  {NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO,   NO}},
};
/* clang-format on */

Test(filter_kinds, answers)
{
	static const unsigned kinds[] = {PPME_SYSCALL_OPEN_E, PPME_SYSCALL_OPEN_X,
		PPME_SYSCALL_READ_E, PPME_SYSCALL_READ_X, PPME_SYSCALL_BRK_4_X,
		PPME_SCHEDSWITCH_6_E, PPME_GENERIC_X, RECORD_UNKNOWN, RECORD_PACKET};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct filter *f = compile(rows[i].filter, NULL);

		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
			cr_expect_eq(filter_kind(f, kinds[k]), rows[i].answers[k],
				"%s, kind %u: %d", rows[i].filter, kinds[k],
				filter_kind(f, kinds[k]));
		cr_expect_eq(filter_needs_state(f), rows[i].state, "%s", rows[i].filter);
		filter_free(f);
	}
}

/* The value of a field for an event of this type about which nothing else is known. */
static bool value_of_type(const struct view *like, struct field_ref *r, uint16_t type,
	struct value *value)
{
	const struct event ev = {.type = type, .info = event_info(type)};
	const struct moment m = {.ev = &ev, .fd = -1};
	struct view v = *like;

	v.params.m = &m;
	v.params.st = NULL;
	return field_value(&v, r, value);
}

/* A field that is absent has no value, one that is fixed has that of its type. */
static void check_scopes(const struct view *v, struct field_ref *refs, size_t n)
{
	const struct event *ev = v->params.m->ev;

	for (size_t i = 0; i < n; i++) {
		enum presence p = field_presence(&refs[i], record_kind(ev));
		struct value value, fixed;
		struct buf text = {0};
		bool has, also;

		if (p == VARIES)
			continue;
		has = field_value(v, &refs[i], &value);
		if (has && value_is_string(&value))
			buf_span(&text, value.s);
		if (p == ABSENT) {
			cr_expect_not(has, "%s of type %u", refs[i].field->name, ev->type);
		} else {
			also = value_of_type(v, &refs[i], ev->type, &fixed);
			if (has && value_is_string(&value))
				value.s = buf_view(&text);
			cr_expect_eq(has, also, "%s of type %u", refs[i].field->name, ev->type);
			cr_expect(!has || !also || value_equal(&value, &fixed), "%s of type %u",
				refs[i].field->name, ev->type);
		}
		buf_release(&text);
	}
}

static const char *argument_of(const struct field *f)
{
	static const char *const args[] = {[FA_NONE] = "", [FA_INDEX] = "", [FA_KEY] = "",
		[FA_NEED_KEY] = "memory", [FA_NEED_INDEX] = "1", [FA_PARAM] = "fd",
		[FA_NEED_TYPE] = "open"};

	return args[f->arg];
}

static void check_scopes_of(const char *path)
{
	struct buf bytes = {0}, scratch = {0};
	struct arena arena = {0};
	struct err err = {0};
	struct capture c;
	struct field_ref refs[512];
	struct times times;
	struct place place = {0};
	struct view v = {.params = {.times = &times, .scratch = &scratch, .raw = true},
		.place = &place, .local = &times, .utc = &times};
	struct state *st = state_new(&err);
	const struct field *f;
	size_t n = 0;

	times_init(&times, true);
	for (size_t i = 0; (f = field_at(i)) && n < ARRAY_SIZE(refs); i++)
		cr_assert_eq(field_ref_init(&refs[n++], f, span_str(argument_of(f)), true, &arena,
			&err), 0, "%s: %s", f->name, err.text);
	cr_assert(file_read(path, &bytes) && capture_open(&c, buf_view(&bytes)), "%s", path);
	while (capture_next(&c) == 1) {
		struct moment m;
		struct event ev;

		if (c.block.info->kind != BLOCK_EVENT) {
			(void)!state_load(st, &c.block, &err);
			continue;
		}
		if (event_decode(&ev, &c.block, &err) < 0)
			continue;
		place_event(&place, &ev);
		cr_assert_eq(state_apply(st, &ev, &m, &err), 0);
		v.params.st = st;
		v.params.m = &m;
		check_scopes(&v, refs, n);
	}
	for (size_t i = 0; i < n; i++)
		field_ref_release(&refs[i]);
	capture_close(&c);
	state_free(st);
	arena_release(&arena);
	buf_release(&bytes);
	buf_release(&scratch);
}

Test(filter_kinds, fields_are_what_their_scope_says)
{
	check_scopes_of("fixtures/pairs.scap");
	check_scopes_of("fixtures/newer.scap");
	check_scopes_of("fixtures/workload.scap");
	check_scopes_of("fixtures/exits.scap");
}

/* --- macros --------------------------------------------------------------------------------- */

static struct macros *macros_of(const char *text)
{
	struct macros *m = macros_new();
	struct err err = {0};

	cr_assert(m);
	cr_assert_eq(macros_read(m, span_str(text), NULL, &err), 0, "%s", err.text);
	return m;
}

static void expect_macros(const char *text, const char *filter, const char *numbers)
{
	struct macros *m = macros_of(text);
	struct match match = {.text = filter};
	struct buf capture = {0};

	cr_assert(file_read("fixtures/pairs.scap", &capture));
	match_run(buf_view(&capture), &match, 1, m);
	cr_expect(span_eq(buf_view(&match.numbers), span_str(numbers)), "%s: %.*s", filter,
		(int)match.numbers.n, (const char *)match.numbers.p);
	match_release(&match, 1);
	buf_release(&capture);
	macros_free(m);
}

static const char definitions[] =
	"# Names for parts of filters.\n"
	"shells = (bash, sh, \"zsh\")\n"
	"tools = {curl, shells}\n"
	"\n"
	"in_shell = proc.name in (shells)\n"
	"opens = evt.type in (open, openat)\n"
	"  and evt.dir = <\n"
	"close = (evt.type in (close, close_range))\n"
	"ports = {50..60, 80}\n";

Test(macros, stand_for_tests_and_lists)
{
	expect_macros(definitions, "in_shell", "1 2 3 4 37");
	expect_macros(definitions, "not in_shell and opens", "7 31");
	expect_macros(definitions, "opens or in_shell and evt.num > 4", "7 31 37");
	expect_macros(definitions, "proc.name in shells", "1 2 3 4 37");
	expect_macros(definitions, "proc.name in (x, shells)", "1 2 3 4 37");
	expect_macros(definitions, "not proc.name in (tools)", "");
	expect_macros(definitions, "fd.port in ports and evt.type=sendto", "15");
	/* A value that is called like a test is a value. */
	expect_macros(definitions, "evt.type in (close) and close and evt.dir=<", "11 21 35");
	/* The last one counts. */
	expect_macros("a = evt.num = 1\na = evt.num = 2\n", "a", "2");
}

static void expect_wrong(const char *text, const char *filter, unsigned at, const char *want)
{
	struct macros *m = macros_of(text);
	const struct filter_opts opts = {.utc = true, .macros = m};
	struct err err = {0};
	struct filter *f = filter_compile(filter, &opts, &err);

	cr_expect_null(f, "%s", filter);
	cr_expect_str_eq(err.text, want);
	cr_expect_eq(err.offset, at, "%s: %u", filter, (unsigned)err.offset);
	filter_free(f);
	macros_free(m);
}

Test(macros, failures_inside_are_told_at_the_name)
{
	expect_wrong("a = proc.nam = cat\n", "evt.num=1 or a", 13,
		"in a: there is no field proc.nam; do you mean proc.name?");
	expect_wrong("a = proc.name = cat )\n", "a", 0, "in a: something is left over at its end");
	expect_wrong("a = (1, 2)\n", "a", 0, "in a: a field is missing here");
	expect_wrong("a = not b\nb = c or a\nc = b\n", "a", 0, "in a: in b: in c: b is part of itself");
	expect_wrong("a = (b, a)\nb = (a)\n", "proc.name in a", 13, "in a: in b: a is part of itself");
	expect_wrong("a = evt.num = 1\n", "proc.name in a", 13, "a is no list");
	expect_wrong("shells = (sh)\n", "proc.name in shels", 13,
		"a list is missing here; do you mean shells?");
	expect_wrong("shell = proc.name=sh\n", "shel", 0,
		"there is no field or macro shel; do you mean shell?");
	expect_wrong("a = (1, x)\n", "evt.num in a", 11, "'x' is no number");
}

Test(macros, of_files_say_where)
{
	struct macros *m = macros_new();
	const struct filter_opts opts = {.utc = true, .macros = m};
	struct err err = {0};

	cr_assert_eq(macros_read(m, span_str("# one\na = evt.num=1 # two\n  # three\n  or b\n\n"
					     "b = proc.nam = cat\n"),
			     "/etc/m", &err),
		0);
	cr_expect(span_eq(macros_origin(m, span_str("a")), span_str("/etc/m:2")));
	cr_expect_null(filter_compile("not a", &opts, &err));
	cr_expect_str_eq(err.text, "in a (/etc/m:2): in b (/etc/m:6): there is no field proc.nam; "
				   "do you mean proc.name?");
	macros_free(m);
}

static void expect_no_macros(const char *text, unsigned at, const char *want)
{
	struct macros *m = macros_new();
	struct err err = {0};

	cr_expect_eq(macros_read(m, span_str(text), NULL, &err), -1, "%s", text);
	cr_expect_str_eq(err.text, want);
	cr_expect_eq(err.offset, at, "%s: %u", text, (unsigned)err.offset);
	macros_free(m);
}

Test(macros, wrong_definitions)
{
	expect_no_macros("a = evt.num=1\nb\n", 14, "a definition is NAME = EXPRESSION");
	expect_no_macros("1a = x", 0, "'1a' is no name: letters, digits and _, a letter in front");
	expect_no_macros("a b = x", 0, "'a b' is no name: letters, digits and _, a letter in front");
	expect_no_macros("not = x", 0, "not has a meaning of its own");
	expect_no_macros("contains = x", 0, "contains has a meaning of its own");
	expect_no_macros("tcp = x", 0, "tcp has a meaning of its own");
	expect_no_macros("len = x", 0, "len has a meaning of its own");
	expect_no_macros("a =\n", 0, "a stands for nothing");
	expect_no_macros("a = # b\n", 0, "a stands for nothing");
}

/* Each name is ten of the next: ten billion tests, if nobody counted. */
Test(macros, cannot_explode)
{
	struct macros *m = macros_new();
	const struct filter_opts opts = {.macros = m};
	struct err err = {0};
	struct buf b = {0};

	for (char c = 'a'; c < 'k'; c++) {
		buf_clear(&b);
		buf_printf(&b, "x%c = ", c);
		for (int i = 0; i < 10; i++)
			buf_printf(&b, "%sx%c", i ? " or " : "", c + 1);
		cr_assert_eq(macros_add(m, buf_view(&b), &err), 0);
	}
	cr_assert_eq(macros_add(m, span_str("xk=evt.num=1"), &err), 0);
	cr_expect_null(filter_compile("xa", &opts, &err));
	cr_expect(strstr(err.text, "the filter has more than 65536 tests"), "%s", err.text);
	buf_release(&b);
	macros_free(m);
}

/* --- cost ----------------------------------------------------------------------------------- */

static void add_round(struct build *b)
{
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_OPENAT_2_X, .tid = 7},
		PARAMS(P_S64(9), P_S64(-100), P_STR("a/file"), P_U32(1), P_U32(0), P_U32(5), P_U64(7)));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_READ_X, .tid = 7},
		PARAMS(P_S64(3), P_BYTES("abc"), P_S64(9), P_U32(10)));
	build_event(b, &(struct build_event){.type = PPME_SYSCALL_CLOSE_X, .tid = 7},
		PARAMS(P_S64(0), P_S64(9)));
}

Test(filter, the_second_thousand_of_events_allocates_nothing)
{
	struct filter *f = compile("evt.arg.name contains x or evt.args contains y or "
		"proc.cmdline regex z.* or proc.aname = zsh or tolower(fd.name) matches q or "
		"concat(proc.name, fd.name) = ab or evt.rawarg.res > 9 or proc.env[X] = 1 or "
		"fd.name glob *zz* or evt.buffer bcontains 0102 or evt.time > 9 or "
		"join(\",\", proc.args) = x or len(fd.types) > 99 or container.id = x or "
		"fd.directory = /x or evt.abspath = x", NULL);
	struct build b = {0};
	struct capture c;
	struct err err = {0};
	struct state *st = state_new(&err);
	struct place place = {0};
	size_t before = 0, passed = 0;

	render_machine(&b);
	for (int i = 0; i < 700; i++)
		add_round(&b);
	cr_assert(capture_open(&c, buf_view(&b.out)));
	while (capture_next(&c) == 1) {
		struct moment m;
		struct event ev;

		if (c.block.info->kind != BLOCK_EVENT) {
			cr_assert_eq(state_load(st, &c.block, &err), 0);
			continue;
		}
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0);
		cr_assert_eq(state_apply(st, &ev, &m, &err), 0);
		place_event(&place, &ev);
		if (place.num == 1000)
			before = count_malloc();
		passed += filter_match(f, st, &m, &place);
	}
	cr_expect_eq(count_malloc() - before, 0u);
	cr_expect_eq(passed, 0u);
	capture_close(&c);
	state_free(st);
	filter_free(f);
	build_release(&b);
}
