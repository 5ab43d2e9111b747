/* SPDX-License-Identifier: MIT */
/* Data that went through descriptors: which ones, what of it, as text and as files. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/capture.h"
#include "support/feed.h"
#include "support/print.h"
#include "support/render.h"
#include "support/run.h"
#include "tools/scapcat/open_files.h"

#define FILE_FD 3
#define TCP_FD  4

static void add(struct build *b, uint16_t type, const struct build_param *params)
{
	build_event(b, &(struct build_event){.type = type, .tid = 7}, params);
}

static void add_read(struct build *b, int64_t fd, int64_t res, const char *data)
{
	add(b, PPME_SYSCALL_READ_X,
		PARAMS(P_S64(res), P_SPAN(span_str(data)), P_S64(fd), P_U32(100)));
}

static void add_write(struct build *b, int64_t fd, int64_t res, const char *data)
{
	add(b, PPME_SYSCALL_WRITE_X,
		PARAMS(P_S64(res), P_SPAN(span_str(data)), P_S64(fd), P_U32(100)));
}

static struct cat_opts following(const char *what)
{
	struct cat_opts opts = {
		.follow.on = true, .lines.text = {.template = "%evt.num", .utc = true}};
	struct err err = {0};

	cr_assert_eq(follow_spec_parse(&opts.follow.spec, what, &err), 0, "%s", err.text);
	return opts;
}

static void expect(const char *what, const struct build *b, const char *want)
{
	struct cat_opts opts = following(what);

	print_expect(&opts, b, 1, want);
}

/* --- what to follow ------------------------------------------------------------------------- */

Test(follow, what_is_no_descriptor_is_refused)
{
	static const char *const wrong[] = {"", "foo", "fd", "fd:", "fd:0", "fd:x", "1:", "1:x", "0:3",
		"1.2.3", "1.2.3.4:x", "1.2.3.4:99999", "1.2.3.4-", "1.2.3.4-x", "[::1", "[::1]x",
		"[]", "::g", "tcp:x", "tcp:99999", "pipe:0", "pipe:x", "pipes",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:1111:2222:3333:4444:5555:6666"};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct follow_spec s;
		struct err err = {0};

		cr_expect_eq(follow_spec_parse(&s, wrong[i], &err), -1, "%s", wrong[i]);
		cr_expect_eq(err.code, ERR_USAGE, "%s: %s", wrong[i], err.text);
	}
}

static const uint8_t v6_client[16] = {0x20, 1, [15] = 1}, v6_server[16] = {0x20, 1, [15] = 2};
static const uint8_t mapped[16] = {[10] = 0xff, 0xff, 10, 0, 0, 1};

/* Descriptors of process 7, in the order of the bits below. */
static const struct fd fds[] = {
	{.m = {.fd = 3, .type = FDT_FILE_V2, .name = {(const uint8_t *)"/dev/pts/3", 10}}},
	{.m = {.fd = 4, .type = FDT_FIFO, .ino = 55}},
	{.m = {.fd = 5, .type = FDT_IPV4_SOCK, .l4 = L4_TCP, .sip = {10, 0, 0, 1}, .sport = 4000,
		 .dip = {10, 0, 0, 2}, .dport = 80}},
	{.m = {.fd = 6, .type = FDT_IPV4_SERV, .l4 = L4_UDP, .sip = {10, 0, 0, 1}, .sport = 80}},
	{.m = {.fd = 7, .type = FDT_IPV6_SOCK, .l4 = L4_TCP, .sport = 4000, .dport = 443}},
	{.m = {.fd = 8, .type = FDT_IPV6_SOCK, .l4 = L4_TCP, .sport = 5000, .dport = 443}},
};

