/* SPDX-License-Identifier: MIT */
/* One file after another: where each begins and ends, and that each reads as that part of the whole. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scap/event.h"
#include "support/capture.h"
#include "support/outlet.h"
#include "support/run.h"
#include "support/slices.h"
#include "tools/scapcap/files.h"

#define SECOND 1000000000ull

struct folder {
	char path[64];
	char file[96]; /* in it: what -w names */
	char **files;
	size_t n;
};

static void make_folder(struct folder *f)
{
	*f = (struct folder){.path = "/tmp/scapcap-files-XXXXXX"};
	cr_assert_not_null(mkdtemp(f->path));
	snprintf(f->file, sizeof(f->file), "%s/trace.scap", f->path);
}

static void list(struct folder *f)
{
	f->files = files_in(f->path);
	for (f->n = 0; f->files[f->n]; f->n++)
		;
}

static void remove_folder(struct folder *f)
{
	for (size_t i = 0; i < f->n; i++)
		unlink(f->files[i]);
	files_free(f->files);
	cr_expect_eq(rmdir(f->path), 0, "there are more files in %s", f->path);
}

static void end(struct outlet *to)
{
	struct err err = {0};
	uint64_t lost;

	cr_assert_eq(to->ops->end(to, 0, &lost, &err), 0, "%s", err.text);
}

/* Puts a capture through; several is filled in. */
static uint64_t split(struct folder *f, struct files_opts opts, struct span capture)
{
	struct err err = {0};
	struct outlet *to;
	uint64_t n;

	opts.parts.path = opts.parts.path ? opts.parts.path : f->file;
	opts.parts.several = limits_rotate(&opts.next);
	opts.parts.keep = opts.next.files;
	opts.application = "scapcap test";
	to = files_new(&opts, &err);
	cr_assert_not_null(to, "%s", err.text);
	n = outlet_replay(to, capture);
	end(to);
	list(f);
	return n;
}

static uint64_t events_shown(const char *path)
{
	struct buf bytes = {0};
	struct slice_events n;

	cr_assert(file_read(path, &bytes), "%s", path);
	n = slice_count(buf_view(&bytes));
	buf_release(&bytes);
	return n.shown;
}

/* The names of the files that are to be there, without folder and date. */
static void expect_numbers(const struct folder *f, unsigned first, unsigned last)
{
	char want[32];

	cr_assert_eq(f->n, last - first + 1, "there are %zu files", f->n);
	for (size_t i = 0; i < f->n; i++) {
		const char *name = f->files[i] + strlen(f->path) + 1;

		snprintf(want, sizeof(want), "trace_%05u_", first + (unsigned)i);
		cr_expect(strncmp(name, want, strlen(want)) == 0, "%s is not %s", name, want);
		cr_expect_str_eq(name + strlen(name) - 5, ".scap");
	}
}

/* Lines that do not count records, which concatenated files have more of. */
#define LINE "%evt.outputtime %evt.cpu %proc.name %proc.pid %thread.tid %evt.dir %evt.type %evt.info"

/*
 * Every so many events another file: each reads as that range of the whole by itself, and all of
 * them, one behind the other, as the whole.
 */
static void expect_same(const char *path, uint64_t every)
{
	const char *const scapcat[] = {"scapcat", "-p", LINE, "-", NULL};
	struct buf whole = {0}, part = {0}, all = {0};
	struct run want, got;
	struct folder f;
	uint64_t first = 1, n;

	cr_assert(file_read(path, &whole), "%s", path);
	make_folder(&f);
	split(&f, (struct files_opts){.next.events = every}, buf_view(&whole));
	for (size_t i = 0; i < f.n; i++) {
		struct select range;

		buf_clear(&part);
		cr_assert(file_read(f.files[i], &part));
		buf_span(&all, buf_view(&part));
		n = slice_count(buf_view(&part)).shown;
		range = slice_range(first, first + n - 1);
		cr_expect_eq(slice_expect_same(path, &range, buf_view(&whole), buf_view(&part)), n,
			"%s, file %zu", path, i + 1);
		free(range.ranges);
		first += n;
	}
	cr_expect_gt(f.n, 1, "%s fits one file", path);
	run_tool(&want, scapcat, buf_view(&whole));
	run_tool(&got, scapcat, buf_view(&all));
	cr_expect_eq(want.status, 0);
	cr_expect(want.out.n && span_eq(buf_view(&want.out), buf_view(&got.out)),
		"%s: lines differ", path);
	remove_folder(&f);
	buf_release(&whole);
	buf_release(&part);
	buf_release(&all);
	run_release(&want);
	run_release(&got);
}

