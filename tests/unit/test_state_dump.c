/* SPDX-License-Identifier: MIT */
/*
 * The state written and read back is the same state, and written again the same bytes: for a
 * machine with one of each kind of thing, and for real captures, cut at many places.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "scap/fdlist.h"
#include "state/state_priv.h"
#include "support/capture.h"
#include "support/feed.h"

#define A        0x0a000001u
#define B        0x0a000002u
#define LOOPBACK 0x7f000001u
#define V6(n)    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0" n
#define ZERO6    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define HEX64    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* --- comparing ------------------------------------------------------------------------------ */

static void same_text(struct span a, struct span b, const char *what, int64_t tid)
{
	cr_assert(span_eq(a, b), "%s of %ld: '%.*s', then '%.*s'", what, (long)tid, (int)a.n,
		(const char *)a.p, (int)b.n, (const char *)b.p);
}

static void same_fd(const struct fd *a, const struct fd *b, int64_t tid)
{
	struct meta_fd x = a->m, y;

	cr_assert_not_null(b, "descriptor %ld of %ld is gone", (long)a->m.fd, (long)tid);
	y = b->m;
	same_text(x.name, y.name, "name of a descriptor", tid);
	cr_assert_eq(x.type, y.type, "type of %ld/%ld", (long)tid, (long)x.fd);
	cr_assert_eq(x.l4, y.l4, "protocol of %ld/%ld", (long)tid, (long)x.fd);
	cr_assert_eq((x.flags ^ y.flags) & (x.type == FDT_FILE_V2 ? UINT32_MAX : FD_O_CLOEXEC), 0,
		"flags of %ld/%ld", (long)tid, (long)x.fd);
	cr_assert_eq(a->connected, b->connected, "connected %ld/%ld", (long)tid, (long)x.fd);
	cr_assert_eq(a->pid, b->pid, "process of %ld/%ld", (long)tid, (long)x.fd);
	cr_assert_eq(a->l4_v6, b->l4_v6, "lost protocol of %ld/%ld", (long)tid, (long)x.fd);
	if (x.type != FDT_UNIX)
		cr_assert_eq(a->role, b->role, "role of %ld/%ld", (long)tid, (long)x.fd);
	/* A socket made anew has not got the ends of a connect that failed. */
	if (fd_is_connection(a) && !x.name.n)
		return;
	cr_assert_eq(memcmp(x.sip, y.sip, 16), 0, "source of %ld/%ld", (long)tid, (long)x.fd);
	cr_assert_eq(memcmp(x.dip, y.dip, 16), 0, "destination of %ld/%ld", (long)tid, (long)x.fd);
	cr_assert(x.sport == y.sport && x.dport == y.dport);
	cr_assert(x.source == y.source && x.peer == y.peer && x.dev == y.dev);
}

static void same_thread(const struct thread *a, const struct thread *b)
{
	struct meta_proc x, y;

	cr_assert_not_null(b, "thread %ld is gone", (long)a->p.tid);
	x = a->p;
	y = b->p;
	same_text(x.comm, y.comm, "comm", x.tid);
	same_text(x.exe, y.exe, "exe", x.tid);
	same_text(x.exepath, y.exepath, "exepath", x.tid);
	same_text(x.args, y.args, "args", x.tid);
	same_text(x.cwd, y.cwd, "cwd", x.tid);
	same_text(x.env, y.env, "env", x.tid);
	same_text(x.cgroups, y.cgroups, "cgroups", x.tid);
	same_text(x.root, y.root, "root", x.tid);
	same_text(a->container, b->container, "container", x.tid);
	/* What is left are numbers, once the texts are gone. */
	x.comm = x.exe = x.exepath = x.args = x.cwd = x.env = x.cgroups = x.root = span_of(NULL, 0);
	y.comm = y.exe = y.exepath = y.args = y.cwd = y.env = y.cgroups = y.root = span_of(NULL, 0);
	x.flags |= PROC_ACTIVE;
	y.flags |= PROC_ACTIVE;
	cr_assert(x.tid == y.tid && x.pid == y.pid && x.ptid == y.ptid && x.flags == y.flags &&
			  x.uid == y.uid && x.vtid == y.vtid && x.loginuid == y.loginuid &&
			  x.cap_effective == y.cap_effective && x.exe_mtime == y.exe_mtime &&
			  x.fdlimit == y.fdlimit && x.pgid == y.pgid,
		"numbers of %ld", (long)x.tid);
	cr_assert(a->placeholder == b->placeholder && a->dead == b->dead &&
			  a->subreaper == b->subreaper,
		"kind of %ld", (long)x.tid);
	cr_assert_eq(a->fds.n, b->fds.n, "descriptors of %ld", (long)x.tid);
}

