/* SPDX-License-Identifier: MIT */
/* The newest events in memory: which they are when they are written, and that they read the same. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "scap/event.h"
#include "support/capture.h"
#include "support/outlet.h"
#include "support/slices.h"
#include "tools/scapcap/recorder.h"

static volatile sig_atomic_t asked;
static bool hit; /* the next event passes */

struct fixture {
	char path[64], file[96];
	struct buf whole;
	struct slice_events all;
	struct outlet *to;
};

static void setup(struct fixture *f, const char *capture, uint64_t size, unsigned dump_on)
{
	struct err err = {0};
	struct recorder_opts opts = {.size = size, .dump_on = dump_on, .asked = &asked, .hit = &hit};

	*f = (struct fixture){.path = "/tmp/scapcap-recorder-XXXXXX"};
	cr_assert_not_null(mkdtemp(f->path));
	snprintf(f->file, sizeof(f->file), "%s/t.scap", f->path);
	opts.parts.path = f->file;
	opts.parts.several = true;
	cr_assert(file_read(capture, &f->whole));
	f->all = slice_count(buf_view(&f->whole));
	f->to = recorder_new(&opts, &err);
	cr_assert_not_null(f->to, "%s", err.text);
	cr_assert_eq(outlet_replay(f->to, buf_view(&f->whole)), f->all.all);
}

static void end(struct fixture *f, int status)
{
	struct err err = {0};

	cr_assert_eq(f->to->ops->end(f->to, status, &err), 0, "%s", err.text);
}

/* Checks the n files there must be: each the end of the capture, of size bytes at most. */
static void expect_files(struct fixture *f, size_t n, uint64_t size)
{
	char **files = files_in(f->path);
	struct buf part = {0};
	size_t i;

	for (i = 0; files[i]; i++) {
		struct slice_events kept;
		struct select range;

		buf_clear(&part);
		cr_assert(file_read(files[i], &part));
		kept = slice_count(buf_view(&part));
		cr_assert_gt(kept.shown, 0);
		cr_assert_lt(kept.shown, f->all.all);
		range = slice_range(f->all.all - kept.shown + 1, f->all.all);
		cr_expect_eq(slice_expect_same(files[i], &range, buf_view(&f->whole),
			buf_view(&part)), kept.shown);
		free(range.ranges);
		unlink(files[i]);
	}
	cr_expect_eq(i, n, "%zu files of %llu bytes", i, (unsigned long long)size);
	files_free(files);
	cr_expect_eq(rmdir(f->path), 0);
	buf_release(&part);
	buf_release(&f->whole);
}

Test(recorder, what_is_left_reads_as_the_end_of_the_capture, .timeout = 120)
{
	static const uint64_t sizes[] = {300, 1000, 4096, 20000, 20001, 20002, 20003, 50000};
	struct fixture f;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		setup(&f, "fixtures/exits.scap", sizes[i], DUMP_ON_EXIT);
		end(&f, 1);
		expect_files(&f, 1, sizes[i]);
	}
}

Test(recorder, calls_that_began_before_have_their_enter_records, .timeout = 60)
{
	struct fixture f;

	for (uint64_t size = 150; size < 1000; size += 70) {
		setup(&f, "fixtures/pairs.scap", size, DUMP_ON_EXIT);
		end(&f, 1);
		expect_files(&f, 1, size);
	}
}

Test(recorder, writes_when_asked_and_goes_on)
{
	struct err err = {0};
	struct fixture f;

	setup(&f, "fixtures/exits.scap", 4096, DUMP_ON_SIGNAL);
	for (int i = 0; i < 2; i++) {
		asked = 1;
		cr_assert_eq(f.to->ops->tick(f.to, 0, &err), 1, "%s", err.text);
		cr_expect_eq(asked, 0);
		cr_assert_eq(f.to->ops->tick(f.to, 0, &err), 1);
	}
	end(&f, 1);
	expect_files(&f, 2, 4096);
}

/* The command may end before anybody looks whether it was asked for. */
Test(recorder, what_was_asked_for_at_last_is_written)
{
	struct fixture f;

	setup(&f, "fixtures/exits.scap", 4096, DUMP_ON_SIGNAL);
	asked = 1;
	end(&f, 0);
	expect_files(&f, 1, 4096);
	asked = 0;
}

Test(recorder, writes_nothing_when_all_went_well)
{
	struct fixture f;

	setup(&f, "fixtures/exits.scap", 4096, DUMP_ON_EXIT | DUMP_ON_SIGNAL);
	end(&f, 0);
	expect_files(&f, 0, 4096);
}

/* How many files there are, which are removed. */
static size_t take_files(struct fixture *f)
{
	char **files = files_in(f->path);
	size_t n = 0;

	while (files[n])
		unlink(files[n++]);
	files_free(files);
	return n;
}

Test(recorder, what_passed_is_written_before_it_is_overwritten)
{
	struct fixture f;
	struct buf part = {0};
	struct slice_events kept;
	struct select range;
	char **files;

	hit = true;
	setup(&f, "fixtures/exits.scap", 4096, DUMP_ON_FILTER);
	cr_expect_not(hit);
	files = files_in(f.path);
	cr_assert(files[0] && !files[1]);
	cr_assert(file_read(files[0], &part));
	kept = slice_count(buf_view(&part));
	cr_expect_gt(kept.shown, 5);
	range = slice_range(1, kept.shown);
	cr_expect_eq(slice_expect_same(files[0], &range, buf_view(&f.whole), buf_view(&part)),
		kept.shown);
	free(range.ranges);
	files_free(files);
	buf_release(&part);
	cr_expect_eq(take_files(&f), 1);
	end(&f, 1);
	expect_files(&f, 0, 4096);
}

static uint64_t last_ts(struct span bytes)
{
	struct err err = {0};
	struct capture c;
	struct event ev = {.ts = 0};

	cr_assert(capture_open(&c, bytes));
	while (capture_next(&c) == 1)
		if (c.block.info->kind == BLOCK_EVENT)
			cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
	capture_close(&c);
	return ev.ts;
}

Test(recorder, what_passes_soon_after_is_in_the_next_file)
{
	struct err err = {0};
	struct fixture f;
	uint64_t now;

	hit = true;
	setup(&f, "fixtures/exits.scap", 1 << 20, DUMP_ON_FILTER);
	cr_expect_eq(take_files(&f), 0);
	cr_assert_eq(f.to->ops->tick(f.to, 0, &err), 1, "%s", err.text);
	cr_assert_eq(f.to->ops->tick(f.to, 0, &err), 1, "%s", err.text);
	cr_expect_eq(take_files(&f), 1, "one, and not again");
	hit = true;
	cr_assert_eq(outlet_replay(f.to, buf_view(&f.whole)), f.all.all);
	now = last_ts(buf_view(&f.whole));
	cr_assert_eq(f.to->ops->tick(f.to, now + RECORDER_REST - 1, &err), 1, "%s", err.text);
	cr_expect_eq(take_files(&f), 0, "too early");
	cr_assert_eq(f.to->ops->tick(f.to, now + RECORDER_REST, &err), 1, "%s", err.text);
	cr_expect_eq(take_files(&f), 1);
	hit = true;
	cr_assert_eq(outlet_replay(f.to, buf_view(&f.whole)), f.all.all);
	end(&f, 0);
	cr_expect_eq(take_files(&f), 1, "at the end, what waits");
	expect_files(&f, 0, 1 << 20);
}
