/* SPDX-License-Identifier: MIT */
/* Filters in front of an outlet: what passes is there and reads as in the whole, and nothing else. */
#include <criterion/criterion.h>

#include "format/text.h"
#include "support/capture.h"
#include "support/count_malloc.h"
#include "support/outlet.h"
#include "support/render.h"
#include "support/slices.h"
#include "tools/scapcap/sieve.h"

/* Sizes of memory, which calls that were dropped have changed meanwhile, are in no line. */
#define LINE                                                                                       \
	"%evt.rawtime %thread.tid %evt.dir %evt.type %proc.name %proc.cmdline %proc.cwd "          \
	"%proc.pname %user.name %fd.num %fd.name %evt.args"

static struct filter *compile(const char *text)
{
	struct err err = {0};
	struct filter *f = filter_compile(text, &(struct filter_opts){.utc = true}, &err);

	cr_assert(f, "%s: %s", text, err.text);
	return f;
}

/* Appends the lines of the events of a capture that are shown and pass f (NULL: all). */
static size_t put_lines(struct span bytes, struct filter *f, struct buf *to)
{
	struct err err = {0};
	struct text *text = text_new(&(struct text_opts){.template = LINE, .utc = true}, &err);
	struct state *st = state_new(&err);
	struct place place = {0};
	struct capture c;
	struct event ev;
	struct moment m;
	size_t n = 0;

	cr_assert(text && st && capture_open(&c, bytes), "%s", err.text);
	while (capture_next(&c) == 1) {
		if (c.block.info->kind != BLOCK_EVENT) {
			cr_assert_eq(state_load(st, &c.block, &err), 0, "%s", err.text);
			continue;
		}
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
		cr_assert_eq(state_apply(st, &ev, &m, &err), 0, "%s", err.text);
		text_note(text, &ev);
		place_event(&place, &ev);
		if (ev.flags & EVENT_HIDDEN || (f && !filter_match(f, st, &m, &place)))
			continue;
		text_event(text, st, &m, place.num, to);
		n++;
	}
	cr_assert_eq(c.err.code, ERR_NONE, "%s", c.err.text);
	capture_close(&c);
	state_free(st);
	text_free(text);
	return n;
}

/* What comes out of a sieve, into memory. */
struct sieved_outlet {
	struct outlet base;
	struct sieve *sieve;
	struct buf *to;
	size_t before, after; /* allocations until event number warm, and the last one */
	size_t n, warm, shown;
};

static struct sieved_outlet *of(struct outlet *o)
{
	return (struct sieved_outlet *)o;
}

static int begin(struct outlet *o, uint64_t now, struct span head, struct err *err)
{
	(void)now;
	if (of(o)->to)
		buf_span(of(o)->to, head);
	return sieve_head(of(o)->sieve, head, err);
}

static int event(struct outlet *o, uint64_t ts, struct span raw, struct err *err)
{
	struct sieved s;

	(void)ts;
	if (++of(o)->n == of(o)->warm)
		of(o)->before = count_malloc();
	if (sieve_event(of(o)->sieve, raw, &s, err) < 0)
		return -1;
	of(o)->after = count_malloc();
	of(o)->shown += s.event.n && !s.hidden;
	if (!of(o)->to)
		return 1;
	buf_span(of(o)->to, s.enter);
	buf_span(of(o)->to, s.event);
	return 1;
}

static const struct outlet_ops ops = {.begin = begin, .event = event};

static size_t events_in(struct span bytes)
{
	struct slice_events n = slice_count(bytes);

	return n.all;
}

static void sift(const char *path, const char *text)
{
	struct err err = {0};
	struct filter *f = compile(text);
	struct push push = {.n = 0};
	struct buf whole = {0}, part = {0}, want = {0}, got = {0};
	struct sieved_outlet to = {.base.ops = &ops, .to = &part};
	size_t n;

	cr_assert(file_read(path, &whole));
	to.sieve = sieve_new(&(struct sieve_opts){.keep = f, .push = &push}, &err);
	cr_assert(to.sieve, "%s", err.text);
	outlet_replay(&to.base, buf_view(&whole));
	n = put_lines(buf_view(&whole), f, &want);
	cr_expect_gt(n, 0, "%s: %s lets nothing pass", path, text);
	cr_expect_eq(put_lines(buf_view(&part), NULL, &got), n, "%s: %s", path, text);
	buf_char(&got, '\0');
	buf_char(&want, '\0');
	cr_expect_str_eq((char *)got.p, (char *)want.p, "%s: %s: %s, in the whole: %s", path, text,
		(char *)got.p, (char *)want.p);
	cr_expect_lt(events_in(buf_view(&part)), events_in(buf_view(&whole)),
		"%s: %s leaves nothing out", path, text);
	sieve_free(to.sieve);
	filter_free(f);
	buf_release(&whole);
	buf_release(&part);
	buf_release(&want);
	buf_release(&got);
}