static void same_state(const struct state *a, const struct state *b)
{
	struct thread **t;
	const struct meta_user *u, *v;
	const struct container *c, *d;
	const struct fd *fd;
	size_t pos = 0, fd_pos;
	uint64_t key;

	cr_assert_eq(a->threads.n, b->threads.n);
	while ((t = map_next(&a->threads, &pos, &key))) {
		const struct thread *other = state_thread(b, (*t)->p.tid);

		same_thread(*t, other);
		fd_pos = 0;
		while ((fd = map_next(&(*t)->fds, &fd_pos, &key)))
			same_fd(fd, fd_get(other, fd->m.fd), (*t)->p.tid);
	}
	cr_assert_eq(a->users.n, b->users.n);
	for (pos = 0; (u = state_next_user(a, &pos));) {
		v = (u->is_group ? state_group : state_user)(
			b, users_container(u), u->is_group ? u->gid : u->uid);
		cr_assert_not_null(v);
		same_text(u->name, v->name, "user", u->uid);
		same_text(u->home, v->home, "home", u->uid);
	}
	cr_assert_eq(a->containers.n, b->containers.n);
	for (pos = 0; (c = state_next_container(a, &pos));) {
		d = state_container(b, c->id);
		cr_assert_not_null(d);
		cr_assert(span_eq(c->json, d->json) && span_eq(c->name, d->name) &&
			  c->type == d->type && c->event_type == d->event_type);
	}
	cr_assert_eq(a->nifs, b->nifs);
	cr_assert_eq(a->has_machine, b->has_machine);
	cr_assert(a->machine.boot_ts == b->machine.boot_ts && a->machine.cpus == b->machine.cpus);
}

/* --- writing and reading -------------------------------------------------------------------- */

static void dump(struct state *st, bool big, struct buf *out)
{
	struct err err = {0};
	struct sink *sink = sink_mem(out, NULL, &err);
	struct writer w;

	cr_assert_not_null(sink);
	writer_init(&w, sink, big);
	cr_assert_eq(writer_section(&w, 2, NULL, NULL, &err), 0);
	cr_assert_eq(state_dump(st, &w, &err), 0, "%s", err.text);
	cr_assert_eq(sink_close(sink, &err), 0);
	writer_release(&w);
}

/* Takes in a capture; all its events have to be hidden. */
static struct state *load(struct span capture)
{
	struct err err = {0};
	struct state *st = state_new(&err);
	struct capture c;
	struct moment m;
	struct event ev;

	cr_assert(capture_open(&c, capture));
	while (capture_next(&c) > 0) {
		if (c.block.info->kind != BLOCK_EVENT) {
			cr_assert_eq(state_load(st, &c.block, &err), 0, "%s", err.text);
			continue;
		}
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0, "%s", err.text);
		cr_assert_eq(ev.flags, EVENT_HIDDEN);
		cr_assert_eq(state_apply(st, &ev, &m, &err), 0);
	}
	cr_assert_eq(c.err.code, ERR_NONE, "%s", c.err.text);
	capture_close(&c);
	state_settle(st); /* as the next event would */
	return st;
}

/* st, written and read back; the caller frees it. */
static struct state *reloaded(struct state *st, bool big)
{
	struct buf first = {0}, second = {0};
	struct state *again;

	dump(st, big, &first);
	again = load(buf_view(&first));
	same_state(st, again);
	same_state(again, st);
	dump(again, big, &second);
	cr_assert(span_eq(buf_view(&first), buf_view(&second)), "not the same bytes");
	buf_release(&first);
	buf_release(&second);
	return again;
}

/* --- one of each ---------------------------------------------------------------------------- */

