/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "scap/fdlist.h"
#include "support/build.h"

/* The newest type and one that is none yet. */
#define FDT_LAST FDT_PIDFD
#define FDT_NEW  99

/* Everything set, whatever the type has use for. */
static struct meta_fd example(uint8_t type)
{
	struct meta_fd fd = build_tcp4(7, 0x0a000001, 40000, 0x0a000002, 443);

	fd.type = type;
	fd.ino = 4242;
	fd.name = span_str("/var/log/messages");
	fd.flags = 0x1001;
	fd.dev = 0x801;
	fd.source = UINT64_C(0xffff8edcfda06800);
	fd.peer = UINT64_C(0xffff8edcfda06c00);
	fd.sip[15] = 1;
	fd.dip[15] = 2;
	return fd;
}

static bool is_server(uint8_t type)
{
	return type == FDT_IPV4_SERV || type == FDT_IPV6_SERV;
}

static bool is_socket(uint8_t type)
{
	return type == FDT_IPV4_SOCK || type == FDT_IPV6_SOCK || is_server(type);
}

static bool has_name(uint8_t type)
{
	return type != FDT_UNKNOWN && !is_socket(type);
}

/* What is left of want after its type had no place for the rest. */
static struct meta_fd reduced(struct meta_fd fd, unsigned version)
{
	size_t addr = fd.type == FDT_IPV6_SOCK || fd.type == FDT_IPV6_SERV ? 16 : 4;

	if (!has_name(fd.type))
		fd.name = span_of(NULL, 0);
	if (fd.type != FDT_FILE_V2)
		fd.flags = 0;
	if (fd.type != FDT_FILE_V2 || version < 2)
		fd.dev = 0;
	if (fd.type != FDT_UNIX)
		fd.source = fd.peer = 0;
	if (!is_socket(fd.type)) {
		fd.sport = fd.l4 = 0;
		addr = 0;
	}
	memset(fd.sip + addr, 0, 16 - addr);
	if (!is_socket(fd.type) || is_server(fd.type)) {
		fd.dport = 0;
		addr = 0;
	}
	memset(fd.dip + addr, 0, 16 - addr);
	return fd;
}

static void expect_same(const struct meta_fd *got, const struct meta_fd *want)
{
	cr_expect_eq(got->fd, want->fd);
	cr_expect_eq(got->ino, want->ino);
	cr_expect_eq(got->type, want->type);
	cr_expect(span_eq(got->name, want->name), "type %u", want->type);
	cr_expect_eq(got->flags, want->flags);
	cr_expect_eq(got->dev, want->dev, "type %u", want->type);
	cr_expect_eq(memcmp(got->sip, want->sip, 16), 0, "type %u", want->type);
	cr_expect_eq(memcmp(got->dip, want->dip, 16), 0, "type %u", want->type);
	cr_expect_eq(got->sport, want->sport, "type %u", want->type);
	cr_expect_eq(got->dport, want->dport, "type %u", want->type);
	cr_expect_eq(got->l4, want->l4, "type %u", want->type);
	cr_expect_eq(got->source, want->source);
	cr_expect_eq(got->peer, want->peer);
}

static size_t all_types(struct meta_fd *fds)
{
	for (uint8_t type = 0; type <= FDT_LAST; type++)
		fds[type] = example(type);
	return FDT_LAST + 1;
}

static void read_all(unsigned version, bool big)
{
	struct build b = {.out.big = big};
	struct meta_fd fds[FDT_LAST + 1], got;
	size_t n = all_types(fds);
	struct cursor c;
	struct err err = {0};

	build_fds(&b, version, 4711, fds, n);
	c = cursor_of(build_last(&b).body, big);
	cr_expect_eq(fdlist_tid(&c), 4711);
	for (size_t i = 0; i < n; i++) {
		struct meta_fd want = reduced(fds[i], version);

		cr_assert_eq(fdlist_next(&c, version, &got, &err), 1, "type %zu", i);
		expect_same(&got, &want);
	}
	cr_expect_eq(fdlist_next(&c, version, &got, &err), 0);
	build_release(&b);
}

Test(fdlist, reads_all_types_of_both_versions)
{
	read_all(1, false);
	read_all(1, true);
	read_all(2, false);
	read_all(2, true);
}

Test(fdlist, writes_what_it_reads)
{
	struct build b = {0};
	struct buf out = {0};
	struct meta_fd fds[FDT_LAST + 1];
	size_t n = all_types(fds);
	struct span want;

	build_fds(&b, 2, 4711, fds, n);
	want = build_last(&b).body;
	fdlist_put_tid(&out, 4711);
	for (size_t i = 0; i < n; i++)
		fdlist_put(&out, &fds[i]);
	cr_expect(want.n - out.n < 4 && memcmp(out.p, want.p, out.n) == 0);
	buf_release(&out);
	build_release(&b);
}

