/* SPDX-License-Identifier: MIT */
#include "support/print.h"

#include <criterion/criterion.h>
#include <stdlib.h>

struct printed print(const struct cat_opts *opts, const struct build *b)
{
	struct printed p = {0};
	FILE *out = open_memstream(&p.text, &p.n);
	struct src *src = src_mem(buf_view(&b->out), NULL, &p.err);
	struct cat c;

	cr_assert(out && src);
	cr_assert_eq(cat_init(&c, opts, out, &p.err), 0, "%s", p.err.text);
	p.status = cat_file(&c, src, &p.warnings, &p.err);
	p.packets = c.packets;
	cat_release(&c);
	src_close(src);
	fclose(out);
	return p;
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