static struct feed f;

static void lists(void)
{
	struct meta_machine machine = {
		.cpus = 4, .memory = 1 << 30, .host = span_str("box"), .boot_ts = 12345};
	struct meta_if ifs[] = {
		{.type = 1, .addr = {127, 0, 0, 1}, .mask = {255}, .name = span_str("lo")},
		{.type = 1,
			.addr = {10, 0, 0, 9},
			.mask = {255},
			.speed = 7,
			.name = span_str("e0")},
		{.type = 2, .addr = V6("\1"), .mask = V6("\0"), .name = span_str("e0")},
	};
	struct meta_user users[] = {
		{.uid = 7,
			.gid = 8,
			.name = span_str("u"),
			.home = span_str("/h"),
			.shell = span_str("/s")},
		{.is_group = true, .gid = 8, .name = span_str("g")},
	};
	struct meta_proc procs[] = {
		build_proc(10, 1, "sh"), build_proc(20, 10, "srv"), build_proc(21, 10, "srv")};
	struct meta_fd fds[] = {build_file(3, "/etc/hosts"), build_tcp4(4, A, 80, B, 4000),
		build_tcp4(5, A, 4001, B, 80), build_tcp4(6, A, 80, 0, 0),
		build_tcp4(7, 0, 1, 0, 53),
		{.fd = 8, .type = FDT_UNIX, .source = 1, .peer = 2, .name = span_str("/run/s")},
		{.fd = 9,
			.type = FDT_IPV6_SOCK,
			.sip = V6("\1"),
			.dip = V6("\2"),
			.sport = 22,
			.dport = 4000,
			.l4 = L4_TCP},
		{.fd = 10, .type = FDT_FIFO, .ino = 99, .name = span_str("pipe:[99]")},
		{.fd = 11, .type = 77}};

	fds[3].type = FDT_IPV4_SERV;
	procs[2].pid = 20;
	procs[1].cgroups = span_str("cpu=/docker/" HEX64);
	build_machine(&f.b, &machine);
	feed_last(&f);
	build_ifs(&f.b, 2, ifs, ARRAY_SIZE(ifs));
	feed_last(&f);
	build_users(&f.b, 2, users, ARRAY_SIZE(users));
	feed_last(&f);
	build_procs(&f.b, 9, BUILD_TAIL, procs, ARRAY_SIZE(procs));
	feed_last(&f);
	build_fds(&f.b, 2, 20, fds, ARRAY_SIZE(fds));
	feed_last(&f);
}

static void open_socket(int64_t fd, uint32_t domain, uint32_t type)
{
	feed(&f, PPME_SOCKET_SOCKET_X, 10, PARAMS(P_S64(fd), P_U32(domain), P_U32(type), P_U32(0)));
}

#define CALL(type, ...) feed(&f, PPME_##type, 10, PARAMS(__VA_ARGS__))

