/* SPDX-License-Identifier: MIT */
/* A parameter of each type, as an event of thread 7 of support/render.h has it. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "filter/param.h"
#include "support/capture.h"
#include "support/render.h"

#define B(lit) span_of(lit, sizeof(lit) - 1)

/* Numbers as they are stored in little endian. */
#define N1(a)      B(a)
#define N2(a)      B(a "\0")
#define N4(a)      B(a "\0\0\0")
#define N8(a)      B(a "\0\0\0\0\0\0\0")
#define MINUS_1    B("\xff\xff\xff\xff\xff\xff\xff\xff")
#define MINUS_2    B("\xfe\xff\xff\xff\xff\xff\xff\xff")
#define MINUS_100  B("\x9c\xff\xff\xff\xff\xff\xff\xff")
#define MINUS_5000 B("\x78\xec\xff\xff\xff\xff\xff\xff")
#define MOST_MINUS B("\0\0\0\0\0\0\0\x80")

static const struct flag_name colours[] = {
	{4, "RED"}, {3, "BOTH"}, {2, "GREEN"}, {1, "BLUE"}, {1, "AZURE"}, {0, "NONE"}, {0, NULL}};
static const struct param_info kinds[] = {
	{"", PT_BYTEBUF, PF_NA, -1, NULL, NULL},
	{"", PT_ERRNO, PF_DEC, -1, NULL, NULL},
	{"", PT_UINT64, PF_HEX, -1, NULL, NULL},
};
static const struct dyn_table variants = {kinds, ARRAY_SIZE(kinds)};

static struct state *st;

static void start(void)
{
	struct build b = {0};
	struct capture c;
	struct moment m;
	struct event ev;
	struct err err = {0};

	st = state_new(&err);
	cr_assert_not_null(st);
	render_machine(&b);
	build_event(&b, &(struct build_event){.type = PPME_PROCINFO_E}, NO_PARAMS);
	cr_assert(capture_open(&c, buf_view(&b.out)));
	while (capture_next(&c) == 1 && c.block.info->kind != BLOCK_EVENT)
		cr_assert_eq(state_load(st, &c.block, &err), 0, "%s", err.text);
	/* The first event ends the loading: only then is it known who is a server. */
	cr_assert_eq(event_decode(&ev, &c.block, &err), 0);
	cr_assert_eq(state_apply(st, &ev, &m, &err), 0);
	capture_close(&c);
	build_release(&b);
}

static void stop(void)
{
	state_free(st);
}

TestSuite(param, .init = start, .fini = stop);

/* The text of one parameter; a dirfd parameter stands in front of it. */
struct how {
	int64_t dirfd;
	uint32_t limit;
	bool big, no_thread, only_resolved;
};

static void render(
	uint8_t type, uint8_t fmt, struct span value, const struct how *how, struct buf *b)
{
	const struct param_info infos[] = {
		{"dirfd", PT_FD, PF_DEC, -1, NULL, NULL},
		{"x", type, fmt, 0, colours, &variants},
	};
	const struct event_info info = {.name = "test", .params = infos, .nparams = 2};
	struct event ev = {.tid = 7, .big = how->big, .info = &info, .nparams = 2};
	struct moment m = {
		.ev = &ev, .thread = how->no_thread ? NULL : state_thread(st, 7), .fd = -1};
	uint8_t dirfd[8];
	struct times times;
	struct buf scratch = {0};
	struct param_ctx ctx = {.st = st,
		.m = &m,
		.times = &times,
		.scratch = &scratch,
		.data_limit = how->limit};

	times_init(&times, true);
	store_u64(dirfd, (uint64_t)how->dirfd, how->big);
	ev.params[0] = span_of(dirfd, sizeof(dirfd));
	ev.params[1] = value;
	(how->only_resolved ? param_put_resolved : param_put)(&ctx, 1, b);
	buf_release(&scratch);
}

