/* SPDX-License-Identifier: Apache-2.0 */
/* Does one set lie within another? Builds nothing, and stops at the first flow that does not. */
#include "flow/mgr.h"

static bool within_all(struct flow_mgr *m, flow_ref s, const struct node *a)
{
	for (size_t k = 0; k < a->n; k++)
		if (!flow_within(m, s, m->edge[a->first + k].child))
			return false;
	return true;
}

static bool all_within(struct flow_mgr *m, const struct node *s, flow_ref a)
{
	for (size_t k = 0; k < s->n; k++)
		if (!flow_within(m, m->edge[s->first + k].child, a))
			return false;
	return true;
}

static bool edges_within(struct flow_mgr *m, const struct node *s, const struct node *a)
{
	size_t at = 0;

	for (size_t k = 0; k < s->n; k++) {
		struct edge e = m->edge[s->first + k];

		if (e.child == FLOW_NONE)
			continue;
		if (k)
			at = edge_after(m, a, at, m->edge[s->first + k - 1].hi);
		for (;; at++) {
			struct edge other = m->edge[a->first + at];

			if (!flow_within(m, e.child, other.child))
				return false;
			if (hi_cmp(m, a->dim, other.hi, e.hi) >= 0)
				break;
		}
	}
	return true;
}

static bool nodes_within(struct flow_mgr *m, flow_ref s, flow_ref a)
{
	enum flow_dim dim_s = ref_dim(m, s), dim_a = ref_dim(m, a);

	if (dim_s > dim_a)
		return within_all(m, s, &m->node[a]);
	if (dim_s < dim_a)
		return all_within(m, &m->node[s], a);
	return edges_within(m, &m->node[s], &m->node[a]);
}

bool flow_within(struct flow_mgr *m, flow_ref s, flow_ref a)
{
	flow_ref known;
	bool yes;

	if (s == FLOW_NONE || s == a || a == FLOW_ALL)
		return true;
	if (a == FLOW_NONE || s == FLOW_ALL)
		return false;
	if (memo_find(m, OP_WITHIN, s, a, &known))
		return known == FLOW_ALL;
	yes = nodes_within(m, s, a);
	memo_keep(m, OP_WITHIN, s, a, yes ? FLOW_ALL : FLOW_NONE);
	return yes;
}
