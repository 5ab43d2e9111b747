/* SPDX-License-Identifier: MIT */
/* What all readings of the input begin with. */
#include "tools/scapedit/copy.h"

#include "cli/msg.h"

struct reader *open_capture(const char *path, bool damaged, struct src **src, struct err *err)
{
	const struct src_opts opts = {.wanted = reader_wants};
	struct reader *r;

	*src = src_open(path, &opts, err);
	r = !*src ? NULL : damaged ? reader_new_mending(*src, err) : reader_new(*src, err);
	if (!r)
		msg_err(path, err);
	return r;
}
