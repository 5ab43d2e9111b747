/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/capture.h"
#include "support/count_malloc.h"
#include "support/print.h"
#include "support/render.h"
#include "support/run.h"

/* Numbers and types are enough to see which events are shown. */
static const struct cat_opts brief = {.lines.text = {.template = "%evt.num %evt.type", .utc = true}};

static void add(struct build *b, uint16_t type)
{
	build_event(b, &(struct build_event){.type = type, .tid = 7}, NO_PARAMS);
}

static void add_hidden(struct build *b, uint16_t type)
{
	build_event(b,
		&(struct build_event){
			.block = BT_EVF_V2, .type = type, .tid = 7, .flags = EVENT_HIDDEN},
		NO_PARAMS);
}

Test(cat, internal_and_hidden_records_are_counted_but_not_shown)
{
	struct cat_opts all = brief;
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_PROCINFO_E);
	add(&b, PPME_SYSCALL_CLOSE_E);
	add_hidden(&b, PPME_SYSCALL_CLOSE_X);
	add(&b, PPME_SYSCALL_READ_E);
	print_expect(&brief, &b, 1, "2 close\n4 read\n");
	all.internal = true;
	print_expect(&all, &b, 1, "1 procinfo\n2 close\n3 close\n4 read\n");
	build_release(&b);
}

Test(cat, users_and_containers_of_the_start_are_state_and_later_ones_are_news)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_CONTAINER_JSON_2_E);
	add(&b, PPME_USER_ADDED_E);
	add(&b, PPME_GROUP_ADDED_E);
	add(&b, PPME_PROCINFO_E);
	add(&b, PPME_CONTAINER_JSON_2_E);
	add(&b, PPME_USER_ADDED_E);
	print_expect(&brief, &b, 1, "5 container\n6 useradded\n");
	build_release(&b);
}

Test(cat, sections_go_on_counting)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_CLOSE_E);
	render_machine(&b);
	add(&b, PPME_USER_ADDED_E);
	add(&b, PPME_SYSCALL_READ_E);
	print_expect(&brief, &b, 1, "1 close\n3 read\n");
	build_release(&b);
}

Test(cat, a_capture_without_events)
{
	struct build b = {0};

	render_machine(&b);
	print_expect(&brief, &b, 1, "");
	build_release(&b);
}

Test(cat, limit)
{
	struct cat_opts two = brief;
	struct build b = {0};

	two.limit = 2;
	render_machine(&b);
	add(&b, PPME_PROCINFO_E);
	for (int i = 0; i < 3; i++)
		add(&b, PPME_SYSCALL_CLOSE_E);
	print_expect(&two, &b, 0, "2 close\n3 close\n");
	build_release(&b);
}

Test(cat, blocks_that_are_no_events_do_not_disturb)
{
	struct printed r;
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_CLOSE_E);
	build_block(&b, 0x0BADF00D, span_str("unknown block"));
	build_interface(&b, 1, 0);
	build_packet(&b, 0, 1, span_str("packet"), 0);
	build_fds(&b, 2, 7, &(struct meta_fd){.fd = 9, .type = FDT_FILE, .name = span_str("/late")},
		1);
	build_event(&b, &(struct build_event){.type = PPME_SYSCALL_READ_E, .tid = 7},
		PARAMS(P_S64(9), P_U32(1)));
	r = print(&(struct cat_opts){.lines.text.template = "%evt.num %evt.args"}, &b);
	cr_expect_str_eq(r.text, "1 \n2 fd=9(<f>/late) size=1\n");
	cr_expect_eq(r.warnings.count, 0, "%s", r.warnings.first);
	print_release(&r);
	build_release(&b);
}

Test(cat, damaged_records_are_counted_and_told)
{
	struct printed r;
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_CLOSE_E);
	build_event(
		&b, &(struct build_event){.type = PPME_SYSCALL_READ_E, .add_len = 100}, NO_PARAMS);
	add(&b, PPME_SYSCALL_CLOSE_X);
	r = print(&brief, &b);
	cr_expect_str_eq(r.text, "1 close\n3 close\n");
	cr_expect_eq(r.status, 1);
	cr_expect_eq(r.warnings.count, 1);
	print_release(&r);
	build_release(&b);
}

Test(cat, a_cut_file_gives_all_that_is_whole)
{
	struct printed r;
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_CLOSE_E);
	add(&b, PPME_SYSCALL_CLOSE_X);
	b.out.n -= 5;
	r = print(&brief, &b);
	cr_expect_str_eq(r.text, "1 close\n");
	cr_expect_eq(r.status, -1);
	cr_expect_eq(r.err.code, ERR_TRUNCATED, "%s", r.err.text);
	print_release(&r);
	build_release(&b);
}

Test(cat, full_output_stops)
{
	struct build b = {0};
	struct err err = {0};
	struct reader_warnings warnings;
	FILE *full = fopen("/dev/full", "w");
	struct src *src;
	struct cat c;

	render_machine(&b);
	for (int i = 0; i < 20000; i++)
		add(&b, PPME_SYSCALL_CLOSE_E);
	src = src_mem(buf_view(&b.out), NULL, &err);
	cr_assert(full && src);
	cr_assert_eq(cat_init(&c, &brief, full, &err), 0);
	cr_expect_eq(cat_file(&c, src, NULL, &warnings, &err), 0);
	cr_expect_lt(c.shown, 20000u);
	cat_release(&c);
	src_close(src);
	fclose(full);
	build_release(&b);
}