Test(fdlist, unknown_types_are_stepped_over_by_their_length)
{
	struct build b = {0};
	struct meta_fd fds[] = {example(FDT_NEW), build_file(3, "/etc/hosts")}, got;
	struct cursor c;
	struct err err = {0};

	build_fds(&b, 2, 1, fds, 2);
	c = cursor_of(build_last(&b).body, false);
	(void)fdlist_tid(&c);
	cr_assert_eq(fdlist_next(&c, 2, &got, &err), 1);
	cr_expect_eq(got.fd, 7);
	cr_expect_eq(got.ino, 4242);
	cr_expect_eq(got.type, FDT_NEW);
	cr_expect_eq(got.name.n, 0);
	cr_assert_eq(fdlist_next(&c, 2, &got, &err), 1);
	cr_expect(span_eq(got.name, span_str("/etc/hosts")));
	build_release(&b);
}

Test(fdlist, unknown_types_end_a_block_without_lengths)
{
	struct build b = {0};
	struct meta_fd fds[] = {build_file(3, "/etc/hosts"), example(FDT_NEW)}, got;
	struct cursor c;
	struct err err = {0};

	build_fds(&b, 1, 1, fds, 2);
	c = cursor_of(build_last(&b).body, false);
	(void)fdlist_tid(&c);
	cr_assert_eq(fdlist_next(&c, 1, &got, &err), 1);
	cr_expect_eq(fdlist_next(&c, 1, &got, &err), -1);
	cr_expect_str_eq(err.text, "descriptor list: an entry of type 99 has no length");
	cr_expect_eq(fdlist_next(&c, 1, &got, &err), 0);
	build_release(&b);
}

Test(fdlist, files_of_writers_without_devices)
{
	struct build b = {0};
	struct meta_fd fd = build_file(3, "/etc/hosts"), got;
	struct cursor c;
	struct err err = {0};
	uint32_t length;

	build_fds(&b, 2, 1, &fd, 1);
	/* Leave the last four bytes out: the entry's length stands behind the thread's id. */
	length = load_u32(b.out.p + b.start + 16, false);
	store_u32(b.out.p + b.start + 16, length - 4, false);
	c = cursor_of(build_last(&b).body, false);
	(void)fdlist_tid(&c);
	cr_assert_eq(fdlist_next(&c, 2, &got, &err), 1);
	cr_expect(span_eq(got.name, span_str("/etc/hosts")));
	cr_expect_eq(got.dev, 0);
	build_release(&b);
}

Test(fdlist, threads_without_descriptors_and_blocks_without_thread)
{
	uint8_t tid[8] = {0x2a};
	struct cursor c = cursor_of(span_of(tid, 8), false);
	struct meta_fd fd;
	struct err err = {0};

	cr_expect_eq(fdlist_tid(&c), 42);
	cr_expect_eq(fdlist_next(&c, 2, &fd, &err), 0);
	c = cursor_of(span_of(tid, 7), false);
	(void)fdlist_tid(&c);
	cr_expect(c.bad);
}

Test(fdlist, damaged_entries_end_the_block)
{
	struct build b = {0};
	struct meta_fd fds[] = {build_file(3, "/etc/hosts"), build_file(4, "/")}, got;
	struct block block;
	struct err err = {0};

	build_fds(&b, 2, 1, fds, 2);
	block = build_last(&b);
	/* Within itself; within number, inode and type; within flags and name. */
	for (uint32_t length = 0; length < 21 + 4 + 2 + 10; length++) {
		struct cursor c = cursor_of(block.body, false);

		store_u32(b.out.p + b.start + 16, length, false);
		(void)fdlist_tid(&c);
		cr_expect_eq(fdlist_next(&c, 2, &got, &err), -1, "length %u", length);
		cr_expect_eq(fdlist_next(&c, 2, &got, &err), 0);
	}
	build_release(&b);
}

Test(fdlist, characters_and_names)
{
	cr_expect_eq(fd_type_char(FDT_FILE_V2), 'f');
	cr_expect_eq(fd_type_char(FDT_UNKNOWN), 'o');
	cr_expect_eq(fd_type_char(FDT_NEW), '?');
	cr_expect_eq(fd_type_char(255), '?');
	cr_expect_str_eq(fd_type_name(FDT_IPV6_SERV), "ipv6");
	cr_expect_null(fd_type_name(FDT_UNSUPPORTED));
	cr_expect_null(fd_type_name(FDT_NEW));
}