static const struct {
	const char *what, *fds;
} specs[] = {
	{"all", "345678"},
	{"fd:12", ""},
	{"7:5", "5"},
	{"8:5", ""},
	{"pipe", "4"},
	{"pipe:55", "4"},
	{"pipe:56", ""},
	{"tty", "3"},
	{"tty:/dev/pts/3", "3"},
	{"tty:pts/3", "3"},
	{"tty:pts/33", ""},
	{"tcp", "578"},
	{"udp", "6"},
	{"tcp:80", "5"},
	{"tcp:443", "78"},
	{":80", "56"},
	{"udp:80", "6"},
	{"10.0.0.1", "568"},
	{"10.0.0.1:80", "6"},
	{"10.0.0.2:80", "5"},
	{"10.0.0.1:4000-10.0.0.2:80", "5"},
	{"10.0.0.2:80-10.0.0.1:4000", "5"},
	{"10.0.0.2:80-10.0.0.1:4001", ""},
	{"10.0.0.2-:4000", "5"},
	{"tcp:10.0.0.1", "58"},
	{"2001::1", "7"},
	{"[2001::1]:4000", "7"},
	{"[2001::1]", "7"},
	{"[2001::2]:443-[2001::1]:4000", "7"},
	{"[2001::2]:4000", ""},
	{"::ffff:10.0.0.1", "568"},
	{"[::ffff:10.0.0.1]:5000", "8"},
};

Test(follow, descriptors_that_are_meant)
{
	struct thread t = {.p.tid = 7, .p.pid = 7};

	for (size_t i = 0; i < ARRAY_SIZE(specs); i++) {
		struct event ev = {.tid = 7};
		struct follow_spec s;
		struct err err = {0};
		char got[16] = "";
		size_t n = 0;

		cr_assert_eq(follow_spec_parse(&s, specs[i].what, &err), 0, "%s", err.text);
		for (size_t k = 0; k < ARRAY_SIZE(fds); k++) {
			struct fd fd = fds[k];
			struct moment m = {.ev = &ev, .thread = &t, .fd = fd.m.fd, .entry = &fd};

			if (fd.m.type == FDT_IPV6_SOCK) {
				memcpy(fd.m.sip, fd.m.fd == 7 ? v6_client : mapped, 16);
				memcpy(fd.m.dip, v6_server, 16);
			}
			if (follow_spec_match(&s, &m))
				got[n++] = (char)('0' + fd.m.fd);
		}
		cr_expect_str_eq(got, specs[i].fds, "%s: %s", specs[i].what, got);
	}
}

/* --- as text -------------------------------------------------------------------------------- */

Test(follow, both_directions_with_who_and_how_much)
{
	struct cat_opts opts = following("all");
	struct build b = {0};

	opts.lines.text.template = NULL;
	render_machine(&b);
	add_write(&b, TCP_FD, 8, "GET /\r\n\t");
	add_read(&b, TCP_FD, 1, "x");
	add_read(&b, FILE_FD, 3, "\033[m");
	print_expect(&opts, &b, 1,
		"--> 1 22:13:20.000000000 cat (7.7) wrote 8 bytes to 4(<4>10.0.0.1:80->10.0.0.2:9)\n"
		"GET /\n\t\n"
		"<-- 2 22:13:20.001000000 cat (7.7) read 1 byte from 4(<4>10.0.0.1:80->10.0.0.2:9)\n"
		"x\n"
		"<-- 3 22:13:20.002000000 cat (7.7) read 3 bytes from 3(<f>/etc/hosts)\n"
		"\\x1b[m\n");
	build_release(&b);
}

/* An exit record of old has no descriptor: that is in its enter record. */
Test(follow, pairs_of_records)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_READ_E, PARAMS(P_S64(FILE_FD), P_U32(10)));
	add(&b, PPME_SYSCALL_READ_X, PARAMS(P_S64(2), P_BYTES("ab")));
	expect("7:3", &b, "<-- 2 read 2 bytes from 3(<f>/etc/hosts)\nab\n");
	expect("fd:1", &b, "<-- 2 read 2 bytes from 3(<f>/etc/hosts)\nab\n");
	build_release(&b);
}

/* Pipes that a program made have no name. */
Test(follow, a_pipe_is_called_by_its_inode)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_PIPE_X, PARAMS(P_S64(0), P_S64(8), P_S64(9), P_U64(4711)));
	add_write(&b, 9, 1, "a");
	add_read(&b, 8, 1, "a");
	expect("pipe:4711", &b,
		"--> 2 wrote 1 byte to 9(<p>pipe:[4711])\na\n"
		"<-- 3 read 1 byte from 8(<p>pipe:[4711])\na\n");
	expect("pipe:4712", &b, "");
	build_release(&b);
}

