/* SPDX-License-Identifier: MIT */
/*
 * The file is gone through in pieces that overlap by the longest text, and by a byte in front, which
 * tells whether a word starts there.
 */
#include "tools/scapedit/redact_residue.h"

#define CHUNK (1u << 20)

/* Looks at text[from] up to, not including, text[to]. Returns where to go on. */
static size_t find_in(const struct redact_set *gone, struct span text, size_t from, size_t to,
	uint64_t offset, struct redact_residue *r)
{
	size_t at = from;

	while (at < to) {
		const struct redact_value *v = redact_set_at(gone, text, at);

		if (v && !r->count++) {
			r->first = v;
			r->offset = offset + at;
		}
		at += v ? v->text.n : 1;
	}
	return at;
}

int redact_residue_find(
	const struct redact_set *gone, struct src *src, struct redact_residue *r, struct err *err)
{
	size_t overlap = redact_set_longest(gone) + 1;
	size_t chunk = CHUNK + 2 * overlap;
	size_t from = 0;

	*r = (struct redact_residue){0};
	for (;;) {
		size_t n, end;
		const uint8_t *p = src_peek(src, chunk, &n, err);
		bool last = n < chunk;

		if (!p)
			return -1;
		n = MIN(n, chunk);
		end = last ? n : n - overlap;
		end = find_in(gone, span_of(p, n), from, end, src_offset(src), r);
		if (last)
			return 0;
		src_consume(src, end - 1);
		from = 1;
	}
}
