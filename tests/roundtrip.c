/* SPDX-License-Identifier: MIT */
/*
 * Reading and writing is lossless: every fixture, and every real capture there is, comes out of
 * reader and writer as the bytes it was unpacked to, up to where reading ended.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "pcapng/writer.h"
#include "support/capture.h"

/* What the writer makes of what the reader gives. Returns how many bytes the reader has passed. */
static size_t copy(struct span bytes, struct buf *to, const char *path)
{
	struct err err = {0};
	struct sink *sink = sink_mem(to, NULL, &err);
	struct writer w;
	struct capture c;
	size_t passed;

	cr_assert_not_null(sink);
	cr_assert(capture_open(&c, bytes), "%s: %s", path, c.err.text);
	writer_init(&w, sink, false);
	while (capture_next(&c) == 1)
		cr_assert_eq(writer_raw(&w, c.block.raw, &err), 0);
	passed = (size_t)src_offset(c.src);
	cr_expect(c.err.code != ERR_NONE || capture_next(&c) == 0);
	cr_expect_eq(sink_close(sink, &err), 0);
	writer_release(&w);
	capture_close(&c);
	return passed;
}

static bool is_capture(const char *path)
{
	return strstr(path, ".scap") || strstr(path, ".pcapng");
}

static size_t round_trips(const char *folder)
{
	char **files = files_in(folder);
	size_t n = 0;

	for (size_t i = 0; files[i]; i++) {
		struct buf packed = {0}, plain = {0}, copied = {0};

		if (!is_capture(files[i]))
			continue;
		cr_assert(file_read(files[i], &packed), "%s", files[i]);
		unpack(buf_view(&packed), &plain);
		cr_expect_eq(copy(buf_view(&packed), &copied, files[i]), copied.n, "%s", files[i]);
		cr_expect(copied.n == plain.n || strstr(files[i], "cut") || strstr(files[i], "bad-"),
			"%s: %zu of %zu bytes", files[i], copied.n, plain.n);
		cr_expect(copied.n && memcmp(copied.p, plain.p, copied.n) == 0, "%s", files[i]);
		buf_release(&packed);
		buf_release(&plain);
		buf_release(&copied);
		n++;
	}
	files_free(files);
	return n;
}

Test(roundtrip, of_fixtures_is_the_identity)
{
	cr_expect_gt(round_trips("fixtures"), 20);
}

Test(roundtrip, of_real_captures_is_the_identity)
{
	const char *folder = real_captures();

	cr_expect_gt(round_trips(folder), 0);
}

Test(roundtrip, packed_fixtures_unpack_to_the_plain_one)
{
	struct buf plain = {0};
	char **files = files_in("fixtures");
	size_t n = 0;

	cr_assert(file_read("fixtures/pairs.scap", &plain));
	for (size_t i = 0; files[i]; i++) {
		struct buf packed = {0}, unpacked = {0};

		if (!strstr(files[i], "/pairs.scap."))
			continue;
		cr_assert(file_read(files[i], &packed));
		unpack(buf_view(&packed), &unpacked);
		cr_expect(span_eq(buf_view(&unpacked), buf_view(&plain)), "%s", files[i]);
		buf_release(&packed);
		buf_release(&unpacked);
		n++;
	}
	cr_expect_eq(n, 7);
	files_free(files);
	buf_release(&plain);
}
