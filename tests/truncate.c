/* SPDX-License-Identifier: MIT */
/*
 * Every prefix of every fixture, with its end at a page that cannot be read: all whole blocks come
 * out, then the end or one error; everything in them is decoded, and nothing reads too far.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/capture.h"
#include "support/decode.h"
#include "support/guard.h"

/* Where each block ends in the unpacked data. */
struct ends {
	uint64_t *at;
	size_t n;
	bool packed; /* these are no places in the file */
};

static struct ends block_ends(struct span bytes)
{
	struct ends e = {0};
	struct capture c;
	int got;

	cr_assert(capture_open(&c, bytes));
	do {
		got = capture_next(&c);
		e.at = realloc(e.at, (e.n + 1) * sizeof(*e.at));
		if (e.n)
			e.at[e.n - 1] = src_offset(c.src);
		e.n++;
	} while (got == 1);
	e.n--;
	e.packed = strcmp(src_packing(c.src), "none") != 0;
	capture_close(&c);
	return e;
}

static size_t whole_blocks(const struct ends *e, uint64_t n)
{
	size_t whole = 0;

	while (whole < e->n && e->at[whole] <= n)
		whole++;
	return whole;
}

/*
 * Reads and decodes a prefix, with a decoder also through the state into text. Returns the number of
 * blocks, or -1 if it is no capture.
 */
static int read_prefix(struct span prefix, struct decoder *d, struct err *err)
{
	struct capture c;
	int n = 0;

	if (d)
		cr_assert(decoder_start(d));
	if (!capture_open(&c, prefix)) {
		*err = c.err;
		capture_close(&c);
		return -1;
	}
	while (capture_next(&c) == 1) {
		if (d)
			decoder_take(d, &c.block, c.reader);
		else
			decode_block(&c.block, c.reader);
		n++;
	}
	*err = c.err;
	capture_close(&c);
	return n;
}

static void check_prefix(const char *path, struct span prefix, const struct ends *ends,
	struct decoder *d)
{
	size_t whole = whole_blocks(ends, prefix.n);
	struct err err = {0};
	int n = read_prefix(prefix, d, &err);

	cr_expect(n < 0 || err.code == ERR_NONE || err.code == ERR_TRUNCATED || err.code == ERR_FORMAT,
		"%s cut at %zu: %s", path, prefix.n, err.text);
	/* Where a damaged block ends, depends on what is behind it. */
	if (n >= 0 && !ends->packed)
		cr_expect((size_t)n == whole || ((size_t)n > whole && strstr(path, "bad-")),
			"%s cut at %zu: %d blocks, not %zu", path, prefix.n, n, whole);
}

/* The step that keeps all prefixes of n things together near so many things. */
static size_t step(size_t n, size_t together)
{
	return 1 + (size_t)((uint64_t)n * n / 2 / together);
}

/*
 * Prefixes of all lengths, of large files in steps. State and text see whole blocks only: they are
 * asked where one ends at the page.
 */
static void prefixes(const char *path)
{
	struct buf whole = {0};
	struct decoder d = {0};
	struct guard guard;
	struct ends ends;

	cr_assert(file_read(path, &whole), "%s", path);
	cr_assert(guard_init(&guard, whole.n));
	ends = block_ends(buf_view(&whole));
	for (size_t n = 0; n <= whole.n; n += step(whole.n, ends.packed ? 200000 : 50000000))
		check_prefix(path, guard_put(&guard, span_of(whole.p, n)), &ends, NULL);
	for (size_t i = 0; i < ends.n && !ends.packed; i += step(ends.n, 50000))
		check_prefix(path, guard_put(&guard, span_of(whole.p, ends.at[i])), &ends, &d);
	decoder_release(&d);
	free(ends.at);
	guard_release(&guard);
	buf_release(&whole);
}

static void folder_prefixes(const char *folder)
{
	char **files = files_in(folder);

	for (size_t i = 0; files[i]; i++)
		if (strstr(files[i], ".scap") || strstr(files[i], ".pcap"))
			prefixes(files[i]);
	files_free(files);
}

Test(truncate, any_prefix_of_fixtures_gives_its_whole_blocks)
{
	folder_prefixes("fixtures");
}

Test(truncate, prefixes_of_real_captures_give_their_whole_blocks)
{
	const char *folder = real_captures();

	folder_prefixes(folder);
}
