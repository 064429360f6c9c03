/* SPDX-License-Identifier: Apache-2.0 */
/* A match becomes a diagram, from the last dimension up: one layer a constrained dimension. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "flow/mgr.h"

/* ---- dimensions with numbers ---- */

/* `hi` of an edge that ends with `last`. */
static int hi_of(struct flow_mgr *m, enum flow_dim dim, u128 last, uint32_t *ret)
{
	unsigned char end[16];

	if (!dim_wide(dim)) {
		*ret = (uint32_t)last;
		return 0;
	}
	if (last == U128_MAX) {
		*ret = CUT_TOP;
		return 0;
	}
	last++;
	for (size_t i = sizeof(end); i-- > 0; last >>= 8)
		end[i] = (unsigned char)last;
	return cut_number(&m->cuts, end, sizeof(end), ret);
}

static int push_through(struct flow_mgr *m, enum flow_dim dim, size_t base, u128 last, flow_ref to)
{
	uint32_t hi;
	int r = hi_of(m, dim, last, &hi);

	return r < 0 ? r : edge_push(m, base, hi, to);
}

static int push_spans(struct flow_mgr *m, enum flow_dim dim, struct flow_spans s, flow_ref child)
{
	u128 max = flow_dim_max(dim);
	size_t base = m->top;
	u128 next = 0;

	for (size_t i = 0; i < s.n; i++) {
		int r = 0;

		assert(s.span[i].lo <= s.span[i].hi && s.span[i].hi <= max);
		assert(i == 0 || s.span[i].lo > s.span[i - 1].hi);
		if (s.span[i].lo > next)
			r = push_through(m, dim, base, s.span[i].lo - 1, FLOW_NONE);
		if (r == 0)
			r = push_through(m, dim, base, s.span[i].hi, child);
		if (r < 0)
			return r;
		next = s.span[i].hi + 1;
	}
	return s.n && s.span[s.n - 1].hi == max ? 0 : push_through(m, dim, base, max, FLOW_NONE);
}

/* The diagram that leads to `*ref` within the spans and to leaf 0 elsewhere, into `*ref`. */
static int layer(struct flow_mgr *m, enum flow_dim dim, struct flow_spans s, flow_ref *ref)
{
	size_t base = m->top;
	int r;

	if (!s.span)
		return 0;
	r = push_spans(m, dim, s, *ref);
	if (r < 0) {
		m->top = base;
		return r;
	}
	return node_make(m, dim, base, ref);
}

/* ---- names ---- */

struct key_range {
	struct name_key lo, hi;
};

static int by_lo(const void *a, const void *b)
{
	return name_key_cmp(&((const struct key_range *)a)->lo, &((const struct key_range *)b)->lo);
}

static int push_name(struct flow_mgr *m, size_t base, const struct name_key *end, flow_ref to)
{
	uint32_t hi = CUT_TOP;
	int r = end->n ? cut_number(&m->cuts, end->byte, end->n, &hi) : 0;

	return r < 0 ? r : edge_push(m, base, hi, to);
}

/* Ranges of patterns are nested or apart, so what begins before the last end lies within. */
static int push_ranges(struct flow_mgr *m, const struct key_range *range, size_t n, flow_ref child)
{
	const struct key_range *last = NULL;
	size_t base = m->top;

	for (size_t i = 0; i < n; i++) {
		int gap = last && last->hi.n ? name_key_cmp(&range[i].lo, &last->hi) : 1;
		int r = 0;

		if (gap < 0 || (last && !last->hi.n))
			continue;
		if (gap > 0)
			r = push_name(m, base, &range[i].lo, FLOW_NONE);
		if (r == 0)
			r = push_name(m, base, &range[i].hi, child);
		if (r < 0)
			return r;
		last = &range[i];
	}
	return last && !last->hi.n ? 0 : edge_push(m, base, CUT_TOP, FLOW_NONE);
}

/* As layer(), for names. */
static int name_layer(struct flow_mgr *m, const struct pattern *p, size_t n, flow_ref *ref)
{
	EG_AUTO(mem_freep) struct key_range *range = mem_zero(n, sizeof(*range));
	size_t base = m->top;
	int r;

	if (!range)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		pattern_keys(&p[i], &range[i].lo, &range[i].hi);
	qsort(range, n, sizeof(*range), by_lo);
	r = push_ranges(m, range, n, *ref);
	if (r < 0) {
		m->top = base;
		return r;
	}
	return node_make(m, FLOW_NAME, base, ref);
}

static int names(struct flow_mgr *m, const struct flow_match *match, flow_ref *ref)
{
	flow_ref except = FLOW_ALL;
	int r = 0;

	if (match->name)
		r = name_layer(m, match->name, match->names, ref);
	if (r < 0 || !match->except || !match->excepts)
		return r;
	r = name_layer(m, match->except, match->excepts, &except);
	return r < 0 ? r : flow_minus(m, *ref, except, ref);
}

/* ---- the whole match ---- */

/* The two address dimensions of one family above `*ref`. */
static int addresses(struct flow_mgr *m, const struct flow_match *match, enum family family,
		     flow_ref *ref)
{
	enum flow_dim src = family == FAMILY_V4 ? FLOW_SRC4 : FLOW_SRC6;
	enum flow_dim dst = family == FAMILY_V4 ? FLOW_DST4 : FLOW_DST6;
	int r = layer(m, src, match->dim[src], ref);

	return r < 0 ? r : layer(m, dst, match->dim[dst], ref);
}

static bool family_in(struct flow_spans s, unsigned value)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.span[i].lo <= value && value <= s.span[i].hi)
			return true;
	return !s.span;
}

static int families(struct flow_mgr *m, const struct flow_match *match, flow_ref *ref)
{
	flow_ref v4 = *ref, v6 = *ref;
	size_t base = m->top;
	int r = addresses(m, match, FAMILY_V4, &v4);

	if (r == 0)
		r = addresses(m, match, FAMILY_V6, &v6);
	if (r == 0)
		r = edge_push(m, base, 0, family_in(match->dim[FLOW_FAMILY], 0) ? v4 : FLOW_NONE);
	if (r == 0)
		r = edge_push(m, base, 1, family_in(match->dim[FLOW_FAMILY], 1) ? v6 : FLOW_NONE);
	if (r < 0) {
		m->top = base;
		return r;
	}
	return node_make(m, FLOW_FAMILY, base, ref);
}

int flow_of_match(struct flow_mgr *m, const struct flow_match *match, uint32_t leaf, flow_ref *ret)
{
	flow_ref ref = FLOW_LEAF(leaf);
	int r = names(m, match, &ref);

	assert(leaf <= LEAF_MAX);
	if (r == 0)
		r = layer(m, FLOW_SPORT, match->dim[FLOW_SPORT], &ref);
	if (r == 0)
		r = families(m, match, &ref);
	for (unsigned dim = FLOW_FAMILY; r == 0 && dim-- > 0;)
		r = layer(m, dim, match->dim[dim], &ref);
	if (r == 0)
		*ret = ref;
	return r;
}
