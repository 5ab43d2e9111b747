/* SPDX-License-Identifier: MIT */
/* What a slice for others holds: what its events show, and nothing of anybody else. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "state/state.h"
#include "support/capture.h"
#include "support/run.h"
#include "support/slices.h"

/* Shorter ones are found by chance. */
#define TELLING 12

/* Texts of processes, those that may be there and those that may not. */
struct texts {
	struct map allowed; /* nothing, by pid */
	struct buf mine, others; /* each text with its length (size_t) in front */
};

static void allow(struct texts *t, const struct state *st, const struct thread *thread)
{
	for (int i = 0; thread && i < 64; i++) {
		const struct thread *first = state_main(st, thread);

		map_put(&t->allowed, (uint64_t)thread->p.pid);
		thread = state_thread(st, first ? first->p.ptid : thread->p.ptid);
	}
}

static void put_text(struct buf *to, struct span text)
{
	buf_put(to, &text.n, sizeof(text.n));
	buf_span(to, text);
}

static void note(struct texts *t, const struct thread *thread)
{
	struct buf *to =
		map_get(&t->allowed, (uint64_t)thread->p.pid) ? &t->mine : &t->others;

	put_text(to, thread->p.args);
	put_text(to, thread->p.env);
}

/* One pass: allows, or notes texts when all that is allowed is known. */
static void look(struct texts *t, struct span bytes, const char *comm, bool noting)
{
	struct state *st;
	const struct thread *thread;
	struct err err = {0};
	struct capture c;
	struct event ev;
	struct moment m;
	bool listed = false;

	st = state_new(&err);
	cr_assert(capture_open(&c, bytes));
	while (capture_next(&c) == 1) {
		size_t pos = 0;

		if (c.block.info->kind != BLOCK_EVENT) {
			listed |= state_load(st, &c.block, &err) == 0;
			continue;
		}
		while (listed && noting && (thread = state_next_thread(st, &pos)))
			note(t, thread);
		listed = false;
		if (event_decode(&ev, &c.block, &err) < 0)
			continue;
		cr_assert_eq(state_apply(st, &ev, &m, &err), 0);
		if (m.thread && noting && state_changes(ev.type))
			note(t, m.thread);
		else if (m.thread && !noting && span_eq(m.thread->p.comm, span_str(comm)))
			allow(t, st, m.thread);
	}
	capture_close(&c);
	state_free(st);
}

/* Processes blank their arguments to write something else there. */
static bool is_telling(struct span text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] != 0;
	return n >= TELLING;
}

/* How many texts of others part has; *searched is how many there are. */
static size_t found(const struct texts *t, struct span part, size_t *searched)
{
	size_t at = 0, count = 0, n;

	*searched = 0;

	while (at < t->others.n) {
		const uint8_t *p = t->others.p + at + sizeof(n);

		memcpy(&n, t->others.p + at, sizeof(n));
		at += sizeof(n) + n;
		if (!is_telling(span_of(p, n)) || memmem(t->mine.p, t->mine.n, p, n))
			continue;
		++*searched;
		count += memmem(part.p, part.n, p, n) != NULL;
	}
	return count;
}

static void nothing_of_others(const char *name, const char *comm)
{
	const char *folder = real_captures();
	struct select s = {0};
	struct texts t = {0};
	struct buf packed = {0}, out = {0};
	struct err err = {0};
	char path[300], filter[64];
	size_t searched;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	snprintf(filter, sizeof(filter), "proc.name=%s", comm);
	map_init(&t.allowed, 1);
	cr_assert(file_read(path, &packed));
	s.filter = filter_compile(filter, &(struct filter_opts){0}, &err);
	cr_assert_not_null(s.filter);
	slice_bytes(&s, buf_view(&packed), &out);
	cr_assert_gt(slice_count(buf_view(&out)).shown, 100);
	look(&t, buf_view(&packed), comm, false);
	look(&t, buf_view(&packed), comm, true);
	cr_expect_eq(found(&t, buf_view(&out), &searched), 0, "%s", path);
	cr_expect_gt(searched, 10);
	buf_clear(&out);
	s.state = SELECT_STATE_ALL;
	slice_bytes(&s, buf_view(&packed), &out);
	cr_expect_gt(found(&t, buf_view(&out), &searched), 10, "they are there to be found");
	map_release(&t.allowed);
	buf_release(&t.mine);
	buf_release(&t.others);
	buf_release(&packed);
	buf_release(&out);
	select_release(&s);
}

Test(edit_reach, a_slice_of_one_process_has_no_text_of_others)
{
	nothing_of_others("502Error.scap", "curl");
	nothing_of_others("502Error.scap", "haproxy");
	nothing_of_others("docker-curl-https.scap", "curl");
}

static bool has(struct span bytes, const char *text)
{
	return memmem(bytes.p, bytes.n, text, strlen(text)) != NULL;
}

/* What scapedit writes of the story with these options; state NULL: not said. */
static struct buf edited(const char *option, const char *value, const char *state)
{
	struct build b = {0};
	struct buf out = {0};
	struct run r;

