/* SPDX-License-Identifier: MIT */
/* Parts of captures: each reads as in the whole, and together they have every record once. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/text.h"
#include "support/capture.h"
#include "support/run.h"
#include "support/slices.h"
#include "tools/scapedit/split.h"

/* Files larger than this are split in fewer ways. */
#define LARGE 200000

struct parts {
	char dir[40];
	struct args args;
	char out[64];
	char **files; /* sorted */
	size_t n;
	uint64_t damaged;
	unsigned passes;
};

/* Splits a capture as the option says, with so much of its state. Release it. */
static void parts_make_of(struct parts *p, const char *by, enum select_state state, struct span in)
{
	struct split_parts table;
	struct err err = {0};

	*p = (struct parts){.dir = "/tmp/scapedit-XXXXXX"};
	cr_assert_not_null(mkdtemp(p->dir));
	snprintf(p->out, sizeof(p->out), "%s/p.scap", p->dir);
	p->args.out = p->out;
	p->args.what.state = state;
	cr_assert_eq(split_set(&p->args.split, by, &err), 0, "%s", err.text);
	cr_assert_eq(split_parts_init(&table, &p->args, true, &err), 0, "%s", err.text);
	do {
		const struct edit_opts opts = {.what = &p->args.what};
		struct edit_report rep;
		struct capture c;
		struct split *s = split_new(&table, &err);

		cr_assert_not_null(s, "%s", err.text);
		cr_assert(capture_open(&c, in), "%s", c.err.text);
		cr_assert_eq(
			edit_run(&opts, c.reader, split_sink(s), &rep, &err), 0, "%s", err.text);
		cr_assert_eq(split_end(s, &err), 0, "%s", err.text);
		p->damaged = split_damage(s)->count;
		p->passes++;
		capture_close(&c);
		split_free(s);
	} while (table.more);
	split_parts_release(&table);
	p->files = files_in(p->dir);
	while (p->files[p->n])
		p->n++;
}

static void parts_make(struct parts *p, const char *by, struct span in)
{
	parts_make_of(p, by, SELECT_STATE_REACHED, in);
}

static void parts_release(struct parts *p)
{
	for (size_t i = 0; i < p->n; i++)
		unlink(p->files[i]);
	rmdir(p->dir);
	files_free(p->files);
	split_opts_release(&p->args.split);
}

static struct buf part_bytes(const struct parts *p, size_t i)
{
	struct buf b = {0};

	cr_assert(file_read(p->files[i], &b));
	return b;
}

/* The last component of a part's name, and whether there is one. */
static bool has_part(const struct parts *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(strrchr(p->files[i], '/') + 1, name) == 0)
			return true;
	return false;
}

/* --- comparison ----------------------------------------------------------------------------- */

/* One after the other they are a capture again, that reads like the whole. */
static void sequence_reads_the_same(const char *path, const char *by, struct span whole)
{
	const struct select all = {0};
	struct buf together = {0};
	struct parts p;
	char name[300];

	parts_make(&p, by, whole);
	for (size_t i = 0; i < p.n; i++) {
		struct buf b = part_bytes(&p, i);
		struct slice_events n = slice_count(buf_view(&b));

		cr_expect_leq(
			n.shown, p.args.split.by == SPLIT_EVENTS ? p.args.split.limit : UINT64_MAX);
		buf_span(&together, buf_view(&b));
		buf_release(&b);
	}
	snprintf(name, sizeof(name), "%s by %s", path, by);
	if (p.n)
		slice_expect_same(name, &all, whole, buf_view(&together));
	buf_release(&together);
	parts_release(&p);
}

/* The keys of all event records, each with a NUL behind it; empty for what is nobody's. */
struct keys {
	struct buf texts;
	size_t *at; /* by number, from 1 */
	uint64_t n;
	char first[300]; /* of the first event that is shown */
};