Test(follow, calls_that_move_nothing_are_no_data)
{
	struct build b = {0};

	render_machine(&b);
	add_read(&b, FILE_FD, 0, "");
	add_write(&b, FILE_FD, -11, "offered, but not taken");
	add(&b, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(FILE_FD)));
	expect("all", &b, "");
	build_release(&b);
}

Test(follow, of_what_was_offered_only_what_was_taken_counts)
{
	struct build b = {0};

	render_machine(&b);
	add_write(&b, FILE_FD, 3, "abcdef");
	expect("all", &b, "--> 1 wrote 3 bytes to 3(<f>/etc/hosts)\nabc\n");
	build_release(&b);
}

Test(follow, each_message_of_a_call_with_several_has_a_record)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SOCKET_SENDMMSG_X,
		PARAMS(P_S64(5), P_S64(TCP_FD), P_U32(5), P_BYTES("hel"), P_NONE));
	add(&b, PPME_SOCKET_RECVMMSG_X,
		PARAMS(P_S64(5), P_S64(TCP_FD), P_U32(5), P_BYTES("hello"), P_NONE, P_NONE));
	expect("all", &b,
		"--> 1 wrote 5 bytes to 4(<4>10.0.0.1:80->10.0.0.2:9)\nhel\n"
		"... 2 bytes that were not captured\n"
		"<-- 2 read 5 bytes from 4(<4>10.0.0.1:80->10.0.0.2:9)\nhello\n");
	build_release(&b);
}

Test(follow, what_the_snaplen_cut_is_told)
{
	struct build b = {0};

	render_machine(&b);
	add_read(&b, FILE_FD, 4, "abc");
	add_read(&b, FILE_FD, 100, "");
	add(&b, PPME_SYSCALL_SENDFILE_X,
		PARAMS(P_S64(50), P_U64(0), P_S64(TCP_FD), P_S64(FILE_FD), P_U64(50)));
	add(&b, PPME_SYSCALL_PREAD_X, PARAMS(P_S64(1), P_BYTES("z"), P_S64(FILE_FD), P_U32(1), P_U64(9)));
	expect("all", &b,
		"<-- 1 read 4 bytes from 3(<f>/etc/hosts)\nabc\n"
		"... 1 byte that was not captured\n"
		"<-- 2 read 100 bytes from 3(<f>/etc/hosts)\n... 100 bytes that were not captured\n"
		"--> 3 wrote 50 bytes to 4(<4>10.0.0.1:80->10.0.0.2:9)\n"
		"... 50 bytes that were not captured\n"
		"<-- 4 read 1 byte from 3(<f>/etc/hosts) at 9\nz\n");
	build_release(&b);
}

/* One end in pairs, the other in exit records alone. */
Test(follow, a_copy_is_on_the_side_of_its_descriptor)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_COPY_FILE_RANGE_X,
		PARAMS(P_S64(5), P_S64(6), P_U64(0), P_S64(3), P_U64(0), P_U64(5)));
	add(&b, PPME_SYSCALL_COPY_FILE_RANGE_E, PARAMS(P_S64(3), P_U64(0), P_U64(5)));
	add(&b, PPME_SYSCALL_COPY_FILE_RANGE_X,
		PARAMS(P_S64(5), P_S64(6), P_U64(0), P_S64(3), P_U64(0), P_U64(5)));
	expect("all", &b,
		"--> 1 wrote 5 bytes to 6(<f>/tmp/a\\nb)\n... 5 bytes that were not captured\n"
		"<-- 3 read 5 bytes from 3(<f>/etc/hosts)\n... 5 bytes that were not captured\n");
	build_release(&b);
}

Test(follow, lost_events_are_told_where_they_are_missing)
{
	struct build b = {0};

	render_machine(&b);
	add_read(&b, FILE_FD, 1, "a");
	add(&b, PPME_DROP_E, PARAMS(P_U32(2)));
	add(&b, PPME_DROP_X, PARAMS(P_U32(1)));
	add_read(&b, FILE_FD, 1, "b");
	add_read(&b, FILE_FD, 1, "c");
	expect("all", &b,
		"<-- 1 read 1 byte from 3(<f>/etc/hosts)\na\n"
		"... events are missing here\n"
		"<-- 4 read 1 byte from 3(<f>/etc/hosts)\nb\n"
		"<-- 5 read 1 byte from 3(<f>/etc/hosts)\nc\n");
	build_release(&b);
}