	slice_story(&b);
	run_tool(&r,
		(const char *const[]){"scapedit", "-q", option, value, state ? "--keep-state" : "-r",
			state ? state : "-r", "-", "-", NULL},
		buf_view(&b.out));
	cr_expect_eq(r.status, 0, "%s", (const char *)r.err.p);
	buf_span(&out, buf_view(&r.out));
	run_release(&r);
	build_release(&b);
	return out;
}

Test(edit_reach, only_what_events_show_is_written)
{
	struct buf out = edited("-Y", "proc.name=server", "reachable");

	cr_expect_gt(slice_count(buf_view(&out)).shown, 0);
	cr_expect(has(buf_view(&out), "init"), "the parent");
	cr_expect(has(buf_view(&out), "/dev/null"));
	cr_expect_not(has(buf_view(&out), "/dev/tty1"), "a descriptor of another process");
	buf_release(&out);
	out = edited("-Y", "proc.name=server", "all");
	cr_expect(has(buf_view(&out), "/dev/tty1"));
	buf_release(&out);
}

Test(edit_reach, without_state_there_are_only_events)
{
	struct buf out = edited("-Y", "proc.name=server", "none");
	struct capture c;

	cr_assert(capture_open(&c, buf_view(&out)));
	for (int i = 0; capture_next(&c) == 1; i++)
		cr_expect(i == 0   ? c.block.info->kind == BLOCK_SECTION
			  : i == 1 ? c.block.info->kind == BLOCK_MACHINE
				   : c.block.info->kind == BLOCK_EVENT);
	cr_expect_gt(slice_count(buf_view(&out)).shown, 0);
	cr_expect_eq(slice_count(buf_view(&out)).shown, slice_count(buf_view(&out)).all);
	capture_close(&c);
	buf_release(&out);
}

Test(edit_reach, a_filter_that_passes_all_changes_nothing)
{
	struct build b = {0};
	struct buf out = edited("-Y", "evt.num > 0", NULL);

	slice_story(&b);
	cr_expect(span_eq(buf_view(&out), buf_view(&b.out)));
	buf_release(&out);
	out = edited("-r", "-r", "reachable");
	cr_expect(out.n < b.out.n, "unless that was asked for");
	cr_expect_eq(slice_count(buf_view(&out)).shown, slice_count(buf_view(&b.out)).shown);
	buf_release(&out);
	build_release(&b);
}

/* Events 10 ms apart; one of them is a close. Which are within 20 ms of it, as far as the state goes? */
static size_t near_close(int close_at, int events, uint64_t near, bool drop)
{
	struct build b = {0};
	struct buf out = {0};
	struct err err = {0};
	struct select s = {.near = near, .drop = drop};
	size_t kept;

	build_section(&b, 0);
	for (int i = 0; i < events; i++)
		build_event(&b,
			&(struct build_event){.type = i == close_at ? PPME_SYSCALL_CLOSE_E
								    : PPME_SYSCALL_GETCWD_E,
				.tid = 7, .ts = BUILD_EPOCH + (uint64_t)i * 10000000},
			NO_PARAMS);
	s.around = filter_compile("evt.type=close", &(struct filter_opts){0}, &err);
	cr_assert_not_null(s.around);
	slice_bytes(&s, buf_view(&b.out), &out);
	kept = slice_count(buf_view(&out)).shown;
	buf_release(&out);
	select_release(&s);
	build_release(&b);
	return kept;
}

/* Appended captures go back in time; records without a time count as being at the one before. */
Test(edit_reach, around_begins_anew_with_each_section)
{
	struct build b = {0};
	struct buf out = {0};
	struct err err = {0};
	struct select s = {.near = 20000000};

	for (int section = 0; section < 3; section++) {
		build_section(&b, 0);
		for (int i = 0; i < 100; i++)
			build_event(&b,
				&(struct build_event){.type = i == 50 ? PPME_SYSCALL_CLOSE_E
								      : PPME_SYSCALL_GETCWD_E,
					.tid = 7, .ts = BUILD_EPOCH + (uint64_t)i * 10000000},
				NO_PARAMS);
	}
	s.around = filter_compile("evt.type=close", &(struct filter_opts){0}, &err);
	cr_assert_not_null(s.around);
	slice_bytes(&s, buf_view(&b.out), &out);
	cr_expect_eq(slice_count(buf_view(&out)).shown, 15);
	cr_expect_eq(slice_expect_same("built", &s, buf_view(&b.out), buf_view(&out)), 15);
	buf_release(&out);
	select_release(&s);
	build_release(&b);
}

Test(edit_reach, around_takes_both_sides)
{
	cr_expect_eq(near_close(50, 100, 20000000, false), 5);
	cr_expect_eq(near_close(50, 100, 19999999, false), 3);
	cr_expect_eq(near_close(50, 100, 0, false), 1);
	cr_expect_eq(near_close(0, 100, 20000000, false), 3);
	cr_expect_eq(near_close(99, 100, 20000000, false), 3);
	cr_expect_eq(near_close(50, 300, 20000000, true), 295);
	cr_expect_eq(near_close(-1, 100, 20000000, false), 0);
}