static void keys_of(struct keys *k, const struct split_opts *opts, struct span capture)
{
	struct text *t;
	struct state *st;
	struct capture c;
	struct err err = {0};
	bool any = false;

	*k = (struct keys){.at = calloc(slice_count(capture).all + 1, sizeof(*k->at))};
	t = text_new(&(struct text_opts){.template = opts->key}, &err);
	st = state_new(&err);
	cr_assert(k->at && t && st && capture_open(&c, capture));
	while (capture_next(&c) == 1) {
		struct event ev;
		struct moment m;
		size_t at = k->texts.n;
		bool shown = true;

		if (c.block.info->kind != BLOCK_EVENT) {
			/* Damaged lists are part of some captures. */
			if (state_load(st, &c.block, &err) < 0)
				err_clear(&err);
			continue;
		}
		k->at[++k->n] = at;
		if (event_decode(&ev, &c.block, &(struct err){0}) == 0) {
			cr_assert_eq(state_apply(st, &ev, &m, &err), 0);
			text_put(t, st, &m, k->n, &k->texts);
			shown = !(ev.flags & EVENT_HIDDEN);
		}
		buf_u8(&k->texts, 0);
		if (strcmp((char *)k->texts.p + at, "<NA>") == 0 ||
			(opts->nobody && strcmp((char *)k->texts.p + at, opts->nobody) == 0))
			k->texts.p[at] = '\0';
		if (shown && !any)
			snprintf(k->first, sizeof(k->first), "%s", (char *)k->texts.p + at);
		any |= shown;
	}
	capture_close(&c);
	state_free(st);
	text_free(t);
}

static void keys_release(struct keys *k)
{
	buf_release(&k->texts);
	free(k->at);
}

/* The events that have a key; packets have none. */
static struct select select_key(const struct keys *k, const char *key)
{
	struct select s = {.only = *key ? SELECT_EVENTS : SELECT_ALL};

	s.ranges = calloc(k->n + 1, sizeof(*s.ranges));
	cr_assert_not_null(s.ranges);
	for (uint64_t i = 1; i <= k->n; i++)
		if (strcmp((char *)k->texts.p + k->at[i], key) == 0)
			s.ranges[s.n++] = (struct select_range){i, i};
	if (!s.n)
		s.ranges[s.n++] = (struct select_range){UINT64_MAX, UINT64_MAX};
	return s;
}

/* Each has all records with its key, which read as in the whole; all together have all. */
static void keyed_reads_of(
	const char *path, const char *by, enum select_state state, struct span whole)
{
	struct keys of_whole;
	struct parts p;
	uint64_t shown = 0;
	char name[300];

	parts_make_of(&p, by, state, whole);
	keys_of(&of_whole, &p.args.split, whole);
	for (size_t i = 0; i < p.n; i++) {
		struct buf b = part_bytes(&p, i);
		struct keys k;
		struct select s;

		keys_of(&k, &p.args.split, buf_view(&b));
		s = select_key(&of_whole, k.first);
		snprintf(name, sizeof(name), "%s by %s: %s", path, by, p.files[i]);
		slice_expect_same(name, &s, whole, buf_view(&b));
		shown += slice_count(buf_view(&b)).shown;
		select_release(&s);
		keys_release(&k);
		buf_release(&b);
	}
	cr_expect_eq(shown, slice_count(whole).shown, "%s by %s", path, by);
	keys_release(&of_whole);
	parts_release(&p);
}

/* Whatever of the state they hold. */
static void keyed_reads_the_same(const char *path, const char *by, struct span whole)
{
	keyed_reads_of(path, by, SELECT_STATE_REACHED, whole);
	keyed_reads_of(path, by, SELECT_STATE_ALL, whole);
}

/* --- whole files ---------------------------------------------------------------------------- */

static void any_sequence_reads_the_same(const char *path, struct span bytes)
{
	uint64_t seed = bytes.n;
	uint64_t events = slice_count(bytes).all;
	int rounds = bytes.n > LARGE ? 2 : 8;

	for (int i = 0; i < rounds; i++) {
		uint64_t least = events / 30;
		char by[3][60];

		snprintf(by[0], sizeof(by[0]), "events=%llu",
			(unsigned long long)(1 + least + next_random(&seed) % (events / 2 + 1)));
		snprintf(by[1], sizeof(by[1]), "size=%llu",
			(unsigned long long)(1 + next_random(&seed) % (bytes.n + 1)));
		snprintf(by[2], sizeof(by[2]), "seconds=%d.%09d", i % 2 ? 1 : 0,
			(int)(100000000 + next_random(&seed) % 900000000));
		for (int k = 0; k < 3; k++)
			sequence_reads_the_same(path, by[k], bytes);
	}
}

