/* SPDX-License-Identifier: MIT */
/*
 * Real captures of others, where there are any: every entry and every event decodes, to the last
 * byte, and what is of the newest versions is encoded to the same bytes again.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/sink.h"
#include "pcapng/reader.h"
#include "scap/event.h"
#include "scap/fdlist.h"
#include "scap/iflist.h"
#include "scap/machine.h"
#include "scap/proclist.h"
#include "scap/userlist.h"

struct capture {
	const char *name;
	unsigned proclist; /* version */
	uint64_t events, threads, fds;
	bool no_devices; /* its writer did not put devices into descriptor lists */
};

static const struct capture captures[] = {
	{"502Error.scap", 5, 22381, 4, 23, false},
	{"cat_write.scap", 6, 345, 73, 384, false},
	{"curl_google.scap", 5, 1536, 54, 316, false},
	{"docker-curl-https.scap", 9, 3557, 104, 619, false},
	{"open-multiple-files.scap", 6, 1272, 128, 685, false},
	{"ping_sendto.scap", 9, 1526, 136, 674, true},
	{"privileged.scap", 9, 2059, 100, 644, false},
	{"test_ipv6_client.scap", 5, 326, 58, 333, false},
};

struct seen {
	const struct capture *capture;
	unsigned proclist;
	uint64_t events, threads, fds, users, interfaces;
	struct buf again; /* what was decoded, encoded */
};

/* At the end of a list nothing but padding is left. */
static void expect_end(int got, const struct cursor *c, const struct err *err)
{
	cr_expect_eq(got, 0, "%s", err->text);
	cr_expect(!c->bad && cursor_left(c) < 4);
}

static void expect_again(struct seen *s, const struct block *b)
{
	buf_zeros(&s->again, pad4(s->again.n) - s->again.n);
	cr_expect(span_eq(buf_view(&s->again), b->body), "%s at %llu", b->info->name,
		(unsigned long long)b->offset);
}

/* The tail changes its length, so it is what is read from both that must be the same. */
static void expect_same_proc(const struct meta_proc *p, struct buf *again, size_t at)
{
	struct cursor c = cursor_of(span_of(again->p + at, again->n - at), again->big);
	struct meta_proc q;
	struct err err = {0};
	struct buf third = {.big = again->big};

	cr_assert_eq(proclist_next(&c, PROCLIST_NEWEST, &q, &err), 1);
	cr_expect(q.tid == p->tid && q.pid == p->pid && q.ptid == p->ptid && q.sid == p->sid);
	cr_expect(span_eq(q.comm, p->comm) && span_eq(q.args, p->args) && span_eq(q.env, p->env));
	cr_expect(span_eq(q.cgroups, p->cgroups) && span_eq(q.root, p->root));
	cr_expect(q.loginuid == p->loginuid && q.pgid == p->pgid && q.exe_ino == p->exe_ino);
	proclist_put(&third, &q);
	cr_expect(span_eq(buf_view(&third), span_of(again->p + at, again->n - at)));
	buf_release(&third);
}

static void take_procs(struct seen *s, const struct block *b, struct cursor c)
{
	struct meta_proc p;
	struct err err = {0};
	int got;

	s->proclist = b->info->version;
	while ((got = proclist_next(&c, b->info->version, &p, &err)) > 0) {
		size_t at = s->again.n;

		s->threads++;
		cr_expect(p.tid > 0 && p.pid > 0 && p.comm.n > 0);
		proclist_put(&s->again, &p);
		expect_same_proc(&p, &s->again, at);
	}
	expect_end(got, &c, &err);
}

static void take_fds(struct seen *s, const struct block *b, struct cursor c)
{
	struct meta_fd fd;
	struct err err = {0};
	int got;

	fdlist_put_tid(&s->again, fdlist_tid(&c));
	while ((got = fdlist_next(&c, b->info->version, &fd, &err)) > 0) {
		s->fds++;
		fdlist_put(&s->again, &fd);
	}
	expect_end(got, &c, &err);
	if (b->info->version == FDLIST_NEWEST && !s->capture->no_devices)
		expect_again(s, b);
}