static void sockets(void)
{
	open_socket(10, 2, 1);           /* fresh */
	open_socket(11, 10, 2);          /* fresh, IPv6 */
	open_socket(12, 2, 2 | 0x80000); /* bound */
	CALL(SOCKET_BIND_X, P_S64(0), P_ADDR4(A, 53), P_S64(12));
	open_socket(13, 2, 1); /* connected */
	CALL(SOCKET_CONNECT_X, P_S64(0), P_TUPLE4(A, 5000, B, 81), P_S64(13));
	open_socket(14, 2, 1); /* under way */
	CALL(SOCKET_CONNECT_X, P_S64(-115), P_TUPLE4(A, 5001, B, 81), P_S64(14));
	open_socket(15, 10, 1); /* a client, IPv6 */
	CALL(SOCKET_CONNECT_X, P_S64(0), P_BYTES("\x0a" V6("\1") "\1\0" V6("\2") "\2\0"),
		P_S64(15));
	CALL(SOCKET_ACCEPT_5_X, P_S64(16), P_TUPLE4(B, 4000, A, 80)); /* with a known server */
	CALL(SOCKET_ACCEPT_5_X, P_S64(17), P_TUPLE4(B, 4000, A, 99)); /* with none */
	CALL(SOCKET_ACCEPT_5_X, P_S64(18), P_BYTES("\x0a" V6("\1") "\1\0" V6("\2") "\2\0"));
	open_socket(19, 2, 2); /* a datagram sent */
	CALL(SOCKET_SENDTO_X, P_S64(1), P_BYTES("x"), P_S64(19), P_U32(1), P_TUPLE4(A, 1, B, 2));
	open_socket(20, 2, 2); /* and one received */
	CALL(SOCKET_BIND_X, P_S64(0), P_ADDR4(A, 54), P_S64(20));
	CALL(SOCKET_RECVFROM_X, P_S64(1), P_BYTES("x"), P_TUPLE4(B, 7, A, 54), P_S64(20), P_U32(1));
	open_socket(21, 2, 2); /* disconnected */
	CALL(SOCKET_CONNECT_X, P_S64(0), P_TUPLE4(A, 9, B, 53), P_S64(21));
	CALL(SOCKET_CONNECT_X, P_S64(0), P_TUPLE4(0, 0, 0, 0), P_S64(21));
	open_socket(22, 10, 2); /* has lost its protocol */
	CALL(SOCKET_CONNECT_X, P_S64(0), P_BYTES("\x0a" ZERO6 "\0\0" ZERO6 "\0\0"), P_S64(22));
	open_socket(23, 2, 2); /* bound without a port */
	CALL(SOCKET_BIND_X, P_S64(0), P_ADDR4(A, 0), P_S64(23));
	open_socket(24, 10, 1); /* bound to [::] */
	CALL(SOCKET_BIND_X, P_S64(0), P_BYTES("\x0a" ZERO6 "\x50\0"), P_S64(24));
	open_socket(25, 2, 3); /* no ports */
	CALL(SOCKET_CONNECT_X, P_S64(0), P_TUPLE4(A, 0, B, 0), P_S64(25));
	open_socket(26, 1, 1); /* unix */
	CALL(SOCKET_CONNECT_X, P_S64(0), P_UNIX(7, "/run/s"), P_S64(26));
	open_socket(27, 10, 1); /* failed */
	feed(&f, PPME_SOCKET_CONNECT_E, 10, PARAMS(P_S64(27), P_BYTES("\x0a" V6("\2") "\2\0")));
	CALL(SOCKET_CONNECT_X, P_S64(-111), P_NONE);
}

static void everything(void)
{
	lists();
	sockets();
	CALL(SYSCALL_OPENAT_2_X, P_S64(40), P_S64(-100), P_STR("d"), P_U32(0x1400), P_U32(0));
	CALL(SYSCALL_OPENAT_2_X, P_S64(41), P_S64(-100), P_STR("f"), P_U32(0x1001), P_U32(0));
	CALL(SYSCALL_PIPE2_X, P_S64(0), P_S64(42), P_S64(43), P_U64(5), P_U32(0x1000));
	CALL(SYSCALL_MEMFD_CREATE_X, P_S64(44), P_STR("m"), P_U32(0));
	CALL(SYSCALL_PIDFD_OPEN_X, P_S64(45), P_S64(20), P_U32(0));
	CALL(SYSCALL_BPF_2_X, P_S64(47), P_U32(0));
	CALL(SYSCALL_USERFAULTFD_X, P_S64(48), P_U32(0x1000));
	CALL(SYSCALL_IO_URING_SETUP_X, P_S64(49));
	CALL(SYSCALL_EPOLL_CREATE1_X, P_S64(46), P_U32(1));
	CALL(SYSCALL_PRCTL_X, P_S64(0), P_U32(36), P_STR(""), P_S64(1));
	CALL(SYSCALL_CHDIR_X, P_S64(0), P_STR("/srv"));
	feed(&f, PPME_CONTAINER_JSON_2_E, -1,
		PARAMS(P_STR("{\"container\":{\"id\":\"0123456789ab\",\"type\":0}}\n")));
	feed(&f, PPME_CONTAINER_E, -1, PARAMS(P_STR("old"), P_U32(1), P_STR("n"), P_STR("i")));
	feed(&f, PPME_ASYNCEVENT_E, -1,
		PARAMS(P_U32(3), P_STR("container"), P_STR("{\"container\":{\"id\":\"plug\"}}")));
	feed(&f, PPME_USER_ADDED_E, -1,
		PARAMS(P_U32(5), P_U32(6), P_STR("n"), P_STR("h"), P_STR("s"),
			P_STR("0123456789ab")));
	feed(&f, PPME_GROUP_ADDED_E, -1, PARAMS(P_U32(6), P_STR("n"), P_STR("0123456789ab")));
	/* Known by the tid alone, with a descriptor. */
	feed(&f, PPME_SYSCALL_OPEN_X, 99, PARAMS(P_S64(3), P_STR("/x"), P_U32(1), P_U32(0)));
	feed(&f, PPME_PROCEXIT_1_E, 20, PARAMS(P_S64(0))); /* a main thread before its group */
}

