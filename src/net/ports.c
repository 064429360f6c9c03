/* SPDX-License-Identifier: Apache-2.0 */
#include "net/ports.h"

#include <assert.h>
#include <string.h>

#include "base/err.h"

int ports_add(struct ports *s, uint16_t lo, uint16_t hi)
{
	size_t first = 0;
	size_t past;

	assert(lo <= hi);
	while (first < s->n && s->range[first].hi + 1 < lo)
		first++;
	past = first; /* [first, past) are the ranges that touch lo..hi */
	while (past < s->n && s->range[past].lo <= hi + 1)
		past++;
	if (first == past && s->n == PORTS_MAX)
		return E_LIMIT;
	if (first < past) {
		lo = lo < s->range[first].lo ? lo : s->range[first].lo;
		hi = hi > s->range[past - 1].hi ? hi : s->range[past - 1].hi;
	}
	memmove(&s->range[first + 1], &s->range[past], (s->n - past) * sizeof(*s->range));
	s->range[first] = (struct port_range){ lo, hi };
	s->n = s->n - (past - first) + 1;
	return 0;
}

static int parse_port(struct str text, uint16_t *ret)
{
	uint64_t v;
	int r = str_u64(text, UINT16_MAX, &v);

	if (r == 0 && v == 0)
		r = E_SYNTAX;
	if (r == 0)
		*ret = (uint16_t)v;
	return r;
}

static int parse_range(struct str text, struct ports *s)
{
	struct str rest = text;
	struct str first = str_trim(str_cut(&rest, '-'));
	uint16_t lo = 0;
	uint16_t hi;
	int r = parse_port(first, &lo);

	if (r < 0)
		return r;
	hi = lo;
	if (rest.p)
		r = parse_port(str_trim(rest), &hi);
	if (r < 0)
		return r;
	return lo <= hi ? ports_add(s, lo, hi) : E_SYNTAX;
}

int ports_parse(struct str text, struct ports *ret, size_t *ret_at)
{
	struct ports s = PORTS_NONE;
	struct str rest = { text.p ? text.p : "", text.n };

	while (rest.p) {
		struct str whole = str_cut(&rest, ',');
		struct str part = str_trim(whole);
		int r = parse_range(part, &s);

		if (r < 0 && ret_at)
			*ret_at = (size_t)((part.n ? part.p : whole.p) - text.p);
		if (r < 0)
			return r;
	}
	*ret = s;
	return 0;
}

void ports_print(const struct ports *s, struct buf *out)
{
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			buf_addc(out, ',');
		if (s->range[i].lo == s->range[i].hi)
			buf_printf(out, "%u", s->range[i].lo);
		else
			buf_printf(out, "%u-%u", s->range[i].lo, s->range[i].hi);
	}
}

bool ports_has(const struct ports *s, uint16_t port)
{
	for (size_t i = 0; i < s->n && s->range[i].lo <= port; i++)
		if (port <= s->range[i].hi)
			return true;
	return false;
}

bool ports_equal(const struct ports *a, const struct ports *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->range[i].lo != b->range[i].lo || a->range[i].hi != b->range[i].hi)
			return false;
	return true;
}

unsigned ports_count(const struct ports *s)
{
	unsigned sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += s->range[i].hi - s->range[i].lo + 1U;
	return sum;
}
