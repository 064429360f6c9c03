/* SPDX-License-Identifier: Apache-2.0 */
/* A set without one of its dimensions. */
#include "flow/mgr.h"

struct forgetting {
	struct flow_mgr *m;
	enum flow_dim dim;
};

static int forget_ref(const struct forgetting *f, flow_ref a, flow_ref *ret);

/* The node that tests the dimension: all that its children hold. */
static int join_children(const struct forgetting *f, flow_ref a, flow_ref *ret)
{
	struct flow_mgr *m = f->m;
	struct node node = m->node[a];
	flow_ref all = FLOW_NONE;
	int r = 0;

	for (size_t i = 0; r == 0 && i < node.n; i++)
		r = flow_override(m, all, m->edge[node.first + i].child, &all);
	if (r == 0)
		*ret = all;
	return r;
}

/* A node above it: the same, with children that forget. */
static int forget_below(const struct forgetting *f, flow_ref a, flow_ref *ret)
{
	struct flow_mgr *m = f->m;
	struct node node = m->node[a];
	size_t base = m->top;

	for (size_t i = 0; i < node.n; i++) {
		struct edge e = m->edge[node.first + i];
		flow_ref child;
		int r = forget_ref(f, e.child, &child);

		if (r == 0)
			r = edge_push(m, base, e.hi, child);
		if (r < 0) {
			m->top = base;
			return r;
		}
	}
	return node_make(m, node.dim, base, ret);
}

static int forget_ref(const struct forgetting *f, flow_ref a, flow_ref *ret)
{
	flow_ref question = FLOW_LEAF(f->dim);
	int r;

	if (ref_dim(f->m, a) > f->dim) {
		*ret = a;
		return 0;
	}
	if (memo_find(f->m, OP_FORGET, a, question, ret))
		return 0;
	r = ref_dim(f->m, a) == f->dim ? join_children(f, a, ret) : forget_below(f, a, ret);
	if (r == 0)
		memo_keep(f->m, OP_FORGET, a, question, *ret);
	return r;
}

int flow_forget(struct flow_mgr *m, flow_ref s, enum flow_dim dim, flow_ref *ret)
{
	const struct forgetting f = { m, dim };

	return forget_ref(&f, s, ret);
}
