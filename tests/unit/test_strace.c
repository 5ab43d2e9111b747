/* SPDX-License-Identifier: MIT */
/* Calls as strace prints them: how arguments look, and results, and lines that are in two. */
#include <criterion/criterion.h>

#include "support/print.h"
#include "support/render.h"

static const struct cat_opts strace = {
	.lines = {.kind = LINES_STRACE, .text = {.utc = true, .data_limit = 80}}};
static const struct cat_opts bare = {
	.lines = {.kind = LINES_STRACE, .text = {.template = "", .utc = true, .data_limit = 8}}};

static void add(struct build *b, uint16_t type, int64_t tid, const struct build_param *params)
{
	build_event(b, &(struct build_event){.type = type, .tid = tid}, params);
}

/* The line of an exit record alone. */
static void expect(uint16_t type, const struct build_param *params, const char *want)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, type, 7, params);
	print_expect(&bare, &b, 1, want);
	build_release(&b);
}

Test(strace, a_pair_is_a_line_and_data_stands_before_its_size)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_READ_E, 7, PARAMS(P_S64(3), P_U32(4096)));
	add(&b, PPME_SYSCALL_READ_X, 7, PARAMS(P_S64(3), P_BYTES("ab\n")));
	print_expect(&strace, &b, 1,
		"[pid 7] 22:13:20.000000 read(3</etc/hosts>, \"ab\\n\", 4096) = 3 <0.001000>\n");
	build_release(&b);
}

Test(strace, an_interrupted_read_shows_its_data_when_it_goes_on)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_READ_E, 7, PARAMS(P_S64(3), P_U32(4096)));
	add(&b, PPME_SYSCALL_CLOSE_E, 1, PARAMS(P_S64(9)));
	add(&b, PPME_SYSCALL_CLOSE_X, 1, PARAMS(P_S64(-9), P_S64(9)));
	add(&b, PPME_SYSCALL_READ_X, 7, PARAMS(P_S64(3), P_BYTES("ab\n")));
	print_expect(&strace, &b, 1,
		"[pid 7] 22:13:20.000000 read(3</etc/hosts>,  <unfinished ...>\n"
		"[pid 1] 22:13:20.001000 close(9) = -1 EBADF (Bad file descriptor) <0.001000>\n"
		"[pid 7] 22:13:20.003000 <... read resumed>\"ab\\n\", 4096) = 3 <0.003000>\n");
	build_release(&b);
}

Test(strace, a_filter_leaves_whole_calls)
{
	struct cat_opts some = strace;
	struct build b = {0};

	some.filter = "evt.rawres = 3";
	render_machine(&b);
	add(&b, PPME_SYSCALL_READ_E, 7, PARAMS(P_S64(3), P_U32(4096)));
	add(&b, PPME_SYSCALL_CLOSE_E, 1, PARAMS(P_S64(9)));
	add(&b, PPME_SYSCALL_CLOSE_X, 1, PARAMS(P_S64(-9), P_S64(9)));
	add(&b, PPME_SYSCALL_READ_X, 7, PARAMS(P_S64(3), P_BYTES("ab\n")));
	print_expect(&some, &b, 1,
		"[pid 7] 22:13:20.000000 read(3</etc/hosts>, \"ab\\n\", 4096) = 3 <0.003000>\n");
	build_release(&b);
}

Test(strace, times_other_than_the_usual_stay_as_they_are)
{
	struct cat_opts iso = strace, own = strace;
	struct build b = {0};

	iso.lines.text.time = TEXT_TIME_ISO;
	own.lines.text.template = "%evt.outputtime|";
	render_machine(&b);
	add(&b, PPME_SYSCALL_CLOSE_X, 7, PARAMS(P_S64(0), P_S64(3)));
	print_expect(&iso, &b, 1,
		"[pid 7] 2023-11-14T22:13:20.000000000+0000 close(3</etc/hosts>) = 0\n");
	print_expect(&own, &b, 1, "22:13:20.000000000|close(3</etc/hosts>) = 0\n");
	build_release(&b);
}

Test(strace, texts_are_quoted_as_in_c)
{
	expect(PPME_SYSCALL_UNLINK_2_X,
		PARAMS(P_S64(0), P_STR("a\"b\\\t\x01"
				       "2\x1b\xff")),
		"unlink(\"a\\\"b\\\\\\t\\0012\\33\\377\") = 0\n");
	expect(PPME_SYSCALL_UNLINK_2_X, PARAMS(P_S64(-14), P_NONE),
		"unlink(NULL) = -1 EFAULT (Bad address)\n");
	expect(PPME_SYSCALL_UNLINK_2_X, PARAMS(P_S64(-14), P_STR("(NULL)")),
		"unlink(NULL) = -1 EFAULT (Bad address)\n");
}

Test(strace, data_that_was_cut_says_so)
{
	expect(PPME_SYSCALL_WRITE_X, PARAMS(P_S64(9), P_BYTES("123456789"), P_S64(3), P_U32(9)),
		"write(3</etc/hosts>, \"12345678\"..., 9) = 9\n");
	expect(PPME_SYSCALL_WRITE_X, PARAMS(P_S64(9), P_BYTES("1234"), P_S64(3), P_U32(9)),
		"write(3</etc/hosts>, \"1234\"..., 9) = 9\n");
	expect(PPME_SYSCALL_WRITE_X, PARAMS(P_S64(4), P_BYTES("1234"), P_S64(4), P_U32(4)),
		"write(4<TCP:[10.0.0.1:80->10.0.0.2:9]>, \"1234\", 4) = 4\n");
}