static void expect_how(
	uint8_t type, uint8_t fmt, struct span value, const struct how *how, const char *want)
{
	/* Of exactly the value's size, so that a sanitizer sees a read beyond it. */
	uint8_t *copy = malloc(value.n ? value.n : 1);
	struct buf b = {0};

	cr_assert_not_null(copy);
	if (value.n)
		memcpy(copy, value.p, value.n);
	render(type, fmt, span_of(copy, value.n), how, &b);
	cr_expect(span_eq(buf_view(&b), span_str(want)), "%s: want %s, got %.*s",
		param_type_name(type), want, (int)b.n, (const char *)b.p);
	buf_release(&b);
	free(copy);
}

static void expect(uint8_t type, uint8_t fmt, struct span value, const char *want)
{
	expect_how(type, fmt, value, &(struct how){0}, want);
}

Test(param, signed_numbers)
{
	expect(PT_INT8, PF_DEC, N1("\xff"), "-1");
	expect(PT_INT16, PF_DEC, B("\xfe\xff"), "-2");
	expect(PT_INT32, PF_DEC, B("\x01\x02\0\0"), "513");
	expect(PT_INT32, PF_HEX, B("\xff\xff\xff\xff"), "FFFFFFFF");
	expect(PT_INT64, PF_DEC, MINUS_100, "-100");
	expect(PT_INT64, PF_DEC, MOST_MINUS, "-9223372036854775808");
}

Test(param, unsigned_numbers)
{
	expect(PT_UINT8, PF_DEC, N1("\xff"), "255");
	expect(PT_UINT16, PF_DEC, B("\xff\xff"), "65535");
	expect(PT_UINT32, PF_DEC, B("\xff\xff\xff\xff"), "-1");
	expect(PT_UINT32, PF_HEX, N4("\x2d"), "2D");
	expect(PT_UINT32, PF_OCT, B("\xb6\x01\0\0"), "0666");
	expect(PT_UINT32, PF_OCT, N4("\0"), "0");
	expect(PT_UINT64, PF_NA, MINUS_1, "-1");
	expect(PT_UINT64, PF_HEX, B("\0\xf0\xe6\x14\x1a\x7f\0\0"), "7F1A14E6F000");
	expect(PT_UINT64, PF_HEX, N8("\0"), "0");
}

Test(param, numbers_of_big_endian_files)
{
	struct how how = {.big = true};

	expect_how(PT_INT32, PF_DEC, B("\0\0\x01\x02"), &how, "258");
	expect_how(PT_ERRNO, PF_DEC, B("\xff\xff\xff\xff\xff\xff\xff\xfe"), &how, "-2(ENOENT)");
	expect_how(PT_FDLIST, PF_DEC, B("\0\x01\0\0\0\0\0\0\0\x03\0\x04"), &how, "3:f4");
}

Test(param, short_numbers_are_missing_and_longer_ones_read)
{
	expect(PT_INT64, PF_DEC, B("\x01\0\0\0"), "<NA>");
	expect(PT_FD, PF_DEC, B("\x03\0\0\0\0\0\0"), "<NA>");
	expect(PT_IPV6ADDR, PF_NA, B("\0\0\0\0"), "<NA>");
	expect(PT_UINT8, PF_DEC, B("\x07\x08"), "7");
}

Test(param, errno_)
{
	expect(PT_ERRNO, PF_DEC, N8("\x03"), "3");
	expect(PT_ERRNO, PF_DEC, MINUS_2, "-2(ENOENT)");
	expect(PT_ERRNO, PF_DEC, MINUS_5000, "-5000");
	expect(PT_ERRNO, PF_DEC, MOST_MINUS, "-9223372036854775808");
	/* Addresses that mmap returns are shown as the results they are. */
	expect(PT_ERRNO, PF_HEX, B("\0\xf0\xe6\x14\x1a\x7f\0\0"), "139749996556288");
}