Test(files, a_rotated_set_reads_as_the_whole_capture, .timeout = 600)
{
	expect_same("fixtures/exits.scap", 97);
	expect_same("fixtures/exits.scap", 3);
	expect_same("fixtures/workload.scap", 150);
}

/* Between the enter and the exit record of a call, too. */
Test(files, calls_go_on_over_the_end_of_a_file, .timeout = 300)
{
	for (uint64_t every = 1; every < 8; every++)
		expect_same("fixtures/pairs.scap", every);
}

/* With containers and their users, and as other writers put it. */
Test(files, real_captures_read_the_same_in_parts, .timeout = 300)
{
	const char *folder = getenv("CAPTURES");
	char path[512];

	if (!folder || !*folder)
		cr_skip_test("CAPTURES is not set");
	snprintf(path, sizeof(path), "%s/docker-curl-https.scap", folder);
	expect_same(path, 700);
}

static struct buf fixture(void)
{
	struct buf bytes = {0};

	cr_assert(file_read("fixtures/exits.scap", &bytes));
	return bytes;
}

Test(files, a_ring_of_files_keeps_the_last_ones)
{
	struct buf capture = fixture();
	struct slice_events all = slice_count(buf_view(&capture));
	struct folder f;
	unsigned last = (unsigned)((all.all + 99) / 100);

	make_folder(&f);
	split(&f, (struct files_opts){.next = {.events = 100, .files = 2}}, buf_view(&capture));
	expect_numbers(&f, last - 1, last);
	remove_folder(&f);
	buf_release(&capture);
}

Test(files, stops_after_so_many)
{
	struct buf capture = fixture();
	struct folder f;

	make_folder(&f);
	split(&f, (struct files_opts){.next.events = 10, .stop.files = 3}, buf_view(&capture));
	expect_numbers(&f, 1, 3);
	for (size_t i = 0; i < f.n; i++)
		cr_expect_eq(events_shown(f.files[i]), 10);
	remove_folder(&f);
	buf_release(&capture);
}

Test(files, stops_at_a_size_without_a_second_file)
{
	struct buf capture = fixture(), file = {0};
	struct folder f;

	make_folder(&f);
	split(&f, (struct files_opts){.stop.bytes = capture.n - 1000}, buf_view(&capture));
	cr_assert_eq(f.n, 1);
	cr_expect_str_eq(f.files[0], f.file, "it has the name as it was given");
	cr_assert(file_read(f.file, &file));
	cr_expect(file.n >= capture.n - 1000 && file.n < capture.n, "%zu bytes", file.n);
	remove_folder(&f);
	buf_release(&capture);
	buf_release(&file);
}

/* Bytes in front of the first event of a file. */
static uint64_t length_of_head(const char *path, size_t *size)
{
	struct buf bytes = {0};
	struct capture c;
	uint64_t n;

	cr_assert(file_read(path, &bytes), "%s", path);
	*size = bytes.n;
	cr_assert(capture_open(&c, buf_view(&bytes)), "%s", c.err.text);
	while (capture_next(&c) == 1 && c.block.info->kind != BLOCK_EVENT)
		;
	n = c.block.offset;
	capture_close(&c);
	buf_release(&bytes);
	return n;
}

/* Or each event had a file of its own, and a list of all processes in front of it. */
Test(files, a_file_is_twice_as_long_as_its_state_whatever_size_is_asked_for)
{
	struct buf capture = fixture();
	struct folder f;

	make_folder(&f);
	split(&f, (struct files_opts){.next.bytes = 1000}, buf_view(&capture));
	cr_assert_gt(f.n, 1);
	for (size_t i = 0; i + 1 < f.n; i++) {
		size_t size;
		uint64_t head = length_of_head(f.files[i], &size);

		cr_expect_gt(head, 1000);
		cr_expect_geq(size, 2 * head);
		cr_expect_gt(events_shown(f.files[i]), 1);
	}
	remove_folder(&f);
	buf_release(&capture);
}

