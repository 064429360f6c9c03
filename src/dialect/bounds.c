/* SPDX-License-Identifier: Apache-2.0 */
#include "dialect/bounds.h"

#include <errno.h>

#include "base/alloc.h"

typedef int pair_op(struct flow_mgr *m, flow_ref a, flow_ref b, flow_ref *ret);

/* op(lo, lo) and op(hi, hi); exact operands need one of them. */
static int both(struct flow_mgr *m, pair_op *op, struct bounds a, struct bounds b,
		struct bounds *ret)
{
	struct bounds out;
	int r = op(m, a.lo, b.lo, &out.lo);

	out.hi = out.lo;
	if (r == 0 && (a.lo != a.hi || b.lo != b.hi))
		r = op(m, a.hi, b.hi, &out.hi);
	if (r == 0)
		*ret = out;
	return r;
}

int bounds_and(struct flow_mgr *m, struct bounds a, struct bounds b, struct bounds *ret)
{
	return both(m, flow_restrict, a, b, ret);
}

int bounds_or(struct flow_mgr *m, struct bounds a, struct bounds b, struct bounds *ret)
{
	return both(m, flow_override, a, b, ret);
}

int bounds_minus(struct flow_mgr *m, struct bounds a, struct bounds b, struct bounds *ret)
{
	return both(m, flow_minus, a, (struct bounds){ b.hi, b.lo }, ret);
}

int bounds_also(struct flow_mgr *m, struct bounds one, struct bounds *seen)
{
	struct bounds b = one;
	int r = 0;

	if (!flow_empty(seen->hi)) {
		r = flow_restrict(m, one.lo, seen->lo, &b.lo);
		if (r == 0)
			r = flow_override(m, one.hi, seen->hi, &b.hi);
	}
	if (r == 0)
		*seen = b;
	return r;
}

void union_release(struct union_of *u)
{
	mem_free(u->set);
	*u = (struct union_of){ 0 };
}

int union_add(struct union_of *u, flow_ref set)
{
	int r;

	if (flow_empty(set))
		return 0;
	r = mem_grow(&u->set, &u->cap, u->n + 1, sizeof(*u->set));
	if (r == 0)
		u->set[u->n++] = set;
	return r;
}

int union_take(struct union_of *u, struct flow_mgr *m, flow_ref *ret)
{
	while (u->n > 1) {
		size_t half = 0;

		for (size_t i = 0; i < u->n; i += 2) {
			flow_ref pair = u->set[i];
			int r = i + 1 < u->n ? flow_override(m, pair, u->set[i + 1], &pair) : 0;

			if (r < 0)
				return r;
			u->set[half++] = pair;
		}
		u->n = half;
	}
	*ret = u->n ? u->set[0] : FLOW_NONE;
	u->n = 0;
	return 0;
}

int flow_of_matches(struct flow_mgr *m, const struct flow_match *match, size_t n, flow_ref *ret)
{
	uint32_t *leaf;
	flow_ref first;
	int r;

	if (n == 0) {
		*ret = FLOW_NONE;
		return 0;
	}
	if (n == 1)
		return flow_of_match(m, match, 1, ret);
	leaf = mem_alloc((n + 1) * sizeof(*leaf));
	if (!leaf)
		return -ENOMEM;
	leaf[0] = 0;
	for (size_t i = 1; i <= n; i++)
		leaf[i] = 1;
	r = flow_first_match(m, match, n, &first);
	if (r == 0)
		r = flow_map(m, first, leaf, n + 1, ret);
	mem_free(leaf);
	return r;
}