Test(param, descriptors)
{
	expect(PT_FD, PF_DEC, N8("\x03"), "3(<f>/etc/hosts)");
	expect(PT_FD, PF_DEC, N8("\x04"), "4(<4t>10.0.0.1:80->10.0.0.2:9)");
	expect(PT_FD, PF_DEC, N8("\x05"), "5(<d>/srv/d)");
	expect(PT_FD, PF_DEC, N8("\x06"), "6(<f>/tmp/a\\nb)");
	expect(PT_FD, PF_DEC, N8("\x63"), "99");
	expect(PT_FD, PF_DEC, MINUS_100, "-100(AT_FDCWD)");
	expect(PT_FD, PF_DEC, MINUS_2, "-2(ENOENT)");
	expect(PT_FD, PF_DEC, MOST_MINUS, "-9223372036854775808");
	expect(PT_FD32, PF_DEC, N4("\x03"), "3(<f>/etc/hosts)");
	expect_how(PT_FD, PF_DEC, N8("\x03"), &(struct how){.no_thread = true}, "3");
	expect_how(
		PT_FD, PF_DEC, N8("\x03"), &(struct how){.only_resolved = true}, "<f>/etc/hosts");
	expect_how(PT_FD, PF_DEC, N8("\x63"), &(struct how){.only_resolved = true}, "99");
}

Test(param, processes)
{
	expect(PT_PID, PF_DEC, N8("\x07"), "7(cat)");
	expect(PT_PID, PF_DEC, N8("\x63"), "99");
	expect(PT_PID, PF_DEC, MINUS_1, "-1");
	expect(PT_PID32, PF_DEC, N4("\x01"), "1(init)");
}

Test(param, lists_of_descriptors)
{
	expect(PT_FDLIST, PF_DEC,
		B("\x03\0"
		  "\x03\0\0\0\0\0\0\0\x01\0"
		  "\x04\0\0\0\0\0\0\0\x44\0"
		  "\x63\0\0\0\0\0\0\0\xff\xff"),
		"3:f1 4:444 99:?ffffffff");
	expect(PT_FDLIST, PF_DEC, B("\0\0"), "");
	/* The count says more than there is. */
	expect(PT_FDLIST, PF_DEC,
		B("\x05\0"
		  "\x03\0\0\0\0\0\0\0\x01\0"
		  "\x04\0\0"),
		"3:f1");
	expect(PT_FDLIST, PF_DEC, B("\x05"), "");
}

Test(param, texts)
{
	expect(PT_CHARBUF, PF_NA, B("curl\0"), "curl");
	expect(PT_CHARBUF, PF_NA, B("no end"), "no end");
	expect(PT_CHARBUF, PF_NA, B("one\0two\0"), "one");
	expect(PT_CHARBUF, PF_NA, B("\0"), "");
	expect(PT_CHARBUF, PF_NA, B("(NULL)\0"), "<NA>");
	expect(PT_CHARBUF, PF_NA, B("a\x1b[31m\nb\0"), "a\\x1b[31m\\nb");
	expect(PT_CHARBUF, PF_NA, B("\xc3\xa4\0"), "\xc3\xa4");
}

Test(param, data)
{
	char long_data[100];

	memset(long_data, 'x', sizeof(long_data));
	expect(PT_BYTEBUF, PF_NA, B("a\0b\n\x7f\xffz"), "a.b...z");
	expect_how(PT_BYTEBUF, PF_NA, span_of(long_data, 10), &(struct how){.limit = 10},
		"xxxxxxxxxx");
	expect_how(PT_BYTEBUF, PF_NA, span_of(long_data, 11), &(struct how){.limit = 10},
		"xxxxxxx...");
	expect_how(PT_BYTEBUF, PF_NA, span_of(long_data, 11), &(struct how){.limit = 3}, "...");
	expect(PT_CHARBUFARRAY, PF_NA, B("a\0b\0"), "a.b.");
	expect(PT_CHARBUF_PAIR_ARRAY, PF_NA, B("pointers"), "pointers");
}

Test(param, paths)
{
	expect(PT_FSPATH, PF_NA, B("/etc/passwd\0"), "/etc/passwd");
	expect(PT_FSPATH, PF_NA, B("x/../y\0"), "x/../y(/home/u/y)");
	expect(PT_FSPATH, PF_NA, B(".\0"), ".(/home/u)");
	expect(PT_FSPATH, PF_NA, B("\0"), "");
	expect(PT_FSPATH, PF_NA, B("<NA>\0"), "<NA>");
	expect(PT_FSPATH, PF_NA, B("(NULL)\0"), "<NA>");
	expect(PT_FSPATH, PF_NA, B("a\tb\0"), "a\\tb(/home/u/a\\tb)");
	expect_how(PT_FSPATH, PF_NA, B("x\0"), &(struct how){.no_thread = true}, "x(x)");
	expect_how(PT_FSPATH, PF_NA, B("x\0"), &(struct how){.only_resolved = true}, "/home/u/x");
}

