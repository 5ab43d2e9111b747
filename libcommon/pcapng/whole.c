/* SPDX-License-Identifier: MIT */
/* A capture ends well only where a record would start; anywhere else it was cut short. */
#include "pcapng/whole.h"

int whole_peek(struct src *src, size_t n, const uint8_t **p, struct err *err)
{
	size_t avail;

	*p = src_peek(src, n, &avail, err);
	if (!*p)
		return -1;
	if (avail >= n)
		return 1;
	if (avail == 0)
		return 0;
	return err_set_at(err, ERR_TRUNCATED, src_offset(src),
		"the capture is cut short: expecting %zu bytes, %zu are left", n, avail);
}