static void take_ifs(struct seen *s, const struct block *b, struct cursor c)
{
	struct meta_if i;
	struct err err = {0};
	int got;

	while ((got = iflist_next(&c, b->info->version, &i, &err)) > 0) {
		s->interfaces++;
		iflist_put(&s->again, &i);
	}
	expect_end(got, &c, &err);
	if (b->info->version == IFLIST_NEWEST)
		expect_again(s, b);
}

static void take_users(struct seen *s, const struct block *b, struct cursor c)
{
	struct meta_user u;
	struct err err = {0};
	int got;

	while ((got = userlist_next(&c, b->info->version, &u, &err)) > 0) {
		s->users++;
		userlist_put(&s->again, &u);
	}
	expect_end(got, &c, &err);
	if (b->info->version == USERLIST_NEWEST)
		expect_again(s, b);
}

static void take_machine(struct seen *s, const struct block *b, struct cursor c)
{
	struct meta_machine m;

	machine_read(&c, &m);
	cr_expect(m.cpus > 0 && m.host.n > 0);
	machine_put(&s->again, &m);
	expect_again(s, b);
}

static void take_event(struct seen *s, const struct block *b)
{
	struct event ev;
	struct err err = {0};
	struct sink *sink = sink_mem(&s->again, NULL, &err);
	struct writer w;

	cr_assert_eq(event_decode(&ev, b, &err), 0, "%s", err.text);
	cr_assert_not_null(ev.info);
	cr_expect_leq(ev.nparams, ev.info->nparams, "%s", ev.info->symbol);
	s->events++;
	writer_init(&w, sink, b->big);
	cr_assert_eq(event_write(&w, &ev, &err), 0);
	writer_release(&w);
	cr_assert_eq(sink_close(sink, &err), 0);
	if (b->info->version & EVB_COUNT)
		cr_expect(span_eq(buf_view(&s->again), b->raw), "event at %llu",
			(unsigned long long)b->offset);
}

static void take_block(struct seen *s, const struct block *b)
{
	struct cursor c = cursor_of(b->body, b->big);

	buf_clear(&s->again);
	s->again.big = b->big;
	switch (b->info->kind) {
	case BLOCK_MACHINE:
		take_machine(s, b, c);
		break;
	case BLOCK_PROCLIST:
		take_procs(s, b, c);
		break;
	case BLOCK_FDLIST:
		take_fds(s, b, c);
		break;
	case BLOCK_IFLIST:
		take_ifs(s, b, c);
		break;
	case BLOCK_USERLIST:
		take_users(s, b, c);
		break;
	case BLOCK_EVENT:
		take_event(s, b);
		break;
	default:
		cr_expect_eq(b->info->kind, BLOCK_SECTION);
	}
}

static void take_file(const char *path, struct seen *s)
{
	struct err err = {0};
	struct src *src = src_open(path, NULL, &err);
	struct reader *r = src ? reader_new(src, &err) : NULL;
	struct block b;
	int got;

	cr_assert_not_null(r, "%s: %s", path, err.text);
	while ((got = reader_next(r, &b, &err)) > 0)
		take_block(s, &b);
	cr_expect_eq(got, 0, "%s: %s", path, err.text);
	cr_expect_eq(reader_warnings(r)->count, 0, "%s", path);
	reader_free(r);
	src_close(src);
}

Test(scap_captures, decode_to_the_last_byte_and_encode_the_same)
{
	const char *folder = getenv("CAPTURES");

	if (!folder || !*folder)
		cr_skip_test("no captures");
	for (size_t i = 0; i < ARRAY_SIZE(captures); i++) {
		const struct capture *want = &captures[i];
		struct seen s = {.capture = want};
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", folder, want->name);
		take_file(path, &s);
		cr_expect_eq(s.proclist, want->proclist, "%s", want->name);
		cr_expect_eq(s.events, want->events, "%s", want->name);
		cr_expect_eq(s.threads, want->threads, "%s", want->name);
		cr_expect_eq(s.fds, want->fds, "%s", want->name);
		cr_expect(s.users > 0 && s.interfaces > 0, "%s", want->name);
		buf_release(&s.again);
	}
}
