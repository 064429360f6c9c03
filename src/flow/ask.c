/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about a diagram that one walk answers. */
#include <errno.h>

#include "base/alloc.h"
#include "flow/mgr.h"

/* ---- one point ---- */

/* A flow as the node walk wants it: the bytes of wide dimensions made once. */
struct point {
	const struct flow *f;
	unsigned char dst[16], src[16];
	struct name_key name;
};

static bool edge_reaches(const struct flow_mgr *m, enum flow_dim dim, uint32_t hi,
			 const struct point *p)
{
	switch (dim) {
	case FLOW_DST6:
		return cut_above(&m->cuts, hi, p->dst, sizeof(p->dst));
	case FLOW_SRC6:
		return cut_above(&m->cuts, hi, p->src, sizeof(p->src));
	case FLOW_NAME:
		return cut_above(&m->cuts, hi, p->name.byte, p->name.n);
	default:
		return hi >= (uint32_t)flow_value(p->f, dim);
	}
}

static flow_ref step(const struct flow_mgr *m, flow_ref a, const struct point *p)
{
	struct node node = m->node[a];
	size_t lo = node.first, hi = node.first + node.n - 1;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (edge_reaches(m, node.dim, m->edge[mid].hi, p))
			hi = mid;
		else
			lo = mid + 1;
	}
	return m->edge[lo].child;
}

uint32_t flow_leaf_at(const struct flow_mgr *m, flow_ref a, const struct flow *f)
{
	struct point p = { .f = f };

	(void)addr_to_wire(f->dst, p.dst); /* IPv4 fills four bytes, which nothing looks at */
	(void)addr_to_wire(f->src, p.src);
	name_key(&f->name, &p.name);
	while (!is_leaf(a))
		a = step(m, a, &p);
	return leaf_id(a);
}

/* ---- leaves ---- */

static void see(flow_ref r, bool *node_seen, bool *seen, size_t n)
{
	if (!is_leaf(r))
		node_seen[r] = true;
	else if (leaf_id(r) < n)
		seen[leaf_id(r)] = true;
}

/* Children are older than their parents, so going down the indices meets every parent first. */
int flow_leaves(const struct flow_mgr *m, flow_ref a, bool *seen, size_t n)
{
	size_t nodes = is_leaf(a) ? 0 : (size_t)a + 1;
	EG_AUTO(mem_freep) bool *node_seen = mem_zero(nodes, sizeof(*node_seen));

	if (!node_seen)
		return -ENOMEM;
	see(a, node_seen, seen, n);
	for (size_t i = nodes; i-- > 0;) {
		struct node node = m->node[i];

		for (size_t k = 0; node_seen[i] && k < node.n; k++)
			see(m->edge[node.first + k].child, node_seen, seen, n);
	}
	return 0;
}
