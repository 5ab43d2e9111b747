/* SPDX-License-Identifier: MIT */
/* What becomes of the calls of 32-bit programs: their rows, arguments, results, what they point to.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "scap/event_table.h"
#include "tools/scapcap/calls.h"
#include "tools/scapcap/choose.h"
#include "tools/scapcap/compat.h"

Test(compat, numbers_have_rows_behind_those_of_64_bit_programs)
{
	struct shape exits = calls_shape(false);
	struct call call;

	cr_expect_eq(row_number(5), 5);
	cr_expect_eq(row_number(NATIVE_CALLS), UNKNOWN_CALL);
	cr_expect_eq(row_number(0x40000000), UNKNOWN_CALL, "of x32");
	cr_expect_eq(row_number(UINT32_MAX), UNKNOWN_CALL);
	cr_expect_eq(row_number(COMPAT_MARK | 5), NATIVE_CALLS + 5);
	cr_expect_eq(row_number(COMPAT_MARK | NATIVE_CALLS), UNKNOWN_CALL);
	cr_expect_not(is_compat(5) || is_compat(UINT32_MAX) || is_compat(COMPAT_MARK | 0xf0005));
	/* The same on i386 and ARM: open, and the 64-bit program's fstat on x86_64. */
	calls_row(row_number(COMPAT_MARK | 5), &exits, &call);
	cr_expect_eq(call.exit, PPME_SYSCALL_OPEN_X);
	calls_row(row_number(COMPAT_MARK | 11), &exits, &call);
	cr_expect_eq(call.exit, PPME_SYSCALL_EXECVE_19_X);
	calls_row(row_number(COMPAT_MARK | 400), &exits, &call);
	cr_expect_eq(call.exit, PPME_GENERIC_X);
}

Test(compat, a_name_chooses_calls_of_both)
{
	struct choice_opts c = {0};
	struct err err = {0};

	cr_assert_eq(choose_calls(&c, "read,mmap2", &err), 0, "%s", err.text);
	cr_expect(choose_wants(&c, calls_number("read")));
	cr_expect(choose_wants(&c, row_number(COMPAT_MARK | 3)));
	cr_expect(choose_wants(&c, row_number(COMPAT_MARK | 192)), "there is no other");
	cr_expect_not(choose_wants(&c, row_number(COMPAT_MARK | 4)), "write");
}

Test(compat, results_are_negative_only_when_they_are_errors)
{
	cr_expect_eq(compat_result(0xfffffffe), -2);
	cr_expect_eq(compat_result(-2), -2);
	cr_expect_eq(compat_result(0xf7f00000), 0xf7f00000);
	cr_expect_eq(compat_result((int32_t)0xf7f00000), 0xf7f00000, "sign-extended");
	cr_expect_eq(compat_result(3), 3);
}

Test(compat, offsets_come_in_halves)
{
	__u64 seek[6] = {3, 1, 2, 0x1000, 0, 0}, back[6] = {3, 0xffffffff, 1};
	__u64 other[6] = {1, 2, 3, 4, 5, 6};

	compat_args(COMPAT_MARK | 140, seek);
	cr_expect_eq(seek[1], 0x100000002);
	cr_expect_eq(seek[2], 0);
	compat_args(COMPAT_MARK | 19, back);
	cr_expect_eq(back[1], UINT64_MAX);
	compat_args(COMPAT_MARK | 4, other);
	for (__u64 i = 0; i < 6; i++)
		cr_expect_eq(other[i], i + 1);
}

/* Read into the beginning of the larger structure, as they stand in memory. */
Test(compat, what_is_pointed_to_is_widened)
{
	const uint32_t words[8] = {0x1000, 16, 0x2000, 3, 0x3000, 24, 0, 9};
	uint32_t nr = COMPAT_MARK | 370;
	struct vector v = {0}, wide = {0x1000, 16};
	struct message m = {0};
	__s64 t[2] = {0};

	memcpy(&v, words, vector_size(nr));
	vector_widen(nr, &v);
	cr_expect(v.base == 0x1000 && v.len == 16);
	vector_widen(46, &wide);
	cr_expect(wide.base == 0x1000 && wide.len == 16, "it is wide");
	memcpy(&m, words, message_size(nr));
	message_widen(nr, &m);
	cr_expect(m.name == 0x1000 && m.namelen == 16 && m.vectors == 0x2000 && m.nvectors == 3);
	cr_expect(m.control == 0x3000 && m.controllen == 24);
	cr_expect(message_step(nr) == sizeof(words) && message_step(46) == sizeof(m));
	cr_expect(message_size(46) == offsetof(struct message, len));
	memcpy(t, (int32_t[]){-1, 500}, 8);
	time_widen(t);
	cr_expect(t[0] == -1 && t[1] == 500);
	cr_expect(time_is_narrow(COMPAT_MARK | 162));
	cr_expect_not(time_is_narrow(COMPAT_MARK | 414) || time_is_narrow(35));
}

#ifdef COMPAT_SOCKETCALL
Test(compat, socketcall_stands_for_others)
{
	struct shape exits = calls_shape(false);
	struct call call;

	calls_row(row_number(COMPAT_MARK | compat_socketcall(9).nr), &exits, &call);
	cr_expect(call.exit == PPME_SOCKET_SENDTO_X && compat_socketcall(9).nargs == 4,
		"a send is a sendto without an address");
	calls_row(row_number(COMPAT_MARK | compat_socketcall(5).nr), &exits, &call);
	cr_expect(call.exit == PPME_SOCKET_ACCEPT4_6_X && compat_socketcall(5).nargs == 3,
		"an accept is an accept4 without flags");
	cr_expect_eq(compat_socketcall(99).nr | COMPAT_MARK, COMPAT_SOCKETCALL);
}
#endif
