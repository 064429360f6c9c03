/* SPDX-License-Identifier: Apache-2.0 */
#include "base/closest.h"

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/*
 * Optimal string alignment, three rows at a time: cost[k][j] is the distance of the first i - k
 * letters of `a` from the first j of `b`.
 */
unsigned closest_distance(struct str a, struct str b)
{
	unsigned cost[3][CLOSEST_WORD_MAX + 1] = { 0 };
	unsigned *before = cost[0], *above = cost[1], *here = cost[2];

	if (a.n > CLOSEST_WORD_MAX || b.n > CLOSEST_WORD_MAX)
		return CLOSEST_WORD_MAX + 1;
	for (size_t j = 0; j <= b.n; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *reuse = before;

		here[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			char x = ascii_lower(a.p[i - 1]), y = ascii_lower(b.p[j - 1]);
			bool swap = i > 1 && j > 1 && x == ascii_lower(b.p[j - 2]) &&
				    y == ascii_lower(a.p[i - 2]);

			here[j] = min3(above[j] + 1, here[j - 1] + 1, above[j - 1] + (x != y));
			if (swap && before[j - 2] + 1 < here[j])
				here[j] = before[j - 2] + 1;
		}
		before = above;
		above = here;
		here = reuse;
	}
	return above[b.n];
}

bool closest_near(struct str typed, struct str known)
{
	size_t shorter = typed.n < known.n ? typed.n : known.n;

	return closest_distance(typed, known) <= (shorter + 2) / 3;
}

const char *closest(struct str typed, const char *const *known, size_t n)
{
	const char *best = NULL;
	unsigned least = CLOSEST_WORD_MAX + 1;

	for (size_t i = 0; i < n; i++) {
		struct str word = str_of(known[i]);
		unsigned distance = known[i] ? closest_distance(typed, word) : least;

		if (distance < least && closest_near(typed, word)) {
			least = distance;
			best = known[i];
		}
	}
	return best;
}
