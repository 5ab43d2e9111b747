/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "base/path.h"

static void expect(const char *base, const char *path, const char *want)
{
	struct buf got = {0};

	buf_text(&got, "before/");
	path_join(&got, span_str(base), span_str(path));
	cr_expect(got.n >= 7 && span_eq(span_of(got.p + 7, got.n - 7), span_str(want)),
		"%s and %s: want %s, got %.*s", base, path, want, (int)got.n, (const char *)got.p);
	buf_release(&got);
}

Test(path, joins_and_cleans)
{
	expect("/home/u/", "x", "/home/u/x");
	expect("/home/u", "x/", "/home/u/x");
	expect("/home/u/", ".", "/home/u");
	expect("/", ".", "/");
	expect("/a/", "b//c/./d", "/a/b/c/d");
	expect("/a/b/", "../c", "/a/c");
	expect("/a/", "../../../c", "/c");
	expect("/a/", "..", "/");
	expect("/a/b/", "", "/a/b");
	expect("/a/", "...", "/a/...");
}

Test(path, absolute_paths_need_no_base)
{
	expect("/home/u/", "/etc/../etc//hosts", "/etc/hosts");
	expect("", "/", "/");
	expect("<UNKNOWN>", "/x", "/x");
}

Test(path, unknown_bases_stay)
{
	expect("./", "x", "x");
	expect("./", ".", ".");
	expect("", "../x", "../x");
	expect("", "../../x", "../../x");
	expect("a/", "../../x", "../x");
	expect("<UNKNOWN>", "x", "<UNKNOWN>/x");
	expect("", "", ".");
}

Test(path, too_long_is_said)
{
	char name[PATH_LONGEST + 1] = "";
	struct buf got = {0};

	memset(name, 'x', sizeof(name) - 1);
	path_join(&got, span_str("/"), span_of(name, PATH_LONGEST - 1));
	cr_expect_eq(got.n, (size_t)PATH_LONGEST);
	buf_clear(&got);
	path_join(&got, span_str("/"), span_of(name, PATH_LONGEST));
	cr_expect(span_eq(buf_view(&got), span_str(PATH_TOO_LONG)));
	buf_release(&got);
}
