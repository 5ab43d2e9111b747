/* SPDX-License-Identifier: MIT */
/*
 * Options are walked in place. Padding that is missing at the very end of a block is forgiven: it
 * holds nothing.
 */
#include "pcapng/option.h"

#include "pcapng/pcapng.h"

int option_next(struct cursor *c, struct option_view *opt)
{
	uint16_t n;

	if (cursor_left(c) == 0)
		return c->bad ? -1 : 0;
	opt->code = cursor_u16(c);
	n = cursor_u16(c);
	opt->value = cursor_span(c, n);
	if (c->bad)
		return -1;
	if (opt->code == OPT_END) {
		c->p = c->end;
		return 0;
	}
	cursor_skip(c, MIN(pad4(n) - n, cursor_left(c)));
	return 1;
}

bool option_find(struct cursor c, uint16_t code, struct option_view *opt)
{
	while (option_next(&c, opt) == 1)
		if (opt->code == code)
			return true;
	return false;
}

void option_put(struct buf *b, uint16_t code, struct span value)
{
	size_t n = MIN(value.n, (size_t)UINT16_MAX);

	buf_u16(b, code);
	buf_u16(b, (uint16_t)n);
	buf_put(b, value.p, n);
	buf_zeros(b, pad4(n) - n);
}

void option_put_end(struct buf *b)
{
	buf_u16(b, OPT_END);
	buf_u16(b, 0);
}
