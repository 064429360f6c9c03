/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collection: nodes that no root reaches go, the others move down and keep their order; then cuts
 * that no edge names go likewise.
 *
 * It needs no memory, so it cannot fail: while it runs, the unique table, twice as long as the
 * nodes and about to be rebuilt, holds marks (`hash`) and new indices (`node`).
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "flow/mgr.h"

int flow_root(struct flow_mgr *m, flow_ref *root)
{
	int r;

	for (size_t i = 0; i < m->roots; i++)
		assert(m->root[i] != root); /* it would be moved twice */
	r = mem_grow(&m->root, &m->root_cap, m->roots + 1, sizeof(*m->root));

	if (r == 0)
		m->root[m->roots++] = root;
	return r;
}

void flow_unroot(struct flow_mgr *m, flow_ref *root)
{
	for (size_t i = m->roots; i-- > 0;)
		if (m->root[i] == root) {
			m->root[i] = m->root[--m->roots];
			return;
		}
}

static void mark(struct flow_mgr *m, flow_ref r)
{
	if (!is_leaf(r))
		m->slot[r].hash = 1;
}

/* Children are older than their parents, so going down the indices meets every parent first. */
static void mark_all(struct flow_mgr *m)
{
	for (size_t i = 0; i < m->roots; i++)
		mark(m, *m->root[i]);
	for (size_t i = m->nodes; i-- > 0;) {
		struct node node = m->node[i];

		for (size_t k = 0; m->slot[i].hash && k < node.n; k++)
			mark(m, m->edge[node.first + k].child);
	}
}

static flow_ref moved(const struct flow_mgr *m, flow_ref r)
{
	return is_leaf(r) ? r : m->slot[r].node;
}

static void move_node(struct flow_mgr *m, size_t from, size_t to, size_t *edges)
{
	struct node node = m->node[from];

	for (size_t k = 0; k < node.n; k++) {
		struct edge e = m->edge[node.first + k];

		m->edge[*edges + k] = (struct edge){ e.hi, moved(m, e.child) };
	}
	node.first = (uint32_t)*edges;
	*edges += node.n;
	m->node[to] = node;
}

static void move_all(struct flow_mgr *m)
{
	size_t nodes = 0, edges = 0;

	for (size_t i = 0; i < m->nodes; i++) {
		if (!m->slot[i].hash)
			continue;
		move_node(m, i, nodes, &edges);
		m->slot[i].node = (uint32_t)nodes++;
	}
	for (size_t i = 0; i < m->roots; i++)
		*m->root[i] = moved(m, *m->root[i]);
	m->nodes = nodes;
	m->edges = edges;
}

static void collect_cuts(struct flow_mgr *m)
{
	cuts_collect_begin(&m->cuts);
	for (size_t i = 0; i < m->nodes; i++)
		for (size_t k = 0; dim_wide(m->node[i].dim) && k < m->node[i].n; k++)
			cuts_keep(&m->cuts, m->edge[m->node[i].first + k].hi);
	cuts_compact(&m->cuts);
	for (size_t i = 0; i < m->nodes; i++)
		for (size_t k = 0; dim_wide(m->node[i].dim) && k < m->node[i].n; k++) {
			struct edge *e = &m->edge[m->node[i].first + k];

			e->hi = cuts_moved(&m->cuts, e->hi);
		}
	cuts_collect_end(&m->cuts);
}

void flow_collect(struct flow_mgr *m)
{
	memo_clear(m);
	if (m->slots)
		memset(m->slot, 0, m->slots * sizeof(*m->slot));
	mark_all(m);
	move_all(m);
	collect_cuts(m);
	slots_fill(m);
}