Test(param, paths_relative_to_a_descriptor)
{
	expect_how(PT_FSRELPATH, PF_NA, B("x\0"), &(struct how){.dirfd = 5}, "x(/srv/d/x)");
	expect_how(PT_FSRELPATH, PF_NA, B("/x\0"), &(struct how){.dirfd = 5}, "/x");
	expect_how(PT_FSRELPATH, PF_NA, B("../x\0"), &(struct how){.dirfd = -100}, "../x(/home/x)");
	expect_how(PT_FSRELPATH, PF_NA, B("x\0"), &(struct how){.dirfd = 77}, "x(<UNKNOWN>/x)");
}

Test(param, addresses)
{
	expect(PT_SOCKADDR, PF_NA, B("\x02\x01\x02\x03\x04\x50\0"), "1.2.3.4:80");
	expect(PT_SOCKADDR, PF_NA, B("\x02\x01\x02\x03\x04\x50"), "INVALID IPv4");
	expect(PT_SOCKADDR, PF_NA, B("\x0a"), "INVALID IPv6");
	expect(PT_SOCKADDR, PF_NA, B("\x01/run/a\nb\0"), "/run/a\\nb");
	expect(PT_SOCKTUPLE, PF_NA, B("\x02\x01\x02\x03\x04\x50\0\x05\x06\x07\x08\x51\0"),
		"1.2.3.4:80->5.6.7.8:81");
	expect(PT_SOCKTUPLE, PF_NA, B("\x01\0\0\0\0\0\0\0\0\x0f\0\0\0\0\0\0\0/a\x07\0"),
		"0->f /a\\x07");
	expect(PT_SOCKTUPLE, PF_NA, B("\x01\0\0"), "INVALID PATH");
	expect(PT_SOCKTUPLE, PF_NA, B("\x11xyz"), "family 17");
	expect(PT_IPV4ADDR, PF_NA, B("\x7f\0\0\x01"), "127.0.0.1");
	expect(PT_IPV6ADDR, PF_NA, B("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"), "::1");
	expect(PT_PORT, PF_DEC, B("\x50\0"), "80");
}

Test(param, flags)
{
	expect(PT_FLAGS8, PF_HEX, N1("\x05"), "5(RED|BLUE)");
	expect(PT_FLAGS16, PF_HEX, N2("\x07"), "7(RED|BOTH)");
	expect(PT_FLAGS32, PF_HEX, N4("\x02"), "2(GREEN)");
	expect(PT_FLAGS32, PF_HEX, N4("\0"), "0(NONE)");
	expect(PT_FLAGS32, PF_HEX, B("\0\0\0\x80"), "2147483648");
	expect(PT_FLAGS32, PF_HEX, B("\x04\0\0\x80"), "2147483652(RED)");
	expect(PT_MODE, PF_OCT, N4("\x0a"), "012(GREEN)");
}

Test(param, enums)
{
	expect(PT_ENUMFLAGS8, PF_DEC, N1("\x01"), "1(BLUE|AZURE)");
	expect(PT_ENUMFLAGS16, PF_DEC, N2("\x04"), "4(RED)");
	expect(PT_ENUMFLAGS32, PF_DEC, N4("\x05"), "5");
}

Test(param, users_and_groups)
{
	expect(PT_UID, PF_DEC, B("\xe8\x03\0\0"), "1000(u)");
	expect(PT_UID, PF_DEC, N4("\x09"), "9(<NA>)");
	expect(PT_UID, PF_DEC, B("\xff\xff\xff\xff"), "-1(<NONE>)");
	expect(PT_UID, PF_DEC, B("\xfe\xff\xff\xff"), "4294967294(<NA>)");
	expect(PT_GID, PF_DEC, N4("\x64"), "100(users)");
	expect(PT_GID, PF_DEC, B("\xff\xff\xff\xff"), "-1(<NONE>)");
	expect_how(PT_UID, PF_DEC, N4("\0"), &(struct how){.no_thread = true}, "0(root)");
}