Test(follow, raw_hex_and_colours)
{
	struct cat_opts opts = following("all");
	struct build b = {0};

	render_machine(&b);
	add_read(&b, FILE_FD, 5, "a\r\n");
	add_write(&b, FILE_FD, 1, "b");
	opts.follow.raw = true;
	print_expect(&opts, &b, 1, "a\r\nb");
	opts.follow.raw = false;
	opts.follow.mode = DATA_HEX_TEXT;
	print_expect(&opts, &b, 1,
		"<-- 1 read 5 bytes from 3(<f>/etc/hosts)\n"
		"\t0x0000: 610d 0a                                a..\n"
		"... 2 bytes that were not captured\n"
		"--> 2 wrote 1 byte to 3(<f>/etc/hosts)\n"
		"\t0x0000: 62                                     b\n");
	opts.follow.mode = DATA_BASE64;
	opts.follow.colour = true;
	print_expect(&opts, &b, 1,
		"\033[34m<-- 1 read 5 bytes from 3(<f>/etc/hosts)\nYQ0K\n"
		"... 2 bytes that were not captured\n\033[0m"
		"\033[31m--> 2 wrote 1 byte to 3(<f>/etc/hosts)\nYg==\n\033[0m");
	build_release(&b);
}

Test(follow, a_filter_and_a_count)
{
	struct cat_opts opts = following("all");
	struct build b = {0};

	render_machine(&b);
	add_read(&b, FILE_FD, 1, "a");
	add_write(&b, FILE_FD, 1, "b");
	add_write(&b, TCP_FD, 1, "c");
	add_write(&b, FILE_FD, 1, "d");
	opts.follow.raw = true;
	opts.filter = "evt.is_io_write=true and fd.type=file";
	print_expect(&opts, &b, 1, "bd");
	opts.filter = NULL;
	opts.limit = 3;
	print_expect(&opts, &b, 0, "abc");
	build_release(&b);
}

/* --- the descriptor of an event ------------------------------------------------------------- */

/* Number 9 of thread 7 is opened twice, with a word written each time. */
static void open_twice(struct build *b)
{
	render_machine(b);
	for (int i = 0; i < 2; i++) {
		add(b, PPME_SYSCALL_OPENAT_2_X, PARAMS(P_S64(9), P_S64(-100), P_STR("same"), P_U32(1),
			P_U32(0), P_U32(5), P_U64(77)));
		add_write(b, 9, 5, i ? "again" : "first");
		add_read(b, 9, 1, i ? "2" : "1");
		add(b, PPME_SYSCALL_CLOSE_X, PARAMS(P_S64(0), P_S64(9)));
	}
}

static void expect_tool(struct span in, const char *what, int status, const char *want)
{
	struct run r;

	run_tool(&r, (const char *const[]){"scapcat", "--raw", "--follow", what, "-", NULL}, in);
	cr_expect_eq(r.status, status, "%s: %s", what, (const char *)r.err.p);
	cr_expect_str_eq(r.out.n ? (const char *)r.out.p : "", want, "%s", what);
	run_release(&r);
}

Test(follow, the_descriptor_of_an_event_is_what_it_was_then)
{
	struct build b = {0};

	open_twice(&b);
	expect_tool(buf_view(&b.out), "7:9", 0, "first1again2");
	expect_tool(buf_view(&b.out), "fd:1", 0, "first1");
	expect_tool(buf_view(&b.out), "fd:3", 0, "first1");
	expect_tool(buf_view(&b.out), "fd:4", 0, "first1");
	expect_tool(buf_view(&b.out), "fd:5", 0, "again2");
	expect_tool(buf_view(&b.out), "fd:8", 0, "again2");
	expect_tool(buf_view(&b.out), "fd:9", 1, "");
	build_release(&b);
}

