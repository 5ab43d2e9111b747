/* SPDX-License-Identifier: MIT */
#include "support/converts.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/render.h"
#include "tools/scapedit/versions.h"

void convert_bytes(const struct convert_opts *opts, struct span in, struct buf *out,
	struct losses *losses)
{
	struct err err = {0};
	struct sink *sink = sink_mem(out, NULL, &err);
	struct stages stages = {.top = sink};
	struct convert *c = convert_new(opts, &err);

	cr_assert(sink && c, "%s", err.text);
	cr_assert_eq(stages_add(&stages, &convert_ops, c, &err), 0, "%s", err.text);
	cr_assert_eq(sink_write(stages.top, in, &err), 0, "%s", err.text);
	cr_assert_eq(stages_end(&stages, &err), 0, "%s", err.text);
	if (losses)
		*losses = *convert_losses(c);
	stages_release(&stages);
	convert_free(c);
	cr_assert_eq(sink_close(sink, &err), 0, "%s", err.text);
}

struct convert_opts convert_upgrade(void)
{
	return (struct convert_opts){.upgrade = true, .schema = version_default()};
}

struct convert_opts convert_downgrade(const char *version)
{
	struct convert_opts opts = {.downgrade = true};
	struct err err = {0};

	cr_assert_eq(version_set(&opts.schema, version, &err), 0, "%s", err.text);
	return opts;
}

char *convert_lines(const struct convert_opts *opts, const struct build *b, const char *line,
	struct losses *losses)
{
	const struct text_opts text = {.template = line, .utc = true};
	struct buf out = {0}, lines = {0};

	convert_bytes(opts, buf_view(&b->out), &out, losses);
	render_lines(buf_view(&out), &text, &lines);
	buf_release(&out);
	buf_u8(&lines, 0);
	return (char *)lines.p;
}

void convert_expect(const struct convert_opts *opts, const struct build *b, const char *line,
	const char *want)
{
	char *got = convert_lines(opts, b, line, NULL);

	cr_expect_str_eq(got, want);
	free(got);
}
