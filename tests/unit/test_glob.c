/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <fnmatch.h>
#include <stdlib.h>

#include "filter/glob.h"

static const char *const patterns[] = {"", "*", "?", "a", "a*", "*a", "*a*", "a?c", "a*c", "**", "*?",
	"?*?", "a**b", "[abc]", "[a-c]", "[!a-c]", "[^a-c]", "[]a]", "[!]a]", "[a-]", "[-a]", "[a", "[]",
	"a[", "[[]", "[a-c]*[x-z]", "[[:digit:]]", "[[:alpha:]_]*", "[![:space:]]*", "\\*", "\\a", "a\\?",
	"*.c", "/etc/*", "*/lib/*.so", "*a*b*c*", "*aab", "x*[!y]z"};

static const char *const texts[] = {"", "a", "b", "c", "A", "ab", "ac", "abc", "aXc", "abcabc", "aaab",
	"*", "?", "[", "]", "-", "[a", "a[", "_x9", "7", " ", "x", "xz", "xyz", "a.c", "/etc/hosts",
	"/etc/a/b", "/usr/lib/x.so", "a/c", "a?", "^"};

/* fnmatch, where it is defined: it takes no text with a NUL, and no pattern that ends with '\'. */
Test(glob, is_what_fnmatch_is)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		for (size_t k = 0; k < ARRAY_SIZE(texts); k++)
			cr_expect_eq(glob_match(span_str(patterns[i]), span_str(texts[k]), false),
				fnmatch(patterns[i], texts[k], 0) == 0, "'%s' '%s'", patterns[i],
				texts[k]);
}

Test(glob, folds_letters_of_ascii_alone)
{
	cr_expect(glob_match(span_str("aB[c-d]*"), span_str("AbDx"), true));
	cr_expect_not(glob_match(span_str("["), span_str("{"), true));
	cr_expect_not(glob_match(span_str("[@-@]"), span_str("`"), true));
}

/* A pattern of stars that does not match must not take forever. */
Test(glob, stars_do_not_multiply, .timeout = 300)
{
	char text[4001];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	cr_expect_not(glob_match(span_str("*a*a*a*a*a*a*a*a*a*a*a*a*b"), span_str(text), false));
}

Test(glob, paths_component_by_component)
{
	static const struct {
		const char *pattern, *path;
		bool below;
	} rows[] = {
		{"/etc", "/etc", true},
		{"/etc", "/etc/hosts", true},
		{"/etc/", "/etc/hosts", true},
		{"/etc", "/etcx", false},
		{"/etc", "/x/etc", false},
		{"/etc", "etc", false},
		{"/", "/etc", true},
		{"/e*/h*", "/etc/hosts", true},
		{"/e*/h*", "/etc/ssl/hosts", false},
		{"/etc/hosts/x", "/etc/hosts", false},
		{"/etc", "//etc//hosts", true},
		{"a/b", "a/b/c", true},
		{"", "a", true},
		{"/etc", "", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		cr_expect_eq(
			glob_match_path(span_str(rows[i].pattern), span_str(rows[i].path)),
			rows[i].below, "%s %s", rows[i].pattern, rows[i].path);
}