Test(follow, an_event_without_a_descriptor)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_GETUID_X, PARAMS(P_U32(0)));
	expect_tool(buf_view(&b.out), "fd:1", 1, "");
	build_release(&b);
}

/* What cannot be read twice, as print() has it. */
Test(follow, of_a_pipe_an_event_begins_what_is_shown)
{
	struct cat_opts opts = following("fd:3");
	struct build b = {0};

	opts.follow.raw = true;
	open_twice(&b);
	print_expect(&opts, &b, 1, "1");
	build_release(&b);
}

Test(follow, every_descriptor_of_a_state_has_an_id_of_its_own)
{
	struct feed f;
	const struct moment *m;
	uint64_t first;

	feed_begin_shell(&f);
	m = feed(&f, PPME_SYSCALL_OPENAT_2_X, 10, PARAMS(P_S64(3), P_S64(-100), P_STR("a"), P_U32(1),
		P_U32(0), P_U32(5), P_U64(77)));
	first = m->entry->id;
	m = feed(&f, PPME_SYSCALL_DUP2_X, 10, PARAMS(P_S64(3), P_S64(3), P_S64(3), P_S64(3)));
	cr_expect_eq(m->entry->id, first, "a copy to itself");
	m = feed(&f, PPME_SYSCALL_DUP2_X, 10, PARAMS(P_S64(4), P_S64(3), P_S64(3), P_S64(4)));
	cr_expect_neq(m->entry->id, first, "a copy");
	m = feed(&f, PPME_SYSCALL_OPENAT_2_X, 10, PARAMS(P_S64(3), P_S64(-100), P_STR("a"), P_U32(1),
		P_U32(0), P_U32(5), P_U64(77)));
	cr_expect_gt(m->entry->id, first + 1, "another one in its place");
	feed_end(&f);
}

/* --- as files ------------------------------------------------------------------------------- */

struct folder {
	char path[64];
};

static struct folder folder_make(void)
{
	struct folder f = {"/tmp/scapcat-streams-XXXXXX"};

	cr_assert(mkdtemp(f.path));
	return f;
}

static void folder_remove(const struct folder *f)
{
	char **files = files_in(f->path);

	for (size_t i = 0; files[i]; i++)
		unlink(files[i]);
	files_free(files);
	cr_expect_eq(rmdir(f->path), 0);
}

static void expect_file(const struct folder *f, const char *name, const char *want)
{
	char path[256];
	struct buf got = {0};

	snprintf(path, sizeof(path), "%s/%s", f->path, name);
	cr_expect(file_read(path, &got), "%s", path);
	buf_u8(&got, 0);
	cr_expect_str_eq((const char *)got.p, want, "%s", name);
	buf_release(&got);
}

static size_t count_files(const struct folder *f)
{
	char **files = files_in(f->path);
	size_t n = 0;

	while (files[n])
		n++;
	files_free(files);
	return n;
}

static void write_streams(const struct folder *f, const struct build *b, int status)
{
	struct run r;

	run_tool(&r, (const char *const[]){"scapcat", "--streams", f->path, NULL}, buf_view(&b->out));
	cr_expect_eq(r.status, status, "%s", (const char *)r.err.p);
	cr_expect_eq(r.out.n, 0u);
	run_release(&r);
}

#define INDEX                                                                                      \
	"stream\tprocess\tpid\tfd\ttype\tname\tevent\tfrom\tto\tfile\tin\tin_missing\tout\t"       \
	"out_missing\tlost\n"

