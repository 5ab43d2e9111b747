/* SPDX-License-Identifier: MIT */
/*
 * Golden tests: each row of cases.h is a shell command line run with the tools in front of PATH;
 * what it prints (standard output, then standard error, then the exit status) must equal
 * NAME.out beside this file. UPDATE=1 writes these files anew: read the difference before you commit.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/base.h"
#include "base/buf.h"
#include "support/run.h"

struct golden_case {
	const char *name;
	const char *command;
};

static const struct golden_case cases[] = {
#define GOLDEN(name, command) {name, command},
#include "golden/cases.h"
#undef GOLDEN
};

static void read_all(FILE *f, struct buf *to)
{
	uint8_t chunk[4096];
	size_t n;

	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_put(to, chunk, n);
}

/* Runs the command and appends what it prints and how it ends. */
static void run_case(const struct golden_case *c, struct buf *out)
{
	struct buf line = {0};
	FILE *p;
	int status;

	buf_printf(&line,
		"PATH=\"$PWD/%s:$PATH\"; err=$(mktemp); { %s; } 2>\"$err\"; st=$?; "
		"sed 's/^/stderr: /' \"$err\"; rm -f \"$err\"; echo \"status: $st\"",
		tools_dir(), c->command);
	buf_u8(&line, 0);
	p = popen((const char *)line.p, "r");
	cr_assert_not_null(p);
	read_all(p, out);
	status = pclose(p);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: the shell failed", c->name);
	buf_release(&line);
}

static void compare(const struct golden_case *c, const struct buf *got)
{
	char path[256];
	struct buf want = {0};
	FILE *f;

	snprintf(path, sizeof(path), "tests/golden/%s.out", c->name);
	if (getenv("UPDATE")) {
		f = fopen(path, "w");
		cr_assert_not_null(f, "%s: %s", path, strerror(errno));
		cr_expect_eq(fwrite(got->p, 1, got->n, f), got->n);
		cr_expect_eq(fclose(f), 0);
		return;
	}
	f = fopen(path, "r");
	cr_assert_not_null(f, "%s: %s (UPDATE=1 makes it)", path, strerror(errno));
	read_all(f, &want);
	fclose(f);
	cr_expect(span_eq(buf_view(got), buf_view(&want)), "%s: %s\n--- expected\n%.*s\n--- got\n%.*s",
		c->name, c->command, (int)want.n, (const char *)want.p, (int)got->n,
		(const char *)got->p);
	buf_release(&want);
}

/* Rows travel to the test processes by index: their texts are not shared memory. */
ParameterizedTestParameters(golden, cases)
{
	static size_t index[ARRAY_SIZE(cases)];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		index[i] = i;
	return cr_make_param_array(size_t, index, ARRAY_SIZE(cases));
}

ParameterizedTest(size_t *i, golden, cases)
{
	struct buf got = {0};

	run_case(&cases[*i], &got);
	compare(&cases[*i], &got);
	buf_release(&got);
}
