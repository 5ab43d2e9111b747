/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/sink.h"
#include "io/trail.h"

#define MIB  (1u << 20)
#define LONG 64u /* MiB: long enough for the beginning to leave memory */

static uint8_t block[MIB];

/* Each MiB tells which one it is. */
static void fill_block(unsigned i)
{
	memset(block, (int)(i + 1), sizeof(block));
}

static void assert_complete(const char *path)
{
	static uint8_t got[MIB];
	FILE *f = fopen(path, "re");

	cr_assert_not_null(f);
	for (unsigned i = 0; i < LONG; i++) {
		fill_block(i);
		cr_assert_eq(fread(got, 1, MIB, f), MIB);
		cr_assert_eq(memcmp(got, block, MIB), 0, "MiB %u", i);
	}
	cr_assert_eq(getc(f), EOF);
	fclose(f);
}

Test(trail, long_live_file_is_complete)
{
	static const struct sink_opts live = {.live = true};
	char path[] = "/tmp/test_trail.XXXXXX";
	struct err err = {0};
	struct sink *s;
	int fd = mkstemp(path);

	cr_assert(fd >= 0);
	close(fd);
	s = sink_open(path, &live, &err);
	cr_assert_not_null(s, "%s", err.text);
	for (unsigned i = 0; i < LONG; i++) {
		fill_block(i);
		cr_assert_eq(sink_write(s, span_of(block, MIB), &err), 0, "%s", err.text);
	}
	cr_assert_eq(sink_close(s, &err), 0, "%s", err.text);
	assert_complete(path);
	unlink(path);
}

Test(trail, is_for_long_files_alone)
{
	char path[] = "/tmp/test_trail.XXXXXX";
	struct trail *t = NULL;
	int fd = mkstemp(path);

	cr_assert(fd >= 0);
	unlink(path);
	trail_grown(&t, fd, 32 * MIB);
	cr_expect_null(t);
	cr_assert_eq(ftruncate(fd, LONG * MIB), 0);
	trail_grown(&t, fd, LONG * MIB);
	cr_expect_not_null(t);
	trail_free(t);
	trail_free(NULL);
	close(fd);
}
