/* SPDX-License-Identifier: MIT */
/* Nearest is who needs the fewest letters put in, left out or changed: done once, for a message. */
#include "base/near.h"

#define LONGEST 40
#define MOST    3

/* Of a short word, not all letters may be wrong. */
struct near near_of(struct span word)
{
	return (struct near){.word = word, .least = MIN(1 + word.n / 4, (size_t)MOST) + 1};
}

static size_t distance(struct span a, struct span b)
{
	size_t row[LONGEST + 1];

	if (a.n > LONGEST || b.n > LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t change = corner + (a.p[i - 1] != b.p[j - 1]);

			corner = row[j];
			row[j] = MIN(change, 1 + MIN(row[j], row[j - 1]));
		}
	}
	return row[b.n];
}

void near_try(struct near *n, const char *candidate)
{
	size_t d = distance(n->word, span_str(candidate));

	if (d < n->least) {
		n->least = d;
		n->best = candidate;
	}
}