static void any_key_reads_the_same(const char *path, struct span bytes)
{
	static const char *const by[] = {"container", "process", "thread", "field=evt.type",
		"field=evt.dir", "field=fd.type"};

	for (size_t i = 0; i < ARRAY_SIZE(by); i++)
		keyed_reads_the_same(path, by[i], bytes);
}

Test(edit_split, fixtures_in_sequence)
{
	each_capture("fixtures", any_sequence_reads_the_same);
}

Test(edit_split, real_captures_in_sequence)
{
	each_capture(real_captures(), any_sequence_reads_the_same);
}

Test(edit_split, fixtures_by_key)
{
	each_capture("fixtures", any_key_reads_the_same);
}

Test(edit_split, real_captures_by_key)
{
	each_capture(real_captures(), any_key_reads_the_same);
}

/* --- one thing at a time -------------------------------------------------------------------- */

#define EV(b, t, id, ...)                                                                          \
	build_event(b, &(struct build_event){.type = PPME_##t, .tid = (id)}, PARAMS(__VA_ARGS__))
#define READ_X(b, id) EV(b, SYSCALL_READ_X, id, P_S64(3), P_BYTES("abc"))

static void story_reads_the_same(bool big)
{
	struct build b = {.out.big = big};
	uint64_t n;
	char by[40];

	slice_story(&b);
	n = slice_count(buf_view(&b.out)).all;
	for (uint64_t i = 1; i <= n; i++) {
		snprintf(by, sizeof(by), "events=%llu", (unsigned long long)i);
		sequence_reads_the_same("built", by, buf_view(&b.out));
	}
	slice_story(&b);
	sequence_reads_the_same("built twice", "events=7", buf_view(&b.out));
	sequence_reads_the_same("built twice", "seconds=0.005", buf_view(&b.out));
	any_key_reads_the_same("built twice", buf_view(&b.out));
	keyed_reads_the_same("built twice", "field=evt.rawtime", buf_view(&b.out));
	build_release(&b);
}

Test(edit_split, any_number_of_events_reads_as_in_the_whole)
{
	story_reads_the_same(false);
}

Test(edit_split, big_endian_too)
{
	story_reads_the_same(true);
}

Test(edit_split, the_first_part_begins_like_the_capture)
{
	struct build b = {0};
	struct parts p;
	struct buf first;

	slice_story(&b);
	parts_make(&p, "events=10", buf_view(&b.out));
	first = part_bytes(&p, 0);
	cr_assert_lt(first.n, b.out.n);
	cr_expect(span_eq(buf_view(&first), span_of(b.out.p, first.n)));
	cr_expect_eq(slice_count(buf_view(&first)).all, 10);
	buf_release(&first);
	parts_release(&p);
	build_release(&b);
}

Test(edit_split, numbered_parts_are_called_as_editcap_does_it)
{
	struct build b = {0};
	struct parts p;

	setenv("TZ", "UTC", 1);
	build_section(&b, 2);
	build_event(&b,
		&(struct build_event){
			.type = PPME_SYSCALL_READ_X, .tid = 1, .ts = 1700000000000000000},
		PARAMS(P_S64(0)));
	build_event(&b,
		&(struct build_event){
			.type = PPME_SYSCALL_READ_X, .tid = 1, .ts = 1700000001999999999},
		PARAMS(P_S64(0)));
	build_event(&b,
		&(struct build_event){
			.type = PPME_SYSCALL_READ_X, .tid = 1, .ts = 1700000006000000000},
		PARAMS(P_S64(0)));
	parts_make(&p, "seconds=2", buf_view(&b.out));
	cr_expect_eq(p.n, 2, "none for intervals without events");
	cr_expect(has_part(&p, "p_00001_20231114221320.scap"));
	cr_expect(has_part(&p, "p_00002_20231114221326.scap"));
	parts_release(&p);
	build_release(&b);
}

static void machine(struct build *b)
{
	const struct meta_proc procs[] = {
		build_proc(10, 1, "a b/c"), build_proc(11, 1, ".."), build_proc(12, 1, "a_b/c")};

	build_section(b, 2);
	build_procs(b, 9, BUILD_TAIL, procs, ARRAY_SIZE(procs));
}

Test(edit_split, keys_make_safe_names_of_their_own)
{
	struct build b = {0};
	struct parts p;

	machine(&b);
	READ_X(&b, 10);
	READ_X(&b, 12);
	READ_X(&b, 11);
	READ_X(&b, 10);
	READ_X(&b, -1);
	parts_make(&p, "process", buf_view(&b.out));
	cr_expect_eq(p.n, 4);
	cr_expect(has_part(&p, "p_10-a_b_c.scap"));
	cr_expect(has_part(&p, "p_11-...scap"));
	cr_expect(has_part(&p, "p_12-a_b_c.scap"));
	cr_expect(has_part(&p, "p_none.scap"));
	parts_release(&p);
	parts_make(&p, "field=proc.name", buf_view(&b.out));
	cr_expect_eq(p.n, 4);
	cr_expect(has_part(&p, "p_a_b_c.scap"));
	cr_expect(has_part(&p, "p_a_b_c_2.scap"), "another key");
	parts_release(&p);
	build_release(&b);
}

Test(edit_split, a_process_is_one_part_whatever_it_executes)
{
	struct build b = {0};
	struct parts p;

	slice_story(&b);
	parts_make(&p, "process", buf_view(&b.out));
	cr_expect(has_part(&p, "p_102-shell.scap"), "as it was called at first");
	cr_expect_not(has_part(&p, "p_102-cat.scap"));
	parts_release(&p);
	build_release(&b);
}

/* How many parts have a text in them. */
static int parts_with(enum select_state state, const char *text)
{
	struct build b = {0};
	struct parts p;
	int n = 0;

	slice_story(&b);
	parts_make_of(&p, "process", state, buf_view(&b.out));
	for (size_t i = 0; i < p.n; i++) {
		struct buf part = part_bytes(&p, i);

		n += memmem(part.p, part.n, text, strlen(text)) != NULL;
		buf_release(&part);
	}
	cr_expect_gt(p.n, 2);
	parts_release(&p);
	build_release(&b);
	return n;
}

Test(edit_split, a_part_holds_of_the_machine_what_its_events_show)
{
	int reached = parts_with(SELECT_STATE_REACHED, "/dev/tty1");
	int all = parts_with(SELECT_STATE_ALL, "/dev/tty1");

	cr_expect_gt(reached, 0, "whose it is");
	cr_expect_lt(reached, all, "%d and %d", reached, all);
}

Test(edit_split, many_keys_take_several_passes)
{
	struct build b = {0};
	struct parts p;

	machine(&b);
	for (int i = 0; i < 3; i++)
		for (int tid = 0; tid < 2 * SPLIT_OPEN + 10; tid++)
			READ_X(&b, 100 + tid);
	parts_make(&p, "thread", buf_view(&b.out));
	cr_expect_eq(p.passes, 3);
	cr_expect_eq(p.n, 2 * SPLIT_OPEN + 10);
	parts_release(&p);
	keyed_reads_the_same("many", "thread", buf_view(&b.out));
	build_release(&b);
}

/* Enough opened files that there is a new base, in between for parts in use and for others. */
Test(edit_split, a_long_log_gives_way_to_a_state)
{
	struct build b = {0};
	struct parts p;
	char name[2000];
	size_t n = 0;

	memset(name, 'n', sizeof(name));
	slice_story(&b);
	for (int i = 0; i < 2500; i++) {
		EV(&b, SYSCALL_OPEN_X, 100, P_S64(10 + i % 7), P_SPAN(span_of(name, sizeof(name))),
			P_U32(1), P_U32(0));
		if (i % 100 == 0)
			READ_X(&b, 1);
	}
	READ_X(&b, 101);
	keyed_reads_the_same("long", "thread", buf_view(&b.out));
	sequence_reads_the_same("long", "events=900", buf_view(&b.out));
	parts_make(&p, "thread", buf_view(&b.out));
	for (size_t i = 0; i < p.n; i++) {
		struct buf part = part_bytes(&p, i);

		if (strstr(p.files[i], "p_101.scap")) {
			cr_expect_eq(slice_count(buf_view(&part)).sections, 2);
			cr_expect_lt(part.n, 300000, "less than all of the log");
		}
		n += part.n;
		buf_release(&part);
	}
	cr_expect_lt(n, 3 * b.out.n);
	parts_release(&p);
	build_release(&b);
}

static void read_on_cpu(struct build *b, uint16_t type, uint16_t cpu)
{
	build_event(b, &(struct build_event){.type = type, .tid = 10, .cpu = cpu},
		PARAMS(P_S64(3), P_U32(1)));
}

/* Else the second exit record would seem to end the call that the first one ended elsewhere. */
Test(edit_split, a_call_that_ends_in_another_part_is_over)
{
	struct build b = {0};

	machine(&b);
	read_on_cpu(&b, PPME_SYSCALL_READ_E, 0);
	read_on_cpu(&b, PPME_SYSCALL_READ_X, 1);
	read_on_cpu(&b, PPME_SYSCALL_READ_X, 0);
	keyed_reads_the_same("two parts", "field=evt.cpu", buf_view(&b.out));
	build_release(&b);
}

Test(edit_split, damaged_records_are_nobodys_and_told)
{
	struct build b = {0};
	struct parts p;

	machine(&b);
	READ_X(&b, 10);
	build_event(&b,
		&(struct build_event){.type = PPME_SYSCALL_READ_X, .tid = 10, .add_nparams = 9},
		PARAMS(P_S64(0)));
	parts_make(&p, "thread", buf_view(&b.out));
	cr_expect_eq(p.damaged, 1);
	cr_expect_eq(p.n, 2);
	cr_expect(has_part(&p, "p_none.scap"));
	parts_release(&p);
	sequence_reads_the_same("damaged", "events=1", buf_view(&b.out));
	keyed_reads_the_same("damaged", "thread", buf_view(&b.out));
	build_release(&b);
}

/* What scapmerge writes: events, then a section of packets with a hidden event at its end. */
static void portable(struct build *b)
{
	slice_story(b);
	build_section(b, 0);
	build_interface(b, 1, 0);
	for (uint64_t i = 0; i < 6; i++)
		build_packet(b, 0, BUILD_EPOCH / 1000 + 7000 * i, span_str("packet"), 0);
	build_event(b, &(struct build_event){.block = BT_EVF_V2, .type = 38, .flags = 1, .tid = -1},
		NO_PARAMS);
}

Test(edit_split, packets_have_their_interfaces_and_an_event_in_each_part)
{
	struct build b = {0};
	struct parts p;
	uint64_t events;

	portable(&b);
	events = slice_count(buf_view(&b.out)).shown;
	sequence_reads_the_same("portable", "seconds=0.01", buf_view(&b.out));
	sequence_reads_the_same("portable", "events=4", buf_view(&b.out));
	keyed_reads_the_same("portable", "thread", buf_view(&b.out));
	parts_make(&p, "events=4", buf_view(&b.out));
	cr_expect_eq(p.n, (events + 6 + 3) / 4, "events and packets");
	for (size_t i = 0; i < p.n; i++) {
		struct buf part = part_bytes(&p, i);
		struct slice_events n = slice_count(buf_view(&part));

		cr_expect_geq(n.all, n.sections, "part %zu", i);
		buf_release(&part);
	}
	parts_release(&p);
	parts_make(&p, "thread", buf_view(&b.out));
	cr_expect(has_part(&p, "p_none.scap"), "where packets are");
	parts_release(&p);
	build_release(&b);
}

/* The section of packets begins at the time of the first events, behind a hidden one. */
Test(edit_split, a_section_that_goes_back_in_time_begins_a_part)
{
	struct build b = {0};
	struct parts p;

	machine(&b);
	for (uint64_t i = 0; i < 20; i++)
		READ_X(&b, 10);
	build_section(&b, 0);
	build_interface(&b, 1, 0);
	build_event(&b,
		&(struct build_event){.block = BT_EVF_V2, .type = 38, .flags = 1, .tid = -1},
		NO_PARAMS);
	build_packet(&b, 0, BUILD_EPOCH / 1000, span_str("packet"), 0);
	build_packet(&b, 0, BUILD_EPOCH / 1000 + 19000, span_str("packet"), 0);
	parts_make(&p, "seconds=0.01", buf_view(&b.out));
	cr_expect_eq(p.n, 4);
	parts_release(&p);
	build_release(&b);
}

Test(edit_split, packets_alone_get_no_event)
{
	struct build b = {0};
	struct parts p;

	build_section(&b, 0);
	build_interface(&b, 1, 0);
	for (uint64_t i = 0; i < 6; i++)
		build_packet(&b, 0, BUILD_EPOCH / 1000 + 7000 * i, span_str("packet"), 0);
	parts_make(&p, "events=2", buf_view(&b.out));
	cr_expect_eq(p.n, 3);
	for (size_t i = 0; i < p.n; i++) {
		struct buf part = part_bytes(&p, i);

		cr_expect_eq(slice_count(buf_view(&part)).all, 0);
		buf_release(&part);
	}
	parts_release(&p);
	build_release(&b);
}

Test(edit_split, blocks_that_are_not_ours_are_kept)
{
	struct build b = {0};
	struct parts p;
	struct buf first, second;

	build_section(&b, 2);
	build_block(&b, 0x7777, span_str("in front of all"));
	READ_X(&b, 1);
	build_block(&b, 0x7777, span_str("with the first!"));
	READ_X(&b, 2);
	build_block(&b, 0x7777, span_str("with the second"));
	parts_make(&p, "thread", buf_view(&b.out));
	cr_assert_eq(p.n, 2);
	first = part_bytes(&p, 0);
	second = part_bytes(&p, 1);
#define HAS(buf, text) (memmem((buf).p, (buf).n, text, strlen(text)) != NULL)
	cr_expect(HAS(first, "in front of all") && HAS(second, "in front of all"));
	cr_expect(HAS(first, "with the first!") && !HAS(second, "with the first!"));
	cr_expect(!HAS(first, "with the second") && HAS(second, "with the second"));
	buf_release(&first);
	buf_release(&second);
	parts_release(&p);
	build_release(&b);
}

/* So much does not wait for the first record. */
Test(edit_split, much_in_front_of_all_records_goes_into_the_first_part)
{
	static const uint8_t much[1 << 20];
	struct build b = {0};
	struct parts p;
	struct buf first, second;

	build_section(&b, 2);
	for (int i = 0; i < 20; i++)
		build_block(&b, 0x7777, span_of(much, sizeof(much)));
	READ_X(&b, 1);
	READ_X(&b, 2);
	parts_make(&p, "events=1", buf_view(&b.out));
	cr_assert_eq(p.n, 2);
	first = part_bytes(&p, 0);
	second = part_bytes(&p, 1);
	cr_expect_gt(first.n, 20 * sizeof(much));
	cr_expect_lt(second.n, 18 * sizeof(much));
	buf_release(&first);
	buf_release(&second);
	parts_release(&p);
	build_release(&b);
}

Test(edit_split, a_size_is_kept_to_but_for_the_last_record)
{
	struct build b = {0};
	struct parts p;

	slice_story(&b);
	for (int i = 0; i < 2000; i++)
		READ_X(&b, 100);
	parts_make(&p, "size=20k", buf_view(&b.out));
	cr_expect_gt(p.n, 3);
	for (size_t i = 0; i < p.n; i++) {
		struct buf part = part_bytes(&p, i);

		cr_expect_lt(part.n, 20480 + 100);
		cr_expect(i + 1 == p.n || part.n >= 20480);
		buf_release(&part);
	}
	parts_release(&p);
	parts_make(&p, "size=1", buf_view(&b.out));
	cr_expect_lt(p.n, 200, "as much of records as of the state");
	parts_release(&p);
	build_release(&b);
}

Test(edit_split, no_records_no_parts)
{
	struct build b = {0};
	struct parts p;

	machine(&b);
	parts_make(&p, "events=1", buf_view(&b.out));
	cr_expect_eq(p.n, 0);
	parts_release(&p);
	build_release(&b);
}

/* --- the tool ------------------------------------------------------------------------------- */

static void says_no(const char *by, const char *out, const char *what)
{
	struct run r;

	RUN(&r, "scapedit", "--split", by, "in", out);
	cr_expect_eq(r.status, 2, "%s %s", by, out);
	cr_expect_not_null(strstr((const char *)r.err.p, what), "%s", (const char *)r.err.p);
	run_release(&r);
}

Test(edit_split, wrong_usage_is_told)
{
	says_no("events=0", "out", "less than 1");
	says_no("events", "out", "none of events=N");
	says_no("seconds=", "out", "none of events=N");
	says_no("size=x", "out", "size");
	says_no("containers", "out", "none of events=N");
	says_no("field=nosuch.field", "out", "nosuch.field");
	says_no("field=evt.num %evt.type", "out", "is no field");
	says_no("events=5", "-", "not -");
}

/* Splits what comes through a pipe. Returns the status; r is to be released. */
static int split_pipe(
	struct run *r, struct parts *p, const char *by, const char *more, struct span in)
{
	*p = (struct parts){.dir = "/tmp/scapedit-XXXXXX"};
	cr_assert_not_null(mkdtemp(p->dir));
	snprintf(p->out, sizeof(p->out), "%s/p.scap.gz", p->dir);
	run_tool(r,
		(const char *const[]){
			"scapedit", more, "-z", "gzip", "--split", by, "-", p->out, NULL},
		in);
	p->files = files_in(p->dir);
	while (p->files[p->n])
		p->n++;
	return r->status;
}

Test(edit_split, through_a_pipe_packed_and_changed)
{
	struct build b = {0};
	struct parts p;
	struct run r;

	slice_story(&b);
	cr_expect_eq(split_pipe(&r, &p, "events=10", "--endian=big", buf_view(&b.out)), 0, "%s",
		(const char *)r.err.p);
	cr_expect_gt(p.n, 4);
	for (size_t i = 0; i < p.n; i++) {
		struct buf packed = part_bytes(&p, i), bytes = {0};

		cr_expect_eq(packed.p[0], 0x1f);
		unpack(buf_view(&packed), &bytes);
		cr_expect_eq(bytes.p[8], 0x1a, "the end that is first");
		cr_expect_leq(slice_count(buf_view(&bytes)).shown, 10);
		buf_release(&packed);
		buf_release(&bytes);
	}
	run_release(&r);
	parts_release(&p);
	build_release(&b);
}

Test(edit_split, what_is_whole_of_a_cut_capture_is_used)
{
	struct build b = {0};
	struct parts p;
	struct run r;

	slice_story(&b);
	cr_expect_eq(split_pipe(&r, &p, "events=10", "--keep", span_of(b.out.p, b.out.n - 5)), 1);
	cr_expect_gt(p.n, 4);
	run_release(&r);
	parts_release(&p);
	build_release(&b);
}

Test(edit_split, too_many_keys_for_a_pipe_leave_nothing)
{
	struct build b = {0};
	struct parts p;
	struct run r;

	machine(&b);
	for (int tid = 0; tid < SPLIT_OPEN + 1; tid++)
		READ_X(&b, 100 + tid);
	cr_expect_eq(split_pipe(&r, &p, "thread", "--keep", buf_view(&b.out)), 1);
	cr_expect_not_null(strstr((const char *)r.err.p, "more than 256 parts"));
	cr_expect_eq(p.n, 0);
	run_release(&r);
	parts_release(&p);
	build_release(&b);
}
