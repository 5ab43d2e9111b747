/* SPDX-License-Identifier: MIT */
#include "support/slices.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "scap/event.h"
#include "support/capture.h"

struct edit_report slice_bytes(const struct select *what, struct span in, struct buf *out)
{
	struct edit_report rep;
	struct capture c;
	struct err err = {0};
	struct sink *sink = sink_mem(out, NULL, &err);

	cr_assert(capture_open(&c, in), "%s", c.err.text);
	cr_assert_not_null(sink);
	cr_assert_eq(edit_run(what, false, c.reader, sink, &rep, &err), 0, "%s", err.text);
	cr_assert_eq(sink_close(sink, &err), 0, "%s", err.text);
	capture_close(&c);
	return rep;
}

struct select slice_range(uint64_t first, uint64_t last)
{
	struct select s = {.ranges = malloc(sizeof(*s.ranges)), .n = 1};

	cr_assert_not_null(s.ranges);
	s.ranges[0] = (struct select_range){first, last};
	select_ready(&s);
	return s;
}

/* "3-9 20-20", for messages; text has room for RANGES_TEXT. */
#define RANGES_TEXT 200
static const char *ranges_text(const struct select *what, char *text)
{
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < what->n && n < RANGES_TEXT; i++)
		n += (size_t)snprintf(text + n, RANGES_TEXT - n, "%llu-%llu ",
			(unsigned long long)what->ranges[i].first,
			(unsigned long long)what->ranges[i].last);
	return text;
}

uint64_t slice_expect_same(
	const char *name, const struct select *what, struct span whole, struct span part)
{
	char text[RANGES_TEXT];
	struct verify_report rep = {0};
	struct capture a, b;
	struct err err = {0};
	uint64_t compared;
	int same;

	cr_assert(capture_open(&a, whole), "%s", a.err.text);
	cr_assert(capture_open(&b, part), "%s", b.err.text);
	same = verify_run(what, a.reader, b.reader, &rep, &err);
	cr_assert_neq(same, -1, "%s", err.text);
	cr_expect(same, "%s, ranges %s: event %llu\nwas %.*s\nis  %.*s", name,
		ranges_text(what, text), (unsigned long long)rep.num, (int)rep.whole.n,
		(const char *)rep.whole.p, (int)rep.part.n, (const char *)rep.part.p);
	compared = rep.compared;
	verify_release(&rep);
	capture_close(&a);
	capture_close(&b);
	return compared;
}

struct slice_events slice_count(struct span capture)
{
	struct slice_events n = {0};
	struct capture c;
	struct event ev;
	struct err err = {0};

	cr_assert(capture_open(&c, capture), "%s", c.err.text);
	while (capture_next(&c) == 1) {
		n.sections += c.block.info->kind == BLOCK_SECTION;
		if (c.block.info->kind != BLOCK_EVENT)
			continue;
		n.all++;
		if (event_decode(&ev, &c.block, &err) == 0)
			n.shown += !(ev.flags & EVENT_HIDDEN);
	}
	capture_close(&c);
	return n;
}

static void lists(struct build *b)
{
	const struct meta_machine machine = {
		.cpus = 2, .memory = 1 << 30, .host = span_str("host")};
	const struct meta_user users[] = {{.uid = 1000,
						  .gid = 1000,
						  .name = span_str("user"),
						  .home = span_str("/home/user")},
		{.is_group = true, .gid = 1000, .name = span_str("user")}};
	const struct meta_proc procs[] = {build_proc(1, 0, "init"), build_proc(100, 1, "shell"),
		build_proc(101, 1, "server")};
	const struct meta_fd shell[] = {
		build_file(0, "/dev/tty0"), build_file(1, "/dev/tty1"), build_file(2, "/dev/tty2")};
	const struct meta_fd server[] = {
		build_file(0, "/dev/null"), build_tcp4(3, 0x0a000001, 40000, 0x0a000002, 80)};

	build_machine(b, &machine);
	build_users(b, 2, users, ARRAY_SIZE(users));
	build_procs(b, 9, BUILD_TAIL, procs, ARRAY_SIZE(procs));
	build_fds(b, 2, 1, NULL, 0);
	build_fds(b, 2, 100, shell, ARRAY_SIZE(shell));
	build_fds(b, 2, 101, server, ARRAY_SIZE(server));
}

