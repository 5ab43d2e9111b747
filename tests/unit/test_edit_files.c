/* SPDX-License-Identifier: MIT */
/* Whole files, ours and real ones: copies are equal, and what slices keep reads as it did. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/capture.h"
#include "support/run.h"
#include "support/slices.h"

/* Files larger than this get fewer slices. */
#define LARGE 200000

static void copy_is_equal(const char *path, struct span bytes)
{
	const struct select all = {0};
	struct capture c;
	struct buf out = {0};
	bool whole;

	cr_assert(capture_open(&c, bytes));
	capture_rest(&c);
	whole = c.err.code == ERR_NONE;
	slice_bytes(&all, bytes, &out);
	cr_expect(span_eq(buf_view(&out), span_of(bytes.p, whole ? bytes.n : out.n)), "%s", path);
	cr_expect_eq(src_offset(c.src), out.n, "%s: all that is whole", path);
	capture_close(&c);
	buf_release(&out);
}

Test(edit_files, copies_of_fixtures_are_equal)
{
	each_capture("fixtures", copy_is_equal);
}

Test(edit_files, copies_of_real_captures_are_equal)
{
	each_capture(real_captures(), copy_is_equal);
}

/* How many selections of a capture are tried: few of large ones, or as many as ROUNDS says. */
static int rounds_of(struct span bytes, int of_large, int of_small)
{
	const char *given = getenv("ROUNDS");

	if (given)
		return atoi(given);
	return bytes.n > LARGE ? of_large : of_small;
}

