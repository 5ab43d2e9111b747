/* SPDX-License-Identifier: MIT */
/* Filters over real captures pass as many events as sysdig shows: rows in filter_counts.def. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/capture.h"
#include "support/match.h"

static const struct row {
	const char *capture;
	size_t count;
	const char *filter;
} rows[] = {
#define COUNT(capture, count, filter) {capture, count, filter},
#include "unit/filter_counts.def"
#undef COUNT
};

/* All rows of one capture, in one pass over it. */
static void expect_capture(const char *name)
{
	const char *folder = getenv("CAPTURES");
	struct match *matches = calloc(ARRAY_SIZE(rows), sizeof(*matches));
	const struct row *of[ARRAY_SIZE(rows)];
	struct buf capture = {0};
	char path[4096];
	size_t n = 0;

	if (!folder || !*folder)
		cr_skip_test("CAPTURES is not set");
	snprintf(path, sizeof(path), "%s/%s.scap", folder, name);
	cr_assert(matches && file_read(path, &capture), "%s", path);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].capture, name) != 0)
			continue;
		matches[n].text = rows[i].filter;
		of[n++] = &rows[i];
	}
	cr_expect_gt(n, 0u);
	match_run(buf_view(&capture), matches, n, NULL);
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(matches[i].n, of[i]->count, "%s: %s: want %zu, got %zu", name,
			of[i]->filter, of[i]->count, matches[i].n);
	match_release(matches, n);
	free(matches);
	buf_release(&capture);
}

Test(filter_counts, of_a_web_service)
{
	expect_capture("502Error");
}

Test(filter_counts, of_curl)
{
	expect_capture("curl_google");
}

Test(filter_counts, of_cat)
{
	expect_capture("cat_write");
}

Test(filter_counts, of_an_ipv6_client)
{
	expect_capture("test_ipv6_client");
}
