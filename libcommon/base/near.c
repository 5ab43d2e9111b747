/* SPDX-License-Identifier: MIT */
/*
 * Nearest is who needs the fewest letters put in, left out, changed, or swapped with the next one: done
 * once, for a message.
 */
#include "base/near.h"

#define LONGEST 40
#define MOST    3

/* Of a short word, not all letters may be wrong. */
struct near near_of(struct span word)
{
	return (struct near){.word = word, .least = MIN(1 + word.n / 4, (size_t)MOST) + 1};
}

/* Whether letters i and i - 1 of a are letters j - 1 and j of b. */
static bool swapped(struct span a, struct span b, size_t i, size_t j)
{
	return i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1];
}

static size_t distance(struct span a, struct span b)
{
	size_t d[LONGEST + 1][LONGEST + 1]; /* of the first i letters of a to the first j of b */

	if (a.n > LONGEST || b.n > LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.n; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		d[i][0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t change = d[i - 1][j - 1] + (a.p[i - 1] != b.p[j - 1]);

			d[i][j] = MIN(change, 1 + MIN(d[i - 1][j], d[i][j - 1]));
			if (swapped(a, b, i, j))
				d[i][j] = MIN(d[i][j], 1 + d[i - 2][j - 2]);
		}
	}
	return d[a.n][b.n];
}

void near_try(struct near *n, const char *candidate)
{
	size_t d = distance(n->word, span_str(candidate));

	if (d < n->least) {
		n->least = d;
		n->best = candidate;
	}
}
