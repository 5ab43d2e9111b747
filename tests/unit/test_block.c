/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "pcapng/block.h"

Test(block, rows_are_in_order_and_found_by_their_type)
{
	for (size_t i = 0; i < block_info_count(); i++) {
		const struct block_info *row = block_info_at(i);

		cr_expect_eq(block_info(row->type), row, "%s", row->name);
		cr_expect(i == 0 || block_info_at(i - 1)->type < row->type, "%s", row->name);
		cr_expect(row->name[0] && row->what[0]);
		cr_expect_neq(row->kind, BLOCK_UNKNOWN, "%s", row->name);
	}
}

Test(block, unknown_types_have_a_row_too)
{
	cr_expect_eq(block_info(0)->kind, BLOCK_UNKNOWN);
	cr_expect_eq(block_info(0x20A)->kind, BLOCK_UNKNOWN);
	cr_expect_eq(block_info(UINT32_MAX)->kind, BLOCK_UNKNOWN);
}

Test(block, numbers_of_before_the_first_release_mean_the_same)
{
	cr_expect_eq(block_info(0x8010ABCD), block_info(BT_EV));
	cr_expect_eq(block_info(0x8014ABCD), block_info(BT_PL_V3));
	cr_expect_eq(block_info(0x8014ABCD)->version, 3);
}