/* An event block whose time alone counts. */
static struct span at(struct buf *b, uint64_t ts)
{
	struct sink *sink;
	struct writer w;
	struct err err = {0};
	struct event ev = {.ts = ts, .tid = -1, .type = PPME_NOTIFICATION_E,
		.big = HOST_BIG, .info = event_info(PPME_NOTIFICATION_E)};

	buf_clear(b);
	sink = sink_mem(b, NULL, &err);
	writer_init(&w, sink, HOST_BIG);
	cr_assert_eq(event_write(&w, &ev, &err), 0);
	writer_release(&w);
	cr_assert_eq(sink_close(sink, &err), 0);
	return buf_view(b);
}

/* A section and nothing else. */
static struct span head(struct buf *b)
{
	struct err err = {0};
	struct sink *sink = sink_mem(b, NULL, &err);
	struct writer w;

	writer_init(&w, sink, HOST_BIG);
	cr_assert_eq(writer_section(&w, 2, NULL, NULL, &err), 0);
	writer_release(&w);
	cr_assert_eq(sink_close(sink, &err), 0);
	return buf_view(b);
}

/* Events at these times (in tenths of seconds; ends with 0) and how many files they make. */
static size_t files_of(struct limits next, const unsigned *tenths)
{
	struct buf bytes = {0};
	struct folder f;
	struct err err = {0};
	struct outlet *to;
	size_t n;

	make_folder(&f);
	to = files_new(&(struct files_opts){.parts = {.path = f.file, .several = true}, .next = next},
		&err);
	cr_assert_not_null(to);
	cr_assert_eq(to->ops->begin(to, 1000 * SECOND + SECOND / 2, head(&bytes), &err), 0);
	for (; *tenths; tenths++) {
		uint64_t ts = 1000 * SECOND + *tenths * (SECOND / 10);

		cr_assert_eq(to->ops->event(to, ts, at(&bytes, ts), &err), 1, "%s", err.text);
	}
	end(to);
	list(&f);
	n = f.n;
	remove_folder(&f);
	buf_release(&bytes);
	return n;
}

Test(files, a_duration_counts_from_the_beginning_of_the_file)
{
	struct limits second = {.duration = SECOND};

	cr_expect_eq(files_of(second, (unsigned[]){5, 14, 0}), 1);
	cr_expect_eq(files_of(second, (unsigned[]){5, 15, 0}), 2);
	cr_expect_eq(files_of(second, (unsigned[]){5, 16, 25, 26, 0}), 3);
}

Test(files, an_interval_ends_at_multiples_of_it)
{
	struct limits second = {.interval = SECOND};

	cr_expect_eq(files_of(second, (unsigned[]){5, 9, 0}), 1);
	cr_expect_eq(files_of(second, (unsigned[]){5, 9, 10, 19, 0}), 2);
	cr_expect_eq(files_of(second, (unsigned[]){5, 10, 20, 0}), 3);
}

Test(files, time_passes_without_events)
{
	struct buf bytes = {0};
	struct folder f;
	struct err err = {0};
	struct outlet *to;

	make_folder(&f);
	to = files_new(&(struct files_opts){.parts = {.path = f.file, .several = true},
		.next.duration = SECOND, .stop.files = 2}, &err);
	cr_assert_not_null(to);
	cr_assert_eq(to->ops->begin(to, SECOND, head(&bytes), &err), 0);
	cr_expect_eq(to->ops->tick(to, 2 * SECOND - 1, &err), 1);
	cr_expect_eq(to->ops->tick(to, 2 * SECOND, &err), 1, "the second file");
	cr_expect_eq(to->ops->tick(to, 3 * SECOND, &err), 0, "which was the last");
	end(to);
	list(&f);
	cr_expect_eq(f.n, 2);
	remove_folder(&f);
	buf_release(&bytes);
}

Test(files, what_is_there_is_never_replaced)
{
	struct buf capture = fixture();
	char codes[96];
	struct folder f;

	make_folder(&f);
	snprintf(codes, sizeof(codes), "%s/%%Y.scap.gz", f.path);
	split(&f, (struct files_opts){.parts.path = codes, .next.events = 50, .stop.files = 3},
		buf_view(&capture));
	cr_assert_eq(f.n, 3, "all of the same year");
	cr_expect_not_null(strstr(f.files[1], "_00002.scap.gz"));
	cr_expect_not_null(strstr(f.files[2], "_00003.scap.gz"));
	cr_expect_eq(events_shown(f.files[0]), 50);
	remove_folder(&f);
	buf_release(&capture);
}

