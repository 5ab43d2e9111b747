/* SPDX-License-Identifier: MIT */
#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "io/sink.h"
#include "io/src.h"

/* --- making data ------------------------------------------------------------------------------- */

/* n bytes that pack a little, with the magic of a capture in front. */
static void make_data(struct buf *b, size_t n)
{
	uint32_t x = 12345;

	buf_put(b, "\x0a\x0d\x0d\x0a", 4);
	while (b->n < n) {
		x = x * 1664525 + 1013904223;
		buf_printf(b, "%x openat(%x)\n", x >> 8, x % 100);
	}
	b->n = n;
}

static void gzip_member(struct buf *to, struct span bytes)
{
	struct err err = {0};
	struct sink *s = sink_mem(to, &(struct sink_opts){.packing = SINK_GZIP}, &err);

	cr_assert_not_null(s);
	cr_assert_eq(sink_write(s, bytes, &err), 0);
	cr_assert_eq(sink_close(s, &err), 0);
}

static la_ssize_t put_packed(struct archive *a UNUSED, void *to, const void *p, size_t n)
{
	buf_put(to, p, n);
	return (la_ssize_t)n;
}

struct member {
	const char *name;
	struct span bytes;
};

/* Packs members as libarchive does; filter may be NULL, format "raw" is for one member. */
static void pack(struct buf *to, const char *filter, const char *format, const struct member *m,
	size_t n)
{
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	if (filter)
		cr_assert_eq(archive_write_add_filter_by_name(a, filter), ARCHIVE_OK);
	cr_assert_eq(archive_write_set_format_by_name(a, format), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(a, 1);
	cr_assert_eq(archive_write_open(a, to, NULL, put_packed, NULL), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		archive_entry_clear(e);
		archive_entry_set_pathname(e, m[i].name);
		archive_entry_set_filetype(e, m[i].name[strlen(m[i].name) - 1] == '/' ? AE_IFDIR
										      : AE_IFREG);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)m[i].bytes.n);
		cr_assert_eq(archive_write_header(a, e), ARCHIVE_OK);
		cr_assert_eq(archive_write_data(a, m[i].bytes.p, m[i].bytes.n),
			(la_ssize_t)m[i].bytes.n);
	}
	cr_assert_eq(archive_write_close(a), ARCHIVE_OK);
	archive_entry_free(e);
	archive_write_free(a);
}

/* A file of the test's own with these bytes; path is where its name goes. */
static void make_file(char *path, size_t size, struct span bytes)
{
	int fd;

	snprintf(path, size, "/tmp/test_src.XXXXXX");
	fd = mkstemp(path);
	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	close(fd);
}

/* --- reading it -------------------------------------------------------------------------------- */

/* Everything s gives, in steps, appended to what; what went wrong is in err. */
static void read_all(struct src *s, size_t step, struct buf *what, struct err *err)
{
	const uint8_t *p;
	size_t avail;

	while ((p = src_peek(s, step, &avail, err)) != NULL && avail) {
		avail = MIN(avail, step);
		buf_put(what, p, avail);
		src_consume(s, avail);
	}
	if (!p) {
		struct span rest = src_buffered(s);

		cr_assert(rest.n < step, "as many as were asked for are no failure");
		buf_span(what, rest);
		src_consume(s, rest.n);
	}
	cr_assert_eq(src_offset(s), what->n);
}

static void read_mem(struct span packed, const struct src_opts *opts, struct buf *what,
	struct err *err)
{
	struct src *s = src_mem(packed, opts, err);

	cr_assert_not_null(s);
	read_all(s, 1000, what, err);
	if (!err->code)
		cr_expect_eq(src_bytes_in(s), packed.n);
	src_close(s);
}

static void expect_bytes(const struct buf *got, struct span want)
{
	cr_expect_eq(got->n, want.n);
	cr_expect(span_eq(buf_view(got), want));
}

/* As a file (where unpacking has a thread of its own) and as memory it gives the same. */
static void expect_unpacked(struct span packed, const struct src_opts *opts, const char *packing,
	struct span want)
{
	struct err err = {0};
	struct buf got = {0};
	char path[64];
	struct src *s;

