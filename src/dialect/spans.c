/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/spans.h"

#include <errno.h>

static const struct flow_span nothing;

struct flow_spans spans_none(void)
{
	return (struct flow_spans){ &nothing, 0 };
}

bool spans_all(struct flow_spans s, u128 max)
{
	return !s.span || (s.n == 1 && s.span[0].lo == 0 && s.span[0].hi == max);
}

bool spans_have(struct flow_spans s, u128 value)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.span[i].lo <= value && value <= s.span[i].hi)
			return true;
	}
	return !s.span;
}

bool spans_equal(struct flow_spans a, struct flow_spans b)
{
	if (!a.span || !b.span)
		return !a.span && !b.span;
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (a.span[i].lo != b.span[i].lo || a.span[i].hi != b.span[i].hi)
			return false;
	}
	return true;
}

int spans_one(u128 lo, u128 hi, struct arena *a, struct flow_spans *ret)
{
	struct flow_span *span = arena_alloc(a, sizeof(*span));

	if (!span)
		return -ENOMEM;
	*span = (struct flow_span){ lo, hi };
	*ret = (struct flow_spans){ span, 1 };
	return 0;
}

int spans_and(struct flow_spans x, struct flow_spans y, struct arena *a, struct flow_spans *ret)
{
	struct spanlist both = SPANLIST_INIT(a);
	size_t i = 0, j = 0;

	if (!x.span || !y.span) {
		*ret = x.span ? x : y;
		return 0;
	}
	while (i < x.n && j < y.n) {
		u128 lo = x.span[i].lo > y.span[j].lo ? x.span[i].lo : y.span[j].lo;
		u128 hi = x.span[i].hi < y.span[j].hi ? x.span[i].hi : y.span[j].hi;
		int r = lo <= hi ? spanlist_add(&both, lo, hi) : 0;

		if (r < 0)
			return r;
		if (x.span[i].hi < y.span[j].hi)
			i++;
		else
			j++;
	}
	*ret = spanlist_seal(&both);
	return 0;
}

int spans_not(struct flow_spans s, u128 max, struct arena *a, struct flow_spans *ret)
{
	struct spanlist rest = SPANLIST_INIT(a);
	u128 next = 0;
	bool open = true; /* values from `next` on are still to be judged */

	if (!s.span) {
		*ret = spans_none();
		return 0;
	}
	for (size_t i = 0; open && i < s.n; i++) {
		int r = s.span[i].lo > next ? spanlist_add(&rest, next, s.span[i].lo - 1) : 0;

		if (r < 0)
			return r;
		open = s.span[i].hi < max;
		next = s.span[i].hi + 1;
	}
	if (open) {
		int r = spanlist_add(&rest, next, max);

		if (r < 0)
			return r;
	}
	*ret = spanlist_seal(&rest);
	return 0;
}

int spanlist_add(struct spanlist *l, u128 lo, u128 hi)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 4;
		struct flow_span *span = arena_array(l->arena, cap, sizeof(*span));

		if (!span)
			return -ENOMEM;
		if (l->n)
			memcpy(span, l->span, l->n * sizeof(*span));
		l->span = span;
		l->cap = cap;
	}
	l->span[l->n++] = (struct flow_span){ lo, hi };
	return 0;
}

static int by_lo(const void *a, const void *b)
{
	const struct flow_span *x = a, *y = b;

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

struct flow_spans spanlist_seal(struct spanlist *l)
{
	size_t n = 0;

	if (!l->n)
		return spans_none();
	qsort(l->span, l->n, sizeof(*l->span), by_lo);
	for (size_t i = 1; i < l->n; i++) {
		struct flow_span *last = &l->span[n], next = l->span[i];

		if (next.lo <= last->hi || next.lo - 1 == last->hi) {
			if (next.hi > last->hi)
				last->hi = next.hi;
		} else {
			l->span[++n] = next;
		}
	}
	l->n = n + 1;
	return (struct flow_spans){ l->span, l->n };
}