Test(files, names_are_printed_and_the_command_runs_for_each)
{
	struct buf capture = fixture(), text = {0};
	char command[160], names[96], marks[96];
	struct folder f, other;

	make_folder(&f);
	make_folder(&other);
	snprintf(names, sizeof(names), "%s/names", other.path);
	snprintf(marks, sizeof(marks), "%s/marks", other.path);
	/* Names are no text of the shell's, and the command may have arguments. */
	snprintf(command, sizeof(command), "f() { echo \"$1 $2\" >> %s; }; f mark", marks);
	split(&f, (struct files_opts){.parts = {.printname = names, .command = command},
		.next.events = 10, .stop.files = 2}, buf_view(&capture));
	cr_assert_eq(f.n, 2);
	cr_assert(file_read(names, &text));
	buf_u8(&text, 0);
	for (size_t i = 0; i < f.n; i++)
		cr_expect_not_null(strstr((char *)text.p, f.files[i]), "%s", f.files[i]);
	buf_clear(&text);
	cr_assert(file_read(marks, &text), "no command ran");
	buf_u8(&text, 0);
	for (size_t i = 0; i < f.n; i++)
		cr_expect_not_null(strstr((char *)text.p, f.files[i]), "%s", f.files[i]);
	cr_expect_eq(strncmp((char *)text.p, "mark /", 6), 0, "%s", (char *)text.p);
	list(&other);
	remove_folder(&f);
	remove_folder(&other);
	buf_release(&capture);
	buf_release(&text);
}

Test(files, a_command_that_fails_is_told)
{
	struct buf bytes = {0};
	struct folder f;
	struct err err = {0};
	uint64_t lost;
	struct outlet *to;

	make_folder(&f);
	to = files_new(&(struct files_opts){.parts = {.path = f.file, .command = "false"}}, &err);
	cr_assert_not_null(to);
	cr_assert_eq(to->ops->begin(to, SECOND, head(&bytes), &err), 0);
	cr_expect_eq(to->ops->end(to, 0, &lost, &err), -1);
	cr_expect_eq(err.code, ERR_IO);
	list(&f);
	cr_expect_eq(f.n, 1, "the file is there all the same");
	remove_folder(&f);
	buf_release(&bytes);
}

Test(files, a_full_disk_is_an_error)
{
	struct buf capture = fixture();
	struct err err = {0};
	uint64_t lost;
	struct outlet *to = files_new(&(struct files_opts){.parts.path = "/dev/full"}, &err);

	cr_assert_not_null(to);
	outlet_replay(to, buf_view(&capture));
	cr_expect_eq(to->ops->flush(to, &err), -1);
	cr_expect_not_null(strstr(err.text, "No space left"), "%s", err.text);
	cr_expect_eq(to->ops->end(to, 0, &lost, &err), -1);
	cr_expect_eq(lost, slice_count(buf_view(&capture)).shown);
	buf_release(&capture);
}

/* Even if nothing happens that would be written. */
Test(files, a_reader_that_went_away_is_noticed)
{
	struct buf bytes = {0};
	struct err err = {0};
	uint64_t lost;
	struct outlet *to;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	dup2(ends[1], STDOUT_FILENO);
	close(ends[1]);
	to = files_new(&(struct files_opts){.parts.path = "-"}, &err);
	cr_assert_not_null(to);
	cr_assert_eq(to->ops->begin(to, SECOND, head(&bytes), &err), 0);
	cr_assert_eq(to->ops->flush(to, &err), 0);
	cr_expect_eq(to->ops->tick(to, SECOND, &err), 1);
	close(ends[0]);
	cr_expect_eq(to->ops->tick(to, SECOND, &err), -1);
	cr_expect_not_null(strstr(err.text, "Broken pipe"), "%s", err.text);
	err_clear(&err);
	cr_expect_eq(to->ops->end(to, 0, &lost, &err), 0);
	buf_release(&bytes);
}