	make_file(path, sizeof(path), packed);
	s = src_open(path, opts, &err);
	cr_assert_not_null(s);
	read_all(s, 70000, &got, &err);
	cr_expect_eq(err.code, ERR_NONE, "%s: %s", packing, err.text);
	cr_expect_str_eq(src_packing(s), packing);
	cr_expect_eq(src_bytes_in(s), packed.n, "%s", packing);
	cr_expect_eq(src_file_size(s), packed.n);
	expect_bytes(&got, want);
	src_close(s);
	unlink(path);
	buf_clear(&got);
	read_mem(packed, opts, &got, &err);
	cr_expect_eq(err.code, ERR_NONE, "%s: %s", packing, err.text);
	expect_bytes(&got, want);
	buf_release(&got);
}

/* --- plain ------------------------------------------------------------------------------------- */

Test(src, plain_files_in_steps_of_any_size)
{
	static const size_t steps[] = {1000, 65536, 1 << 20, 3000000};
	struct buf data = {0}, got = {0};
	struct err err = {0};
	char path[64];

	make_data(&data, 5000000);
	make_file(path, sizeof(path), buf_view(&data));
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct src *s = src_open(path, NULL, &err);

		read_all(s, steps[i], &got, &err);
		expect_bytes(&got, buf_view(&data));
		cr_expect_str_eq(src_packing(s), "none");
		cr_expect_eq(src_bytes_in(s), data.n);
		cr_expect_eq(src_file_size(s), data.n);
		src_close(s);
		buf_clear(&got);
	}
	unlink(path);
	buf_release(&data);
	buf_release(&got);
}

Test(src, peeking_does_not_move)
{
	struct buf data = {0};
	struct err err = {0};
	size_t avail;
	char path[64];
	struct src *s;

	make_data(&data, 3000000);
	make_file(path, sizeof(path), buf_view(&data));
	s = src_open(path, NULL, &err);
	cr_expect_eq(src_buffered(s).n, 0);
	cr_assert_not_null(src_peek(s, 4, &avail, &err));
	src_consume(s, 3);
	cr_expect_eq(src_offset(s), 3);
	/* A window larger than the buffer, and then one larger than the file. */
	for (size_t n = 2000000; n <= 4000000; n += 2000000) {
		const uint8_t *p = src_peek(s, n, &avail, &err);

		cr_assert_not_null(p);
		cr_assert_geq(avail, MIN(n, data.n - 3));
		cr_expect_eq(memcmp(p, data.p + 3, avail), 0);
		cr_expect(span_eq(src_buffered(s), span_of(p, avail)));
	}
	cr_expect_eq(avail, data.n - 3);
	src_close(s);
	unlink(path);
	buf_release(&data);
}

/* A length that lies about the data must not cost memory. */
Test(src, asking_for_more_than_there_is_takes_no_memory)
{
	struct err err = {0};
	char path[64];
	struct src *s;
	size_t avail;

	make_file(path, sizeof(path), span_str("short"));
	s = src_open(path, NULL, &err);
	cr_assert_not_null(src_peek(s, SIZE_MAX, &avail, &err));
	cr_expect_eq(avail, 5);
	cr_expect_eq(err.code, ERR_NONE);
	src_close(s);
	unlink(path);
}

Test(src, plain_memory_is_not_copied)
{
	struct buf data = {0};
	struct err err = {0};
	size_t avail;
	struct src *s;

	make_data(&data, 3000000);
	s = src_mem(buf_view(&data), NULL, &err);
	cr_expect_eq(src_peek(s, 1, &avail, &err), data.p);
	cr_expect_eq(avail, data.n);
	src_consume(s, 1000);
	cr_expect_eq(src_peek(s, SIZE_MAX, &avail, &err), data.p + 1000);
	cr_expect_eq(avail, data.n - 1000);
	cr_expect_eq(src_file_size(s), 0);
	src_close(s);
	buf_release(&data);
}

Test(src, what_is_neither_capture_nor_packed_is_plain)
{
	static const char *const texts[] = {"", "x", "hello, world\n", "\x1f", "BZ", "BZh", "PK",
		"\x0a\x0d", "\xfd\x37zX", "(\xb5/"};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		expect_unpacked(span_str(texts[i]), NULL, "none", span_str(texts[i]));
}

/* A capture may have the mark of a tar archive where one would be: it must not be taken for one. */
Test(src, a_capture_is_never_unpacked)
{
	struct buf data = {0};

	make_data(&data, 2000);
	memcpy(data.p + 257, "ustar", 5);
	expect_unpacked(buf_view(&data), NULL, "none", buf_view(&data));
	buf_release(&data);
}