Test(streams, a_file_for_each_direction_and_lists_of_them)
{
	struct folder f = folder_make();
	struct build b = {0};

	open_twice(&b);
	add_read(&b, 6, 9, "ab");
	add(&b, PPME_DROP_E, PARAMS(P_U32(2)));
	add_read(&b, 6, 1, "c");
	add_write(&b, 77, 2, "zz"); /* of which nothing is known */
	write_streams(&f, &b, 0);
	expect_file(&f, "000001-cat-7-fd9.out", "first");
	expect_file(&f, "000001-cat-7-fd9.in", "1");
	expect_file(&f, "000002-cat-7-fd9.out", "again");
	expect_file(&f, "000003-cat-7-fd6.in", "abc");
	expect_file(&f, "000004-cat-7-fd77.out", "zz");
	expect_file(&f, "holes.tsv", "stream\tside\tevent\tat\tmissing\n3\tin\t9\t2\t7\n");
	expect_file(&f, "index.tsv", INDEX
		"1\tcat\t7\t9\tfile\t/home/u/same\t2\t1700000000.001000000\t1700000000.002000000\t"
		"000001-cat-7-fd9\t1\t0\t5\t0\t1\n"
		"2\tcat\t7\t9\tfile\t/home/u/same\t6\t1700000000.005000000\t1700000000.006000000\t"
		"000002-cat-7-fd9\t1\t0\t5\t0\t1\n"
		"3\tcat\t7\t6\tfile\t/tmp/a\\nb\t9\t1700000000.008000000\t1700000000.010000000\t"
		"000003-cat-7-fd6\t3\t7\t0\t0\t1\n"
		"4\tcat\t7\t77\t\t\t12\t1700000000.011000000\t1700000000.011000000\t"
		"000004-cat-7-fd77\t0\t0\t2\t0\t0\n");
	cr_expect_eq(count_files(&f), 8u);
	folder_remove(&f);
	build_release(&b);
}

Test(streams, a_folder_that_has_something_is_left_alone)
{
	struct folder f = folder_make();
	struct build b = {0};

	open_twice(&b);
	write_streams(&f, &b, 0);
	write_streams(&f, &b, 1);
	expect_file(&f, "000001-cat-7-fd9.out", "first");
	folder_remove(&f);
	build_release(&b);
}

Test(streams, names_of_files_stay_in_the_folder)
{
	struct meta_proc proc = build_proc(7, 1, "../../tmp/x y\n\xff");
	struct folder f = folder_make();
	struct build b = {0};

	build_section(&b, 2);
	build_procs(&b, 9, BUILD_TAIL, &proc, 1);
	add_write(&b, 1, 2, "hi");
	write_streams(&f, &b, 0);
	expect_file(&f, "000001-.._.._tmp_x_y__-7-fd1.out", "hi");
	folder_remove(&f);
	build_release(&b);
}

/* A cut capture gives what was whole, and complete lists. */
Test(streams, a_capture_that_is_cut)
{
	struct folder f = folder_make();
	struct build b = {0};

	render_machine(&b);
	add_write(&b, FILE_FD, 2, "hi");
	add_write(&b, FILE_FD, 2, "ho");
	b.out.n -= 5;
	write_streams(&f, &b, 1);
	expect_file(&f, "000001-cat-7-fd3.out", "hi");
	expect_file(&f, "index.tsv", INDEX
		"1\tcat\t7\t3\tfile\t/etc/hosts\t1\t1700000000.000000000\t1700000000.000000000\t"
		"000001-cat-7-fd3\t0\t0\t2\t0\t0\n");
	folder_remove(&f);
	build_release(&b);
}

/* More descriptors than files can be open, each written to in several rounds. */
Test(streams, many_descriptors_at_once)
{
	struct folder f = folder_make();
	struct build b = {0};

	render_machine(&b);
	for (int round = 0; round < 3; round++)
		for (int fd = 100; fd < 100 + 3 * OPEN_FILES_MOST; fd++)
			add_write(&b, fd, 1, round == 0 ? "a" : round == 1 ? "b" : "c");
	write_streams(&f, &b, 0);
	cr_expect_eq(count_files(&f), 3u * OPEN_FILES_MOST + 2);
	expect_file(&f, "000001-cat-7-fd100.out", "abc");
	expect_file(&f, "000192-cat-7-fd291.out", "abc");
	folder_remove(&f);
	build_release(&b);
}

/* Descriptors that are closed are listed before the end, and those that are open go on. */
Test(streams, closed_descriptors_are_forgotten)
{
	struct folder f = folder_make();
	struct build b = {0};

	render_machine(&b);
	add_write(&b, FILE_FD, 1, "a");
	for (int i = 0; i < 200; i++)
		open_twice(&b);
	write_streams(&f, &b, 0);
	cr_expect_eq(count_files(&f), 1u + 2 * 400 + 2);
	expect_file(&f, "000401-cat-7-fd9.out", "again");
	folder_remove(&f);
	build_release(&b);
}
