/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/config.h"

static void expect_path(const char *base, const char *home, const char *want)
{
	struct buf b = {0};
	bool some;

	(base ? setenv("XDG_CONFIG_HOME", base, 1) : unsetenv("XDG_CONFIG_HOME"));
	(home ? setenv("HOME", home, 1) : unsetenv("HOME"));
	some = config_path("macros", &b);
	cr_expect_eq(some, want != NULL);
	cr_expect(!want ? b.n == 0 : strcmp((const char *)b.p, want) == 0, "%s", want);
	buf_release(&b);
}

Test(config, where_files_are)
{
	expect_path("/x", "/home/u", "/x/scaptools/macros");
	expect_path(NULL, "/home/u", "/home/u/.config/scaptools/macros");
	expect_path("", "/home/u", "/home/u/.config/scaptools/macros");
	expect_path("relative", "/home/u", "/home/u/.config/scaptools/macros");
	expect_path(NULL, NULL, NULL);
	expect_path(NULL, "", NULL);
}

Test(config, who_may_not_look_into_the_home_has_no_settings)
{
	char home[] = "/tmp/scap-config-XXXXXX";

	cr_assert_not_null(mkdtemp(home));
	/* Root of a user namespace may know of nobody else. */
	if (geteuid() != 0 || seteuid(65534) < 0) {
		rmdir(home);
		cr_skip_test("only root can become somebody else");
	}
	expect_path(NULL, home, NULL);
	cr_assert_eq(seteuid(0), 0);
	expect_path("/x", home, "/x/scaptools/macros");
	rmdir(home);
}

static int read_bytes(const char *bytes, size_t n, struct buf *text, struct err *err)
{
	char path[] = "/tmp/scap-config-XXXXXX";
	int fd = mkstemp(path), got;

	cr_assert(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	close(fd);
	got = config_read(path, text, err);
	unlink(path);
	return got;
}

Test(config, texts_are_read_whole)
{
	char *large = calloc(1, CONFIG_LARGEST + 1);
	struct buf b = {0};
	struct err err = {0};

	cr_expect_eq(read_bytes("a = b\n", 6, &b, &err), 1);
	cr_expect_str_eq((const char *)b.p, "a = b\n");
	cr_expect_eq(b.n, 6);
	cr_expect_eq(config_read("/nosuch/file", &b, &err), 0);
	cr_expect_eq(config_read("/", &b, &err), -1);
	err_clear(&err);
	cr_expect_eq(read_bytes("a\0b", 3, &b, &err), -1);
	cr_expect_str_eq(err.text, "this is no text: it has zero bytes");
	err_clear(&err);
	memset(large, 'a', CONFIG_LARGEST + 1);
	cr_expect_eq(read_bytes(large, CONFIG_LARGEST + 1, &b, &err), -1);
	buf_clear(&b);
	err_clear(&err);
	cr_expect_eq(read_bytes(large, CONFIG_LARGEST, &b, &err), 1, "%s", err.text);
	cr_expect_eq(b.n, CONFIG_LARGEST);
	buf_release(&b);
	free(large);
}
