/* SPDX-License-Identifier: MIT */
/* What command lines are refused for, before anything is loaded: no rights are needed here. */
#include <criterion/criterion.h>
#include <string.h>

#include "capture/live.h"
#include "support/run.h"

/* Options, which end with a NULL, and what says why not. */
static const struct {
	const char *options[6], *why;
} refused[] = {
	{{"-w", "-", "--on-file", "true"}, "--on-file needs files"},
	{{"-w", "x.scap", "--ring", "1M", "--dump-on", "exit"}, "a COMMAND"},
	{{"-w", "x.scap", "-Z", "nobody-of-that-name"}, "no user 'nobody-of-that-name'"},
	{{"-w", "x.scap", "--pid", "2147483646"}, "no process 2147483646"},
	{{"-w", "x.scap", "--tid", "2147483646"}, "no thread 2147483646"},
};

Test(cap_args, what_can_never_do_anything_is_refused)
{
	struct run r;

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		const char *const *o = refused[i].options;

		RUN(&r, "scapcap", o[0], o[1], o[2], o[3], o[4], o[5]);
		cr_expect_eq(r.status, 2, "%s", refused[i].why);
		cr_expect(strstr((const char *)r.err.p, refused[i].why), "%s", r.err.p);
		run_release(&r);
	}
}
