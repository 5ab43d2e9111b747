/* SPDX-License-Identifier: MIT */
/* Captures of what passes a filter: what is kept reads as it did in the whole. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/print.h"
#include "support/render.h"
#include "support/run.h"
#include "support/slices.h"
#include "support/capture.h"

/* Writes what passes of b and reads it back. Release it. */
static struct build filtered(const struct build *b, const char *filter, uint64_t limit)
{
	char path[] = "/tmp/scapcat-keep-XXXXXX";
	struct cat_opts o = {.filter = filter, .limit = limit, .write = path};
	struct build got = {0};
	struct printed p;
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
	p = print(&o, b);
	cr_expect_geq(p.status, 0, "%s", p.err.text);
	cr_expect_eq(p.n, 0u);
	cr_assert(file_read(path, &got.out));
	unlink(path);
	print_release(&p);
	return got;
}

/* Everything known of each record but for numbers of records and times since others. */
static char *trees(const struct build *b, const char *filter)
{
	static const char *const numbers[] = {
		"evt.num", "frame.", "evt.reltime", "evt.deltatime", "evt.count", "sysdig."};
	struct cat_opts o = {.filter = filter,
		.lines = {.kind = LINES_TREES, .text = {.template = "", .utc = true}}};
	struct printed p = print(&o, b);
	char *to = p.text;

	cr_assert_eq(p.status, 1, "%s", p.err.text);
	for (char *line = p.text, *next; *line; line = next) {
		bool number = false;

		next = strchr(line, '\n') + 1;
		for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
			number |= strncmp(line + strspn(line, " "), numbers[i],
					  strlen(numbers[i])) == 0;
		if (!number) {
			memmove(to, line, (size_t)(next - line));
			to += next - line;
		}
	}
	*to = 0;
	return p.text;
}

static void expect_same(const char *name, const struct build *b, const char *filter)
{
	struct build part = filtered(b, filter, 0);
	char *whole = trees(b, filter), *kept = trees(&part, NULL);
	size_t at = 0;

	while (whole[at] && whole[at] == kept[at])
		at++;
	cr_expect(whole[at] == kept[at], "%s, %s: want\n%.300s\ngot\n%.300s", name, filter,
		whole + at, kept + at);
	free(whole);
	free(kept);
	build_release(&part);
}

static const char *const filters[] = {"evt.dir=<", "evt.dir=>", "evt.type=read", "proc.name=cat",
	"fd.name contains /", "evt.failed=true", "evt.category=net", "proc.name=nosuch",
	"evt.type in (switch,signaldeliver,procexit,close,clone)", "udp"};

Test(keep, what_passes_reads_as_it_did)
{
	static const char *const paths[] = {"fixtures/pairs.scap", "fixtures/workload.scap",
		"fixtures/old-v1.scap", "fixtures/sections.scap", "fixtures/big-endian.scap",
		"fixtures/workload.pcapng"};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct build b = {0};

		cr_assert(file_read(paths[i], &b.out), "%s", paths[i]);
		for (size_t k = 0; k < ARRAY_SIZE(filters); k++)
			expect_same(paths[i], &b, filters[k]);
		build_release(&b);
	}
}

Test(keep, a_story_that_gives_filters_something_to_lose)
{
	struct build b = {0};

	slice_story(&b);
	for (size_t k = 0; k < ARRAY_SIZE(filters); k++)
		expect_same("the story", &b, filters[k]);
	build_release(&b);
}

/* A call passes by its end, and needs its beginning, which may be of a process with another name. */
Test(keep, calls_are_whole)
{
	static const char *const paths[] = {"fixtures/workload.scap", "fixtures/exits.scap"};
	struct cat_opts o = {.filter = "proc.name=cat", .lines.kind = LINES_STRACE};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct build b = {0}, part;
		struct printed whole, kept;

		cr_assert(file_read(paths[i], &b.out), "%s", paths[i]);
		part = filtered(&b, o.filter, 0);
		whole = print(&o, &b);
		kept = print(&o, &part);
		cr_expect_gt(whole.n, 1000u);
		cr_expect_str_eq(kept.text, whole.text, "%s", paths[i]);
		print_release(&whole);
		print_release(&kept);
		build_release(&part);
		build_release(&b);
	}
}