static void all_round(bool big)
{
	struct state *again;

	feed_begin(&f);
	everything();
	again = reloaded(f.st, big);
	/* What was pending is carried out in both. */
	cr_expect(state_thread(f.st, 20)->dead && state_thread(again, 20)->dead);
	state_free(again);
	feed_end(&f);
}

Test(state_dump, one_of_each_comes_back)
{
	all_round(HOST_BIG);
}

Test(state_dump, in_the_other_byte_order_too)
{
	all_round(!HOST_BIG);
}

Test(state_dump, an_empty_state_is_no_block_at_all)
{
	struct buf out = {0};
	struct capture c;

	feed_begin(&f);
	dump(f.st, false, &out);
	cr_assert(capture_open(&c, buf_view(&out)));
	cr_expect_eq(capture_rest(&c), 1); /* the section header */
	capture_close(&c);
	buf_release(&out);
	feed_end(&f);
}

Test(state_dump, lists_that_were_only_loaded_need_no_hidden_events)
{
	struct buf out = {0};
	struct capture c;
	size_t events = 0;

	feed_begin(&f);
	lists();
	dump(f.st, false, &out);
	cr_assert(capture_open(&c, buf_view(&out)));
	while (capture_next(&c) > 0)
		events += c.block.info->kind == BLOCK_EVENT;
	cr_expect_eq(events, 0);
	capture_close(&c);
	buf_release(&out);
	feed_end(&f);
}

/* A descriptor list with one of the kinds above FILE_V2 cannot be read by sysdig 0.29.3. */
Test(state_dump, kinds_too_new_for_old_readers_are_not_put_in_lists)
{
	struct buf out = {0};
	struct capture c;
	struct meta_fd m;
	size_t entries = 0;

	feed_begin(&f);
	everything();
	dump(f.st, false, &out);
	cr_assert(capture_open(&c, buf_view(&out)));
	while (capture_next(&c) > 0) {
		struct cursor at = cursor_of(c.block.body, false);

		if (c.block.info->kind != BLOCK_FDLIST)
			continue;
		fdlist_tid(&at);
		for (; fdlist_next(&at, 2, &m, &c.err) > 0; entries++)
			cr_expect(m.type <= FDT_FILE_V2 || m.type == 77, "type %u", m.type);
	}
	cr_expect_eq(entries, f.st->nfds - 5);
	capture_close(&c);
	buf_release(&out);
	feed_end(&f);
}

/* A reader of libs 0.22 and later stops at an exit record that finds another call's enter record.
 */
Test(state_dump, hidden_enter_records_are_used_up_by_their_exit_records)
{
	struct buf out = {0};
	struct err err = {0};
	struct capture c;
	struct event ev;
	uint16_t entered = 0;
	size_t pairs = 0;

	feed_begin(&f);
	everything();
	dump(f.st, false, &out);
	cr_assert(capture_open(&c, buf_view(&out)));
	while (capture_next(&c) > 0) {
		if (c.block.info->kind != BLOCK_EVENT)
			continue;
		cr_assert_eq(event_decode(&ev, &c.block, &err), 0);
		if (entered) {
			cr_expect_eq(ev.type, entered + 1);
			cr_expect_lt(
				ev.nparams, ev.info->nparams + (ev.type == PPME_SOCKET_ACCEPT_5_X));
			pairs++;
		}
		entered = ev.info->category & EC_SYSCALL && !event_is_exit(ev.type) ? ev.type : 0;
	}
	cr_expect_eq(entered, 0);
	cr_expect_gt(pairs, 20);
	capture_close(&c);
	buf_release(&out);
	feed_end(&f);
}

