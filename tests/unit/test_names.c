/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>

#include "scap/names.h"

Test(names, error_numbers)
{
	cr_expect_str_eq(errno_name(ENOENT), "ENOENT");
	cr_expect_str_eq(errno_name(EINPROGRESS), "EINPROGRESS");
	cr_expect_null(errno_name(0));
	cr_expect_null(errno_name(-1));
	cr_expect_null(errno_name(41)); /* a gap in the kernel's numbers */
	cr_expect_null(errno_name(INT64_MAX));
	cr_expect_null(errno_name(INT64_MIN));
}

Test(names, signals)
{
	cr_expect_str_eq(signal_name(SIGKILL), "SIGKILL");
	cr_expect_str_eq(signal_name(31), "SIGSYS");
	cr_expect_null(signal_name(0));
	cr_expect_null(signal_name(32));
	cr_expect_null(signal_name(UINT32_MAX));
}

Test(names, system_calls_and_back)
{
	cr_expect_str_eq(ppm_sc_name(46), "getrusage");
	cr_expect_null(ppm_sc_name(65535));
	cr_expect_eq(ppm_sc_code("no_such_call"), -1);
	for (uint32_t code = 0; ppm_sc_name(code); code++)
		cr_expect_eq(ppm_sc_code(ppm_sc_name(code)), (int)code);
}
