/* SPDX-License-Identifier: MIT */
#include "support/print.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct src *open_build(const struct build *b)
{
	struct err err = {0};
	struct src *src = src_mem(buf_view(&b->out), NULL, &err);

	cr_assert_not_null(src, "%s", err.text);
	return src;
}

static struct printed print_both(
	const struct cat_opts *opts, const struct build *b, struct late *late)
{
	struct printed p = {0};
	FILE *out = open_memstream(&p.text, &p.n);
	struct src *src = open_build(b);
	struct cat c;

	cr_assert_not_null(out);
	cr_assert_eq(cat_init(&c, opts, out, &p.err), 0, "%s", p.err.text);
	p.status = cat_file(&c, src, late, &p.warnings, &p.err);
	cr_expect_eq(cat_end(&c, &p.err), 0);
	p.behind = c.behind;
	cat_release(&c);
	src_close(src);
	late_close(late);
	fclose(out);
	return p;
}

struct printed print(const struct cat_opts *opts, const struct build *b)
{
	return print_both(opts, b, NULL);
}

struct printed print_file(const struct cat_opts *opts, const struct build *b)
{
	return print_both(opts, b, late_new(open_build(b)));
}

void print_release(struct printed *p)
{
	free(p->text);
}

void print_expect(const struct cat_opts *opts, const struct build *b, int status, const char *want)
{
	struct printed p = print(opts, b);

	cr_expect_str_eq(p.text, want);
	cr_expect_eq(p.status, status, "%s", p.err.text);
	print_release(&p);
}