Test(keep, without_a_filter_it_is_the_same)
{
	struct build b = {0}, copy;

	slice_story(&b);
	copy = filtered(&b, NULL, 0);
	cr_assert_eq(copy.out.n, b.out.n);
	cr_expect_arr_eq(copy.out.p, b.out.p, b.out.n);
	build_release(&copy);
	build_release(&b);
}

/* A reader would stop at what is too short for its type, or not be able to show it. */
Test(keep, damaged_records_are_left_out)
{
	struct build b = {0}, part;
	struct run r;

	cr_assert(file_read("fixtures/bad-event.scap", &b.out));
	part = filtered(&b, NULL, 0);
	run_tool(&r, (const char *const[]){"scapcat", NULL}, buf_view(&part.out));
	cr_expect_eq(r.status, 0, "%s", (const char *)r.err.p);
	cr_expect_eq(r.err.n, 0u);
	run_release(&r);
	build_release(&part);
	build_release(&b);
}

static void close_round(struct build *b)
{
	struct build_event e = {.tid = 7};

	e.type = PPME_SYSCALL_READ_E;
	build_event(b, &e, PARAMS(P_S64(3), P_U32(10)));
	e.type = PPME_SYSCALL_READ_X;
	build_event(b, &e, PARAMS(P_S64(3), P_BYTES("abc")));
	e.type = PPME_SYSCALL_CLOSE_E;
	build_event(b, &e, PARAMS(P_S64(3)));
	e.type = PPME_SYSCALL_CLOSE_X;
	build_event(b, &e, PARAMS(P_S64(0), P_S64(3)));
}

/* The enter record of a call that is left out goes; that of one whose end passes stays, hidden. */
Test(keep, only_what_matters_stays_hidden)
{
	struct build b = {0}, part;
	struct slice_events n;

	render_machine(&b);
	close_round(&b);
	part = filtered(&b, "evt.type=read and evt.dir=<", 0);
	n = slice_count(buf_view(&part.out));
	cr_expect_eq(n.shown, 1u);
	cr_expect_eq(n.all, 4u, "%lu", (unsigned long)n.all);
	build_release(&part);
	part = filtered(&b, "evt.type=getuid", 0);
	n = slice_count(buf_view(&part.out));
	cr_expect_eq(n.shown, 0u);
	cr_expect_geq(n.all, 1u);
	build_release(&part);
	build_release(&b);
}

Test(keep, a_section_without_anything_kept_has_a_hidden_event)
{
	struct build b = {0}, part;
	struct slice_events n;

	render_machine(&b);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_GETUID_X, .tid = 7},
		PARAMS(P_U32(0)));
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_GETUID_X, .tid = 7},
		PARAMS(P_U32(0)));
	part = filtered(&b, "evt.type=read", 0);
	n = slice_count(buf_view(&part.out));
	cr_expect_eq(n.shown, 0u);
	cr_expect_eq(n.all, 1u);
	build_release(&part);
	build_release(&b);
}

Test(keep, a_limit_ends_the_capture)
{
	struct build b = {0}, part;

	render_machine(&b);
	close_round(&b);
	part = filtered(&b, NULL, 2);
	cr_expect_eq(slice_count(buf_view(&part.out)).all, 2u);
	build_release(&part);
	part = filtered(&b, "evt.dir=<", 1);
	cr_expect_eq(slice_count(buf_view(&part.out)).shown, 1u);
	build_release(&part);
	build_release(&b);
}

Test(keep, nothing_read_leaves_a_former_file_alone)
{
	char path[] = "/tmp/scapcat-keep-XXXXXX";
	int fd = mkstemp(path);
	struct buf b = {0};
	struct run r;

	cr_assert_eq(write(fd, "former", 6), 6);
	close(fd);
	RUN(&r, "scapcat", "-w", path, "nosuch");
	cr_expect_eq(r.status, 1);
	cr_assert(file_read(path, &b));
	cr_expect(span_eq(buf_view(&b), span_str("former")));
	unlink(path);
	buf_release(&b);
	run_release(&r);
}

Test(keep, a_file_that_cannot_be_made_is_told)
{
	struct run r;

	RUN(&r, "scapcat", "-w", "/nosuch/out", "fixtures/pairs.scap");
	cr_expect_eq(r.status, 1);
	cr_expect(strstr((const char *)r.err.p, "/nosuch/out"), "%s", (const char *)r.err.p);
	run_release(&r);
}