/* --- real captures -------------------------------------------------------------------------- */

/* So many cuts per capture, and so many events after each that go through both states. */
#define CUTS  12
#define AFTER 400

struct run {
	struct state *st;
	struct state *again; /* from the last cut, while it is compared */
	size_t after;        /* events since the cut */
};

static void same_moment(const struct moment *a, const struct moment *b, uint64_t num)
{
	bool is_exit = event_is_exit(a->ev->type);

	/* The call the thread was in at the cut is lost, and with it the descriptor. */
	if (is_exit && a->enter_ts != b->enter_ts)
		return;
	cr_assert_eq(!a->thread, !b->thread, "thread of event %lu", (unsigned long)num);
	/* Not all of it: whether a clone is news depends on when the thread began, which is lost.
	 */
	if (a->thread) {
		same_text(a->thread->p.comm, b->thread->p.comm, "comm", a->thread->p.tid);
		same_text(a->thread->p.cwd, b->thread->p.cwd, "cwd", a->thread->p.tid);
		same_text(a->thread->p.exepath, b->thread->p.exepath, "exepath", a->thread->p.tid);
		cr_assert_eq(a->thread->p.pid, b->thread->p.pid);
		cr_assert_eq(a->thread->p.ptid, b->thread->p.ptid);
	}
	cr_assert_eq(a->fd, b->fd, "descriptor of event %lu", (unsigned long)num);
	cr_assert_eq(!a->entry, !b->entry, "descriptor of event %lu", (unsigned long)num);
	if (a->entry)
		same_text(a->entry->m.name, b->entry->m.name, "descriptor of event", (int64_t)num);
}

static void apply_both(struct run *r, const struct event *ev, uint64_t num)
{
	struct err err = {0};
	struct moment a, b;

	cr_assert_eq(state_apply(r->st, ev, &a, &err), 0);
	if (!r->again)
		return;
	cr_assert_eq(state_apply(r->again, ev, &b, &err), 0);
	same_moment(&a, &b, num);
	if (++r->after == AFTER) {
		state_free(r->again);
		r->again = NULL;
	}
}

static void cut_capture(const char *path, uint64_t every)
{
	struct err err = {0};
	struct src *src = src_open(path, NULL, &err);
	struct reader *reader = src ? reader_new(src, &err) : NULL;
	struct run r = {.st = state_new(&err)};
	struct event ev;
	struct block b;
	uint64_t num = 0;

	cr_assert_not_null(reader, "%s: %s", path, err.text);
	while (reader_next(reader, &b, &err) > 0) {
		if (b.info->kind != BLOCK_EVENT) {
			cr_assert_eq(state_load(r.st, &b, &err), 0, "%s: %s", path, err.text);
			continue;
		}
		if (num++ % every == every - 1) {
			state_free(r.again);
			r.again = reloaded(r.st, HOST_BIG);
			r.after = 0;
		}
		cr_assert_eq(event_decode(&ev, &b, &err), 0);
		apply_both(&r, &ev, num);
	}
	cr_assert_eq(err.code, ERR_NONE, "%s: %s", path, err.text);
	state_free(r.again);
	state_free(r.st);
	reader_free(reader);
	src_close(src);
}

Test(state_dump, captures_cut_anywhere_come_back)
{
	static const struct {
		const char *name;
		uint64_t events;
	} files[] = {{"502Error", 22381}, {"cat_write", 345}, {"curl_google", 1536},
		{"docker-curl-https", 3557}, {"open-multiple-files", 1272}, {"ping_sendto", 1526},
		{"privileged", 2059}, {"test_ipv6_client", 326}};
	const char *folder = getenv("CAPTURES");
	char path[4096];

	if (!folder || !*folder)
		cr_skip_test("CAPTURES is not set");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "%s/%s.scap", folder, files[i].name);
		cut_capture(path, files[i].events / CUTS);
	}
	/* Through a part of one with sockets of all kinds, at every event. */
	snprintf(path, sizeof(path), "%s/test_ipv6_client.scap", folder);
	cut_capture(path, 1);
}