static int by_first(const void *a, const void *b)
{
	const struct select_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

/* One to three ranges, often short, anywhere. */
static size_t random_ranges(struct select_range *r, uint64_t events, uint64_t *seed)
{
	size_t n = 1 + next_random(seed) % 3;

	for (size_t i = 0; i < n; i++) {
		uint64_t length = next_random(seed) % (next_random(seed) % 2 ? 5 : events / 2 + 1);

		r[i].first = 1 + next_random(seed) % events;
		r[i].last = r[i].first + length;
	}
	qsort(r, n, sizeof(*r), by_first);
	return n;
}

/* In both dialects; the last ones need times and ranges to say something. */
static const char *const some_filters[] = {NULL, "evt.type = close", "proc.name contains s",
	"evt.failed = true", "fd.num > 2 and evt.dir = '<'", "evt.is_io = true", "proc.pid >= 1000",
	"evt.type in (clone, execve, fork, procexit)", "proc.name matches \"c\" && evt.num > 5"};

static void expect_picked(const char *path, const struct select *s, struct span bytes)
{
	struct buf out = {0};

	slice_bytes(s, bytes, &out);
	slice_expect_same(path, s, bytes, buf_view(&out));
	buf_release(&out);
}

static void filtered_read_the_same(const char *path, struct span bytes)
{
	uint64_t events = slice_count(bytes).all;
	uint64_t seed = 20260101;
	int rounds = rounds_of(bytes, 12, 36);

	for (int i = 0; events && i < rounds; i++) {
		const char *filter = some_filters[next_random(&seed) % ARRAY_SIZE(some_filters)];
		const char *around = some_filters[next_random(&seed) % ARRAY_SIZE(some_filters)];
		struct select_range r[3];
		struct select s = {.ranges = r, .drop = i % 5 == 4, .near = 1000000};
		struct err err = {0};

		s.n = i % 3 ? 0 : random_ranges(r, events, &seed);
		s.state = i % 4 ? SELECT_STATE_REACHED : SELECT_STATE_ALL;
		s.from = (struct select_time){i % 6 == 5, true, next_random(&seed) % 100000000};
		if (filter)
			cr_assert_not_null(s.filter = filter_compile(
				filter, &(struct filter_opts){0}, &err), "%s", err.text);
		if (around && i % 2)
			cr_assert_not_null(s.around = filter_compile(
				around, &(struct filter_opts){0}, &err), "%s", err.text);
		select_ready(&s);
		expect_picked(path, &s, bytes);
		filter_free(s.filter);
		filter_free(s.around);
	}
}

Test(edit_files, filtered_fixtures_read_the_same)
{
	each_capture("fixtures", filtered_read_the_same);
}

Test(edit_files, filtered_real_captures_read_the_same)
{
	each_capture(real_captures(), filtered_read_the_same);
}

static void slices_read_the_same(const char *path, struct span bytes)
{
	uint64_t events = slice_count(bytes).all;
	uint64_t seed = 20231114;
	int rounds = rounds_of(bytes, 8, 25);

	for (int i = 0; events && i < rounds; i++) {
		struct select_range r[3];
		struct select s = {.ranges = r, .drop = i % 5 == 4};
		struct buf out = {0};

		s.n = random_ranges(r, events, &seed);
		select_ready(&s);
		slice_bytes(&s, bytes, &out);
		slice_expect_same(path, &s, bytes, buf_view(&out));
		buf_release(&out);
	}
}

Test(edit_files, slices_of_fixtures_read_the_same)
{
	each_capture("fixtures", slices_read_the_same);
}

Test(edit_files, slices_of_real_captures_read_the_same)
{
	each_capture(real_captures(), slices_read_the_same);
}

static void fails(int status, const char *const *argv)
{
	struct run r;

	run_tool(&r, argv, span_of(NULL, 0));
	cr_expect_eq(r.status, status, "%s %s: %d", argv[1], argv[2] ? argv[2] : "", r.status);
	cr_expect_eq(r.out.n, 0);
	cr_expect(strstr((const char *)r.err.p, "scapedit: ") == (const char *)r.err.p);
	run_release(&r);
}

#define FAILS(status, ...) fails(status, (const char *const[]){"scapedit", __VA_ARGS__, NULL})

Test(edit_files, wrong_usage_is_told)
{
	FAILS(2, "in");
	FAILS(2, "in", "out", "9-3");
	FAILS(2, "in", "out", "x");
	FAILS(2, "in", "out", "1", "--drop");
	FAILS(2, "-A", "yesterday", "in", "out");
	FAILS(2, "-n", "0", "in", "out");
	FAILS(2, "-z", "zip", "in", "out");
	FAILS(2, "--only", "frames", "in", "out");
	FAILS(2, "--verify", "in", "-");
	FAILS(2, "--verify", "--keep-state=none", "in", "out");
	FAILS(2, "--keep-state=some", "in", "out");
	FAILS(2, "-Y", "proc.nam=x", "in", "out");
	FAILS(2, "--around", "proc.name", "in", "out");
	FAILS(2, "--around", "proc.name=x=y", "in", "out");
	FAILS(2, "--around", "proc.nam=x=5", "in", "out");
	FAILS(1, "/nowhere/in", "out");
}

Test(edit_files, copies_through_pipes)
{
	struct build b = {0};
	struct buf unpacked = {0};
	struct run r;

	slice_story(&b);
	run_tool(&r, (const char *const[]){"scapedit", "-z", "gzip", "-", "-", NULL},
		buf_view(&b.out));
	cr_expect_eq(r.status, 0, "%s", (const char *)r.err.p);
	cr_expect_lt(r.out.n, b.out.n);
	unpack(buf_view(&r.out), &unpacked);
	cr_expect(span_eq(buf_view(&unpacked), buf_view(&b.out)));
	run_release(&r);
	run_tool(&r, (const char *const[]){"scapedit", "-", "-", "-9", NULL}, buf_view(&b.out));
	cr_expect_eq(slice_count(buf_view(&r.out)).all, 9, "-9 is a range");
	run_release(&r);
	run_tool(&r, (const char *const[]){"scapedit", "-", "-", NULL},
		span_of(b.out.p, b.out.n - 5));
	cr_expect_eq(r.status, 1);
	cr_expect(
		span_eq(buf_view(&r.out), span_of(b.out.p, b.start)), "all that is whole is there");
	run_release(&r);
	run_tool(&r, (const char *const[]){"scapedit", "-", "-", "999-", NULL}, buf_view(&b.out));
	cr_expect_eq(r.status, 0);
	cr_expect_not_null(strstr((const char *)r.err.p, "no events selected"));
	run_release(&r);
	buf_release(&unpacked);
	build_release(&b);
}

Test(edit_files, verifies_what_it_wrote)
{
	char dir[] = "/tmp/scapedit-XXXXXX";
	char in[64], out[64];
	struct build b = {0};
	struct run r;
	FILE *f;

	cr_assert_not_null(mkdtemp(dir));
	snprintf(in, sizeof(in), "%s/in.scap", dir);
	snprintf(out, sizeof(out), "%s/out.scap", dir);
	slice_story(&b);
	f = fopen(in, "wb");
	cr_assert_not_null(f);
	cr_assert_eq(fwrite(b.out.p, 1, b.out.n, f), b.out.n);
	cr_assert_eq(fclose(f), 0);
	RUN(&r, "scapedit", "--verify", in, out, "9-20", "30");
	cr_expect_eq(r.status, 0, "%s", (const char *)r.err.p);
	cr_expect_not_null(strstr((const char *)r.err.p, ": holds 4 processes, 1 user, 11 "
							 "descriptors, 4 environments\n"));
	run_release(&r);
	RUN(&r, "scapedit", "-q", "--verify", in, out, "9-20", "30");
	cr_expect_eq(r.err.n, 0, "%s", (const char *)r.err.p);
	run_release(&r);
	unlink(in);
	unlink(out);
	rmdir(dir);
	build_release(&b);
}