Test(param, signals_and_calls)
{
	expect(PT_SIGTYPE, PF_DEC, N1("\x11"), "17(SIGCHLD)");
	expect(PT_SIGTYPE, PF_DEC, N1("\0"), "0");
	expect(PT_SIGTYPE, PF_DEC, N1("\xff"), "255");
	expect(PT_SIGSET, PF_DEC, N4("\x03"), "SIGHUP SIGINT");
	expect(PT_SIGSET, PF_DEC, N4("\0"), "");
	expect_how(PT_SYSCALLID, PF_DEC, N2("\x2e"), &(struct how){.only_resolved = true},
		"getrusage");
	expect(PT_SYSCALLID, PF_DEC, B("\xff\xff"), "65535(<unknown syscall>)");
}

Test(param, times)
{
	expect(PT_RELTIME, PF_DEC, B("\0\xca\x9a\x3b\0\0\0\0"), "1000000000(1s)");
	expect(PT_RELTIME, PF_DEC, B("\x20\xa1\x07\0\0\0\0\0"), "500000(0.0005s)");
	expect(PT_RELTIME, PF_DEC, N8("\0"), "0(0s)");
	expect(PT_RELTIME, PF_DEC, MINUS_1, "none");
	expect(PT_ABSTIME, PF_DEC, B("\x13\x58\xc5\xf1\x01\x44\x1d\x18"),
		"2025-01-23 08:10:06.376777747");
}

Test(param, small_types)
{
	expect(PT_BOOL, PF_DEC, N4("\x01"), "true");
	expect(PT_BOOL, PF_DEC, N4("\0"), "false");
	expect(PT_L4PROTO, PF_DEC, N1("\x02"), "2");
	expect(PT_SOCKFAMILY, PF_DEC, N1("\x02"), "2");
}

Test(param, variants)
{
	expect(PT_DYN, PF_DEC, B("\0\x01z"), ".z");
	expect(PT_DYN, PF_DEC, B("\x01\xfe\xff\xff\xff\xff\xff\xff\xff"), "-2(ENOENT)");
	expect(PT_DYN, PF_DEC, B("\x02\xff\0\0\0\0\0\0\0"), "FF");
	expect(PT_DYN, PF_DEC, B("\x03xyz"), "INVALID DYNAMIC PARAMETER");
	expect(PT_DYN, PF_DEC, B("\x01"), "<NA>");
	expect(PT_DYN, PF_DEC, B("\0"), "NULL");
}

Test(param, missing_ones_of_every_type)
{
	static const uint8_t data[] = {PT_BYTEBUF, PT_SOCKADDR, PT_SOCKTUPLE, PT_FDLIST, PT_DYN,
		PT_CHARBUFARRAY, PT_CHARBUF_PAIR_ARRAY};

	for (uint8_t type = 0; type < PARAM_TYPES; type++) {
		bool is_data = memchr(data, type, sizeof(data)) != NULL;

		expect(type, PF_DEC, span_of(NULL, 0), is_data ? "NULL" : "<NA>");
	}
}

/* Whatever the bytes are, there is a text. */
Test(param, every_type_of_every_length)
{
	uint8_t bytes[24];

	memset(bytes, 0xff, sizeof(bytes));
	for (uint8_t type = 0; type < PARAM_TYPES; type++) {
		for (size_t n = 1; n <= sizeof(bytes); n++) {
			struct buf b = {0};
			uint8_t *copy = malloc(n);

			cr_assert_not_null(copy);
			memcpy(copy, bytes, n);
			render(type, PF_DEC, span_of(copy, n), &(struct how){.dirfd = 5}, &b);
			if (type != PT_FDLIST)
				cr_expect_gt(b.n, 0, "%s of %zu bytes", param_type_name(type), n);
			buf_release(&b);
			free(copy);
		}
	}
}