Test(src, what_cannot_be_read_is_told)
{
	struct err err = {0};

	cr_expect_null(src_open("/tmp", NULL, &err));
	cr_expect_eq(err.code, ERR_IO);
	cr_expect_str_eq(err.text, "is a directory");
	err_clear(&err);
	cr_expect_null(src_open("/nonexistent/file", NULL, &err));
	cr_expect_str_eq(err.text, "cannot open: No such file or directory");
	src_close(NULL);
}

Test(src, a_failed_read_fails_again)
{
	struct err err = {0};
	struct src *s = src_open("/proc/self/mem", NULL, &err); /* nothing is mapped at its start */
	size_t avail;

	cr_assert_not_null(s);
	for (int i = 0; i < 2; i++) {
		err_clear(&err);
		cr_expect_null(src_peek(s, 1, &avail, &err));
		cr_expect_eq(err.code, ERR_IO);
		cr_expect_eq(strncmp(err.text, "cannot read: ", 13), 0, "%s", err.text);
	}
	src_close(s);
}

/* --- packed ------------------------------------------------------------------------------------ */

Test(src, every_packing)
{
	static const struct {
		const char *filter, *format, *packing;
	} all[] = {
		{"gzip", "raw", "gzip"},
		{"zstd", "raw", "zstd"},
		{"xz", "raw", "xz"},
		{"lz4", "raw", "lz4"},
		{"bzip2", "raw", "bzip2"},
		{NULL, "zip", "zip"},
		{NULL, "ustar", "tar"},
		{NULL, "pax", "tar"},
		{NULL, "gnutar", "tar"},
		{"gzip", "ustar", "gzip+tar"},
		{"zstd", "ustar", "zstd+tar"},
		{"xz", "pax", "xz+tar"},
	};
	struct buf data = {0}, packed = {0};
	struct member m;

	make_data(&data, 2500000);
	m = (struct member){"capture.scap", buf_view(&data)};
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		pack(&packed, all[i].filter, all[i].format, &m, 1);
		expect_unpacked(buf_view(&packed), NULL, all[i].packing, buf_view(&data));
		buf_clear(&packed);
	}
	buf_release(&data);
	buf_release(&packed);
}

/* What `cat a.zst b.zst` makes. */
Test(src, packed_files_one_after_the_other)
{
	static const char *const filters[] = {"gzip", "zstd", "xz", "lz4", "bzip2"};
	struct buf data = {0}, packed = {0};

	make_data(&data, 300000);
	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		pack(&packed, filters[i], "raw", &(struct member){"a", span_of(data.p, 100000)}, 1);
		pack(&packed, filters[i], "raw",
			&(struct member){"b", span_of(data.p + 100000, 200000)}, 1);
		expect_unpacked(buf_view(&packed), NULL, filters[i], buf_view(&data));
		buf_clear(&packed);
	}
	buf_release(&data);
	buf_release(&packed);
}

Test(src, packed_twice)
{
	struct buf data = {0}, once = {0}, twice = {0};

	make_data(&data, 300000);
	gzip_member(&once, buf_view(&data));
	gzip_member(&twice, buf_view(&once));
	expect_unpacked(buf_view(&twice), NULL, "gzip+gzip", buf_view(&data));
	buf_clear(&twice);
	pack(&twice, NULL, "zip", &(struct member){"x.gz", buf_view(&once)}, 1);
	/* What is in an archive is taken as it is. */
	expect_unpacked(buf_view(&twice), NULL, "zip", buf_view(&once));
	buf_release(&data);
	buf_release(&once);
	buf_release(&twice);
}

/* --- gzip -------------------------------------------------------------------------------------- */

Test(src, gzip_members_may_be_empty)
{
	struct buf packed = {0};

	gzip_member(&packed, span_str(""));
	expect_unpacked(buf_view(&packed), NULL, "gzip", span_str(""));
	gzip_member(&packed, span_str("one "));
	gzip_member(&packed, span_str(""));
	gzip_member(&packed, span_str("two"));
	expect_unpacked(buf_view(&packed), NULL, "gzip", span_str("one two"));
	buf_release(&packed);
}

