/* SPDX-License-Identifier: Apache-2.0 */
#include "base/closest.h"

#include <stdint.h>

static char folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: Levenshtein plus swaps of neighbours, in three rows. */
static size_t edits_between(struct str a, struct str b)
{
	size_t row[3][CLOSEST_TEXT_MAX + 1] = { 0 };

	for (size_t j = 0; j <= b.n; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *now = row[i % 3];
		const size_t *before = row[(i + 2) % 3], *earlier = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			char x = folded(a.p[i - 1]), y = folded(b.p[j - 1]);

			now[j] = smaller(smaller(before[j], now[j - 1]) + 1,
					 before[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == folded(b.p[j - 2]) && y == folded(a.p[i - 2]))
				now[j] = smaller(now[j], earlier[j - 2] + 1);
		}
	}
	return row[a.n % 3][b.n];
}

void closest_offer(struct closest *c, const char *name)
{
	struct str offer = str_of(name);

	if (c->typed.n > CLOSEST_TEXT_MAX || offer.n > CLOSEST_TEXT_MAX)
		return;

	size_t edits = edits_between(c->typed, offer);

	if (!c->best || edits < c->edits) {
		c->best = name;
		c->edits = edits;
	}
}

const char *closest_name(const struct closest *c)
{
	/* One edit in three letters: "meting" finds "meetings", "zone" does not find "phone". */
	return c->best && c->edits * 3 <= c->typed.n + 1 ? c->best : NULL;
}
