/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "tools/scapcap/optional.h"

/* A kernel that refuses these parts, or everything. */
struct kernel {
	unsigned refused;
	bool all;
	unsigned loaded; /* the last set that it took, or OPTIONAL_ALL + 1 */
	unsigned calls;
};

static bool load(void *user, unsigned parts)
{
	struct kernel *k = user;
	bool fine = !k->all && !(parts & k->refused);

	k->calls++;
	k->loaded = fine ? parts : OPTIONAL_ALL + 1;
	return fine;
}

Test(optional, what_the_kernel_takes_is_loaded_at_last)
{
	for (unsigned refused = 0; refused <= OPTIONAL_ALL; refused++) {
		for (unsigned wanted = 0; wanted <= OPTIONAL_ALL; wanted++) {
			struct kernel k = {.refused = refused};
			int got = optional_load(wanted, load, &k);

			cr_expect_eq(got, (int)(wanted & ~refused), "wanted %u, refused %u: %d",
				wanted, refused, got);
			cr_expect_eq(k.loaded, wanted & ~refused, "and that is loaded");
		}
	}
}

Test(optional, one_try_is_enough_as_a_rule)
{
	struct kernel k = {0};

	cr_expect_eq(optional_load(OPTIONAL_ALL, load, &k), OPTIONAL_ALL);
	cr_expect_eq(k.calls, 1);
}

Test(optional, a_kernel_that_takes_nothing)
{
	struct kernel k = {.all = true};

	cr_expect_eq(optional_load(OPTIONAL_SIGNALS, load, &k), -1);
	cr_expect_eq(optional_load(0, load, &k), -1);
	cr_expect_eq(optional_name(OPTIONAL_SIGNALS)[2], 's');
}
