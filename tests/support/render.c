/* SPDX-License-Identifier: MIT */
/* The loop of scapcat without anything that is not rendering. */
#include "support/render.h"

#include <criterion/criterion.h>

#include "support/capture.h"

void render_machine(struct build *b)
{
	struct meta_proc procs[] = {build_proc(1, 0, "init"), build_proc(7, 1, "cat")};
	struct meta_fd fds[] = {build_file(3, "/etc/hosts"),
		build_tcp4(4, 0x0a000001, 80, 0x0a000002, 9), build_file(5, "/srv/d"),
		build_file(6, "/tmp/a\nb")};
	struct meta_user users[] = {
		{.uid = 0,
			.name = span_str("root"),
			.home = span_str("/root"),
			.shell = span_str("/bin/sh")},
		{.uid = 1000, .gid = 100, .name = span_str("u")},
		{.is_group = true, .gid = 100, .name = span_str("users")},
	};

	procs[0].uid = procs[0].gid = 0;
	procs[1].gid = 100;
	procs[1].cwd = span_str("/home/u");
	fds[2].type = FDT_DIRECTORY;
	build_section(b, 2);
	build_users(b, 2, users, ARRAY_SIZE(users));
	build_procs(b, 9, BUILD_TAIL, procs, ARRAY_SIZE(procs));
	build_fds(b, 2, 7, fds, ARRAY_SIZE(fds));
}

void render_lines(struct span capture, const struct text_opts *opts, struct buf *out)
{
	struct capture c;
	struct err err = {0};
	struct text *t = text_new(opts, &err);
	struct state *st = state_new(&err);
	uint64_t num = 0;

	cr_assert(t && st, "%s", err.text);
	cr_assert(capture_open(&c, capture), "%s", c.err.text);
	while (capture_next(&c) == 1) {
		struct moment m;
		struct event ev;

		if (c.block.info->kind != BLOCK_EVENT) {
			cr_assert_eq(state_load(st, &c.block, &err), 0, "%s", err.text);
			continue;
		}
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
		cr_assert_eq(state_apply(st, &ev, &m, &err), 0, "%s", err.text);
		text_note(t, &ev);
		text_event(t, st, &m, ++num, out);
	}
	cr_assert_eq(c.err.code, ERR_NONE, "%s", c.err.text);
	capture_close(&c);
	state_free(st);
	text_free(t);
}

void render_expect(const struct text_opts *opts, uint16_t type, const struct build_param *params,
	const char *want)
{
	struct build b = {0};
	struct buf got = {0};

	render_machine(&b);
	build_event(&b, &(struct build_event){.type = type, .tid = 7}, params);
	render_lines(buf_view(&b.out), opts, &got);
	cr_assert(got.n > 0 && got.p[got.n - 1] == '\n');
	got.n--;
	cr_expect(span_eq(buf_view(&got), span_str(want)), "type %u:\n want %s\n got  %.*s", type,
		want, (int)got.n, (const char *)got.p);
	buf_release(&got);
	build_release(&b);
}
