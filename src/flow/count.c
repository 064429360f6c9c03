/* SPDX-License-Identifier: Apache-2.0 */
/* How many flows a set holds, exactly: numbers of 384 bits, one a node. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "flow/mgr.h"

/*
 * The largest count is that of everything: 5 states x 2 x 2^8 x 2^16 x (2^64 + 2^256) x 2^16, below
 * 2^300, times the spans of zones and names on a path: 2^16 x 2^16 x 2^28 at most. Below 2^384.
 */
enum { LIMBS = 6, LIMB_BITS = 64, DECIMAL_MAX = 120 };

struct big {
	uint64_t limb[LIMBS]; /* the lowest first */
};

static void big_add(struct big *a, const struct big *b)
{
	u128 carry = 0;

	for (size_t i = 0; i < LIMBS; i++) {
		carry += (u128)a->limb[i] + b->limb[i];
		a->limb[i] = (uint64_t)carry;
		carry >>= LIMB_BITS;
	}
}

static struct big big_shift(const struct big *a, unsigned bits)
{
	struct big r = { { 0 } };
	unsigned limbs = bits / LIMB_BITS, rest = bits % LIMB_BITS;

	for (size_t i = limbs; i < LIMBS; i++) {
		r.limb[i] = a->limb[i - limbs] << rest;
		if (rest && i > limbs)
			r.limb[i] |= a->limb[i - limbs - 1] >> (LIMB_BITS - rest);
	}
	return r;
}

static struct big big_times(const struct big *a, uint64_t by)
{
	struct big r;
	u128 carry = 0;

	for (size_t i = 0; i < LIMBS; i++) {
		carry += (u128)a->limb[i] * by;
		r.limb[i] = (uint64_t)carry;
		carry >>= LIMB_BITS;
	}
	return r;
}

/* a times 1 + (hi - lo), which may be 2^128. */
static struct big big_times_span(const struct big *a, u128 lo, u128 hi)
{
	struct big low = big_times(a, (uint64_t)(hi - lo));
	struct big high = big_times(a, (uint64_t)((hi - lo) >> LIMB_BITS));

	high = big_shift(&high, LIMB_BITS);
	big_add(&low, &high);
	big_add(&low, a);
	return low;
}

static void big_print(struct big a, struct buf *out)
{
	char text[DECIMAL_MAX];
	size_t at = sizeof(text);
	bool more = true;

	while (more && at) {
		u128 rest = 0;

		more = false;
		for (size_t i = LIMBS; i-- > 0;) {
			rest = rest << LIMB_BITS | a.limb[i];
			a.limb[i] = (uint64_t)(rest / 10);
			rest %= 10;
			more |= a.limb[i] != 0;
		}
		text[--at] = (char)('0' + (char)rest);
	}
	buf_add(out, text + at, sizeof(text) - at);
}

/* ---- weights ---- */

enum { FAMILY_BOTH = 2 };

struct count {
	const struct flow_mgr *m;
	struct big *big; /* of the nodes counted so far */
	uint32_t *place; /* by node: its place in `big`, plus 1 */
	size_t n, cap;
};

static bool counted(enum flow_dim dim, unsigned family)
{
	if (dim == FLOW_IIF || dim == FLOW_OIF || dim == FLOW_NAME)
		return false;
	if (dim == FLOW_DST4 || dim == FLOW_SRC4)
		return family == 0;
	if (dim == FLOW_DST6 || dim == FLOW_SRC6)
		return family == 1;
	return true;
}

/* What the dimensions [from, to) that one family's flow has multiply `a` by. */
static struct big skipped_in(const struct big *a, enum flow_dim from, enum flow_dim to,
			     unsigned family)
{
	struct big r = *a;

	for (unsigned dim = from; dim < to; dim++)
		if (counted(dim, family) && dim != FLOW_FAMILY)
			r = big_times_span(&r, 0, flow_dim_max(dim));
	return r;
}

/* As skipped_in(), but when FAMILY itself is among the skipped, both families count. */
static struct big skipped(const struct big *a, enum flow_dim from, enum flow_dim to,
			  unsigned family)
{
	struct big r, v6;

	if (from > FLOW_FAMILY || to <= FLOW_FAMILY)
		return skipped_in(a, from, to, family);
	r = skipped_in(a, from, to, 0);
	v6 = skipped_in(a, from, to, 1);
	big_add(&r, &v6);
	return r;
}

/* The family that a node's edge number `k` leads into. */
static unsigned family_below(const struct node *n, size_t k)
{
	if (n->dim == FLOW_FAMILY)
		return k != 0;
	if (n->dim == FLOW_DST4 || n->dim == FLOW_SRC4)
		return 0;
	return n->dim == FLOW_DST6 || n->dim == FLOW_SRC6 ? 1 : FAMILY_BOTH;
}

static struct big ref_count(const struct count *c, flow_ref r)
{
	if (is_leaf(r))
		return (struct big){ { r != FLOW_NONE } };
	return c->big[c->place[r] - 1];
}

static struct big node_count(const struct count *c, const struct node *n)
{
	struct big sum = { { 0 } };

	for (size_t k = 0; k < n->n; k++) {
		flow_ref child = c->m->edge[n->first + k].child;
		struct big one = ref_count(c, child);

		one = skipped(&one, n->dim + 1, ref_dim(c->m, child), family_below(n, k));
		if (counted(n->dim, family_below(n, k))) {
			struct flow_span s = edge_span(c->m, n, k);

			one = big_times_span(&one, s.lo, s.hi);
		}
		big_add(&sum, &one);
	}
	return sum;
}

/* Marks what `a` reaches; children are older, so one pass down the indices does. */
static void mark(const struct flow_mgr *m, flow_ref a, uint32_t *place)
{
	place[a] = 1;
	for (size_t i = (size_t)a + 1; i-- > 0;) {
		struct node n = m->node[i];

		for (size_t k = 0; place[i] && k < n.n; k++) {
			flow_ref child = m->edge[n.first + k].child;

			if (!is_leaf(child))
				place[child] = 1;
		}
	}
}

static int count_nodes(struct count *c, flow_ref a)
{
	mark(c->m, a, c->place);
	for (size_t i = 0; i <= a; i++) {
		struct big b;
		int r;

		if (!c->place[i])
			continue;
		b = node_count(c, &c->m->node[i]);
		r = mem_grow(&c->big, &c->cap, c->n + 1, sizeof(*c->big));
		if (r < 0)
			return r;
		c->big[c->n++] = b;
		c->place[i] = (uint32_t)c->n;
	}
	return 0;
}

int flow_count(const struct flow_mgr *m, flow_ref a, struct buf *decimal)
{
	EG_AUTO(mem_freep)
	uint32_t *place = mem_zero(is_leaf(a) ? 0 : (size_t)a + 1, sizeof(*place));
	struct count c = { .m = m, .place = place };
	struct big all;
	int r;

	if (!place)
		return -ENOMEM;
	r = is_leaf(a) ? 0 : count_nodes(&c, a);
	if (r == 0) {
		all = ref_count(&c, a);
		all = skipped(&all, 0, ref_dim(m, a), FAMILY_BOTH);
		big_print(all, decimal);
		r = decimal->r;
	}
	mem_free(c.big);
	return r;
}