Test(strace, opens_show_flags_and_modes_where_there_is_one)
{
	expect(PPME_SYSCALL_OPENAT_2_X,
		PARAMS(P_S64(9), P_S64(-100), P_STR("a"), P_U32(4097), P_U32(0), P_U32(5),
			P_U64(77)),
		"openat(AT_FDCWD, \"a\", O_RDONLY|O_CLOEXEC) = 9</home/u/a>\n");
	expect(PPME_SYSCALL_OPENAT_2_X,
		PARAMS(P_S64(-17), P_S64(5), P_STR("a"), P_U32(0x4006), P_U32(0644)),
		"openat(5</srv/d>, \"a\", O_CREAT|O_WRONLY, 0644) = -1 EEXIST (File exists)\n");
}

/* Captures have the mode first, which came with the enter record. */
Test(strace, names_stand_before_modes_and_flags)
{
	struct build b = {0};

	render_machine(&b);
	add(&b, PPME_SYSCALL_MKDIR_2_E, 7, PARAMS(P_U32(0755)));
	add(&b, PPME_SYSCALL_MKDIR_2_X, 7, PARAMS(P_S64(0), P_STR("d")));
	add(&b, PPME_SYSCALL_MKDIR_2_E, 7, PARAMS(P_U32(0755)));
	add(&b, PPME_SYSCALL_CLOSE_E, 1, PARAMS(P_S64(9)));
	add(&b, PPME_SYSCALL_CLOSE_X, 1, PARAMS(P_S64(0), P_S64(9)));
	add(&b, PPME_SYSCALL_MKDIR_2_X, 7, PARAMS(P_S64(-17), P_STR("d")));
	print_expect(&bare, &b, 1,
		"mkdir(\"d\", 0755) = 0 <0.001000>\n"
		"mkdir( <unfinished ...>\n"
		"close(9) = 0 <0.001000>\n"
		"<... mkdir resumed>\"d\", 0755) = -1 EEXIST (File exists) <0.003000>\n");
	build_release(&b);
	expect(PPME_SYSCALL_ACCESS_X, PARAMS(P_S64(0), P_STR("f"), P_U32(4)),
		"access(\"f\", R_OK) = 0\n");
}

Test(strace, two_descriptors_are_one_argument)
{
	expect(PPME_SYSCALL_PIPE_X, PARAMS(P_S64(0), P_S64(8), P_S64(9), P_U64(1)),
		"pipe([8, 9]) = 0\n");
}

Test(strace, kinds_of_sockets)
{
	expect(PPME_SOCKET_SOCKET_X, PARAMS(P_S64(8), P_U32(2), P_U32(02000001), P_U32(6)),
		"socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, 6) = 8\n");
	expect(PPME_SOCKET_SOCKET_X, PARAMS(P_S64(8), P_U32(1), P_U32(04002), P_U32(0)),
		"socket(AF_UNIX, SOCK_DGRAM|SOCK_NONBLOCK, 0) = 8\n");
}

Test(strace, addresses)
{
	expect(PPME_SOCKET_CONNECT_X,
		PARAMS(P_S64(-115), P_TUPLE4(0x0a000001, 1234, 0x0a000002, 80), P_S64(9),
			P_ADDR4(0x0a000002, 80)),
		"connect(9, {sa_family=AF_INET, sin_port=htons(80), "
		"sin_addr=inet_addr(\"10.0.0.2\")}) = -1 EINPROGRESS (Operation now in "
		"progress)\n");
}

Test(strace, processes)
{
	expect(PPME_SYSCALL_EXECVE_19_X,
		PARAMS(P_S64(0), P_STR("ls"), P_BYTES("-l\0a b\0"), P_S64(7), P_S64(7), P_S64(1),
			P_STR("/"), P_U64(1024), P_U64(0), P_U64(0), P_U32(0), P_U32(0), P_U32(0),
			P_STR("ls"), P_NONE, P_BYTES("A=1\0B=2\0")),
		"execve([\"ls\", \"-l\", \"a b\"], /* 2 vars */) = 0\n");
	expect(PPME_SYSCALL_KILL_X, PARAMS(P_S64(0), P_S64(1), P_U8(9)), "kill(1, SIGKILL) = 0\n");
	expect(PPME_SYSCALL_NANOSLEEP_X, PARAMS(P_S64(-516), P_U64(1500000000)),
		"nanosleep({tv_sec=1, tv_nsec=500000000}) = ? ERESTART_RESTARTBLOCK\n");
	expect(PPME_SYSCALL_BRK_4_X,
		PARAMS(P_U64(0x55d000), P_U32(1), P_U32(2), P_U32(3), P_U64(0)),
		"brk(NULL) = 0x55d000\n");
	expect(PPME_GENERIC_X, PARAMS(P_U16(46)), "getrusage() = ?\n");
}

Test(strace, signals_and_ends)
{
	expect(PPME_SIGNALDELIVER_E, PARAMS(P_S64(1), P_S64(7), P_U8(15)),
		"--- SIGTERM {si_signo=SIGTERM, si_pid=1} ---\n");
	expect(PPME_PROCEXIT_1_E, PARAMS(P_S64(3 << 8)), "+++ exited with 3 +++\n");
	expect(PPME_PROCEXIT_1_E, PARAMS(P_S64(9)), "+++ killed by SIGKILL +++\n");
	expect(PPME_PROCEXIT_1_E, PARAMS(P_S64(11 | 0x80)),
		"+++ killed by SIGSEGV (core dumped) +++\n");
}