Test(src, what_follows_gzip_members_is_ignored)
{
	struct buf packed = {0};

	gzip_member(&packed, span_str("data"));
	buf_zeros(&packed, 300000); /* the padding of tapes */
	expect_unpacked(buf_view(&packed), NULL, "gzip", span_str("data"));
	buf_text(&packed, "and text");
	expect_unpacked(buf_view(&packed), NULL, "gzip", span_str("data"));
	buf_release(&packed);
}

/* What zlib alone gets out of packed bytes that start with n bytes of gzip members. */
static void inflate_reference(struct span packed, struct buf *to)
{
	z_stream z = {0};
	uint8_t *room;
	int rc;

	cr_assert_eq(inflateInit2(&z, MAX_WBITS + 16), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)packed.p;
	z.avail_in = (uInt)packed.n;
	do {
		room = buf_reserve(to, 100000);
		z.next_out = room;
		z.avail_out = 100000;
		rc = inflate(&z, Z_NO_FLUSH);
		to->n += (size_t)(z.next_out - room);
		if (rc == Z_STREAM_END && z.avail_in)
			rc = inflateReset(&z);
	} while (rc == Z_OK);
	inflateEnd(&z);
}

/* A gzip file cut anywhere gives all that can be unpacked, and then says that it was cut. */
Test(src, every_cut_of_a_gzip_file)
{
	struct buf data = {0}, packed = {0}, got = {0}, want = {0};
	size_t first;

	make_data(&data, 6000);
	gzip_member(&packed, span_of(data.p, 2000));
	first = packed.n;
	gzip_member(&packed, span_of(data.p + 2000, 4000));
	for (size_t n = 2; n < packed.n; n++) {
		struct err err = {0};

		buf_clear(&got);
		buf_clear(&want);
		read_mem(span_of(packed.p, n), NULL, &got, &err);
		inflate_reference(span_of(packed.p, n), &want);
		expect_bytes(&got, buf_view(&want));
		cr_assert_eq(err.code, n == first ? ERR_NONE : ERR_TRUNCATED, "%zu: %s", n, err.text);
		cr_expect(n == first || err.offset == got.n);
	}
	buf_release(&data);
	buf_release(&packed);
	buf_release(&got);
	buf_release(&want);
}

/* With a byte changed anywhere the end is never reached in silence: the checksum is looked at. */
Test(src, every_damage_of_a_gzip_file)
{
	struct buf data = {0}, packed = {0}, got = {0};

	make_data(&data, 3000);
	gzip_member(&packed, buf_view(&data));
	/* Behind the header, whose name and time nobody misses. */
	for (size_t i = 10; i < packed.n; i++) {
		struct err err = {0};

		packed.p[i] ^= 0x55;
		buf_clear(&got);
		read_mem(buf_view(&packed), NULL, &got, &err);
		cr_assert(err.code == ERR_FORMAT || err.code == ERR_TRUNCATED, "%zu", i);
		packed.p[i] ^= 0x55;
	}
	buf_release(&data);
	buf_release(&packed);
	buf_release(&got);
}

Test(src, damage_is_told_after_what_was_whole)
{
	struct buf data = {0}, packed = {0}, got = {0};
	struct err err = {0};
	char path[64];
	struct src *s;

	make_data(&data, 3000000);
	gzip_member(&packed, buf_view(&data));
	packed.p[packed.n - 5] ^= 1; /* the last byte of the checksum: all data is there */
	make_file(path, sizeof(path), buf_view(&packed));
	s = src_open(path, NULL, &err);
	read_all(s, 100000, &got, &err);
	expect_bytes(&got, buf_view(&data));
	cr_expect_eq(err.code, ERR_FORMAT);
	cr_expect_str_eq(err.text, "damaged gzip data: incorrect data check");
	cr_expect_eq(err.offset, data.n);
	src_close(s);
	unlink(path);
	buf_release(&data);
	buf_release(&packed);
	buf_release(&got);
}

/* --- archives ---------------------------------------------------------------------------------- */

static bool is_capture(struct span head)
{
	return span_starts(head, "\x0a\x0d\x0d\x0a");
}

static bool is_nothing(struct span head UNUSED)
{
	return false;
}