#define EV(t, id, ...)                                                                             \
	build_event(b, &(struct build_event){.type = PPME_##t, .tid = (id)}, PARAMS(__VA_ARGS__))
#define EV0(t, id) build_event(b, &(struct build_event){.type = PPME_##t, .tid = (id)}, NO_PARAMS)

static void read_of(struct build *b, int64_t tid, int64_t fd)
{
	EV(SYSCALL_READ_E, tid, P_S64(fd), P_U32(100));
	EV(SYSCALL_READ_X, tid, P_S64(5), P_BYTES("bytes"));
}

static void clone_exit(struct build *b, int64_t tid, int64_t res)
{
	int64_t id = res ? 100 : tid; /* whom the values are about */

	EV(SYSCALL_CLONE_20_X, tid, P_S64(res), P_STR("/bin/shell"), P_BYTES("-c\0true"), P_S64(id),
		P_S64(id), P_S64(res ? 1 : 100), P_STR(""), P_S64(1024), P_U64(0), P_U64(9),
		P_U32(4096), P_U32(2048), P_U32(0), P_STR("shell"), P_BYTES("cpu=/\0"),
		P_U32(0x01200000), P_U32(1000), P_U32(1000), P_S64(id), P_S64(id));
}

static void execve_exit(struct build *b, int64_t tid)
{
	EV(SYSCALL_EXECVE_19_X, tid, P_S64(0), P_STR("/bin/cat"), P_BYTES("notes\0"), P_S64(tid),
		P_S64(tid), P_S64(100), P_STR(""), P_S64(1024), P_U64(0), P_U64(0), P_U32(1),
		P_U32(1), P_U32(0), P_STR("cat"), P_BYTES("cpu=/\0"), P_BYTES("LANG=C\0"),
		P_U32(0));
}

/* A file is opened while another thread reads, closed, and its number taken by a socket. */
static void files_and_sockets(struct build *b)
{
	EV(SYSCALL_READ_E, 100, P_S64(0), P_U32(100));
	EV(SYSCALL_OPENAT_2_E, 101, P_S64(-100), P_STR("/etc/hosts"), P_U32(1), P_U32(0));
	EV(SYSCALL_OPENAT_2_X, 101, P_S64(4), P_S64(-100), P_STR("/etc/hosts"), P_U32(1), P_U32(0),
		P_U32(0x801), P_U64(77));
	read_of(b, 101, 4);
	EV(SYSCALL_READ_X, 100, P_S64(5), P_BYTES("typed"));
	EV(SYSCALL_CLOSE_E, 101, P_S64(4));
	EV(SYSCALL_CLOSE_X, 101, P_S64(0));
	read_of(b, 101, 4);
	EV(SOCKET_SOCKET_E, 101, P_U32(2), P_U32(1), P_U32(0));
	EV(SOCKET_SOCKET_X, 101, P_S64(4));
	EV(SYSCALL_WRITE_X, 101, P_S64(-107), P_BYTES("x"), P_S64(4), P_U32(1));
	EV(SOCKET_CONNECT_E, 101, P_S64(4), P_ADDR4(0x7f000001, 80));
	EV(SOCKET_CONNECT_X, 101, P_S64(0), P_TUPLE4(0x7f000001, 41000, 0x7f000001, 80));
	EV(SYSCALL_WRITE_X, 101, P_S64(3), P_BYTES("GET"), P_S64(4), P_U32(3));
	EV(SOCKET_SOCKET_X, 101, P_S64(5), P_U32(2), P_U32(1), P_U32(0));
	EV(SOCKET_BIND_X, 101, P_S64(0), P_ADDR4(0, 8080), P_S64(5));
	EV0(SOCKET_ACCEPT_5_E, 101);
	EV(SOCKET_ACCEPT_5_X, 101, P_S64(6), P_TUPLE4(0x0a000005, 5555, 0x0a000001, 8080), P_U8(0),
		P_U32(0), P_U32(128));
	read_of(b, 101, 6);
}

/* A child that becomes another program, in another folder, and ends. */
static void child(struct build *b)
{
	EV0(SYSCALL_CLONE_20_E, 100);
	clone_exit(b, 102, 0);
	clone_exit(b, 100, 102);
	read_of(b, 102, 0);
	EV(SYSCALL_CHDIR_X, 102, P_S64(0), P_STR("/tmp"));
	EV(SYSCALL_EXECVE_19_E, 102, P_STR("/bin/cat"));
	execve_exit(b, 102);
	EV(SYSCALL_OPEN_X, 102, P_S64(3), P_STR("notes"), P_U32(1), P_U32(0), P_U32(0x801),
		P_U64(9));
	EV(SYSCALL_DUP2_X, 102, P_S64(7), P_S64(3), P_S64(7));
	read_of(b, 102, 7);
	EV(SYSCALL_PIPE_X, 103, P_S64(0), P_S64(8), P_S64(9), P_U64(1234));
	EV(SYSCALL_WRITE_X, 103, P_S64(1), P_BYTES("x"), P_S64(9), P_U32(1));
	EV(PROCEXIT_1_E, 102, P_S64(0));
	EV(SYSCALL_WRITE_X, 102, P_S64(1), P_BYTES("x"), P_S64(7), P_U32(1));
}

/* The parent is told of first and has closed a descriptor before the child is heard of. */
static void late_child(struct build *b)
{
	EV0(SYSCALL_CLONE_20_E, 100);
	clone_exit(b, 100, 105);
	EV(SYSCALL_CLOSE_E, 100, P_S64(2));
	EV(SYSCALL_CLOSE_X, 100, P_S64(0));
	EV(SYSCALL_CHDIR_X, 100, P_S64(0), P_STR("/srv"));
	clone_exit(b, 105, 0);
	read_of(b, 105, 2);
	EV(SYSCALL_OPEN_X, 105, P_S64(4), P_STR("here"), P_U32(1), P_U32(0), P_U32(0x801),
		P_U64(5));
}

void slice_story(struct build *b)
{
	build_section(b, 2);
	lists(b);
	files_and_sockets(b);
	child(b);
	late_child(b);
}
