/* SPDX-License-Identifier: MIT */
/* Files that end in the middle of a block: cut to whole ones, and their events counted. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/capture.h"
#include "support/slices.h"
#include "tools/scapcap/salvage.h"

static const char *write_file(struct span bytes)
{
	static char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/tmp/test_salvage.XXXXXX");
	f = fdopen(mkstemp(path), "w");
	cr_assert(f);
	cr_assert_eq(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	cr_assert_eq(fclose(f), 0);
	return path;
}

static uint64_t size_of(const char *path)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0);
	return (uint64_t)st.st_size;
}

static uint64_t shown(struct span capture)
{
	return capture.n ? slice_count(capture).shown : 0;
}

/* Whether a file cut anywhere holds the whole blocks in front of that, and all events of them. */
static void cut_at(struct span whole, uint64_t size, uint64_t from)
{
	const char *path = write_file(span_of(whole.p, size));
	struct buf kept = {0};
	uint64_t events = salvage_file(path, from);

	cr_assert(file_read(path, &kept));
	cr_expect_eq(events, shown(buf_view(&kept)) - shown(span_of(whole.p, from)), "cut at %llu", (unsigned long long)size);
	cr_expect_leq(kept.n, size);
	cr_expect(span_eq(buf_view(&kept), span_of(whole.p, kept.n)));
	buf_release(&kept);
	unlink(path);
}

Test(salvage, what_is_whole_stays_and_is_counted)
{
	struct build b = {0};
	struct span whole;
	struct capture c;
	uint64_t from = 0;

	slice_story(&b);
	whole = buf_view(&b.out);
	cr_assert(capture_open(&c, whole));
	while (capture_next(&c) == 1) {
		uint64_t end = c.block.offset + c.block.raw.n;

		for (uint64_t size = c.block.offset; size <= end; size += 4)
			cut_at(whole, size, from);
		from = c.block.section == 1 && !from ? end : from;
	}
	capture_close(&c);
	build_release(&b);
}

Test(salvage, nonsense_is_cut_off)
{
	struct build b = {0};
	const char *path;
	uint64_t n;

	slice_story(&b);
	n = b.out.n;
	buf_put(&b.out, "\1\2\3\4\0\0\0\0\5\6\7\10", 12);
	path = write_file(buf_view(&b.out));
	cr_expect_eq(salvage_file(path, 0), shown(span_of(b.out.p, n)));
	cr_expect_eq(size_of(path), n);
	unlink(path);
	build_release(&b);
}

Test(salvage, what_is_no_file_is_left_alone)
{
	cr_expect_eq(salvage_file("/nosuch", 0), 0);
	cr_expect_eq(salvage_file("/dev/null", 0), 0);
	cr_expect_eq(salvage_file("/tmp", 0), 0);
}