Test(src, members_are_chosen_by_their_first_bytes)
{
	static const char *const formats[] = {"zip", "ustar"};
	struct buf data = {0}, packed = {0};

	make_data(&data, 500000);
	buf_put(&data, "\x0a\x0d\x0d\x0a", 4); /* a second capture, of four bytes */
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		const struct member m[] = {
			{"README", span_str("not a capture, but longer than the sixty-four bytes which "
					    "a choice is made by")},
			{"folder/", span_str("")},
			{"folder/a.scap", span_of(data.p, 500000)},
			{"empty", span_str("")},
			{"short", span_str("x")},
			{"b.scap", span_of(data.p + 500000, 4)},
			{"c.txt", span_str("text")},
		};

		pack(&packed, NULL, formats[i], m, ARRAY_SIZE(m));
		expect_unpacked(buf_view(&packed), &(struct src_opts){.wanted = is_capture},
			i ? "tar" : "zip", buf_view(&data));
		buf_clear(&packed);
	}
	buf_release(&data);
	buf_release(&packed);
}

Test(src, an_archive_without_a_wanted_member_is_told)
{
	struct buf packed = {0}, got = {0};
	struct err err = {0};
	const struct member m[] = {{"a", span_str("aaa")}, {"b", span_str("bbb")}};

	pack(&packed, "gzip", "ustar", m, ARRAY_SIZE(m));
	read_mem(buf_view(&packed), &(struct src_opts){.wanted = is_nothing}, &got, &err);
	cr_expect_eq(got.n, 0);
	cr_expect_eq(err.code, ERR_FORMAT);
	cr_expect_not_null(strstr(err.text, "2 files"), "%s", err.text);
	buf_release(&packed);
	buf_release(&got);
}

/* A packed file is no archive: there is no member to choose. */
Test(src, packed_files_are_not_chosen)
{
	struct buf packed = {0};

	pack(&packed, "zstd", "raw", &(struct member){"a", span_str("text")}, 1);
	expect_unpacked(buf_view(&packed), &(struct src_opts){.wanted = is_nothing}, "zstd",
		span_str("text"));
	buf_release(&packed);
}

/* Cut or damaged anywhere, each packing ends with a reason after a prefix of the data. */
Test(src, cuts_and_damage_of_every_packing)
{
	static const struct {
		const char *filter, *format;
	} all[] = {{"zstd", "raw"}, {"xz", "raw"}, {"lz4", "raw"}, {"bzip2", "raw"}, {NULL, "zip"},
		{NULL, "ustar"}, {"gzip", "pax"}};
	struct buf data = {0}, packed = {0}, got = {0};

	make_data(&data, 20000);
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		pack(&packed, all[i].filter, all[i].format,
			&(struct member){"a", buf_view(&data)}, 1);
		for (size_t n = 512; n < packed.n; n += 97) {
			struct err err = {0};

			buf_clear(&got);
			read_mem(span_of(packed.p, n), NULL, &got, &err);
			cr_expect(got.n <= data.n && memcmp(got.p, data.p, got.n) == 0);
			cr_expect(got.n == data.n || err.code == ERR_TRUNCATED, "%s %zu: %s",
				all[i].format, n, err.text);
			err_clear(&err);
			packed.p[n] ^= 0xff;
			buf_clear(&got);
			read_mem(buf_view(&packed), NULL, &got, &err);
			packed.p[n] ^= 0xff;
		}
		buf_clear(&packed);
	}
	buf_release(&data);
	buf_release(&packed);
	buf_release(&got);
}

/* --- pipes ------------------------------------------------------------------------------------- */

struct writer_thread {
	pthread_t thread;
	int to;
	struct span bytes;
	size_t step;
};

static void *write_slowly(void *arg)
{
	struct writer_thread *w = arg;

	for (size_t at = 0; at < w->bytes.n; at += w->step) {
		size_t n = MIN(w->step, w->bytes.n - at);

		cr_assert_eq(write(w->to, w->bytes.p + at, n), (ssize_t)n);
	}
	close(w->to);
	return NULL;
}

/* A source at the end of a pipe; *to is where to write to it. */
static struct src *open_pipe(int *to)
{
	struct err err = {0};
	struct src *s;
	char path[64];
	int p[2];