/* A live capture: what came through the pipe is shown before more comes. */
Test(cat, waiting_for_a_pipe_shows_what_came)
{
	struct build b = {0};
	int in[2], out[2];
	char got[64] = "";
	pid_t child;
	size_t first;

	render_machine(&b);
	add(&b, PPME_SYSCALL_CLOSE_E);
	first = b.out.n + 10; /* and a piece of the next block */
	add(&b, PPME_SYSCALL_CLOSE_X);
	cr_assert(pipe(in) == 0 && pipe(out) == 0);
	child = fork();
	if (child == 0) {
		struct err err = {0};
		struct reader_warnings warnings;
		struct src *src;
		struct cat c;

		dup2(in[0], STDIN_FILENO);
		close(in[1]);
		src = src_open("-", NULL, &err);
		if (src && cat_init(&c, &brief, fdopen(out[1], "w"), &err) == 0)
			_exit(cat_file(&c, src, NULL, &warnings, &err) == 1 ? 0 : 1);
		_exit(2);
	}
	close(in[0]);
	close(out[1]);
	cr_assert_eq(write(in[1], b.out.p, first), (ssize_t)first);
	cr_expect_eq(read(out[0], got, sizeof(got)), 8);
	cr_expect_str_eq(got, "1 close\n");
	cr_assert_eq(write(in[1], b.out.p + first, b.out.n - first), (ssize_t)(b.out.n - first));
	close(in[1]);
	cr_expect_eq(read(out[0], got, sizeof(got)), 8);
	cr_expect_str_eq(got, "2 close\n");
	cr_expect_eq(waitpid(child, &(int){0}, 0), child);
	close(out[0]);
	build_release(&b);
}

/* --- no memory per event -------------------------------------------------------------------- */

/* What a program does over and over, in nine events. */
static void add_round(struct build *b)
{
	const struct build_event ev = {.tid = 7};
	struct build_event e = ev;

#define ADD(t, ...) (e.type = PPME_##t, build_event(b, &e, PARAMS(__VA_ARGS__)))
	ADD(SYSCALL_OPENAT_2_E, P_S64(-100), P_STR("a/file"), P_U32(1), P_U32(0));
	ADD(SYSCALL_OPENAT_2_X, P_S64(9), P_S64(-100), P_STR("a/file"), P_U32(1), P_U32(0),
		P_U32(5), P_U64(77));
	ADD(SYSCALL_READ_X, P_S64(3), P_BYTES("abc"), P_S64(9), P_U32(10));
	ADD(SYSCALL_POLL_E, P_POLL(9, 1), P_S64(100));
	ADD(SYSCALL_CLOSE_E, P_S64(9));
	ADD(SYSCALL_CLOSE_X, P_S64(0), P_S64(9));
	ADD(SOCKET_SOCKET_X, P_S64(8), P_U32(2), P_U32(1), P_U32(0));
	ADD(SOCKET_CONNECT_X, P_S64(0), P_TUPLE4(0x0a000001, 1234, 0x0a000002, 80), P_S64(8));
	ADD(SYSCALL_CLOSE_X, P_S64(0), P_S64(8));
#undef ADD
}

Test(cat, the_second_thousand_of_events_allocates_nothing)
{
	struct build b = {0};
	struct capture c;
	struct err err = {0};
	struct text *t = text_new(&(struct text_opts){.data_limit = 80}, &err);
	struct state *st = state_new(&err);
	struct buf out = {0};
	size_t num = 0, before = 0;

	render_machine(&b);
	for (int i = 0; i < 2000 / 9 + 1; i++)
		add_round(&b);
	cr_assert(capture_open(&c, buf_view(&b.out)));
	while (capture_next(&c) == 1 && num < 2000) {
		struct moment m;
		struct event ev;

		if (c.block.info->kind != BLOCK_EVENT) {
			cr_assert_eq(state_load(st, &c.block, &err), 0);
			continue;
		}
		if (num++ == 1000)
			before = count_malloc();
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0);
		cr_assert_eq(state_apply(st, &ev, &m, &err), 0);
		text_note(t, &ev);
		buf_clear(&out);
		text_event(t, st, &m, num, &out);
	}
	cr_assert_eq(num, 2000u);
	cr_expect_gt(before, 0u);
	cr_expect_eq(count_malloc() - before, 0u);
	capture_close(&c);
	buf_release(&out);
	state_free(st);
	text_free(t);
	build_release(&b);
}

/* --- a real capture ------------------------------------------------------------------------- */

#define REAL "docker-curl-https"
#define REAL_LINE                                                                                  \
	"%evt.num %evt.outputtime %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info"

static void first_difference(const struct buf *a, const struct buf *b)
{
	size_t at = 0, start = 0;

	while (at < a->n && at < b->n && a->p[at] == b->p[at]) {
		if (a->p[at++] == '\n')
			start = at;
	}
	cr_expect(at == a->n && at == b->n, "first differing line:\n want %.*s\n got  %.*s",
		(int)strcspn((const char *)b->p + start, "\n"), (const char *)b->p + start,
		(int)strcspn((const char *)a->p + start, "\n"), (const char *)a->p + start);
}

Test(cat, what_sysdig_printed_for_its_own_capture)
{
	const char *folder = real_captures();
	char path[256];
	struct buf want = {0};
	struct run r;

	snprintf(path, sizeof(path), "%s/%s.txt", folder, REAL);
	cr_assert(file_read(path, &want), "%s", path);
	snprintf(path, sizeof(path), "%s/%s.scap", folder, REAL);
	RUN(&r, "scapcat", "-U", "-p", REAL_LINE, path);
	cr_expect_eq(r.status, 0);
	cr_expect_eq(r.err.n, 0u, "%s", (const char *)r.err.p);
	buf_u8(&want, 0);
	buf_u8(&r.out, 0);
	first_difference(&r.out, &want);
	buf_release(&want);
	run_release(&r);
}