Test(sieve, what_passes_reads_as_in_the_whole, .timeout = 600)
{
	static const char *const filters[] = {
		"evt.type=close",
		"fd.type=file and evt.type!=openat",
		"evt.category=net or evt.type=execve",
		"evt.type=execve or evt.type=procexit",
		"proc.name in (cat, curl) and not evt.type in (mmap, brk, munmap)",
	};

	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		sift("fixtures/exits.scap", filters[i]);
		sift("fixtures/pairs.scap", filters[i]);
	}
}

Test(sieve, returns_that_pass_have_their_enter_records, .timeout = 300)
{
	sift("fixtures/pairs.scap", "evt.dir=< and fd.num>=0");
	sift("fixtures/pairs.scap", "evt.dir=> and evt.type in (open, close)");
	sift("fixtures/pairs.scap", "evt.dir=< and evt.type in (read, close, openat)");
}

/* Opens, reads and closes, again and again. */
static void add_round(struct build *b)
{
	struct build_event e = {.tid = 7};

#define ADD(t, ...) (e.type = PPME_##t, build_event(b, &e, PARAMS(__VA_ARGS__)))
	ADD(SYSCALL_OPENAT_2_E, P_S64(-100), P_STR("a/file"), P_U32(1), P_U32(0));
	ADD(SYSCALL_OPENAT_2_X, P_S64(9), P_S64(-100), P_STR("a/file"), P_U32(1), P_U32(0),
		P_U32(5), P_U64(77));
	ADD(SYSCALL_READ_X, P_S64(3), P_BYTES("abc"), P_S64(9), P_U32(10));
	ADD(SYSCALL_CLOSE_E, P_S64(9));
	ADD(SYSCALL_CLOSE_X, P_S64(0), P_S64(9));
#undef ADD
}

Test(sieve, the_second_thousand_of_events_allocates_nothing)
{
	struct err err = {0};
	struct build b = {0};
	struct filter *f = compile("fd.name endswith /file and evt.type=read and evt.count>0");
	struct push push = {.n = 0};
	struct sieved_outlet to = {.base.ops = &ops, .warm = 1000};

	render_machine(&b);
	for (int i = 0; i < 400; i++)
		add_round(&b);
	to.sieve = sieve_new(&(struct sieve_opts){.keep = f, .push = &push}, &err);
	cr_assert(to.sieve, "%s", err.text);
	cr_assert_eq(outlet_replay(&to.base, buf_view(&b.out)), 2000);
	cr_expect_eq(to.shown, 400);
	cr_expect_gt(to.before, 0);
	cr_expect_eq(to.after - to.before, 0, "%zu", to.after - to.before);
	sieve_free(to.sieve);
	filter_free(f);
	build_release(&b);
}

Test(sieve, what_triggers_is_told_and_nothing_is_left_out)
{
	struct err err = {0};
	struct buf whole = {0}, part = {0};
	struct filter *f = compile("evt.type=procexit");
	bool hit = false;
	struct sieved_outlet to = {.base.ops = &ops, .to = &part};

	cr_assert(file_read("fixtures/exits.scap", &whole));
	to.sieve = sieve_new(&(struct sieve_opts){.trigger = f, .hit = &hit}, &err);
	cr_assert(to.sieve, "%s", err.text);
	outlet_replay(&to.base, buf_view(&whole));
	cr_expect(hit);
	cr_expect(span_eq(buf_view(&part), buf_view(&whole)));
	sieve_free(to.sieve);
	filter_free(f);
	buf_release(&whole);
	buf_release(&part);
}