	cr_assert_eq(pipe(p), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", p[0]);
	s = src_open(path, NULL, &err);
	cr_assert_not_null(s, "%s", err.text);
	close(p[0]);
	*to = p[1];
	return s;
}

static void expect_from_pipe(struct span packed, size_t step, const char *packing, struct span want)
{
	struct writer_thread w = {.bytes = packed, .step = step};
	struct src *s = open_pipe(&w.to);
	struct err err = {0};
	struct buf got = {0};

	cr_assert_eq(pthread_create(&w.thread, NULL, write_slowly, &w), 0);
	read_all(s, 777, &got, &err);
	cr_expect_eq(err.code, ERR_NONE, "%s", err.text);
	cr_expect_str_eq(src_packing(s), packing);
	cr_expect_eq(src_bytes_in(s), packed.n);
	cr_expect_eq(src_file_size(s), 0);
	expect_bytes(&got, want);
	pthread_join(w.thread, NULL);
	src_close(s);
	buf_release(&got);
}

Test(src, pipes_that_dribble, .timeout = 300)
{
	struct buf data = {0}, packed = {0};
	struct member m;

	make_data(&data, 5000);
	m = (struct member){"a", buf_view(&data)};
	expect_from_pipe(buf_view(&data), 1, "none", buf_view(&data));
	gzip_member(&packed, span_of(data.p, 1000));
	gzip_member(&packed, span_of(data.p + 1000, data.n - 1000));
	expect_from_pipe(buf_view(&packed), 1, "gzip", buf_view(&data));
	buf_clear(&packed);
	pack(&packed, NULL, "ustar", &m, 1);
	expect_from_pipe(buf_view(&packed), 1, "tar", buf_view(&data));
	buf_clear(&packed);
	pack(&packed, "xz", "raw", &m, 1);
	expect_from_pipe(buf_view(&packed), 1, "xz", buf_view(&data));
	buf_release(&data);
	buf_release(&packed);
}

Test(src, large_pipes, .timeout = 300)
{
	struct buf data = {0}, packed = {0};

	make_data(&data, 4000000);
	expect_from_pipe(buf_view(&data), 50001, "none", buf_view(&data));
	gzip_member(&packed, buf_view(&data));
	expect_from_pipe(buf_view(&packed), 50001, "gzip", buf_view(&data));
	buf_release(&data);
	buf_release(&packed);
}

/* What was written into a pipe can be read while its writer still lives. */
Test(src, a_live_pipe_is_not_waited_for, .timeout = 300)
{
	struct err err = {0};
	struct src *s;
	size_t avail;
	int to;

	s = open_pipe(&to);
	cr_assert_eq(write(to, "\x0a\x0d\x0d\x0a", 4), 4);
	cr_assert_not_null(src_peek(s, 4, &avail, &err));
	cr_expect_eq(avail, 4);
	src_close(s);
	close(to);
}

/* The same through gzip, whose packer was told to flush. Closing must not wait for the writer. */
Test(src, a_live_packed_pipe_is_not_waited_for, .timeout = 300)
{
	struct buf data = {0}, packed = {0};
	struct err err = {0};
	struct sink *gz = sink_mem(&packed, &(struct sink_opts){.packing = SINK_GZIP}, &err);
	struct src *s;
	size_t avail;
	int to;

	make_data(&data, 20000);
	cr_assert_eq(sink_write(gz, buf_view(&data), &err), 0);
	cr_assert_eq(sink_flush(gz, &err), 0);
	s = open_pipe(&to);
	cr_assert_eq(write(to, packed.p, packed.n), (ssize_t)packed.n);
	cr_assert_not_null(src_peek(s, data.n, &avail, &err));
	cr_expect_eq(avail, data.n);
	src_close(s);
	close(to);
	sink_abort(gz);
	buf_release(&data);
	buf_release(&packed);
}

/* The thread that unpacks is ahead as far as it may be, waits for room, and is not needed any more. */
Test(src, closing_before_the_end, .timeout = 300)
{
	struct buf data = {0}, packed = {0};
	struct err err = {0};
	char path[64];
	size_t avail;

	make_data(&data, 8000000);
	gzip_member(&packed, buf_view(&data));
	make_file(path, sizeof(path), buf_view(&packed));
	for (int i = 0; i < 20; i++) {
		struct src *s = src_open(path, NULL, &err);

		cr_assert_not_null(src_peek(s, i ? (size_t)i * 200000 : 1, &avail, &err));
		if (i == 19)
			usleep(50000);
		src_close(s);
	}
	unlink(path);
	buf_release(&data);
	buf_release(&packed);
}
